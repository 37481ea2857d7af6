// SPDX-License-Identifier: Apache-2.0
// What is seen of a run while it runs, and its record.
#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/runtime/plan_executor_parts.h"

namespace fuseboard {

std::vector<SamplePoint> PlanExecutor::samplePoints(std::uint64_t sinceStart) {
    std::vector<SamplePoint> points;
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        if (m_reportOrdinal[s] == kNoStage)
            continue;
        SamplePoint& point = points.emplace_back();
        point.stage = m_reportOrdinal[s];
        point.tNs = sinceStart;
        const StageFigures& figures = m_stages[s].figures;
        point.rowsIn = figures.rowsIn;
        point.rowsOut = figures.rowsOut;
        point.busyNs = figures.busyNs;
        point.stateBytes = figures.stateBytes;
        for (const std::uint32_t e : m_plan.stages[s].inEdges)
            point.queueBytes += m_queues[e].bytes;
    }
    return points;
}

LiveFigures PlanExecutor::liveFigures() {
    LiveFigures live;
    live.progress.seconds = static_cast<double>(monotonicNs() - m_startNs) / 1e9;
    live.progress.cpuSeconds = static_cast<double>(processCpuNs() - m_startCpuNs) / 1e9;
    live.progress.rowsIn = m_sourceRows;
    live.progress.failedRows = m_ledger.failedRows();
    live.progress.rejectedRows = m_ledger.rejectedRows();
    for (const SourceState& source : m_sources) {
        if (source.reader == nullptr)
            continue;
        live.progress.bytesIn += source.reader->bytesRead();
        if (const auto total = source.reader->totalBytes())
            live.totalBytes = live.totalBytes.value_or(0) + *total;
    }
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        const StageFigures& figures = m_stages[s].figures;
        if (m_plan.stages[s].kind == StagePlan::Kind::Sink)
            live.progress.rowsOut += figures.rowsOut;
        auto& stage = live.stages.emplace_back();
        stage.id = m_plan.stages[s].id;
        stage.rowsIn = figures.rowsIn;
        stage.rowsOut = figures.rowsOut;
        stage.busyNs = figures.busyNs;
        stage.blockedNs = figures.blockedNs;
        for (const std::uint32_t e : m_plan.stages[s].inEdges) {
            stage.queueBytes += m_queues[e].bytes;
            stage.queueFull = stage.queueFull || m_queues[e].bytes >= m_request.queueBytes;
        }
    }
    return live;
}

/// Adds what the stages and edges have counted.
void PlanExecutor::describe(std::vector<StageFigures> figures, RunRecord& record) {
    record.run.threads = m_threads;
    record.run.rowsIn = m_sourceRows;
    for (std::size_t e = 0; e < m_queues.size(); ++e)
        record.edges.push_back(edgeRow(m_plan, static_cast<std::uint32_t>(e), m_reportOrdinal,
                                       m_queues[e].rows, m_queues[e].crossedBytes));
    describeStages(m_plan, m_reportOrdinal, figures, m_threads, record);
    for (const StageRow& stage : record.stages)
        record.run.bytesMaterialized += stage.bytesMaterialized;
}

RunRecord PlanExecutor::figuresSoFar() {
    RunRecord record;
    record.run.seconds = static_cast<double>(monotonicNs() - m_startNs) / 1e9;
    record.run.peakMemoryBytes = peakRssBytes();
    std::vector<StageFigures> figures;
    for (const StageState& state : m_stages)
        figures.push_back(state.figures);
    describe(std::move(figures), record);
    for (const auto& sink : m_setup.sinks)
        record.latency.push_back({0, sink->name(), sink->latency()});
    return record;
}

void PlanExecutor::collect(RunResult& result) {
    RunRow& run = result.record.run;
    run.cpuSeconds = static_cast<double>(processCpuNs() - m_startCpuNs) / 1e9;
    for (const SourceState& source : m_sources) {
        const SourceReader* reader = source.reader.get();
        m_ending.inputs.push_back(
            reader == nullptr
                ? source.preloadedRead
                : InputRead{reader->bytesRead(), reader->inputHash(), reader->failure()});
    }
    endRun(m_setup, *m_sequencer, m_ledger, m_ending, result);
    std::vector<StageFigures> figures;
    figures.reserve(m_stages.size());
    for (StageState& state : m_stages)
        figures.push_back(std::move(state.figures));
    describe(std::move(figures), result.record);
    result.record.samples = std::move(m_samples);
}

} // namespace fuseboard
