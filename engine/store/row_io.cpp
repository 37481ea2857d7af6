// SPDX-License-Identifier: Apache-2.0
#include "engine/store/row_io.h"

#include "engine/base/clock.h"
#include "engine/store/json_text.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace fuseboard {

namespace {

// The columns of `runs` in the order in which writeRun binds and readRun reads them, without the
// id.
constexpr std::string_view kRunColumns =
    "comparison_id, plan, pipeline_name, pipeline_hash, plan_hash, input_name, input_hash, "
    "output_hash, seed, exec, threads, status, started_ns, seconds, cpu_seconds, rows_in, "
    "rows_out, "
    "bytes_in, bytes_materialized, compile_seconds, peak_memory_bytes, rejected_rows, failed_rows, "
    "error_text, settings, build_version, build_compiler, repetition, warmup, owner_pid, "
    "owner_start_time, owner_boot_id, owner_pid_namespace, heartbeat_ns, tag, note, "
    "measuring_overhead, non_finite, machine_id";
constexpr std::string_view kStageColumns =
    "ordinal, stage_id, nodes, label, rows_in, rows_out, bytes_in, bytes_out, bytes_materialized, "
    "busy_seconds, blocked_seconds, idle_seconds, cpu_seconds, batches, errors, max_queue_bytes, "
    "state_bytes, groups, exec, exec_reason";
constexpr std::string_view kCodeColumns = "stage, form, tier, probe, seconds, reused";
constexpr std::string_view kMemberColumns =
    "stage, node, sampled_batches, rows_in, rows_out, sampled_ns";
constexpr std::string_view kEdgeColumns =
    "from_stage, to_stage, from_node, from_port, to_node, to_port, rows, bytes";
constexpr std::string_view kSampleColumns =
    "t_ns, stage, rows_in, rows_out, busy_ns, queue_bytes, state_bytes";
constexpr std::string_view kRewriteColumns =
    "ordinal, pass, kind, applied, reason, before, after, predicted_saving_ns_per_row";
constexpr std::string_view kComparisonColumns =
    "created_ns, finished_ns, pipeline_name, pipeline_hash, identical, identical_reason, speedup, "
    "ci_low, ci_high, verdict, repetitions, warmups";

/// "?, ?, ?" for as many columns as `columns` names.
std::string placeholders(std::string_view columns) {
    std::string marks = "?";
    for (const char c : columns) {
        if (c == ',')
            marks += ", ?";
    }
    return marks;
}

/// An INSERT whose first parameter is `key`, followed by those of `columns`.
std::string insertSql(std::string_view table, std::string_view key, std::string_view columns) {
    return fmt::format("INSERT INTO {} ({}, {}) VALUES (?, {})", table, key, columns,
                       placeholders(columns));
}

std::string selectOfRunSql(std::string_view table, std::string_view columns,
                           std::string_view order) {
    return fmt::format("SELECT {} FROM {} WHERE run_id = ? ORDER BY {}", columns, table, order);
}

/// The id of the machine, which is written once.
std::int64_t machineId(SQLite::Database& database, const MachineRow& machine) {
    constexpr std::string_view kColumns = "name, cpu, cores, memory_bytes, os";
    SQLite::Statement insert(database,
                             fmt::format("INSERT OR IGNORE INTO machines ({}) VALUES ({})",
                                         kColumns, placeholders(kColumns)));
    const auto bind = [&](SQLite::Statement& statement) {
        RowWriter(statement) << machine.name << machine.cpu << machine.cores << machine.memoryBytes
                             << machine.os;
    };
    bind(insert);
    insert.exec();
    SQLite::Statement select(database, fmt::format("SELECT id FROM machines WHERE ({}) = ({})",
                                                   kColumns, placeholders(kColumns)));
    bind(select);
    select.executeStep();
    return select.getColumn(0).getInt64();
}

void writePlan(SQLite::Database& database, const RunRow& row) {
    if (row.planHash.empty())
        return;
    SQLite::Statement statement(database,
                                "INSERT INTO plans (hash, text) VALUES (?, ?) ON CONFLICT (hash) "
                                "DO UPDATE SET text = excluded.text WHERE text = ''");
    (RowWriter(statement) << row.planHash << row.planText).run();
}

/// Binds kRunColumns.
void writeRun(RowWriter& writer, const RunRow& row, std::int64_t machine) {
    const std::optional<std::string> planHash =
        row.planHash.empty() ? std::nullopt : std::optional(row.planHash);
    writer << row.comparisonId << row.plan << row.pipelineName << row.pipelineHash << planHash
           << row.inputName << row.inputHash << row.outputHash << row.seed << row.exec
           << row.threads << row.status << row.startedNs << row.seconds << row.cpuSeconds
           << row.rowsIn << row.rowsOut << row.bytesIn << row.bytesMaterialized
           << row.compileSeconds << row.peakMemoryBytes << row.rejectedRows << row.failedRows
           << row.errorText << row.settingsJson << row.build.version << row.build.compiler
           << row.repetition << row.warmup << row.owner.pid << row.owner.startTime
           << row.owner.bootId << row.owner.pidNamespace << row.heartbeatNs << row.tag << row.note
           << row.measuringOverhead << row.nonFinite << machine;
}

void deleteOfRun(SQLite::Database& database, std::string_view table, RunId id) {
    SQLite::Statement statement(database, fmt::format("DELETE FROM {} WHERE run_id = ?", table));
    (RowWriter(statement) << id).run();
}

SQLite::Statement insertHistogram(SQLite::Database& database) {
    return {database,
            "INSERT INTO histograms (run_id, kind, owner, sink, counts) VALUES (?, ?, ?, ?, ?)"};
}

void writeStages(SQLite::Database& database, RunId id, const std::vector<StageRow>& stages) {
    SQLite::Statement statement(database, insertSql("stages", "run_id", kStageColumns));
    SQLite::Statement histogram = insertHistogram(database);
    const std::string noSink;
    for (const StageRow& row : stages) {
        (RowWriter(statement) << id << row.ordinal << row.stageId << row.nodes << row.label
                              << row.rowsIn << row.rowsOut << row.bytesIn << row.bytesOut
                              << row.bytesMaterialized << row.busySeconds << row.blockedSeconds
                              << row.idleSeconds << row.cpuSeconds << row.batches << row.errors
                              << row.maxQueueBytes << row.stateBytes << row.groups << row.exec
                              << row.execReason)
            .run();
        (RowWriter(histogram) << id << std::string_view("service") << row.ordinal << noSink
                              << row.service)
            .run();
        (RowWriter(histogram) << id << std::string_view("queue_wait") << row.ordinal << noSink
                              << row.queueWait)
            .run();
    }
}

void writeMembers(SQLite::Database& database, RunId id, const std::vector<MemberRow>& members) {
    SQLite::Statement statement(
        database, insertSql("members", "run_id", fmt::format("ordinal, {}", kMemberColumns)));
    std::uint64_t ordinal = 0;
    for (const MemberRow& row : members) {
        (RowWriter(statement) << id << ordinal++ << row.stage << row.node << row.sampledBatches
                              << row.rowsIn << row.rowsOut << row.sampledNs)
            .run();
    }
}

void writeCode(SQLite::Database& database, RunId id, const std::vector<CodeRow>& code) {
    SQLite::Statement statement(
        database, insertSql("code", "run_id", fmt::format("ordinal, {}", kCodeColumns)));
    std::uint64_t ordinal = 0;
    for (const CodeRow& row : code) {
        (RowWriter(statement) << id << ordinal++ << row.stage << row.form << row.tier << row.probe
                              << row.seconds << row.reused)
            .run();
    }
}

void writeEdges(SQLite::Database& database, RunId id, const std::vector<EdgeRow>& edges) {
    SQLite::Statement statement(
        database, insertSql("edges", "run_id", fmt::format("ordinal, {}", kEdgeColumns)));
    std::uint64_t ordinal = 0;
    for (const EdgeRow& row : edges) {
        (RowWriter(statement) << id << ordinal++ << row.fromStage << row.toStage << row.fromNode
                              << row.fromPort << row.toNode << row.toPort << row.rows << row.bytes)
            .run();
    }
}

void writeLatency(SQLite::Database& database, RunId id, const std::vector<LatencyRow>& latency) {
    SQLite::Statement statement = insertHistogram(database);
    std::uint64_t position = 0;
    for (const LatencyRow& row : latency) {
        (RowWriter(statement) << id << std::string_view("latency") << position++ << row.sink
                              << row.histogram)
            .run();
    }
}

void writeRewrites(SQLite::Database& database, RunId id, const std::vector<RewriteRow>& rewrites) {
    SQLite::Statement statement(database, insertSql("rewrites", "run_id", kRewriteColumns));
    for (const RewriteRow& row : rewrites) {
        (RowWriter(statement) << id << row.ordinal << row.pass << row.kind << row.applied
                              << row.reason << row.before << row.after
                              << row.predictedSavingNsPerRow)
            .run();
    }
}

Result<Histogram> histogramOf(SQLite::Statement& statement, int column) {
    const SQLite::Column blob = statement.getColumn(column);
    return Histogram::deserialize(
        {static_cast<const char*>(blob.getBlob()), static_cast<std::size_t>(blob.getBytes())});
}

void readRunIds(SQLite::Database& database, ComparisonRow& row) {
    SQLite::Statement statement(database, "SELECT id, plan FROM runs WHERE comparison_id = ? AND "
                                          "warmup = 0 ORDER BY repetition, id");
    RowWriter(statement) << row.id;
    while (statement.executeStep()) {
        RunId id = 0;
        PlanSide plan = PlanSide::Naive;
        RowReader(statement) >> id >> plan;
        (plan == PlanSide::Naive ? row.naiveRuns : row.optimizedRuns).push_back(id);
    }
}

RowWriter& writeComparison(RowWriter& writer, const ComparisonRow& row) {
    return writer << row.createdNs << row.finishedNs << row.pipelineName << row.pipelineHash
                  << row.identical << row.identicalReason << row.speedup << row.ciLow << row.ciHigh
                  << row.verdict << row.repetitions << row.warmups;
}

} // namespace

// --- columns

RowReader& RowReader::operator>>(std::string& value) {
    value = m_statement.getColumn(m_column++).getString();
    return *this;
}
RowReader& RowReader::operator>>(std::uint64_t& value) {
    value = static_cast<std::uint64_t>(m_statement.getColumn(m_column++).getInt64());
    return *this;
}
RowReader& RowReader::operator>>(std::int64_t& value) {
    value = m_statement.getColumn(m_column++).getInt64();
    return *this;
}
RowReader& RowReader::operator>>(std::uint32_t& value) {
    value = static_cast<std::uint32_t>(m_statement.getColumn(m_column++).getInt64());
    return *this;
}
RowReader& RowReader::operator>>(bool& value) {
    value = m_statement.getColumn(m_column++).getInt64() != 0;
    return *this;
}
RowReader& RowReader::operator>>(double& value) {
    value = m_statement.getColumn(m_column++).getDouble();
    return *this;
}
// The schema's CHECK constraints admit known texts only, so the fallbacks are never seen.
RowReader& RowReader::operator>>(PlanSide& value) {
    std::string text;
    *this >> text;
    value = planSideFromText(text).value_or(PlanSide::Naive);
    return *this;
}
RowReader& RowReader::operator>>(RunStatus& value) {
    std::string text;
    *this >> text;
    value = runStatusFromText(text).value_or(RunStatus::Interrupted);
    return *this;
}
RowReader& RowReader::operator>>(Verdict& value) {
    std::string text;
    *this >> text;
    value = verdictFromText(text).value_or(Verdict::None);
    return *this;
}
RowReader& RowReader::operator>>(std::vector<std::string>& value) {
    std::string text;
    *this >> text;
    value = textsOfJsonList(text);
    return *this;
}

RowWriter& RowWriter::operator<<(const std::string& value) {
    m_statement.bind(m_parameter++, value);
    return *this;
}
RowWriter& RowWriter::operator<<(std::uint64_t value) {
    return *this << static_cast<std::int64_t>(value); // SQLite has no unsigned integers
}
RowWriter& RowWriter::operator<<(std::int64_t value) {
    m_statement.bind(m_parameter++, value);
    return *this;
}
RowWriter& RowWriter::operator<<(double value) {
    m_statement.bind(m_parameter++, std::isnan(value) ? 0.0 : value); // SQLite reads NaN as NULL
    return *this;
}
RowWriter& RowWriter::operator<<(const std::vector<std::string>& value) {
    return *this << jsonList(value);
}
RowWriter& RowWriter::operator<<(const Histogram& value) {
    const std::string bytes = value.serialize();
    m_statement.bind(m_parameter++, bytes.data(), static_cast<int>(bytes.size()));
    return *this;
}
RowWriter& RowWriter::null() {
    m_statement.bind(m_parameter++);
    return *this;
}
void RowWriter::run() {
    m_statement.exec();
    m_statement.reset();
    m_parameter = 1;
}

// --- runs

RunId insertRun(SQLite::Database& database, const RunRow& row) {
    writePlan(database, row);
    const std::int64_t machine = machineId(database, row.machine);
    SQLite::Statement statement(database, insertSql("runs", "id", kRunColumns));
    RowWriter writer(statement);
    writer << (row.id == 0 ? std::nullopt : std::optional(row.id));
    writeRun(writer, row, machine);
    writer.run();
    return database.getLastInsertRowid();
}

bool updateRun(SQLite::Database& database, const RunRow& row) {
    writePlan(database, row);
    const std::int64_t machine = machineId(database, row.machine);
    SQLite::Statement statement(database, fmt::format("UPDATE runs SET ({}) = ({}) WHERE id = ?",
                                                      kRunColumns, placeholders(kRunColumns)));
    RowWriter writer(statement);
    writeRun(writer, row, machine);
    writer << row.id;
    return statement.exec() == 1;
}

const std::string& selectRunsSql() {
    static const std::string sql = fmt::format(
        "SELECT runs.id, {}, machines.name, cpu, cores, memory_bytes, os FROM runs JOIN "
        "machines ON machines.id = machine_id ",
        kRunColumns);
    return sql;
}

RunRow readRun(SQLite::Statement& statement) {
    RunRow row;
    std::optional<std::string> planHash;
    std::int64_t machine = 0;
    RowReader(statement) >> row.id >> row.comparisonId >> row.plan >> row.pipelineName >>
        row.pipelineHash >> planHash >> row.inputName >> row.inputHash >> row.outputHash >>
        row.seed >> row.exec >> row.threads >> row.status >> row.startedNs >> row.seconds >>
        row.cpuSeconds >> row.rowsIn >> row.rowsOut >> row.bytesIn >> row.bytesMaterialized >>
        row.compileSeconds >> row.peakMemoryBytes >> row.rejectedRows >> row.failedRows >>
        row.errorText >> row.settingsJson >> row.build.version >> row.build.compiler >>
        row.repetition >> row.warmup >> row.owner.pid >> row.owner.startTime >> row.owner.bootId >>
        row.owner.pidNamespace >> row.heartbeatNs >> row.tag >> row.note >> row.measuringOverhead >>
        row.nonFinite >> machine >> row.machine.name >> row.machine.cpu >> row.machine.cores >>
        row.machine.memoryBytes >> row.machine.os;
    row.planHash = planHash.value_or("");
    return row;
}

std::optional<RunRow> selectRun(SQLite::Database& database, RunId id) {
    std::vector<RunRow> rows =
        selectRuns(database, "WHERE runs.id = ?", [&](RowWriter& writer) { writer << id; });
    if (rows.empty())
        return std::nullopt;
    rows.front().planText = selectPlanText(database, rows.front().planHash).value_or("");
    return std::move(rows.front());
}

void writeDetails(SQLite::Database& database, RunId id, const RunRecord& record) {
    for (const std::string_view table :
         {"stages", "members", "code", "edges", "histograms", "rewrites"})
        deleteOfRun(database, table, id);
    writeStages(database, id, record.stages);
    writeMembers(database, id, record.members);
    writeCode(database, id, record.code);
    writeEdges(database, id, record.edges);
    writeLatency(database, id, record.latency);
    writeRewrites(database, id, record.rewrites);
    insertSamples(database, id, record.samples);
}

void insertSamples(SQLite::Database& database, RunId id, std::span<const SamplePoint> samples) {
    SQLite::Statement statement(database,
                                fmt::format("INSERT OR REPLACE INTO samples (run_id, {}) VALUES "
                                            "(?, {})",
                                            kSampleColumns, placeholders(kSampleColumns)));
    for (const SamplePoint& row : samples) {
        (RowWriter(statement) << id << row.tNs << row.stage << row.rowsIn << row.rowsOut
                              << row.busyNs << row.queueBytes << row.stateBytes)
            .run();
    }
}

void touchHeartbeat(SQLite::Database& database, RunId id,
                    const std::optional<RunProgress>& progress) {
    SQLite::Statement alive(database,
                            "UPDATE runs SET heartbeat_ns = ? WHERE id = ? AND status = 'running'");
    (RowWriter(alive) << wallNs() << id).run();
    if (!progress)
        return;
    SQLite::Statement figures(
        database, "UPDATE runs SET seconds = ?, cpu_seconds = ?, rows_in = ?, rows_out = ?, "
                  "bytes_in = ?, rejected_rows = ?, failed_rows = ? WHERE id = ? AND "
                  "status = 'running'");
    (RowWriter(figures) << progress->seconds << progress->cpuSeconds << progress->rowsIn
                        << progress->rowsOut << progress->bytesIn << progress->rejectedRows
                        << progress->failedRows << id)
        .run();
}

void writeFigures(SQLite::Database& database, RunId id, const RunRecord& record) {
    SQLite::Statement run(database, "UPDATE runs SET threads = ?, bytes_materialized = ?, "
                                    "peak_memory_bytes = ? WHERE id = ? AND status = 'running'");
    RowWriter(run) << record.run.threads << record.run.bytesMaterialized
                   << record.run.peakMemoryBytes << id;
    if (run.exec() == 0)
        return;
    for (const std::string_view table : {"stages", "members", "edges", "histograms"})
        deleteOfRun(database, table, id);
    writeStages(database, id, record.stages);
    writeMembers(database, id, record.members);
    writeEdges(database, id, record.edges);
    writeLatency(database, id, record.latency);
}

void markInterrupted(SQLite::Database& database, RunId id) {
    SQLite::Statement run(database,
                          "UPDATE runs SET status = 'interrupted', seconds = max(seconds, "
                          "(heartbeat_ns - started_ns) / 1e9) WHERE id = ?");
    (RowWriter(run) << id).run();
    SQLite::Statement stages(
        database,
        "UPDATE stages SET (rows_in, rows_out, busy_seconds, state_bytes) = (SELECT rows_in, "
        "rows_out, busy_ns / 1e9, max(samples.state_bytes, stages.state_bytes) FROM samples WHERE "
        "samples.run_id = stages.run_id "
        "AND "
        "stage = ordinal ORDER BY t_ns DESC LIMIT 1) WHERE run_id = ?1 AND ordinal IN (SELECT "
        "stage "
        "FROM samples WHERE run_id = ?1)");
    (RowWriter(stages) << id).run();
}

namespace {

/// The rows that one table holds of a run; `read` takes the columns of one.
template <class Row, class Read>
std::vector<Row> rowsOfRun(SQLite::Database& database, const std::string& select, RunId id,
                           const Read& read) {
    SQLite::Statement statement(database, select);
    RowWriter(statement) << id;
    std::vector<Row> rows;
    while (statement.executeStep()) {
        Row& row = rows.emplace_back();
        row.runId = id;
        read(RowReader(statement), row);
    }
    return rows;
}

} // namespace

Result<std::vector<StageRow>> selectStages(SQLite::Database& database, RunId id) {
    std::vector<StageRow> rows =
        rowsOfRun<StageRow>(database, selectOfRunSql("stages", kStageColumns, "ordinal"), id,
                            [](RowReader reader, StageRow& row) {
                                reader >> row.ordinal >> row.stageId >> row.nodes >> row.label >>
                                    row.rowsIn >> row.rowsOut >> row.bytesIn >> row.bytesOut >>
                                    row.bytesMaterialized >> row.busySeconds >>
                                    row.blockedSeconds >> row.idleSeconds >> row.cpuSeconds >>
                                    row.batches >> row.errors >> row.maxQueueBytes >>
                                    row.stateBytes >> row.groups >> row.exec >> row.execReason;
                            });
    SQLite::Statement histograms(database, "SELECT counts FROM histograms WHERE run_id = ? AND "
                                           "kind = ? AND owner = ?");
    const auto fetch = [&](std::string_view kind, std::uint32_t owner) -> Result<Histogram> {
        histograms.reset();
        RowWriter(histograms) << id << kind << owner;
        return histograms.executeStep() ? histogramOf(histograms, 0) : Histogram();
    };
    for (StageRow& row : rows) {
        FB_TRY_ASSIGN(row.service, fetch("service", row.ordinal));
        FB_TRY_ASSIGN(row.queueWait, fetch("queue_wait", row.ordinal));
    }
    return rows;
}

std::vector<MemberRow> selectMembers(SQLite::Database& database, RunId id) {
    return rowsOfRun<MemberRow>(database, selectOfRunSql("members", kMemberColumns, "ordinal"), id,
                                [](RowReader reader, MemberRow& row) {
                                    reader >> row.stage >> row.node >> row.sampledBatches >>
                                        row.rowsIn >> row.rowsOut >> row.sampledNs;
                                });
}

std::vector<CodeRow> selectCode(SQLite::Database& database, RunId id) {
    return rowsOfRun<CodeRow>(database, selectOfRunSql("code", kCodeColumns, "ordinal"), id,
                              [](RowReader reader, CodeRow& row) {
                                  reader >> row.stage >> row.form >> row.tier >> row.probe >>
                                      row.seconds >> row.reused;
                              });
}

std::vector<EdgeRow> selectEdges(SQLite::Database& database, RunId id) {
    return rowsOfRun<EdgeRow>(database, selectOfRunSql("edges", kEdgeColumns, "ordinal"), id,
                              [](RowReader reader, EdgeRow& row) {
                                  reader >> row.fromStage >> row.toStage >> row.fromNode >>
                                      row.fromPort >> row.toNode >> row.toPort >> row.rows >>
                                      row.bytes;
                              });
}

Result<std::vector<LatencyRow>> selectLatency(SQLite::Database& database, RunId id) {
    SQLite::Statement statement(database,
                                "SELECT sink, counts FROM histograms WHERE run_id = ? AND "
                                "kind = 'latency' ORDER BY owner");
    RowWriter(statement) << id;
    std::vector<LatencyRow> rows;
    while (statement.executeStep()) {
        LatencyRow& row = rows.emplace_back();
        row.runId = id;
        RowReader(statement) >> row.sink;
        FB_TRY_ASSIGN(row.histogram, histogramOf(statement, 1));
    }
    return rows;
}

std::vector<RewriteRow> selectRewrites(SQLite::Database& database, RunId id) {
    return rowsOfRun<RewriteRow>(database, selectOfRunSql("rewrites", kRewriteColumns, "ordinal"),
                                 id, [](RowReader reader, RewriteRow& row) {
                                     reader >> row.ordinal >> row.pass >> row.kind >> row.applied >>
                                         row.reason >> row.before >> row.after >>
                                         row.predictedSavingNsPerRow;
                                 });
}

std::vector<SamplePoint> selectSamples(SQLite::Database& database, RunId id) {
    return rowsOfRun<SamplePoint>(database,
                                  selectOfRunSql("samples", kSampleColumns, "t_ns, stage"), id,
                                  [](RowReader reader, SamplePoint& row) {
                                      reader >> row.tNs >> row.stage >> row.rowsIn >> row.rowsOut >>
                                          row.busyNs >> row.queueBytes >> row.stateBytes;
                                  });
}

Result<RunRecord> selectRecord(SQLite::Database& database, RunRow run) {
    RunRecord record;
    const RunId id = run.id;
    record.run = std::move(run);
    FB_TRY_ASSIGN(record.stages, selectStages(database, id));
    record.members = selectMembers(database, id);
    record.code = selectCode(database, id);
    record.edges = selectEdges(database, id);
    FB_TRY_ASSIGN(record.latency, selectLatency(database, id));
    record.rewrites = selectRewrites(database, id);
    record.samples = selectSamples(database, id);
    return record;
}

std::optional<std::string> selectPlanText(SQLite::Database& database, const std::string& hash) {
    SQLite::Statement statement(database, "SELECT text FROM plans WHERE hash = ?");
    RowWriter(statement) << hash;
    if (!statement.executeStep())
        return std::nullopt;
    return statement.getColumn(0).getString();
}

// --- comparisons

ComparisonId insertComparison(SQLite::Database& database, const ComparisonRow& row) {
    SQLite::Statement statement(database, insertSql("comparisons", "id", kComparisonColumns));
    RowWriter writer(statement);
    writer << (row.id == 0 ? std::nullopt : std::optional(row.id));
    writeComparison(writer, row).run();
    return database.getLastInsertRowid();
}

bool updateComparison(SQLite::Database& database, const ComparisonRow& row) {
    SQLite::Statement statement(database,
                                fmt::format("UPDATE comparisons SET ({}) = ({}) WHERE id = ?",
                                            kComparisonColumns, placeholders(kComparisonColumns)));
    RowWriter writer(statement);
    writeComparison(writer, row) << row.id;
    return statement.exec() == 1;
}

std::vector<ComparisonRow> selectComparisons(SQLite::Database& database,
                                             std::optional<ComparisonId> id, std::size_t limit) {
    SQLite::Statement statement(
        database, fmt::format("SELECT id, {} FROM comparisons {} ORDER BY id DESC LIMIT ?",
                              kComparisonColumns, id ? "WHERE id = ?" : ""));
    RowWriter writer(statement);
    if (id)
        writer << *id;
    writer << std::uint64_t{limit};
    std::vector<ComparisonRow> rows;
    while (statement.executeStep()) {
        ComparisonRow& row = rows.emplace_back();
        RowReader(statement) >> row.id >> row.createdNs >> row.finishedNs >> row.pipelineName >>
            row.pipelineHash >> row.identical >> row.identicalReason >> row.speedup >> row.ciLow >>
            row.ciHigh >> row.verdict >> row.repetitions >> row.warmups;
    }
    for (ComparisonRow& row : rows)
        readRunIds(database, row);
    return rows;
}

} // namespace fuseboard
