// SPDX-License-Identifier: Apache-2.0
// What is seen of a run while it runs, and its record.
#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/runtime/plan_executor_parts.h"

#include <fmt/format.h>

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

/// Why no code can be made for a stage that has none.
std::string PlanExecutor::whyInterpreted(const StagePlan& stage) const {
    if (m_request.exec == Exec::Interpret)
        return "interpretation was asked for";
    if (m_request.compiler == nullptr)
        return "there is no compiler for this machine";
    if (stage.forwards)
        return "its batches go on as they are";
    if (stage.inEdges.size() != 1)
        return "several inputs are merged by key";
    return "an error ends what its event has not reached yet";
}

// Adds how each stage ran. Not while others may be waiting for code.
void PlanExecutor::describeCode(RunRecord& record) const {
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        if (m_plan.stages[s].kind != StagePlan::Kind::Group)
            continue;
        const StageState& state = m_stages[s];
        StageRow& row = record.stages[m_reportOrdinal[s]];
        row.exec = "interpreted";
        if (state.code == nullptr) {
            row.execReason = whyInterpreted(m_plan.stages[s]);
            continue;
        }
        const std::uint64_t compiled = state.figures.compiledBatches;
        row.execReason = state.code->refusal();
        if (compiled > 0) {
            row.exec = "compiled";
            if (compiled < row.batches)
                row.execReason = fmt::format("{} of {} batches came before the code was ready",
                                             row.batches - compiled, row.batches);
        } else if (row.execReason.empty()) {
            row.execReason = "the input ended before the code was ready";
        }
        for (const StageCode::Made& made : state.code->made()) {
            CodeRow& code = record.code.emplace_back();
            code.stage = m_reportOrdinal[s];
            code.form = made.loop->program().fromColumns ? "columns" : "rows";
            code.tier = toString(made.loop->tier());
            code.probe = made.probe != CodeProbe::None;
            code.seconds = made.loop->seconds();
            // Who makes code waits as long as that takes, and longer.
            code.reused = made.waited < code.seconds;
            record.run.compileSeconds += code.reused ? 0 : code.seconds;
        }
    }
}

void PlanExecutor::keepCode(RunResult& result) const {
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        if (m_plan.stages[s].kind != StagePlan::Kind::Group)
            continue;
        KeptCode& kept = result.code.emplace_back();
        kept.stage = m_reportOrdinal[s];
        if (m_stages[s].code == nullptr)
            continue;
        for (const StageCode::Made& made : m_stages[s].code->made())
            if (made.probe == CodeProbe::None)
                kept.loops.push_back(made.loop);
    }
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
    for (const StageState& state : m_stages)
        figures.push_back(state.figures);
    describe(std::move(figures), result.record);
    if (m_request.keepsCode)
        for (StageState& state : m_stages)
            if (state.code != nullptr)
                state.code->makeUnseen();
    describeCode(result.record);
    if (m_request.keepsCode)
        keepCode(result);
    result.record.samples = std::move(m_samples);
}

} // namespace fuseboard
