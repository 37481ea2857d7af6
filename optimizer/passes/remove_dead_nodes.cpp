// SPDX-License-Identifier: Apache-2.0
// a -> b -> out, a -> c      =>      a -> b -> out
//
// Removes nodes whose rows reach no output port, and nodes that nothing feeds. Kept: nodes with a
// side effect, and under `stop` and `abort_event`, where an error is a result, nodes that may
// raise.
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/passes.h"

#include <algorithm>

namespace fuseboard {

namespace {

// Walks from `start` along edges in one direction and marks what it meets.
template <class Next>
std::vector<bool> reach(const Graph& graph, std::vector<NodeIndex> start, const Next& next) {
    std::vector<bool> seen(graph.nodeEnd(), false);
    while (!start.empty()) {
        const NodeIndex n = start.back();
        start.pop_back();
        if (n == kNone || seen[n])
            continue;
        seen[n] = true;
        next(n, start);
    }
    return seen;
}

std::vector<bool> fedNodes(const Graph& graph) {
    std::vector<NodeIndex> start;
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        for (const EdgeIndex e : graph.inputEdges(port))
            start.push_back(graph.edge(e).to.node);
    return reach(graph, std::move(start), [&](NodeIndex n, std::vector<NodeIndex>& queue) {
        for (const EdgeIndex e : graph.outEdges(n))
            queue.push_back(graph.edge(e).to.node);
    });
}

std::vector<bool> usefulNodes(const Graph& graph, const Catalogue& catalogue) {
    const OnError onError = graph.properties().onError;
    const bool errorsCount = onError == OnError::Stop || onError == OnError::AbortEvent;
    std::vector<NodeIndex> start;
    for (std::uint32_t port = 0; port < graph.outputs().size(); ++port)
        for (const EdgeIndex e : graph.outputEdges(port))
            start.push_back(graph.edge(e).from.node);
    for (const NodeIndex n : graph.nodes()) {
        const Contract contract = contractOf(graph, n, catalogue);
        if (contract.sideEffects || (errorsCount && contract.mayRaise))
            start.push_back(n);
    }
    return reach(graph, std::move(start), [&](NodeIndex n, std::vector<NodeIndex>& queue) {
        for (const EdgeIndex e : graph.inEdges(n))
            queue.push_back(graph.edge(e).from.node);
    });
}

} // namespace

std::vector<Rewrite> removeDeadNodes(Graph& graph, PassContext& context) {
    const std::vector<bool> fed = fedNodes(graph);
    const std::vector<bool> useful = usefulNodes(graph, context.catalogue);
    std::vector<Rewrite> rewrites;
    for (const NodeIndex n : graph.nodes()) {
        if (fed[n] && useful[n])
            continue;
        const NodeData& node = graph.node(n);
        Rewrite& rewrite = rewrites.emplace_back();
        rewrite.kind = "dead node removed";
        rewrite.applied = true;
        rewrite.reason = fmt::format("{}: {}", nameOf(node),
                                     fed[n] ? "its rows reach no output port and no side effect"
                                            : "no row ever reaches it");
        rewrite.before = {node.id};
        graph.removeNode(n);
    }
    return rewrites;
}

} // namespace fuseboard
