// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/verifier.h"

#include <algorithm>

namespace fuseboard {

namespace {

Error nodeError(const NodeData& node, ErrorCode code, std::string message, std::string hint) {
    Error error(code, std::move(message), std::move(hint));
    error.node = node.id;
    error.place = node.place;
    return error;
}

const std::string& titleOf(const NodeData& node) {
    return node.label.empty() ? node.id : node.label;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

void checkPorts(const Graph& graph, NodeIndex n, const Contract& contract,
                std::vector<Error>& errors) {
    const NodeData& node = graph.node(n);
    for (const EdgeIndex e : graph.inEdges(n)) {
        const std::string& port = graph.edge(e).to.port;
        if (!contains(contract.inputs, port))
            errors.push_back(
                nodeError(node, ErrorCode::InvalidGraph,
                          fmt::format("{} has no input port \"{}\"", titleOf(node), port),
                          fmt::format("its input ports are: {}", joined(contract.inputs))));
    }
    for (const EdgeIndex e : graph.outEdges(n)) {
        const std::string& port = graph.edge(e).from.port;
        if (!contract.anyOutput && !contains(contract.outputs, port))
            errors.push_back(
                nodeError(node, ErrorCode::InvalidGraph,
                          fmt::format("{} has no output port \"{}\"", titleOf(node), port),
                          fmt::format("its output ports are: {}", joined(contract.outputs))));
    }
}

void checkNode(const Graph& graph, const Catalogue& catalogue, NodeIndex n,
               std::vector<Error>& errors) {
    const NodeData& node = graph.node(n);
    const OperatorInfo* info = catalogue.find(node.operatorName);
    if (info == nullptr) {
        errors.push_back(
            nodeError(node, ErrorCode::UnknownName,
                      fmt::format("nobody knows the operator \"{}\"", node.operatorName),
                      "the palette lists the operators that run here"));
        return;
    }
    if (auto status = info->check(node.config); !status) {
        Error error = std::move(status).error();
        error.node = node.id;
        if (error.place.line == 0)
            error.place = node.place;
        errors.push_back(std::move(error));
        return;
    }
    checkPorts(graph, n, info->contract(node.config), errors);
}

// Groups are convex exactly when the graph of groups, edges between them kept, has no cycle.
bool groupsAreConvex(const Graph& graph) {
    const std::uint32_t nodes = graph.nodeEnd();
    const auto unit = [&](NodeIndex n) {
        const GroupIndex g = graph.groupOf(n);
        return g == kNone ? n : nodes + g;
    };
    std::vector<std::vector<std::uint32_t>> next(nodes + graph.groups().size());
    std::vector<std::uint32_t> waiting(next.size(), 0);
    for (const EdgeIndex e : graph.edges()) {
        const Edge& edge = graph.edge(e);
        if (edge.from.isBoundary() || edge.to.isBoundary())
            continue;
        const auto from = unit(edge.from.node), to = unit(edge.to.node);
        if (from == to)
            continue;
        next[from].push_back(to);
        ++waiting[to];
    }
    std::vector<std::uint32_t> ready;
    std::size_t seen = 0;
    for (std::uint32_t u = 0; u < next.size(); ++u)
        if (waiting[u] == 0)
            ready.push_back(u);
    while (!ready.empty()) {
        const auto u = ready.back();
        ready.pop_back();
        ++seen;
        for (const auto to : next[u])
            if (--waiting[to] == 0)
                ready.push_back(to);
    }
    return seen == next.size();
}

} // namespace

std::vector<Error> verify(const Graph& graph, const Catalogue& catalogue) {
    std::vector<Error> errors;
    for (const NodeIndex n : graph.nodes())
        checkNode(graph, catalogue, n, errors);
    if (auto order = graph.topologicalOrder(); !order)
        errors.push_back(std::move(order).error());
    else if (!graph.groups().empty() && !groupsAreConvex(graph))
        errors.emplace_back(ErrorCode::InvalidGraph,
                            "a fused group is not convex: a path leaves it and comes back",
                            "remove the pin that forces the group");
    return errors;
}

Status verifyTouched(const Graph& graph, const Catalogue& catalogue, std::size_t sincePosition) {
    std::vector<Error> errors;
    for (const NodeIndex n : graph.touchedSince(sincePosition))
        if (graph.hasNode(n))
            checkNode(graph, catalogue, n, errors);
    if (!errors.empty())
        return fail(std::move(errors.front()));
    return {};
}

} // namespace fuseboard
