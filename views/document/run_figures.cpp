// SPDX-License-Identifier: Apache-2.0
#include "views/document/run_figures.h"

#include <algorithm>

namespace fuseboard {

namespace {

/// A writer that waited longer than this share of the run is worth a warning.
constexpr double kNoticeableWait = 0.1;

NodeFigures figuresOfStage(const StageRow& stage, double seconds) {
    NodeFigures figures;
    figures.rowsIn = stage.rowsIn;
    figures.rowsOut = stage.rowsOut;
    figures.errors = stage.errors;
    figures.busySeconds = stage.busySeconds;
    if (!stage.service.empty())
        figures.p99Ns = static_cast<double>(stage.service.percentile(99));
    const double accounted = stage.busySeconds + stage.blockedSeconds + stage.idleSeconds;
    if (accounted > 0) {
        figures.busyShare = std::min(1.0, stage.busySeconds / accounted);
        figures.blockedShare = std::min(1.0, stage.blockedSeconds / accounted);
    }
    if (seconds > 0)
        figures.rowsPerSecond =
            static_cast<double>(std::max(stage.rowsIn, stage.rowsOut)) / seconds;
    return figures;
}

/// Where the figures of a member belong; a source that the stage decodes is one too.
NodeFigures& figuresOfMember(const StageRow& stage, const MemberRow& member, RunFigures& all) {
    constexpr std::string_view kSource = "source/";
    const bool isNode = std::ranges::find(stage.nodes, member.node) != stage.nodes.end();
    return !isNode && member.node.starts_with(kSource)
               ? all.inputs[member.node.substr(kSource.size())]
               : all.nodes[member.node];
}

/// Divides what is known of a fused stage between its members, as the probe saw them. Their rows
/// are counted.
void attributeMembers(const RunRecord& record, const StageRow& stage, RunFigures& all) {
    std::uint64_t sampledNs = 0;
    for (const MemberRow& member : record.members)
        sampledNs += member.stage == stage.ordinal ? member.sampledNs : 0;
    const NodeFigures whole = figuresOfStage(stage, all.seconds);
    for (const MemberRow& member : record.members) {
        if (member.stage != stage.ordinal)
            continue;
        NodeFigures& figures = figuresOfMember(stage, member, all);
        figures.rowsIn = member.rowsIn;
        figures.rowsOut = member.rowsOut;
        if (all.seconds > 0)
            figures.rowsPerSecond = double(std::max(member.rowsIn, member.rowsOut)) / all.seconds;
        figures.sampledBatches = member.sampledBatches;
        if (member.sampledBatches == 0 || sampledNs == 0)
            continue;
        const double share = double(member.sampledNs) / double(sampledNs);
        figures.share = share;
        figures.busySeconds = stage.busySeconds * share;
        if (whole.busyShare)
            figures.busyShare = *whole.busyShare * share;
        if (whole.p99Ns)
            figures.p99Ns = *whole.p99Ns * share;
        if (member.rowsIn > 0)
            figures.meanNs = double(member.sampledNs) / double(member.rowsIn);
    }
}

void addStage(const RunRecord& record, const StageRow& stage, RunFigures& all) {
    const NodeFigures whole = figuresOfStage(stage, all.seconds);
    if (stage.nodes.size() == 1) {
        all.nodes[stage.nodes.front()] = whole;
        return;
    }
    for (const std::string& node : stage.nodes) {
        NodeFigures unknown;
        unknown.sampled = true;
        all.nodes[node] = unknown;
    }
    attributeMembers(record, stage, all);
}

void addEdges(const RunRecord& record, const Graph& graph, RunFigures& all) {
    for (const EdgeRow& row : record.edges) {
        EdgeFigures& edge = all.edges[edgeKey(row.fromNode, row.fromPort, row.toNode, row.toPort)];
        edge.rows = edge.rows.value_or(0) + row.rows;
        edge.bytes = edge.bytes.value_or(0) + row.bytes;
    }
    for (const EdgeIndex index : graph.edges()) {
        const Edge& edge = graph.edge(index);
        if (edge.from.isBoundary() || edge.to.isBoundary())
            continue;
        const GroupIndex group = graph.groupOf(edge.from.node);
        if (group != kNone && group == graph.groupOf(edge.to.node))
            all.edges[edgeKey(graph, edge)].bytes = 0;
    }
}

/// A stage that waited on what is behind it: its edges to other stages carry the warning.
void markFullQueues(const RunRecord& record, RunFigures& all) {
    for (const StageRow& stage : record.stages) {
        const NodeFigures whole = figuresOfStage(stage, all.seconds);
        if (whole.blockedShare.value_or(0) < kNoticeableWait)
            continue;
        for (const EdgeRow& row : record.edges) {
            if (row.fromStage != stage.ordinal || !row.toStage)
                continue;
            EdgeFigures& edge =
                all.edges[edgeKey(row.fromNode, row.fromPort, row.toNode, row.toPort)];
            edge.queueFull = true;
            edge.writerWaits = whole.blockedShare;
        }
    }
}

void addPorts(const RunRecord& record, RunFigures& all) {
    const auto add = [&](NodeFigures& port, std::uint64_t rows) {
        port.rowsIn = port.rowsOut = std::max(port.rowsOut.value_or(0), rows);
        if (all.seconds > 0)
            port.rowsPerSecond = double(*port.rowsOut) / all.seconds;
    };
    for (const EdgeRow& row : record.edges) {
        if (row.fromNode.empty())
            add(all.inputs[row.fromPort], row.rows);
        if (row.toNode.empty())
            add(all.outputs[row.toPort], row.rows);
    }
}

} // namespace

const NodeFigures* RunFigures::find(const Item& item) const {
    const auto look = [&](const auto& map) {
        const auto at = map.find(item.id);
        return at == map.end() ? nullptr : &at->second;
    };
    switch (item.kind) {
    case Element::Kind::Node: return look(nodes);
    case Element::Kind::InputPort: return look(inputs);
    case Element::Kind::OutputPort: return look(outputs);
    case Element::Kind::Edge: break;
    }
    return nullptr;
}

const EdgeFigures* RunFigures::find(const Graph& graph, const Edge& edge) const {
    const auto at = edges.find(edgeKey(graph, edge));
    return at == edges.end() ? nullptr : &at->second;
}

RunFigures figuresOfRun(const RunRecord& record, const Graph& graph) {
    RunFigures all;
    all.run = record.run.id;
    all.live = record.run.status == RunStatus::Running;
    all.seconds = record.run.seconds;
    all.rows = record.run.rowsIn;
    for (const StageRow& stage : record.stages)
        addStage(record, stage, all);
    addEdges(record, graph, all);
    addPorts(record, all);
    markFullQueues(record, all);
    return all;
}

} // namespace fuseboard
