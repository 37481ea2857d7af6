// SPDX-License-Identifier: Apache-2.0
#include "optimizer/passes/splice.h"

#include <algorithm>

namespace fuseboard {

namespace {

Element elementOf(const Graph& graph, const Endpoint& end, bool isOrigin) {
    if (!end.isBoundary())
        return {Element::Kind::Node, end.node};
    const auto port = isOrigin ? graph.findInput(end.port) : graph.findOutput(end.port);
    FB_CHECK(port.has_value());
    return {isOrigin ? Element::Kind::InputPort : Element::Kind::OutputPort, *port};
}

std::uint32_t positionOf(const std::vector<EdgeIndex>& edges, EdgeIndex e) {
    return static_cast<std::uint32_t>(std::ranges::find(edges, e) - edges.begin());
}

const std::vector<EdgeIndex>& siblingsAtOrigin(const Graph& graph, const Endpoint& from) {
    return from.isBoundary() ? graph.inputEdges(*graph.findInput(from.port))
                             : graph.outEdges(from.node);
}

const std::vector<EdgeIndex>& siblingsAtTarget(const Graph& graph, const Endpoint& to) {
    return to.isBoundary() ? graph.outputEdges(*graph.findOutput(to.port)) : graph.inEdges(to.node);
}

EdgeIndex replaceEdge(Graph& graph, EdgeIndex e, Endpoint from, Endpoint to) {
    const Edge old = graph.edge(e);
    const std::uint32_t out =
        from == old.from ? positionOf(siblingsAtOrigin(graph, old.from), e) : kNone;
    const std::uint32_t in = to == old.to ? positionOf(siblingsAtTarget(graph, old.to), e) : kNone;
    const EdgeIndex made = graph.addEdge(std::move(from), std::move(to), out, in);
    if (old.fusion != FusionChoice::Automatic)
        graph.setFusion(made, old.fusion);
    graph.removeEdge(e, Element{Element::Kind::Edge, made});
    return made;
}

} // namespace

SpliceSize spliceSize(const Graph& graph, NodeIndex n) {
    SpliceSize size;
    size.in = graph.inEdges(n).size();
    size.out = static_cast<std::size_t>(std::ranges::count_if(
        graph.outEdges(n), [&](EdgeIndex e) { return graph.edge(e).from.port == "out"; }));
    return size;
}

std::string whyNotSplice(const Graph& graph, NodeIndex n) {
    const SpliceSize size = spliceSize(graph, n);
    if (size.in * size.out > size.in + size.out + 64)
        return fmt::format("splicing {} in with {} out would make {}, more than {} + {} + 64",
                           counted(size.in, "edge"), size.out, size.in * size.out, size.in,
                           size.out);
    const bool fromOutside = std::ranges::any_of(
        graph.inEdges(n), [&](EdgeIndex e) { return graph.edge(e).from.isBoundary(); });
    const bool toOutside = std::ranges::any_of(
        graph.outEdges(n), [&](EdgeIndex e) { return graph.edge(e).to.isBoundary(); });
    if (graph.properties().onError == OnError::AbortEvent && fromOutside && toOutside)
        return "without it rows would go from input to output past the errors that abort their "
               "event";
    return {};
}

void spliceOut(Graph& graph, NodeIndex n) {
    const std::vector<EdgeIndex> outs = graph.outEdges(n);
    for (const EdgeIndex e : outs)
        if (graph.edge(e).from.port != "out")
            graph.removeEdge(e, elementOf(graph, graph.edge(e).to, false));
    std::optional<Element> orElse;
    if (!graph.outEdges(n).empty())
        orElse = elementOf(graph, graph.edge(graph.outEdges(n).front()).to, false);
    else if (!graph.inEdges(n).empty())
        orElse = elementOf(graph, graph.edge(graph.inEdges(n).front()).from, true);
    graph.bypass(n, orElse);
}

EdgeIndex redirectTarget(Graph& graph, EdgeIndex e, Endpoint to) {
    return replaceEdge(graph, e, graph.edge(e).from, std::move(to));
}

EdgeIndex redirectOrigin(Graph& graph, EdgeIndex e, Endpoint from) {
    return replaceEdge(graph, e, std::move(from), graph.edge(e).to);
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

} // namespace fuseboard
