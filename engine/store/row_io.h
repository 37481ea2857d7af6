// SPDX-License-Identifier: Apache-2.0
// Private to engine/store: rows to and from tables. Everything here works on an open database,
// inside the caller's transaction, and lets SQLite's exceptions through.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/run_rows.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fuseboard {

/// Reads the columns of a statement's present row from left to right.
class RowReader {
public:
    explicit RowReader(SQLite::Statement& statement) : m_statement(statement) {}
    RowReader& operator>>(std::string& value);
    RowReader& operator>>(std::uint64_t& value);
    RowReader& operator>>(std::int64_t& value);
    RowReader& operator>>(std::uint32_t& value);
    RowReader& operator>>(bool& value);
    RowReader& operator>>(double& value);
    RowReader& operator>>(PlanSide& value);
    RowReader& operator>>(RunStatus& value);
    RowReader& operator>>(Verdict& value);
    RowReader& operator>>(std::vector<std::string>& value);
    template <class T> RowReader& operator>>(std::optional<T>& value) {
        if (m_statement.isColumnNull(m_column)) {
            value.reset();
            ++m_column;
            return *this;
        }
        return *this >> value.emplace();
    }

private:
    SQLite::Statement& m_statement;
    int m_column = 0;
};

/// Binds the parameters of a statement from left to right; run() executes and makes it ready again.
class RowWriter {
public:
    explicit RowWriter(SQLite::Statement& statement) : m_statement(statement) {}
    RowWriter& operator<<(const std::string& value);
    RowWriter& operator<<(std::string_view value) { return *this << std::string(value); }
    RowWriter& operator<<(std::uint64_t value);
    RowWriter& operator<<(std::int64_t value);
    RowWriter& operator<<(std::uint32_t value) { return *this << std::uint64_t{value}; }
    RowWriter& operator<<(bool value) { return *this << std::uint64_t{value ? 1U : 0U}; }
    RowWriter& operator<<(double value);
    RowWriter& operator<<(PlanSide value) { return *this << toString(value); }
    RowWriter& operator<<(RunStatus value) { return *this << toString(value); }
    RowWriter& operator<<(Verdict value) { return *this << toString(value); }
    RowWriter& operator<<(const std::vector<std::string>& value);
    RowWriter& operator<<(const Histogram& value);
    template <class T> RowWriter& operator<<(const std::optional<T>& value) {
        return value ? *this << *value : null();
    }
    RowWriter& null();
    void run();

private:
    SQLite::Statement& m_statement;
    int m_parameter = 1;
};

// --- runs
/// Inserts under row.id, or the next id where that is 0. The id.
RunId insertRun(SQLite::Database& database, const RunRow& row);
/// Writes all columns of the run row.id again; false if there is no such run.
bool updateRun(SQLite::Database& database, const RunRow& row);
/// The rows that `where` (SQL after FROM, may be empty) selects; `bind` gives its parameters.
template <class Bind>
std::vector<RunRow> selectRuns(SQLite::Database& database, const std::string& where, Bind&& bind);
[[nodiscard]] std::optional<RunRow> selectRun(SQLite::Database& database, RunId id);

/// Replaces everything but the run's own row and adds to its samples.
void writeDetails(SQLite::Database& database, RunId id, const RunRecord& record);
void insertSamples(SQLite::Database& database, RunId id, std::span<const SamplePoint> samples);
/// A heartbeat, with the progress if there is one; nothing once the run is finished.
void touchHeartbeat(SQLite::Database& database, RunId id,
                    const std::optional<RunProgress>& progress);
/// Replaces the figures of a running run that come with its heartbeat (RunStore::addSamples).
void writeFigures(SQLite::Database& database, RunId id, const RunRecord& record);
/// Marks a run as interrupted and gives its stages the counters of their last samples.
void markInterrupted(SQLite::Database& database, RunId id);

[[nodiscard]] Result<std::vector<StageRow>> selectStages(SQLite::Database& database, RunId id);
[[nodiscard]] std::vector<MemberRow> selectMembers(SQLite::Database& database, RunId id);
[[nodiscard]] std::vector<CodeRow> selectCode(SQLite::Database& database, RunId id);
[[nodiscard]] std::vector<EdgeRow> selectEdges(SQLite::Database& database, RunId id);
[[nodiscard]] Result<std::vector<LatencyRow>> selectLatency(SQLite::Database& database, RunId id);
[[nodiscard]] std::vector<RewriteRow> selectRewrites(SQLite::Database& database, RunId id);
[[nodiscard]] std::vector<SamplePoint> selectSamples(SQLite::Database& database, RunId id);
[[nodiscard]] Result<RunRecord> selectRecord(SQLite::Database& database, RunRow run);
[[nodiscard]] std::optional<std::string> selectPlanText(SQLite::Database& database,
                                                        const std::string& hash);

// --- comparisons
ComparisonId insertComparison(SQLite::Database& database, const ComparisonRow& row);
bool updateComparison(SQLite::Database& database, const ComparisonRow& row);
/// The newest `limit`, or only the one with this id.
[[nodiscard]] std::vector<ComparisonRow>
selectComparisons(SQLite::Database& database, std::optional<ComparisonId> id, std::size_t limit);

// --- for selectRuns
[[nodiscard]] const std::string& selectRunsSql();
[[nodiscard]] RunRow readRun(SQLite::Statement& statement);

template <class Bind>
std::vector<RunRow> selectRuns(SQLite::Database& database, const std::string& where, Bind&& bind) {
    SQLite::Statement statement(database, selectRunsSql() + where);
    RowWriter writer(statement);
    bind(writer);
    std::vector<RunRow> rows;
    while (statement.executeStep())
        rows.push_back(readRun(statement));
    return rows;
}

} // namespace fuseboard
