// SPDX-License-Identifier: Apache-2.0
// Private to engine/store: one SQLite connection, the translation of its failures, and the schema.
// Inside this folder SQLite's exceptions are let through; guarded() stops them at the border.
#pragma once

#include "engine/base/result.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// The SQL of every step of the schema; step i leads from version i to version i + 1.
[[nodiscard]] std::span<const std::string_view> migrations();

struct ConnectionOptions {
    std::uint32_t busyTimeoutMs = 5000;
    std::uint64_t maxBytes = 0;
    bool create = true;
    bool journalAhead = true; ///< WAL; off for files that are read once
};

/// A database in memory with the present schema and no foreign keys; small pages.
[[nodiscard]] std::unique_ptr<SQLite::Database> openInMemory();
/// A database file with the present schema; created where it is missing.
[[nodiscard]] Result<std::unique_ptr<SQLite::Database>> openFile(const std::string& path,
                                                                 const ConnectionOptions& options);

/// What a failure of SQLite means to the user. `path` names the database.
[[nodiscard]] Error errorFrom(const SQLite::Exception& failure, const std::string& path);

/// Runs `work`, which returns a Result or Status, and turns exceptions into errors.
template <class Work> auto guarded(const std::string& path, Work&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const SQLite::Exception& failure) {
        return fail(errorFrom(failure, path));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::LimitExceeded, "out of memory while using the database " + path);
    }
}

/// A transaction that holds the write lock from its beginning, so that what it read is still true
/// when it writes. Rolled back unless committed.
class WriteTransaction {
public:
    explicit WriteTransaction(SQLite::Database& database)
        : m_transaction(database, SQLite::TransactionBehavior::IMMEDIATE) {}
    void commit() { m_transaction.commit(); }

private:
    SQLite::Transaction m_transaction;
};

} // namespace fuseboard
