// SPDX-License-Identifier: Apache-2.0
// What is counted of each stage while it runs, and how that becomes the rows of a run.
#pragma once

#include "engine/base/clock.h"
#include "engine/measure/run_rows.h"
#include "engine/runtime/batch.h"
#include "engine/runtime/group_runner.h"
#include "engine/runtime/plan.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fuseboard {

struct TaskTimes {
    std::uint64_t wallNs = 0, cpuNs = 0;
};

/// Times one task on the thread that runs it.
class TaskTimer {
public:
    explicit TaskTimer(bool on) : m_on(on) {
        if (m_on) {
            m_wall = monotonicNs();
            m_cpu = threadCpuNs();
        }
    }
    [[nodiscard]] TaskTimes stop() const {
        return m_on ? TaskTimes{monotonicNs() - m_wall, threadCpuNs() - m_cpu} : TaskTimes{};
    }

private:
    bool m_on;
    std::uint64_t m_wall = 0, m_cpu = 0;
};

/// Counters of one stage; guarded by the executor's lock.
struct StageFigures {
    std::uint64_t rowsIn = 0, rowsOut = 0, bytesIn = 0, bytesOut = 0, bytesMaterialized = 0;
    std::uint64_t busyNs = 0, blockedNs = 0, cpuNs = 0, batches = 0, errors = 0;
    std::uint64_t compiledBatches = 0; ///< that generated code ran over
    std::uint64_t maxQueueBytes = 0;
    std::uint64_t stateBytes = 0, mostStateBytes = 0, groups = 0, mostGroups = 0;
    Histogram service, queueWait;
    struct MemberSum {
        MemberFigures figures;
        std::uint64_t timedBatches = 0;
    };
    std::vector<MemberSum> members;

    void beginTask(std::uint64_t enqueuedNs, std::span<const EdgeBatch> inputs, bool measure);
    void addTask(const TaskTimes& times, std::uint64_t rows);
    void addGroup(const TaskFigures& task);
};

/// Bytes that a decoded block brings to its edge: its rows and what its chunks hold.
[[nodiscard]] std::size_t deliveredBytes(const RowBlock& block);

/// By stage: position of its row in the record; kNoStage for a source that a group reports.
[[nodiscard]] std::vector<std::uint32_t> reportOrdinals(const Plan& plan);
/// Position among the sinks of a sink stage.
[[nodiscard]] std::size_t sinkOf(const Plan& plan, std::uint32_t stage);

[[nodiscard]] EdgeRow edgeRow(const Plan& plan, std::uint32_t edge,
                              const std::vector<std::uint32_t>& reportOrdinal, std::uint64_t rows,
                              std::uint64_t bytes);
/// Adds stage and member rows to `record`, whose run row holds the seconds already.
void describeStages(const Plan& plan, const std::vector<std::uint32_t>& reportOrdinal,
                    std::vector<StageFigures>& figures, std::uint32_t threads, RunRecord& record);

} // namespace fuseboard
