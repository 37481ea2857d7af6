// SPDX-License-Identifier: Apache-2.0
// RunStore: the database of runs, and the only record of them. Window, command line and exports
// read the same rows.
//
// SQLite in WAL mode: readers never wait for writers, several processes may use one database at a
// time, and a killed process leaves a database that opens. One connection a RunStore; every
// function may be called from any thread and takes its turn. Errors: Locked (another process holds
// it longer than the busy timeout), NotWritable (refused, or the disk is full), NotReadable (no
// permission, or not a database of Fuseboard), NewerVersion, NotFound (no such run).
#pragma once

#include "engine/base/result.h"
#include "engine/measure/run_rows.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fuseboard {

struct StoreOptions {
    std::uint32_t busyTimeoutMs = 5000; ///< how long to wait for another process
    std::uint64_t maxBytes = 0;         ///< largest size of the database file; 0: the disk's
};

/// What listRuns leaves out; members that are not set leave out nothing.
struct RunFilter {
    std::optional<std::string> pipelineHash{};
    std::optional<PlanSide> plan{};
    std::optional<RunStatus> status{};
    std::optional<ComparisonId> comparison{};
    std::optional<RunId> before{}; ///< only older ones: the next page of a list
    std::string text{};            ///< part of the pipeline's name, input, tag or note, any case
    bool warmups = true;
};

/// $FUSEBOARD_DB, else $XDG_DATA_HOME/fuseboard/runs.sqlite, else ~/.local/share/fuseboard/….
[[nodiscard]] std::string defaultStorePath();

class RunStore {
public:
    /// The schema that this build writes; greater ones are refused with NewerVersion.
    [[nodiscard]] static std::uint32_t schemaVersion();

    /// Opens or creates the database and its folders, brings it to the present schema, takes in
    /// what runs left beside it (see keepAside), and marks the runs of dead processes as
    /// interrupted.
    [[nodiscard]] static Result<std::unique_ptr<RunStore>> open(const std::string& path,
                                                                StoreOptions options = {});
    ~RunStore();
    RunStore(const RunStore&) = delete;
    RunStore& operator=(const RunStore&) = delete;

    [[nodiscard]] const std::string& path() const;

    // --- writing a run
    /// Stores the row with status running; owner, start, heartbeat and machine are filled in where
    /// the row leaves them empty. The id of the new run.
    [[nodiscard]] Result<RunId> beginRun(const RunRow& row);
    /// As beginRun, with what is known before the first row: the plan's stages and edges, the
    /// rewrites. An interrupted run keeps them, with the counters of its last samples; finishRun
    /// replaces them.
    [[nodiscard]] Result<RunId> beginRecord(const RunRecord& record);
    /// The owner's sign of life, due each second.
    [[nodiscard]] Status heartbeat(RunId id);
    /// Appends to the time series, notes the progress and gives a heartbeat, in one transaction.
    /// The stages, members, edges and latency of `figures`, if there are any, with the run's
    /// threads, memory and materialised bytes, replace what is stored of them.
    [[nodiscard]] Status addSamples(RunId id, std::span<const SamplePoint> samples,
                                    const std::optional<RunProgress>& progress = std::nullopt,
                                    const RunRecord* figures = nullptr);
    /// Writes the run and everything measured in one transaction. record.run.id names a begun run;
    /// its samples are added to those that are there. Status must not be running any more;
    /// the stages of an interrupted one take their counters from the last samples.
    [[nodiscard]] Status finishRun(const RunRecord& record);
    /// beginRun and finishRun in one transaction, for a record from elsewhere.
    [[nodiscard]] Result<RunId> addRun(const RunRecord& record);
    /// Puts a finished run into a file of its own beside the database
    /// (`<path>.pending-<pid>-<n>.sqlite`), for when finishRun failed; the next open() takes it in.
    /// The file's name. `reserved` is a file from reserveSpace(), used up by success.
    [[nodiscard]] Result<std::string> keepAside(const RunRecord& record,
                                                const std::string& reserved = {}) const;
    /// As keepAside, for the result of a comparison.
    [[nodiscard]] Result<std::string> keepAside(const ComparisonRow& row) const;
    /// A file beside the database with room for keepAside, so that even on a disk that has become
    /// full the figures find a place; empty when there is no room. The caller removes it.
    [[nodiscard]] std::string reserveSpace() const;

    // --- comparisons
    [[nodiscard]] Result<ComparisonId> beginComparison(const ComparisonRow& row);
    [[nodiscard]] Status finishComparison(const ComparisonRow& row);
    [[nodiscard]] Result<ComparisonRow> comparison(ComparisonId id) const;
    [[nodiscard]] Result<std::vector<ComparisonRow>> listComparisons(std::size_t limit) const;
    [[nodiscard]] Result<std::optional<ComparisonRow>> findComparisonOfRun(RunId id) const;

    // --- reading
    /// Newest first, without plan texts.
    [[nodiscard]] Result<std::vector<RunRow>> listRuns(const RunFilter& filter,
                                                       std::size_t limit) const;
    [[nodiscard]] Result<RunRow> run(RunId id) const;
    [[nodiscard]] Result<std::vector<StageRow>> stages(RunId id) const;
    [[nodiscard]] Result<std::vector<MemberRow>> members(RunId id) const;
    [[nodiscard]] Result<std::vector<EdgeRow>> edges(RunId id) const;
    [[nodiscard]] Result<std::vector<LatencyRow>> latency(RunId id) const;
    [[nodiscard]] Result<std::vector<RewriteRow>> rewrites(RunId id) const;
    [[nodiscard]] Result<std::vector<SamplePoint>> samples(RunId id) const; ///< by time, then stage
    [[nodiscard]] Result<RunRecord> record(RunId id) const; ///< all of it, from one moment
    [[nodiscard]] Result<std::optional<std::string>> planText(const std::string& planHash) const;

    // --- the user's hand
    /// Removes a run with all its rows, and its plan if no other run has it. Running ones are
    /// refused.
    [[nodiscard]] Status deleteRun(RunId id);
    [[nodiscard]] Status setTag(RunId id, const std::string& tag);
    [[nodiscard]] Status setNote(RunId id, const std::string& note);

    // --- settings
    [[nodiscard]] Result<std::optional<std::string>> setting(const std::string& key) const;
    [[nodiscard]] Status setSetting(const std::string& key, const std::string& value);
    [[nodiscard]] Result<std::vector<SettingRow>> settings() const; ///< by key

private:
    struct Connection;
    explicit RunStore(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> m_connection;
};

} // namespace fuseboard
