// SPDX-License-Identifier: Apache-2.0
// in -> a -> b -> c      =>      {in, a} -> b -> {c}: nodes of a group run in one stage
//
// Groups are convex and hold no barrier; pinned and forbidden edges are respected. Of the legal
// groupings the cheapest by the cost model is taken. A group may decode one boundary input, if rows
// reach it no other way. Under `abort_event`, where an error ends what its event has not reached
// yet, a pipeline in which a row can become several runs in one stage.
#include "engine/graph/abort_scope.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/cost/workload.h"
#include "optimizer/fusion/search.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"

#include <algorithm>
#include <map>

namespace fuseboard {

namespace {

/// A unit's node, or the boundary input that it decodes.
struct UnitSource {
    NodeIndex node = kNone;
    std::uint32_t port = kNone;
};

struct Setting {
    FusionProblem problem;
    std::vector<UnitSource> sources;
    std::vector<EdgeIndex> edges;    ///< by link
    std::vector<Contract> contracts; ///< by unit; of decoders unused
    std::vector<Rewrite> refusedPins;
};

std::string unitName(const Graph& graph, const UnitSource& source) {
    return source.node == kNone ? fmt::format("the decoder of {}", graph.inputs()[source.port])
                                : std::string(nameOf(graph.node(source.node)));
}

void addDecoders(const Graph& graph, const Workload& load, Setting& setting) {
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port) {
        if (graph.inputEdges(port).empty())
            continue;
        const NodeLoad& input = load.inputs[port];
        setting.problem.units.push_back({.workNs = input.workNs,
                                         .rowsOut = input.rowsOut,
                                         .bytesOut = input.bytesOut,
                                         .decoder = true});
        setting.sources.push_back({kNone, port});
        setting.contracts.emplace_back();
    }
}

void addNodes(const Graph& graph, const Catalogue& catalogue, const std::vector<NodeIndex>& order,
              const Workload& load, Setting& setting) {
    for (const NodeIndex n : order) {
        const NodeLoad& at = load.nodes[n];
        Contract contract = contractOf(graph, n, catalogue);
        setting.problem.units.push_back({.workNs = at.workNs,
                                         .rowsOut = at.rowsOut,
                                         .bytesOut = at.bytesOut,
                                         .stateBytes = at.stateBytes,
                                         .sequential = contract.state != StateKind::None,
                                         .fusible = contract.fusible && !graph.node(n).disabled});
        setting.sources.push_back({n, kNone});
        setting.contracts.push_back(std::move(contract));
    }
}

void addLinks(const Graph& graph, Setting& setting) {
    std::vector<std::uint32_t> unitOfNode(graph.nodeEnd(), 0), unitOfPort(graph.inputs().size(), 0);
    for (std::uint32_t u = 0; u < setting.sources.size(); ++u) {
        const UnitSource& source = setting.sources[u];
        (source.node == kNone ? unitOfPort[source.port] : unitOfNode[source.node]) = u;
    }
    for (std::uint32_t u = 0; u < setting.sources.size(); ++u) {
        const UnitSource& source = setting.sources[u];
        for (const EdgeIndex e :
             source.node == kNone ? graph.inputEdges(source.port) : graph.outEdges(source.node)) {
            const Edge& edge = graph.edge(e);
            if (edge.to.isBoundary())
                continue;
            setting.problem.links.push_back({.from = u,
                                             .to = unitOfNode[edge.to.node],
                                             .pinned = edge.fusion == FusionChoice::Pinned,
                                             .forbidden = edge.fusion == FusionChoice::Forbidden});
            setting.edges.push_back(e);
        }
    }
    setting.problem.index();
}

std::vector<std::string> idsOf(const Graph& graph, const UnitSource& a, const UnitSource& b) {
    std::vector<std::string> ids;
    for (const UnitSource* source : {&a, &b})
        if (source->node != kNone)
            ids.push_back(graph.node(source->node).id);
    return ids;
}

// Pins are honoured one by one; one that no legal grouping can hold is left out and recorded.
void settlePins(const Graph& graph, Setting& setting) {
    auto& links = setting.problem.links;
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t l = 0; l < links.size(); ++l)
        if (links[l].pinned) {
            wanted.push_back(l);
            links[l].pinned = false;
        }
    for (const std::uint32_t l : wanted) {
        links[l].pinned = true;
        if (isLegal(setting.problem, separateGrouping(setting.problem)))
            continue;
        links[l].pinned = false;
        const UnitSource& a = setting.sources[links[l].from];
        const UnitSource& b = setting.sources[links[l].to];
        Rewrite& rewrite = setting.refusedPins.emplace_back();
        rewrite.kind = "pin not kept";
        rewrite.reason = fmt::format(
            "{} and {} cannot share a stage: with the other pins there would be a barrier, a "
            "forbidden edge or a path that leaves the group and comes back",
            unitName(graph, a), unitName(graph, b));
        rewrite.before = rewrite.after = idsOf(graph, a, b);
    }
}

// --- what came of it
// ------------------------------------------------------------------------------

std::uint32_t loopsOf(const Setting& setting, const Grouping& grouping,
                      const std::vector<std::uint32_t>& members) {
    std::uint32_t loops = 1;
    for (const std::uint32_t u : members) {
        if (setting.sources[u].node == kNone || !setting.contracts[u].breaker)
            continue;
        // A breaker whose rows leave the group ends its loop and starts none.
        const bool readInside = std::ranges::any_of(setting.problem.out[u], [&](std::uint32_t l) {
            return grouping[setting.problem.links[l].to] == grouping[u];
        });
        loops += readInside ? 1 : 0;
    }
    return loops;
}

std::string groupText(const Graph& graph, const Setting& setting,
                      const std::vector<std::uint32_t>& members) {
    constexpr std::size_t kShown = 6;
    std::string text;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i == kShown && members.size() > kShown + 1)
            return text + fmt::format(" and {} more", members.size() - kShown);
        text += i == 0 ? "" : i + 1 == members.size() ? " and " : ", ";
        text += unitName(graph, setting.sources[members[i]]);
    }
    return text;
}

// Cost of what a group saves: transfers inside it that a stage for each member would make.
double savedNs(const Setting& setting, const Grouping& grouping,
               const std::vector<std::uint32_t>& members, const CostTable& costs) {
    double saved = 0;
    for (const std::uint32_t u : members) {
        bool inside = false, outside = false;
        for (const std::uint32_t l : setting.problem.out[u]) {
            const bool stays = grouping[setting.problem.links[l].to] == grouping[u];
            (stays ? inside : outside) = true;
            saved += stays ? readNs(setting.problem.units[u], costs) : 0;
        }
        saved += inside && !outside ? writeNs(setting.problem.units[u], costs) : 0;
    }
    return saved;
}

Rewrite describeGroup(const Graph& graph, const Setting& setting, const Grouping& grouping,
                      const std::vector<std::uint32_t>& members, std::uint32_t loops,
                      const CostTable& costs) {
    Rewrite rewrite;
    rewrite.kind = "fused";
    rewrite.applied = true;
    rewrite.predictedSavingNsPerRow =
        savedNs(setting, grouping, members, costs) / setting.problem.inputRows;
    std::string state;
    for (const std::uint32_t u : members) {
        if (setting.sources[u].node == kNone)
            continue;
        rewrite.before.push_back(graph.node(setting.sources[u].node).id);
        if (setting.contracts[u].state != StateKind::None && state.empty())
            state = fmt::format("; {} keeps {}{}", unitName(graph, setting.sources[u]),
                                stateText(setting.contracts[u].state),
                                costs.parallelism > 1 ? ""
                                                      : ", which holds up nobody else: one worker "
                                                        "does all of the work");
    }
    rewrite.after = rewrite.before;
    rewrite.reason =
        fmt::format("{} run in one stage, in {}: nothing is materialised between them, "
                    "{:.0f} ns less for each input row{}",
                    groupText(graph, setting, members), counted(loops, "loop"),
                    rewrite.predictedSavingNsPerRow, state);
    return rewrite;
}

class Refusals {
public:
    Refusals(const Graph& graph, const Setting& setting, const Grouping& grouping,
             const CostTable& costs)
        : m_graph(graph), m_setting(setting), m_grouping(grouping), m_costs(costs) {
        m_loads.resize(grouping.size());
        m_decoders.assign(grouping.size(), false);
        for (std::uint32_t u = 0; u < grouping.size(); ++u) {
            m_loads[grouping[u]].add(setting.problem.units[u]);
            m_decoders[grouping[u]] = m_decoders[grouping[u]] || setting.problem.units[u].decoder;
        }
    }

    void collect(std::vector<Rewrite>& rewrites) const {
        for (std::uint32_t l = 0; l < m_setting.problem.links.size(); ++l) {
            const FusionLink& link = m_setting.problem.links[l];
            if (m_grouping[link.from] == m_grouping[link.to])
                continue;
            const UnitSource& from = m_setting.sources[link.from];
            const UnitSource& to = m_setting.sources[link.to];
            Rewrite& rewrite = rewrites.emplace_back();
            rewrite.kind = "not fused";
            rewrite.reason = fmt::format("{} and {} stay apart: {}", unitName(m_graph, from),
                                         unitName(m_graph, to), why(link));
            rewrite.before = rewrite.after = idsOf(m_graph, from, to);
        }
    }

private:
    [[nodiscard]] std::string why(const FusionLink& link) const {
        if (link.forbidden)
            return "fusion is forbidden on this edge";
        for (const std::uint32_t u : {link.from, link.to})
            if (!m_setting.problem.units[u].fusible)
                return fmt::format("{} is a barrier: {}", unitName(m_graph, m_setting.sources[u]),
                                   barrier(u));
        if (const std::string rule = brokenRule(link); !rule.empty())
            return rule;
        return whyDearer(link);
    }

    [[nodiscard]] std::string barrier(std::uint32_t u) const {
        const std::string& because = m_setting.contracts[u].notFusibleBecause;
        return because.empty() ? std::string("its contract says so") : because;
    }

    [[nodiscard]] std::string brokenRule(const FusionLink& link) const {
        const std::uint32_t a = m_grouping[link.from], b = m_grouping[link.to];
        if (m_loads[a].units + m_loads[b].units > kMaxStageUnits)
            return fmt::format("together they would be {} nodes, more than the {} of one stage",
                               m_loads[a].units + m_loads[b].units, kMaxStageUnits);
        // A full check costs a walk over the graph: only where a person may look at each edge.
        constexpr std::size_t kChecked = 256;
        if (m_grouping.size() > kChecked)
            return {};
        Grouping joined = m_grouping;
        for (std::uint32_t& stage : joined)
            stage = stage == a || stage == b ? std::min(a, b) : stage;
        if (!isAcyclic(m_setting.problem, joined))
            return "a path leaves the group and comes back";
        if (!isLegal(m_setting.problem, joined))
            return m_decoders[a] || m_decoders[b]
                       ? "a stage that decodes an input takes rows from nowhere else"
                       : "a forbidden edge would lie inside";
        return {};
    }

    [[nodiscard]] std::string whyDearer(const FusionLink& link) const {
        const StageLoad& a = m_loads[m_grouping[link.from]];
        const StageLoad& b = m_loads[m_grouping[link.to]];
        StageLoad joined = a;
        joined.add(b);
        const double rows = m_setting.problem.inputRows;
        const double apart = std::max(a.sequentialNs(m_costs), b.sequentialNs(m_costs)) / rows;
        const double together = joined.sequentialNs(m_costs) / rows;
        if (!joined.sequential)
            return "joining them saves nothing";
        if (m_costs.parallelism <= 1)
            return fmt::format("their state fills a cache: in one stage they would take {:.0f} ns "
                               "for each input row instead of {:.0f} ns, while handing rows over "
                               "takes {:.0f} ns",
                               together, (a.totalNs(m_costs) + b.totalNs(m_costs)) / rows,
                               transferNs(link) / rows);
        return fmt::format(
            "{}, so its rows are worked on one after another: in one stage that would "
            "take {:.0f} ns for each input row instead of {:.0f} ns, while handing "
            "rows over takes {:.0f} ns",
            statefulName(link), together, apart, transferNs(link) / rows);
    }

    [[nodiscard]] double transferNs(const FusionLink& link) const {
        const FusionUnit& unit = m_setting.problem.units[link.from];
        return readNs(unit, m_costs) + writeNs(unit, m_costs);
    }

    /// The member that makes the joined stage sequential: an end of the edge if one is.
    [[nodiscard]] std::string statefulName(const FusionLink& link) const {
        const auto named = [&](std::uint32_t u) {
            const Contract& contract = m_setting.contracts[u];
            return fmt::format("{} keeps {}{}", unitName(m_graph, m_setting.sources[u]),
                               stateText(contract.state),
                               contract.usesTime ? " and acts on time" : "");
        };
        for (const std::uint32_t u : {link.to, link.from})
            if (m_setting.problem.units[u].sequential)
                return named(u);
        for (std::uint32_t u = 0; u < m_grouping.size(); ++u)
            if (m_setting.problem.units[u].sequential &&
                (m_grouping[u] == m_grouping[link.from] || m_grouping[u] == m_grouping[link.to]))
                return named(u);
        return "one of them keeps state";
    }

    const Graph& m_graph;
    const Setting& m_setting;
    const Grouping& m_grouping;
    const CostTable& m_costs;
    std::vector<StageLoad> m_loads;
    std::vector<bool> m_decoders;
};

Grouping oneStage(const Setting& setting) {
    Grouping grouping = separateGrouping(setting.problem);
    std::uint32_t first = kNone;
    for (std::uint32_t u = 0; u < grouping.size(); ++u) {
        if (setting.sources[u].node == kNone)
            continue;
        first = first == kNone ? u : first;
        grouping[u] = first;
    }
    return grouping;
}

Setting makeSetting(const Graph& graph, PassContext& context, const std::vector<NodeIndex>& order) {
    const Workload load =
        estimateWorkload(graph, context.catalogue, order, context.costs, context.inputFields);
    Setting setting;
    setting.problem.inputRows = load.inputRows;
    addDecoders(graph, load, setting);
    addNodes(graph, context.catalogue, order, load, setting);
    addLinks(graph, setting);
    settlePins(graph, setting);
    return setting;
}

} // namespace

std::vector<Rewrite> fuse(Graph& graph, PassContext& context) {
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    Setting setting = makeSetting(graph, context, *order);
    const Grouping grouping = needsOneStage(graph, context.catalogue)
                                  ? oneStage(setting)
                                  : bestGrouping(setting.problem, context.costs, context.cancelled);
    std::map<std::uint32_t, std::vector<std::uint32_t>> stages;
    for (std::uint32_t u = 0; u < grouping.size(); ++u)
        stages[grouping[u]].push_back(u);
    std::vector<Rewrite> rewrites = std::move(setting.refusedPins);
    std::vector<FusedGroup> groups;
    for (const auto& [stage, members] : stages) {
        if (members.size() < 2)
            continue;
        FusedGroup& group = groups.emplace_back();
        for (const std::uint32_t u : members) {
            if (setting.sources[u].node == kNone)
                group.inputPorts.push_back(graph.inputs()[setting.sources[u].port]);
            else
                group.members.push_back(setting.sources[u].node);
        }
        group.loops = loopsOf(setting, grouping, members);
        rewrites.push_back(
            describeGroup(graph, setting, grouping, members, group.loops, context.costs));
    }
    Refusals(graph, setting, grouping, context.costs).collect(rewrites);
    graph.setGroups(std::move(groups));
    return rewrites;
}

} // namespace fuseboard
