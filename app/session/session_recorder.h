// SPDX-License-Identifier: Apache-2.0
// Writes what a session does into the database. Nothing that goes wrong here stops a run: it
// becomes a notice, and the figures go to a file beside the database.
#pragma once

#include "app/session/session.h"
#include "engine/store/run_recorder.h"

#include <memory>
#include <mutex>

namespace fuseboard {

/// One session's rows. Called on the session's thread, save for samples(), progress() and
/// figures().
class SessionRecorder {
public:
    /// `store` may be null: then nothing happens. All references outlive the recorder.
    SessionRecorder(RunStore* store, const Graph& drawn, const OptimizedGraph& optimized,
                    const SessionRequest& request);

    void beginComparison();
    void beginRun(const PlannedRun& planned);
    void samples(std::vector<SamplePoint> points); ///< any thread
    void progress(const LiveFigures& figures);     ///< any thread
    void figures(RunRecord soFar);                 ///< any thread
    /// The id of the stored run; 0 if it is not in the database.
    RunId endRun(const RunResult& result);
    /// The run that was begun never started, or the session ends without its figures.
    void abandonRun(const Error& error);
    void endComparison(const ComparisonResult& result);

    /// Ids, files and notices of the recording.
    void report(SessionResult& result) const;

private:
    [[nodiscard]] RunRecord recordOf(const PlannedRun& planned) const;
    RunId store(RunRecord record);
    RunId storeWhole(const RunRecord& record);
    void note(const Error& reason, const std::string& keptAside);

    RunStore* m_store;
    const Graph& m_drawn;
    const OptimizedGraph& m_optimized;
    const SessionRequest& m_request;
    std::string m_pipelineHash, m_planHashes[2], m_planTexts[2];
    std::vector<RewriteRow> m_rewrites;
    std::optional<std::uint64_t> m_seed;
    bool m_repeatable = true; ///< every node gives the same results each time

    std::optional<ComparisonRow> m_comparison;
    std::mutex m_mutex; // guards m_recorder against the runtime's threads
    std::unique_ptr<RunRecorder> m_recorder;
    std::optional<RunRecord> m_begun;
    bool m_sampled = false;

    std::vector<RunId> m_runIds;
    std::vector<std::string> m_keptAside, m_notices;
    std::optional<Error> m_failure;
};

} // namespace fuseboard
