// SPDX-License-Identifier: Apache-2.0
// RunRecorder: writes a run while it runs, from a thread of its own: the time series, the figures
// so far and a heartbeat each second, the rest at the end. A killed process loses at most the last
// second.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/run_rows.h"
#include "engine/store/run_store.h"

#include <memory>
#include <string>
#include <vector>

namespace fuseboard {

/// Where the figures of a finished run are.
struct RecordedRun {
    RunId id = 0;
    /// Empty: in the database. Else the file beside it that holds them until the next open.
    std::string keptAside;
    /// Why they are not in the database.
    Error reason;
};

class RunRecorder {
public:
    /// Begins the run in `store`, which must outlive the recorder, and starts the thread.
    [[nodiscard]] static Result<std::unique_ptr<RunRecorder>> start(RunStore& store,
                                                                    const RunRow& row);
    /// As start(), with what RunStore::beginRecord takes.
    [[nodiscard]] static Result<std::unique_ptr<RunRecorder>> startRecord(RunStore& store,
                                                                          const RunRecord& record);
    /// A run that was never finished is marked as interrupted.
    ~RunRecorder();
    RunRecorder(const RunRecorder&) = delete;
    RunRecorder& operator=(const RunRecorder&) = delete;

    [[nodiscard]] RunId id() const;
    /// Queues points for the next write; never waits for the database. Any thread.
    void addSamples(std::vector<SamplePoint> samples);
    /// What the next heartbeat tells; the latest wins. Any thread.
    void setProgress(const RunProgress& progress);
    /// What one of the next heartbeats tells (RunStore::addSamples); the latest wins. Any thread.
    void setFigures(RunRecord figures);
    /// Stops the thread and writes everything in one transaction; samples that were queued come
    /// first. record.run.id is set here. If the database refuses, the figures go to a file beside
    /// it; only if that fails too is this an error. Once only.
    [[nodiscard]] Result<RecordedRun> finish(RunRecord record);
    /// CPU time of the recording thread so far, in seconds.
    [[nodiscard]] double cpuSeconds() const;

private:
    struct Worker;
    explicit RunRecorder(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

} // namespace fuseboard
