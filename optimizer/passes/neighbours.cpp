// SPDX-License-Identifier: Apache-2.0
#include "optimizer/passes/neighbours.h"

#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/splice.h"

#include <algorithm>

namespace fuseboard {

std::optional<Neighbours> neighboursBelow(const Graph& graph, NodeIndex upper) {
    for (const EdgeIndex e : graph.outEdges(upper)) {
        const Edge& edge = graph.edge(e);
        if (edge.from.port == "out" && !edge.to.isBoundary())
            return Neighbours{upper, edge.to.node, e};
    }
    return std::nullopt;
}

std::string whyNotOne(const Graph& graph, const Neighbours& pair) {
    const std::string_view upper = nameOf(graph.node(pair.upper));
    const std::string_view lower = nameOf(graph.node(pair.lower));
    const auto isErr = [&](EdgeIndex e) { return graph.edge(e).from.port == "err"; };
    if (std::ranges::any_of(graph.outEdges(pair.upper), isErr))
        return fmt::format("the err of {} has a reader, which would see the rows of {} too", upper,
                           lower);
    if (std::ranges::any_of(graph.outEdges(pair.lower), isErr))
        return fmt::format("the err of {} has a reader, which would see the rows of {} too", lower,
                           upper);
    if (const std::size_t readers = graph.outEdges(pair.upper).size(); readers != 1)
        return fmt::format("{} has {}", upper, counted(readers, "reader"));
    if (const std::size_t writers = graph.inEdges(pair.lower).size(); writers != 1)
        return fmt::format("{} has {}", lower, counted(writers, "writer"));
    if (graph.edge(pair.edge).fusion == FusionChoice::Forbidden)
        return "fusion is forbidden on the edge between them";
    return {};
}

void joinIntoLower(Graph& graph, const Neighbours& pair, NodeData made) {
    graph.setNode(pair.lower, std::make_shared<const NodeData>(std::move(made)));
    const Element lower{Element::Kind::Node, pair.lower};
    graph.bypass(pair.upper, lower);
    graph.absorb({Element::Kind::Node, pair.upper}, lower);
}

Rewrite describePair(const Graph& graph, const Neighbours& pair, std::string kind) {
    Rewrite rewrite;
    rewrite.kind = std::move(kind);
    rewrite.before = {graph.node(pair.upper).id, graph.node(pair.lower).id};
    rewrite.after = rewrite.before;
    return rewrite;
}

} // namespace fuseboard
