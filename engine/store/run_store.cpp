// SPDX-License-Identifier: Apache-2.0
#include "engine/store/run_store.h"

#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/store/connection.h"
#include "engine/store/pending.h"
#include "engine/store/row_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>

namespace fuseboard {

namespace {

constexpr std::uint32_t kUpkeepTimeoutMs = 250;
// A heartbeat is due each second; where the owner itself cannot be asked, this long without one
// means that it is gone.
constexpr std::uint64_t kSilenceNs = 30ULL * 1'000'000'000ULL;

std::string environment(const char* name) {
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): read only
    return value == nullptr ? std::string() : std::string(value);
}

std::unexpected<Error> noSuchRun(RunId id) {
    return fail(ErrorCode::NotFound, fmt::format("there is no run {}", id),
                "`runs list` shows those that there are");
}

/// What a new row leaves empty and this process knows.
void complete(RunRow& row) {
    if (row.startedNs == 0)
        row.startedNs = wallNs();
    if (row.owner.pid == 0)
        row.owner = thisProcess();
    if (row.machine.name.empty())
        row.machine = thisMachine();
    row.heartbeatNs = std::max(row.heartbeatNs, row.startedNs);
}

bool isAbandoned(const RunRow& row) {
    switch (livenessOf(row.owner, row.machine.name)) {
    case Liveness::Alive: return false;
    case Liveness::Dead: return true;
    case Liveness::Unknown: break;
    }
    return row.heartbeatNs + kSilenceNs < wallNs();
}

std::vector<RunRow> abandonedRuns(SQLite::Database& database) {
    std::vector<RunRow> rows = selectRuns(database, "WHERE status = 'running'", [](RowWriter&) {});
    std::erase_if(rows, [](const RunRow& row) { return !isAbandoned(row); });
    return rows;
}

Status markAbandonedRuns(SQLite::Database& database, const std::string& path) {
    return guarded(path, [&]() -> Status {
        if (abandonedRuns(database).empty())
            return {};
        WriteTransaction transaction(database);
        for (const RunRow& row : abandonedRuns(database))
            markInterrupted(database, row.id);
        transaction.commit();
        return {};
    });
}

/// A LIKE pattern that finds `text` anywhere.
std::string likePattern(const std::string& text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern.push_back('\\');
        pattern.push_back(c);
    }
    return pattern + "%";
}

/// The SQL of a filter, and a function that binds its parameters.
struct FilterSql {
    explicit FilterSql(const RunFilter& filter) : m_filter(filter) {}

    [[nodiscard]] std::string where() const {
        std::string sql = "WHERE TRUE";
        sql += m_filter.pipelineHash ? " AND pipeline_hash = ?" : "";
        sql += m_filter.plan ? " AND plan = ?" : "";
        sql += m_filter.status ? " AND status = ?" : "";
        sql += m_filter.comparison ? " AND comparison_id = ?" : "";
        sql += m_filter.before ? " AND runs.id < ?" : "";
        sql += m_filter.warmups ? "" : " AND warmup = 0";
        if (!m_filter.text.empty())
            sql += " AND pipeline_name || char(10) || input_name || char(10) || tag || char(10) || "
                   "note LIKE ? ESCAPE '\\'";
        return sql + " ORDER BY runs.id DESC LIMIT ?";
    }
    void bind(RowWriter& writer, std::size_t limit) const {
        if (m_filter.pipelineHash)
            writer << *m_filter.pipelineHash;
        if (m_filter.plan)
            writer << *m_filter.plan;
        if (m_filter.status)
            writer << *m_filter.status;
        if (m_filter.comparison)
            writer << *m_filter.comparison;
        if (m_filter.before)
            writer << *m_filter.before;
        if (!m_filter.text.empty())
            writer << likePattern(m_filter.text);
        writer << std::uint64_t{std::min<std::size_t>(limit, 1U << 30U)};
    }

private:
    const RunFilter& m_filter;
};

void removeRun(SQLite::Database& database, const RunRow& row) {
    SQLite::Statement run(database, "DELETE FROM runs WHERE id = ?");
    (RowWriter(run) << row.id).run();
    SQLite::Statement plan(database, "DELETE FROM plans WHERE hash = ?1 AND NOT EXISTS (SELECT 1 "
                                     "FROM runs WHERE plan_hash = ?1)");
    (RowWriter(plan) << row.planHash).run();
    SQLite::Statement comparison(database,
                                 "DELETE FROM comparisons WHERE id = ?1 AND NOT EXISTS (SELECT 1 "
                                 "FROM runs WHERE comparison_id = ?1)");
    (RowWriter(comparison) << row.comparisonId).run();
}

} // namespace

std::string defaultStorePath() {
    if (std::string chosen = environment("FUSEBOARD_DB"); !chosen.empty())
        return chosen;
    std::string data = environment("XDG_DATA_HOME");
    if (data.empty() || data.front() != '/') // the XDG specification ignores relative ones
        data = environment("HOME") + "/.local/share";
    return data + "/fuseboard/runs.sqlite";
}

struct RunStore::Connection {
    std::string path;
    std::unique_ptr<SQLite::Database> database;
    std::map<RunId, RunRow> begun;                          ///< by this store, and not finished yet
    std::map<ComparisonId, ComparisonRow> begunComparisons; ///< likewise
    std::mutex turn;

    /// Runs `work` on the database when it is this thread's turn; exceptions become errors.
    template <class Work> auto use(Work&& work) -> decltype(work(*database)) {
        const std::scoped_lock lock(turn);
        return guarded(path, [&] { return work(*database); });
    }
    /// As use(), inside a transaction that is committed when `work` succeeds.
    template <class Work> auto write(Work&& work) -> decltype(work(*database)) {
        return use([&](SQLite::Database& db) {
            WriteTransaction transaction(db);
            auto result = work(db);
            if (result)
                transaction.commit();
            return result;
        });
    }
};

RunStore::RunStore(std::unique_ptr<Connection> connection) : m_connection(std::move(connection)) {}
RunStore::~RunStore() = default;

const std::string& RunStore::path() const {
    return m_connection->path;
}

std::uint32_t RunStore::schemaVersion() {
    return static_cast<std::uint32_t>(migrations().size());
}

Result<std::unique_ptr<RunStore>> RunStore::open(const std::string& path, StoreOptions options) {
    if (path.empty() || path.find('\0') != std::string::npos)
        return fail(ErrorCode::InvalidArgument, "the database needs a file name");
    auto connection = std::make_unique<Connection>();
    std::error_code failure;
    connection->path = std::filesystem::absolute(path, failure).string();
    if (failure)
        connection->path = path;
    FB_TRY_ASSIGN(connection->database,
                  openFile(connection->path,
                           {.busyTimeoutMs = options.busyTimeoutMs, .maxBytes = options.maxBytes}));
    SQLite::Database& database = *connection->database;
    // Upkeep that finds the database busy or full waits for the next open: reading must go on.
    const std::uint32_t upkeepTimeout = std::min(options.busyTimeoutMs, kUpkeepTimeoutMs);
    FB_TRY(guarded(connection->path, [&]() -> Status {
        database.setBusyTimeout(static_cast<int>(upkeepTimeout));
        return {};
    }));
    for (const Status& upkeep :
         {takePending(database, connection->path), markAbandonedRuns(database, connection->path)}) {
        if (!upkeep && upkeep.error().code != ErrorCode::Locked &&
            upkeep.error().code != ErrorCode::NotWritable)
            return fail(upkeep.error());
    }
    FB_TRY(guarded(connection->path, [&]() -> Status {
        database.setBusyTimeout(static_cast<int>(std::min(options.busyTimeoutMs, 1U << 30U)));
        return {};
    }));
    return std::unique_ptr<RunStore>(new RunStore(std::move(connection)));
}

// --- writing a run

Result<RunId> RunStore::beginRun(const RunRow& row) {
    RunRecord record;
    record.run = row;
    return beginRecord(record);
}

Result<RunId> RunStore::beginRecord(const RunRecord& record) {
    RunRow begun = record.run;
    begun.id = 0;
    begun.status = RunStatus::Running;
    complete(begun);
    return m_connection->write([&](SQLite::Database& database) -> Result<RunId> {
        begun.id = insertRun(database, begun);
        writeDetails(database, begun.id, record);
        m_connection->begun.insert_or_assign(begun.id, begun);
        return begun.id;
    });
}

Status RunStore::heartbeat(RunId id) {
    return addSamples(id, {});
}

Status RunStore::addSamples(RunId id, std::span<const SamplePoint> samples,
                            const std::optional<RunProgress>& progress, const RunRecord* figures) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        touchHeartbeat(database, id, progress);
        if (figures != nullptr)
            writeFigures(database, id, *figures);
        insertSamples(database, id, samples);
        return {};
    });
}

Status RunStore::finishRun(const RunRecord& record) {
    if (record.run.status == RunStatus::Running)
        return fail(ErrorCode::InvalidArgument, "a finished run cannot be running");
    return m_connection->write([&](SQLite::Database& database) -> Status {
        const std::optional<RunRow> stored = selectRun(database, record.run.id);
        if (!stored)
            return noSuchRun(record.run.id);
        RunRow row = record.run;
        completeFrom(row, *stored);
        row.heartbeatNs = std::max(row.heartbeatNs, wallNs());
        updateRun(database, row);
        writeDetails(database, row.id, record);
        if (row.status == RunStatus::Interrupted)
            markInterrupted(database, row.id);
        m_connection->begun.erase(row.id);
        return {};
    });
}

Result<RunId> RunStore::addRun(const RunRecord& record) {
    RunRow row = record.run;
    row.id = 0;
    complete(row);
    return m_connection->write([&](SQLite::Database& database) -> Result<RunId> {
        const RunId id = insertRun(database, row);
        writeDetails(database, id, record);
        return id;
    });
}

Result<std::string> RunStore::keepAside(const RunRecord& record,
                                        const std::string& reserved) const {
    RunRecord whole = record;
    {
        const std::scoped_lock lock(m_connection->turn);
        const auto begun = m_connection->begun.find(record.run.id);
        if (begun != m_connection->begun.end())
            completeFrom(whole.run, begun->second);
    }
    complete(whole.run);
    return writePending(path(), whole, reserved);
}

Result<std::string> RunStore::keepAside(const ComparisonRow& row) const {
    ComparisonRow whole = row;
    {
        const std::scoped_lock lock(m_connection->turn);
        const auto begun = m_connection->begunComparisons.find(row.id);
        if (begun != m_connection->begunComparisons.end())
            completeFrom(whole, begun->second);
    }
    if (whole.finishedNs == 0)
        whole.finishedNs = wallNs();
    return writePending(path(), whole);
}

std::string RunStore::reserveSpace() const {
    return reservePending(path());
}

// --- comparisons

Result<ComparisonId> RunStore::beginComparison(const ComparisonRow& row) {
    ComparisonRow begun = row;
    begun.id = 0;
    if (begun.createdNs == 0)
        begun.createdNs = wallNs();
    return m_connection->write([&](SQLite::Database& database) -> Result<ComparisonId> {
        begun.id = insertComparison(database, begun);
        m_connection->begunComparisons.insert_or_assign(begun.id, begun);
        return begun.id;
    });
}

Status RunStore::finishComparison(const ComparisonRow& row) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        const auto stored = selectComparisons(database, row.id, 1);
        if (stored.empty())
            return fail(ErrorCode::NotFound, fmt::format("there is no comparison {}", row.id));
        ComparisonRow finished = row;
        completeFrom(finished, stored.front());
        finished.finishedNs = row.finishedNs == 0 ? wallNs() : row.finishedNs;
        updateComparison(database, finished);
        m_connection->begunComparisons.erase(row.id);
        return {};
    });
}

Result<ComparisonRow> RunStore::comparison(ComparisonId id) const {
    return m_connection->use([&](SQLite::Database& database) -> Result<ComparisonRow> {
        std::vector<ComparisonRow> rows = selectComparisons(database, id, 1);
        if (rows.empty())
            return fail(ErrorCode::NotFound, fmt::format("there is no comparison {}", id));
        return std::move(rows.front());
    });
}

Result<std::vector<ComparisonRow>> RunStore::listComparisons(std::size_t limit) const {
    return m_connection->use([&](SQLite::Database& database) -> Result<std::vector<ComparisonRow>> {
        return selectComparisons(database, std::nullopt, limit);
    });
}

Result<std::optional<ComparisonRow>> RunStore::findComparisonOfRun(RunId id) const {
    using Found = Result<std::optional<ComparisonRow>>;
    return m_connection->use([&](SQLite::Database& database) -> Found {
        const std::optional<RunRow> row = selectRun(database, id);
        if (!row)
            return noSuchRun(id);
        if (!row->comparisonId)
            return std::nullopt;
        std::vector<ComparisonRow> rows = selectComparisons(database, row->comparisonId, 1);
        if (rows.empty())
            return std::nullopt;
        return std::move(rows.front());
    });
}

// --- reading

Result<std::vector<RunRow>> RunStore::listRuns(const RunFilter& filter, std::size_t limit) const {
    const FilterSql sql(filter);
    return m_connection->use([&](SQLite::Database& database) -> Result<std::vector<RunRow>> {
        return selectRuns(database, sql.where(),
                          [&](RowWriter& writer) { sql.bind(writer, limit); });
    });
}

Result<RunRow> RunStore::run(RunId id) const {
    return m_connection->use([&](SQLite::Database& database) -> Result<RunRow> {
        std::optional<RunRow> row = selectRun(database, id);
        if (!row)
            return noSuchRun(id);
        return std::move(*row);
    });
}

Result<std::vector<StageRow>> RunStore::stages(RunId id) const {
    return m_connection->use([&](SQLite::Database& db) { return selectStages(db, id); });
}
Result<std::vector<MemberRow>> RunStore::members(RunId id) const {
    return m_connection->use([&](SQLite::Database& db) -> Result<std::vector<MemberRow>> {
        return selectMembers(db, id);
    });
}
Result<std::vector<EdgeRow>> RunStore::edges(RunId id) const {
    return m_connection->use(
        [&](SQLite::Database& db) -> Result<std::vector<EdgeRow>> { return selectEdges(db, id); });
}
Result<std::vector<LatencyRow>> RunStore::latency(RunId id) const {
    return m_connection->use([&](SQLite::Database& db) { return selectLatency(db, id); });
}
Result<std::vector<RewriteRow>> RunStore::rewrites(RunId id) const {
    return m_connection->use([&](SQLite::Database& db) -> Result<std::vector<RewriteRow>> {
        return selectRewrites(db, id);
    });
}
Result<std::vector<SamplePoint>> RunStore::samples(RunId id) const {
    return m_connection->use([&](SQLite::Database& db) -> Result<std::vector<SamplePoint>> {
        return selectSamples(db, id);
    });
}

Result<RunRecord> RunStore::record(RunId id) const {
    return m_connection->use([&](SQLite::Database& database) -> Result<RunRecord> {
        SQLite::Transaction snapshot(database);
        std::optional<RunRow> row = selectRun(database, id);
        if (!row)
            return noSuchRun(id);
        return selectRecord(database, std::move(*row));
    });
}

Result<std::optional<std::string>> RunStore::planText(const std::string& planHash) const {
    using Found = Result<std::optional<std::string>>;
    return m_connection->use(
        [&](SQLite::Database& database) -> Found { return selectPlanText(database, planHash); });
}

// --- the user's hand

Status RunStore::deleteRun(RunId id) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        const std::optional<RunRow> row = selectRun(database, id);
        if (!row)
            return noSuchRun(id);
        if (row->status == RunStatus::Running && !isAbandoned(*row))
            return fail(ErrorCode::InvalidArgument, fmt::format("run {} is still running", id),
                        "stop it first");
        removeRun(database, *row);
        return {};
    });
}

Status RunStore::setTag(RunId id, const std::string& tag) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        SQLite::Statement statement(database, "UPDATE runs SET tag = ? WHERE id = ?");
        RowWriter(statement) << tag << id;
        return statement.exec() == 1 ? Status() : noSuchRun(id);
    });
}

Status RunStore::setNote(RunId id, const std::string& note) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        SQLite::Statement statement(database, "UPDATE runs SET note = ? WHERE id = ?");
        RowWriter(statement) << note << id;
        return statement.exec() == 1 ? Status() : noSuchRun(id);
    });
}

// --- settings

Result<std::optional<std::string>> RunStore::setting(const std::string& key) const {
    using Found = Result<std::optional<std::string>>;
    return m_connection->use([&](SQLite::Database& database) -> Found {
        SQLite::Statement statement(database, "SELECT value FROM settings WHERE key = ?");
        RowWriter(statement) << key;
        if (!statement.executeStep())
            return std::nullopt;
        return statement.getColumn(0).getString();
    });
}

Status RunStore::setSetting(const std::string& key, const std::string& value) {
    return m_connection->write([&](SQLite::Database& database) -> Status {
        SQLite::Statement statement(database,
                                    "INSERT INTO settings (key, value) VALUES (?, ?) ON "
                                    "CONFLICT (key) DO UPDATE SET value = excluded.value");
        (RowWriter(statement) << key << value).run();
        return {};
    });
}

Result<std::vector<SettingRow>> RunStore::settings() const {
    return m_connection->use([&](SQLite::Database& database) -> Result<std::vector<SettingRow>> {
        SQLite::Statement statement(database, "SELECT key, value FROM settings ORDER BY key");
        std::vector<SettingRow> rows;
        while (statement.executeStep()) {
            SettingRow& row = rows.emplace_back();
            RowReader(statement) >> row.key >> row.value;
        }
        return rows;
    });
}

} // namespace fuseboard
