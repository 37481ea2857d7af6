// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/plan.h"

#include "engine/graph/abort_scope.h"
#include "engine/graph/verifier.h"

#include <algorithm>
#include <queue>

namespace fuseboard {

namespace {

class PlanBuilder {
public:
    PlanBuilder(const Graph& graph, const Catalogue& catalogue)
        : m_graph(graph), m_catalogue(catalogue) {
        m_plan.graph = &graph;
    }

    Result<Plan> build(const std::vector<bool>& boundInputs, const SinkLayout& sinks) {
        FB_TRY_ASSIGN(m_order, m_graph.topologicalOrder());
        addSources(boundInputs);
        FB_TRY(addGroups());
        addSinks(sinks);
        addEdges(boundInputs, sinks);
        settle();
        m_plan.hash = planHash(m_graph);
        return std::move(m_plan);
    }

private:
    void addSources(const std::vector<bool>& boundInputs) {
        m_sourceStage.assign(m_graph.inputs().size(), kNoStage);
        for (std::uint32_t port = 0; port < m_graph.inputs().size(); ++port) {
            if (port >= boundInputs.size() || !boundInputs[port])
                continue;
            m_sourceStage[port] = static_cast<std::uint32_t>(m_plan.stages.size());
            StagePlan& stage = m_plan.stages.emplace_back();
            stage.kind = StagePlan::Kind::Source;
            stage.port = port;
            stage.id = "source/" + m_graph.inputs()[port];
            stage.label = "source " + m_graph.inputs()[port];
        }
    }

    // Groups in an order in which every stage comes after those that feed it.
    Status addGroups() {
        m_stageOf.assign(m_graph.nodeEnd(), kNoStage);
        std::vector<std::vector<NodeIndex>> units;
        std::vector<std::uint32_t> unitOf(m_graph.nodeEnd(), kNoStage);
        std::vector<std::uint32_t> unitOfGroup(m_graph.groups().size(), kNoStage);
        const bool oneStage = needsOneStage(m_graph, m_catalogue);
        for (const NodeIndex n : m_order) {
            const GroupIndex g = m_graph.groupOf(n);
            std::uint32_t unit = g == kNone ? kNoStage : unitOfGroup[g];
            if (oneStage && !units.empty())
                unit = 0;
            if (unit == kNoStage) {
                unit = static_cast<std::uint32_t>(units.size());
                units.emplace_back();
                if (g != kNone)
                    unitOfGroup[g] = unit;
            }
            unitOf[n] = unit;
            units[unit].push_back(n);
        }
        std::vector<std::uint32_t> waiting(units.size(), 0);
        for (const EdgeIndex e : m_graph.edges())
            if (const auto [from, to] = unitsOf(e, unitOf); from != to && from != kNoStage)
                ++waiting[to];
        std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
        for (std::uint32_t unit = 0; unit < units.size(); ++unit)
            if (waiting[unit] == 0)
                ready.push(unit);
        std::size_t placed = 0;
        while (!ready.empty()) {
            const std::uint32_t unit = ready.top();
            ready.pop();
            ++placed;
            addGroup(units[unit]);
            for (const NodeIndex n : units[unit])
                for (const EdgeIndex e : m_graph.outEdges(n))
                    if (const auto [from, to] = unitsOf(e, unitOf); from != to && to != kNoStage)
                        if (--waiting[to] == 0)
                            ready.push(to);
        }
        FB_CHECK_EQ(placed, units.size()); // the verifier refuses groups that are not convex
        return {};
    }

    std::pair<std::uint32_t, std::uint32_t>
    unitsOf(EdgeIndex e, const std::vector<std::uint32_t>& unitOf) const {
        const Edge& edge = m_graph.edge(e);
        if (edge.from.isBoundary() || edge.to.isBoundary())
            return {kNoStage, kNoStage};
        return {unitOf[edge.from.node], unitOf[edge.to.node]};
    }

    void addGroup(const std::vector<NodeIndex>& members) {
        const auto index = static_cast<std::uint32_t>(m_plan.stages.size());
        StagePlan& stage = m_plan.stages.emplace_back();
        stage.members = members;
        for (const NodeIndex n : members) {
            const NodeData& node = m_graph.node(n);
            m_stageOf[n] = index;
            stage.id += (stage.id.empty() ? "" : "+") + node.id;
            stage.label += (stage.label.empty() ? "" : " + ") + node.label;
            const Contract contract = m_catalogue.find(node.operatorName)->contract(node.config);
            stage.stateful =
                stage.stateful || contract.state != StateKind::None || contract.usesTime;
        }
        if (members.size() == 1) {
            const NodeData& node = m_graph.node(members[0]);
            const bool passes =
                m_catalogue.find(node.operatorName)->contract(node.config).passthrough ||
                node.bypassed;
            stage.forwards = passes && !node.disabled && m_graph.inEdges(members[0]).size() == 1;
        }
    }

    void addSinks(const SinkLayout& sinks) {
        m_sinkStage.assign(m_graph.outputs().size(), kNoStage);
        for (const auto& outputs : sinks.sinks) {
            const auto index = static_cast<std::uint32_t>(m_plan.stages.size());
            StagePlan& stage = m_plan.stages.emplace_back();
            stage.kind = StagePlan::Kind::Sink;
            stage.outputs = outputs;
            for (const std::uint32_t port : outputs) {
                m_sinkStage[port] = index;
                stage.id += (stage.id.empty() ? "sink/" : "+") + m_graph.outputs()[port];
                stage.label += (stage.label.empty() ? "sink " : " + ") + m_graph.outputs()[port];
            }
            if (outputs.empty()) { // of rejected rows only
                stage.id = "sink/err";
                stage.label = "sink err";
            }
            m_firstSink = std::min(m_firstSink, index);
        }
    }

    void connect(EdgeIndex graphEdge, std::uint32_t from, std::uint32_t to, std::uint32_t branch,
                 bool branches) {
        if (from == kNoStage || to == kNoStage)
            return;
        PlanEdge edge;
        edge.graphEdge = graphEdge;
        edge.fromStage = from;
        edge.toStage = to;
        edge.from = m_graph.edge(graphEdge).from;
        edge.to = m_graph.edge(graphEdge).to;
        edge.branch = branch;
        edge.branches = branches;
        add(std::move(edge));
    }

    void add(PlanEdge edge) {
        const auto index = static_cast<std::uint32_t>(m_plan.edges.size());
        m_plan.stages[edge.fromStage].outEdges.push_back(index);
        m_plan.stages[edge.toStage].inEdges.push_back(index);
        m_plan.edges.push_back(std::move(edge));
    }

    std::uint32_t readerOf(EdgeIndex e) const {
        const Endpoint& to = m_graph.edge(e).to;
        if (!to.isBoundary())
            return m_stageOf[to.node];
        const auto output = m_graph.findOutput(to.port);
        FB_CHECK(output.has_value());
        return m_sinkStage[*output];
    }

    void addEdges(const std::vector<bool>& boundInputs, const SinkLayout& sinks) {
        const auto connectAll = [&](const std::vector<EdgeIndex>& edges, std::uint32_t from) {
            for (std::uint32_t branch = 0; branch < edges.size(); ++branch)
                if (const auto to = readerOf(edges[branch]); to != from)
                    connect(edges[branch], from, to, branch, edges.size() > 1);
        };
        for (std::uint32_t port = 0; port < m_graph.inputs().size(); ++port)
            if (port < boundInputs.size() && boundInputs[port])
                connectAll(m_graph.inputEdges(port), m_sourceStage[port]);
        for (const NodeIndex n : m_order)
            connectAll(m_graph.outEdges(n), m_stageOf[n]);
        if (sinks.rejectedSink == kNoStage)
            return;
        for (std::uint32_t port = 0; port < m_graph.inputs().size(); ++port) {
            if (m_sourceStage[port] == kNoStage)
                continue;
            PlanEdge edge;
            edge.fromStage = m_sourceStage[port];
            edge.toStage = m_firstSink + sinks.rejectedSink;
            edge.from.port = "err";
            edge.to.port = "err";
            add(std::move(edge));
        }
    }

    // A source whose decoding belongs to a fused group is reported with that group.
    void settle() {
        for (const FusedGroup& group : m_graph.groups()) {
            if (group.members.empty())
                continue;
            const std::uint32_t stage = m_stageOf[group.members.front()];
            for (const std::string& port : group.inputPorts) {
                const auto input = m_graph.findInput(port);
                if (!input || m_sourceStage[*input] == kNoStage)
                    continue;
                StagePlan& source = m_plan.stages[m_sourceStage[*input]];
                source.reportedWith = stage;
                for (const std::uint32_t e : source.outEdges)
                    m_plan.edges[e].insideGroup = m_plan.edges[e].toStage == stage;
            }
        }
    }

    const Graph& m_graph;
    const Catalogue& m_catalogue;
    Plan m_plan;
    std::vector<NodeIndex> m_order;
    std::vector<std::uint32_t> m_sourceStage, m_sinkStage, m_stageOf;
    std::uint32_t m_firstSink = kNoStage;
};

} // namespace

Result<Plan> makePlan(const Graph& graph, const Catalogue& catalogue,
                      const std::vector<bool>& boundInputs, const SinkLayout& sinks) {
    return PlanBuilder(graph, catalogue).build(boundInputs, sinks);
}

} // namespace fuseboard
