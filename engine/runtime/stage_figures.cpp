// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/stage_figures.h"

#include <algorithm>

namespace fuseboard {

void StageFigures::beginTask(std::uint64_t enqueuedNs, std::span<const EdgeBatch> inputs,
                             bool measure) {
    std::uint64_t rows = 0, bytes = 0;
    for (const EdgeBatch& input : inputs) {
        rows += input.block == nullptr ? 0 : input.block->rows.size();
        bytes += input.bytes;
    }
    bytesIn += bytes;
    maxQueueBytes = std::max(maxQueueBytes, bytes);
    if (measure && rows > 0)
        queueWait.record(monotonicNs() - enqueuedNs, rows);
}

void StageFigures::addTask(const TaskTimes& times, std::uint64_t rows) {
    ++batches;
    busyNs += times.wallNs;
    cpuNs += times.cpuNs;
    if (times.wallNs > 0 && rows > 0)
        service.record(times.wallNs, rows);
}

void StageFigures::addGroup(const TaskFigures& task) {
    rowsIn += task.rowsIn;
    rowsOut += task.rowsOut;
    bytesMaterialized += task.bytesMaterialized;
    bytesOut += task.bytesMaterialized;
    errors += task.errors.size();
    compiledBatches += task.compiled ? 1 : 0;
    if (task.members.empty())
        return;
    members.resize(task.members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        const MemberFigures& from = task.members[i];
        MemberFigures& into = members[i].figures;
        into.rowsIn += from.rowsIn;
        into.rowsOut += from.rowsOut;
        into.timedRows += from.timedRows;
        into.timedNs += from.timedNs;
        members[i].timedBatches += from.timedRows > 0 ? 1 : 0;
    }
}

std::size_t deliveredBytes(const RowBlock& block) {
    std::size_t bytes = block.bytes();
    for (const auto& memory : block.memory)
        bytes += static_cast<const RowBlock*>(memory.get())->arena.used();
    return bytes;
}

std::vector<std::uint32_t> reportOrdinals(const Plan& plan) {
    std::vector<std::uint32_t> ordinals;
    ordinals.reserve(plan.stages.size());
    std::uint32_t next = 0;
    for (const StagePlan& stage : plan.stages)
        ordinals.push_back(stage.reportedWith == kNoStage ? next++ : kNoStage);
    return ordinals;
}

std::size_t sinkOf(const Plan& plan, std::uint32_t stage) {
    std::size_t sink = 0;
    for (std::uint32_t s = 0; s < stage; ++s)
        sink += plan.stages[s].kind == StagePlan::Kind::Sink ? 1 : 0;
    return sink;
}

EdgeRow edgeRow(const Plan& plan, std::uint32_t edge,
                const std::vector<std::uint32_t>& reportOrdinal, std::uint64_t rows,
                std::uint64_t bytes) {
    const PlanEdge& planned = plan.edges[edge];
    const auto reported = [&](std::uint32_t stage) {
        const std::uint32_t with = plan.stages[stage].reportedWith;
        return reportOrdinal[with == kNoStage ? stage : with];
    };
    EdgeRow row;
    row.fromStage = reported(planned.fromStage);
    row.toStage = reported(planned.toStage);
    const auto idOf = [&](const Endpoint& end) {
        return end.isBoundary() ? std::string() : plan.graph->node(end.node).id;
    };
    row.fromNode = idOf(planned.from);
    row.fromPort = planned.from.port;
    row.toNode = idOf(planned.to);
    row.toPort = planned.to.port;
    row.rows = rows;
    row.bytes = bytes;
    return row;
}

namespace {

/// Of a stage some of whose members were never timed nothing is said: what the others took would
/// look like all of it.
bool allTimed(const StageFigures& figures) {
    return std::ranges::all_of(figures.members, [](const StageFigures::MemberSum& member) {
        return member.figures.rowsIn == 0 || member.figures.timedRows > 0;
    });
}

void describeMembers(const Plan& plan, std::uint32_t stage, std::uint32_t ordinal,
                     const StageFigures& from, RunRecord& record) {
    const bool timed = allTimed(from);
    for (std::size_t i = 0; i < from.members.size(); ++i) {
        const MemberFigures& counted = from.members[i].figures;
        MemberRow& member = record.members.emplace_back();
        member.stage = ordinal;
        member.node = plan.graph->node(plan.stages[stage].members[i]).id;
        member.sampledBatches = from.members[i].timedBatches;
        member.rowsIn = counted.rowsIn;
        member.rowsOut = counted.rowsOut;
        if (timed && counted.timedRows > 0)
            member.sampledNs = static_cast<std::uint64_t>(static_cast<double>(counted.timedNs) *
                                                          static_cast<double>(counted.rowsIn) /
                                                          static_cast<double>(counted.timedRows));
    }
}

/// What decoding takes is known of every batch, and part of its group's time.
void describeDecoding(const Plan& plan, std::uint32_t source, std::uint32_t ordinal,
                      const StageFigures& from, RunRecord& record) {
    const bool sampled = std::ranges::any_of(record.members, [ordinal](const MemberRow& member) {
        return member.stage == ordinal && member.sampledNs > 0;
    });
    if (!sampled || from.busyNs == 0)
        return;
    MemberRow& row = record.members.emplace_back();
    row.stage = ordinal;
    row.node = plan.stages[source].id;
    row.sampledBatches = from.batches;
    row.rowsIn = row.rowsOut = from.rowsOut;
    row.sampledNs = from.busyNs;
}

void describeStage(const StagePlan& stage, const Graph& graph, StageFigures& from,
                   std::uint32_t threads, double seconds, StageRow& row) {
    row.stageId = stage.id;
    row.label = stage.label;
    for (const NodeIndex n : stage.members)
        row.nodes.push_back(graph.node(n).id);
    row.rowsIn = from.rowsIn;
    row.rowsOut = from.rowsOut;
    row.bytesIn = from.bytesIn;
    row.bytesOut = from.bytesOut;
    row.bytesMaterialized = from.bytesMaterialized;
    row.busySeconds = static_cast<double>(from.busyNs) / 1e9;
    row.blockedSeconds = static_cast<double>(from.blockedNs) / 1e9;
    const double lanes = stage.stateful ? 1 : threads;
    row.idleSeconds = std::max(0.0, seconds * lanes - row.busySeconds - row.blockedSeconds);
    row.cpuSeconds = static_cast<double>(from.cpuNs) / 1e9;
    row.batches = from.batches;
    row.errors = from.errors;
    row.maxQueueBytes = from.maxQueueBytes;
    row.stateBytes = from.mostStateBytes;
    row.groups = from.mostGroups;
    row.service = std::move(from.service);
    row.queueWait = std::move(from.queueWait);
}

} // namespace

void describeStages(const Plan& plan, const std::vector<std::uint32_t>& reportOrdinal,
                    std::vector<StageFigures>& figures, std::uint32_t threads, RunRecord& record) {
    // A source that a group decodes adds its figures to the group's.
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s) {
        const std::uint32_t with = plan.stages[s].reportedWith;
        if (with == kNoStage)
            continue;
        StageFigures& into = figures[with];
        into.busyNs += figures[s].busyNs;
        into.cpuNs += figures[s].cpuNs;
        into.bytesIn = figures[s].bytesIn;
        into.bytesMaterialized += figures[s].bytesMaterialized;
        into.queueWait = Histogram();
    }
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s) {
        if (reportOrdinal[s] == kNoStage)
            continue;
        StageRow& row = record.stages.emplace_back();
        row.ordinal = reportOrdinal[s];
        describeStage(plan.stages[s], *plan.graph, figures[s], threads, record.run.seconds, row);
        describeMembers(plan, s, reportOrdinal[s], figures[s], record);
    }
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s)
        if (plan.stages[s].reportedWith != kNoStage)
            describeDecoding(plan, s, reportOrdinal[plan.stages[s].reportedWith], figures[s],
                             record);
}

} // namespace fuseboard
