// SPDX-License-Identifier: Apache-2.0
#include "engine/store/pending.h"

#include "engine/measure/process_stats.h"
#include "engine/store/connection.h"
#include "engine/store/row_io.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <vector>

namespace fuseboard {

namespace {

constexpr std::string_view kPending = ".pending-";
constexpr std::string_view kReserve = ".reserve-";
constexpr std::string_view kEnding = ".sqlite";
constexpr off_t kReservedBytes = 512 * 1024; // a run of some 50 stages without its time series

std::string newName(const std::string& path, std::string_view kind, std::string_view ending) {
    static std::atomic<std::uint64_t> next{0};
    std::string name;
    do {
        name = fmt::format("{}{}{}-{}{}", path, kind, ::getpid(), ++next, ending);
    } while (::access(name.c_str(), F_OK) == 0);
    return name;
}

/// The files beside `path` whose name is that of `path` with `kind`, something, and `ending`.
std::vector<std::string> filesBeside(const std::string& path, std::string_view kind,
                                     std::string_view ending) {
    const std::filesystem::path database(path);
    const std::string prefix = database.filename().string() + std::string(kind);
    std::vector<std::string> found;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(database.parent_path(), failure), end;
         !failure && entry != end; entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(ending))
            found.push_back(entry->path().string());
    }
    std::ranges::sort(found);
    return found;
}

std::string bytesOf(SQLite::Database& database) {
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, void (*)(void*)> bytes(
        sqlite3_serialize(database.getHandle(), "main", &size, 0), sqlite3_free);
    if (!bytes)
        return {};
    return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
}

bool writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

/// Writes `bytes` over `file` and gives it its final name.
Result<std::string> publish(const std::string& path, const std::string& file,
                            std::string_view bytes) {
    const auto refused = [&] {
        return fail(ErrorCode::NotWritable,
                    fmt::format("cannot keep the figures in {}: {}", file, std::strerror(errno)),
                    "free some space and run again");
    };
    if (bytes.empty())
        return fail(ErrorCode::LimitExceeded, "out of memory while keeping the figures aside");
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return refused();
    const bool written = writeAll(fd, bytes) &&
                         ::ftruncate(fd, static_cast<off_t>(bytes.size())) == 0 && ::fsync(fd) == 0;
    if (::close(fd) != 0 || !written)
        return refused();
    std::string name = newName(path, kPending, kEnding);
    if (::rename(file.c_str(), name.c_str()) != 0)
        return refused();
    return name;
}

std::string recordBytes(const RunRecord& record) {
    const auto database = openInMemory();
    SQLite::Transaction transaction(*database);
    const RunId id = insertRun(*database, record.run);
    writeDetails(*database, id, record);
    transaction.commit();
    return bytesOf(*database);
}

struct Pending {
    std::string file;
    std::vector<RunRecord> runs;
    std::vector<ComparisonRow> comparisons;
};

Result<Pending> readPending(const std::string& file) {
    FB_TRY_ASSIGN(const auto database,
                  openFile(file, {.busyTimeoutMs = 1000, .create = false, .journalAhead = false}));
    return guarded(file, [&]() -> Result<Pending> {
        Pending content;
        content.file = file;
        for (RunRow& row : selectRuns(*database, "", [](RowWriter&) {})) {
            row.planText = selectPlanText(*database, row.planHash).value_or("");
            FB_TRY_ASSIGN(RunRecord record, selectRecord(*database, std::move(row)));
            content.runs.push_back(std::move(record));
        }
        content.comparisons = selectComparisons(*database, std::nullopt, SIZE_MAX);
        return content;
    });
}

/// The stored run that `row` is, whatever its number: one process starts one run at a time.
std::optional<RunRow> findSameRun(SQLite::Database& database, const RunRow& row) {
    std::vector<RunRow> found = selectRuns(
        database,
        "WHERE started_ns = ? AND owner_pid = ? AND owner_start_time = ? AND owner_boot_id = ? AND "
        "plan = ? ORDER BY runs.id = ? DESC LIMIT 1",
        [&](RowWriter& writer) {
            writer << row.startedNs << row.owner.pid << row.owner.startTime << row.owner.bootId
                   << row.plan << row.id;
        });
    if (found.empty())
        return std::nullopt;
    return std::move(found.front());
}

void takeRun(SQLite::Database& database, RunRecord& record) {
    RunRow& run = record.run;
    if (run.comparisonId && selectComparisons(database, run.comparisonId, 1).empty())
        run.comparisonId.reset();
    const std::optional<RunRow> stored = findSameRun(database, run);
    if (!stored) {
        run.id = 0;
        run.id = insertRun(database, run);
    } else if (stored->status == RunStatus::Running || stored->status == RunStatus::Interrupted) {
        run.id = stored->id;
        completeFrom(run, *stored);
        updateRun(database, run);
    } else {
        return; // somebody took it in before and could not remove the file
    }
    writeDetails(database, run.id, record);
}

void takeComparison(SQLite::Database& database, ComparisonRow& row) {
    SQLite::Statement statement(database, "SELECT id, finished_ns FROM comparisons WHERE "
                                          "created_ns = ? AND pipeline_hash = ?");
    RowWriter(statement) << row.createdNs << row.pipelineHash;
    if (!statement.executeStep()) {
        row.id = 0;
        insertComparison(database, row);
        return;
    }
    std::uint64_t finishedNs = 0;
    RowReader(statement) >> row.id >> finishedNs;
    if (finishedNs == 0)
        updateComparison(database, row);
}

/// What can be read of the files beside `path`.
std::vector<Pending> readAllPending(const std::string& path) {
    std::vector<Pending> contents;
    for (const std::string& file : filesBeside(path, kPending, kEnding)) {
        Result<Pending> content = readPending(file);
        if (content)
            contents.push_back(std::move(*content));
        else if ((content.error().code == ErrorCode::NotReadable ||
                  content.error().code == ErrorCode::InvalidSyntax) &&
                 ::access(file.c_str(), R_OK | W_OK) == 0)
            ::rename(file.c_str(), (file + ".damaged").c_str());
    }
    return contents;
}

/// Files that reservePending made in processes which did not live to remove them.
void removeStrayReserves(const std::string& path) {
    for (const std::string& file : filesBeside(path, kReserve, "")) {
        const std::size_t start = file.rfind(kReserve) + kReserve.size();
        std::int64_t pid = 0;
        std::from_chars(file.data() + start, file.data() + file.size(), pid);
        if (!processStartTime(pid))
            ::unlink(file.c_str());
    }
}

} // namespace

Result<std::string> writePending(const std::string& path, const RunRecord& record,
                                 const std::string& reserved) {
    const std::string file = reserved.empty() ? newName(path, kReserve, "") : reserved;
    Result<std::string> name =
        guarded(path, [&] { return publish(path, file, recordBytes(record)); });
    if (!name && !record.samples.empty()) { // the rest may still fit
        RunRecord rest = record;
        rest.samples.clear();
        name = guarded(path, [&] { return publish(path, file, recordBytes(rest)); });
    }
    if (!name)
        ::unlink(file.c_str());
    return name;
}

Result<std::string> writePending(const std::string& path, const ComparisonRow& row) {
    const std::string file = newName(path, kReserve, "");
    Result<std::string> name = guarded(path, [&] {
        const auto database = openInMemory();
        insertComparison(*database, row);
        return publish(path, file, bytesOf(*database));
    });
    if (!name)
        ::unlink(file.c_str());
    return name;
}

std::string reservePending(const std::string& path) {
    std::string file = newName(path, kReserve, "");
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return {};
    const bool reserved = ::posix_fallocate(fd, 0, kReservedBytes) == 0;
    ::close(fd);
    if (reserved)
        return file;
    ::unlink(file.c_str());
    return {};
}

Status takePending(SQLite::Database& database, const std::string& path) {
    removeStrayReserves(path);
    std::vector<Pending> contents = readAllPending(path);
    if (contents.empty())
        return {};
    return guarded(path, [&]() -> Status {
        WriteTransaction transaction(database);
        for (Pending& content : contents) {
            for (ComparisonRow& row : content.comparisons)
                takeComparison(database, row);
            for (RunRecord& record : content.runs)
                takeRun(database, record);
        }
        transaction.commit();
        for (const Pending& content : contents)
            ::unlink(content.file.c_str());
        return {};
    });
}

void completeFrom(RunRow& row, const RunRow& before) {
    if (row.owner.pid == 0)
        row.owner = before.owner;
    if (row.machine.name.empty())
        row.machine = before.machine;
    if (row.startedNs == 0)
        row.startedNs = before.startedNs;
    if (!row.comparisonId)
        row.comparisonId = before.comparisonId;
    if (row.tag.empty())
        row.tag = before.tag;
    if (row.note.empty())
        row.note = before.note;
}

void completeFrom(ComparisonRow& row, const ComparisonRow& before) {
    row.createdNs = before.createdNs;
    if (row.pipelineName.empty())
        row.pipelineName = before.pipelineName;
    if (row.pipelineHash.empty())
        row.pipelineHash = before.pipelineHash;
}

} // namespace fuseboard
