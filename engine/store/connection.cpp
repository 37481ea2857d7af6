// SPDX-License-Identifier: Apache-2.0
#include "engine/store/connection.h"

#include "engine/base/clock.h"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace fuseboard {

namespace {

constexpr std::int64_t kApplicationId = 1178759025; // "FBo1", in migrations/0001_runs.sql

std::int64_t number(SQLite::Database& database, const char* query) {
    return database.execAndGet(query).getInt64();
}

/// Refuses what somebody else, or a later Fuseboard, wrote. The version of the schema.
Result<std::size_t> versionOf(SQLite::Database& database, const std::string& path) {
    const std::int64_t version = number(database, "PRAGMA user_version");
    const bool empty = version == 0 && number(database, "SELECT count(*) FROM sqlite_master") == 0;
    if (!empty && number(database, "PRAGMA application_id") != kApplicationId)
        return fail(ErrorCode::NotReadable, fmt::format("{} is not a database of Fuseboard", path),
                    "choose another file with --db or FUSEBOARD_DB");
    const auto known = static_cast<std::int64_t>(migrations().size());
    if (version > known)
        return fail(ErrorCode::NewerVersion,
                    fmt::format("the database {} has schema version {}, this program knows {}",
                                path, version, known),
                    "use the newer Fuseboard that wrote it, or another file with --db");
    return static_cast<std::size_t>(std::max<std::int64_t>(version, 0));
}

Status migrate(SQLite::Database& database, const std::string& path) {
    FB_TRY_ASSIGN(std::size_t version, versionOf(database, path));
    if (version == migrations().size())
        return {};
    WriteTransaction transaction(database);
    FB_TRY_ASSIGN(version, versionOf(database, path)); // another process may have been faster
    for (; version < migrations().size(); ++version)
        database.exec(std::string(migrations()[version]));
    database.exec(fmt::format("PRAGMA user_version = {}", version));
    transaction.commit();
    return {};
}

/// Switching needs the database for itself for a moment, and SQLite does not wait for that.
void useWriteAheadLog(SQLite::Database& database, std::uint32_t timeoutMs) {
    const std::uint64_t deadline = monotonicNs() + std::uint64_t{timeoutMs} * 1'000'000;
    while (true) {
        try {
            database.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& failure) {
            if ((failure.getErrorCode() & 0xFF) != SQLITE_BUSY || monotonicNs() >= deadline)
                throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void limitSize(SQLite::Database& database, std::uint64_t maxBytes) {
    const auto pageSize = static_cast<std::uint64_t>(number(database, "PRAGMA page_size"));
    database.exec(
        fmt::format("PRAGMA max_page_count = {}", std::max<std::uint64_t>(1, maxBytes / pageSize)));
}

Status createFolders(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code failure;
    if (!folder.empty())
        std::filesystem::create_directories(folder, failure);
    if (failure)
        return fail(ErrorCode::NotWritable, fmt::format("cannot create the folder {}: {}",
                                                        folder.string(), failure.message()));
    return {};
}

/// SQLite only says "unable to open"; the system knows more.
std::string whyNotOpened(const std::string& path) {
    std::error_code failure;
    if (std::filesystem::is_directory(path, failure))
        return "it is a folder";
    const bool there = std::filesystem::exists(path, failure);
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const std::string asked = there ? path : (folder.empty() ? "." : folder);
    if (::access(asked.c_str(), there ? R_OK : R_OK | W_OK | X_OK) != 0)
        return std::strerror(errno);
    return "the system refused";
}

} // namespace

Error errorFrom(const SQLite::Exception& failure, const std::string& path) {
    const char* const ownFile = "choose another file with --db or FUSEBOARD_DB";
    switch (failure.getErrorCode() & 0xFF) { // the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::Locked,
                fmt::format("the database {} is locked by another process", path),
                "wait for it to end, or choose another file with --db"};
    case SQLITE_FULL:
        return {ErrorCode::NotWritable, fmt::format("no room left for the database {}", path),
                "free some space, delete old runs, or choose another file with --db"};
    case SQLITE_IOERR:
        return {ErrorCode::NotWritable,
                fmt::format("cannot write the database {}: {}", path, failure.getErrorStr()),
                "look for a full or failing disk"};
    case SQLITE_READONLY:
        return {ErrorCode::NotWritable, fmt::format("the database {} is not writable", path),
                ownFile};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {ErrorCode::NotReadable,
                fmt::format("cannot open the database {}: {}", path, whyNotOpened(path)), ownFile};
    case SQLITE_NOTADB:
        return {ErrorCode::NotReadable, fmt::format("{} is not a database", path), ownFile};
    case SQLITE_CORRUPT:
        return {ErrorCode::NotReadable, fmt::format("the database {} is damaged", path),
                "move it away; the next run begins a new one"};
    default:
        return {ErrorCode::NotReadable,
                fmt::format("the database {} failed: {}", path, failure.what()),
                {}};
    }
}

std::unique_ptr<SQLite::Database> openInMemory() {
    auto database = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE |
                                                                       SQLite::OPEN_CREATE);
    database->exec("PRAGMA page_size = 1024; PRAGMA foreign_keys = OFF");
    for (const std::string_view step : migrations())
        database->exec(std::string(step));
    database->exec(fmt::format("PRAGMA user_version = {}", migrations().size()));
    return database;
}

Result<std::unique_ptr<SQLite::Database>> openFile(const std::string& path,
                                                   const ConnectionOptions& options) {
    using Opened = Result<std::unique_ptr<SQLite::Database>>;
    if (options.create)
        FB_TRY(createFolders(path));
    return guarded(path, [&]() -> Opened {
        auto database = std::make_unique<SQLite::Database>(
            path, SQLite::OPEN_READWRITE | (options.create ? SQLite::OPEN_CREATE : 0),
            static_cast<int>(std::min<std::uint32_t>(options.busyTimeoutMs, 1U << 30U)));
        FB_TRY(versionOf(*database, path)); // before anything is changed
        if (options.journalAhead)
            useWriteAheadLog(*database, options.busyTimeoutMs);
        // NORMAL: a commit survives the death of the process; only power loss may cost the last
        // ones.
        database->exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
        if (options.maxBytes != 0)
            limitSize(*database, options.maxBytes);
        FB_TRY(migrate(*database, path));
        return database;
    });
}

} // namespace fuseboard
