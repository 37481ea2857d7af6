// SPDX-License-Identifier: Apache-2.0
#include "views/document/graph_edits.h"

#include "views/document/node_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {

/// "batch" of "generic::batch".
std::string lastPart(std::string_view name) {
    const std::size_t at = name.rfind("::");
    return std::string(at == std::string_view::npos ? name : name.substr(at + 2));
}

const std::vector<EdgeIndex>& outgoing(const Graph& graph, const Endpoint& from) {
    return from.isBoundary() ? graph.inputEdges(graph.findInput(from.port).value())
                             : graph.outEdges(from.node);
}

const std::vector<EdgeIndex>& incoming(const Graph& graph, const Endpoint& to) {
    return to.isBoundary() ? graph.outputEdges(graph.findOutput(to.port).value())
                           : graph.inEdges(to.node);
}

std::uint32_t positionIn(const std::vector<EdgeIndex>& edges, EdgeIndex edge) {
    return static_cast<std::uint32_t>(std::find(edges.begin(), edges.end(), edge) - edges.begin());
}

std::string endName(const Graph& graph, const Endpoint& end, bool isSource) {
    if (!end.isBoundary())
        return graph.node(end.node).label;
    return fmt::format("{} {}", isSource ? "source" : "sink", end.port);
}

bool reaches(const Graph& graph, NodeIndex from, NodeIndex target) {
    std::vector<bool> seen(graph.nodeEnd(), false);
    std::vector<NodeIndex> open{from};
    while (!open.empty()) {
        const NodeIndex node = open.back();
        open.pop_back();
        if (node == target)
            return true;
        if (seen[node])
            continue;
        seen[node] = true;
        for (const EdgeIndex edge : graph.outEdges(node)) {
            if (!graph.edge(edge).to.isBoundary())
                open.push_back(graph.edge(edge).to.node);
        }
    }
    return false;
}

Status checkEnd(const Graph& graph, const Catalogue& catalogue, const Endpoint& end,
                bool isSource) {
    if (end.isBoundary()) {
        const bool known = isSource ? graph.findInput(end.port).has_value()
                                    : graph.findOutput(end.port).has_value();
        if (!known)
            return fail(
                ErrorCode::UnknownName,
                fmt::format("there is no {} \"{}\"", isSource ? "source" : "sink", end.port));
        return {};
    }
    if (!graph.hasNode(end.node))
        return fail(ErrorCode::UnknownName, "the node is not there any more");
    const NodeData& node = graph.node(end.node);
    const Contract contract = contractOf(catalogue, node);
    const std::vector<std::string>& ports = isSource ? contract.outputs : contract.inputs;
    const bool open = isSource ? contract.anyOutput : catalogue.find(node.operatorName) == nullptr;
    if (!open && std::find(ports.begin(), ports.end(), end.port) == ports.end())
        return fail(ErrorCode::InvalidGraph,
                    fmt::format("{} has no {} port \"{}\"", node.label,
                                isSource ? "output" : "input", end.port),
                    ports.empty() ? "" : fmt::format("its ports are: {}", fmt::join(ports, ", ")));
    return {};
}

/// Removes one of two wires with the same ends, which healing can leave.
void dropDuplicate(Graph& graph, EdgeIndex edge) {
    const Edge wire = graph.edge(edge);
    for (const EdgeIndex other : outgoing(graph, wire.from)) {
        if (other != edge && graph.edge(other).to == wire.to) {
            graph.removeEdge(edge);
            return;
        }
    }
}

void removeNodeOf(Graph& graph, NodeIndex node, bool heal) {
    if (!heal) {
        graph.removeNode(node);
        return;
    }
    // What failed in the node has no meaning without it: only rows of other ports are handed on.
    for (const EdgeIndex edge : std::vector<EdgeIndex>(graph.outEdges(node))) {
        if (graph.edge(edge).from.port == "err")
            graph.removeEdge(edge);
    }
    for (const EdgeIndex edge : graph.bypass(node, std::nullopt))
        dropDuplicate(graph, edge);
}

} // namespace

NodeIndex addOperator(Graph& graph, const OperatorInfo& info, Position position) {
    const std::string base = lastPart(info.name);
    NodeData data;
    std::uint32_t number = 1;
    do
        data.id = fmt::format("{}/{}", base, number);
    while (graph.findNode(data.id) && ++number != 0);
    data.label = fmt::format("{} {}", base, number);
    data.operatorName = info.name;
    data.position = position;
    data.statement = "drawn";
    for (const ParameterSpec& parameter : info.parameters) {
        if (parameter.required && !parameter.fallback->isNull())
            data.config.set(parameter.name, parameter.fallback);
    }
    return graph.addNode(std::move(data));
}

std::string addBoundary(Graph& graph, bool isInput, PortBinding binding) {
    const auto taken = [&](const std::string& name) {
        return graph.findInput(name).has_value() || graph.findOutput(name).has_value();
    };
    std::string name = isInput ? "in" : "out";
    for (std::uint32_t number = 2; taken(name); ++number)
        name = fmt::format("{}{}", isInput ? "in" : "out", number);
    if (isInput)
        graph.bindInput(graph.addInput(name), std::move(binding));
    else
        graph.bindOutput(graph.addOutput(name), std::move(binding));
    return name;
}

EdgeIndex findWire(const Graph& graph, const Endpoint& from, const Endpoint& to) {
    for (const EdgeIndex edge : outgoing(graph, from)) {
        if (graph.edge(edge).from == from && graph.edge(edge).to == to)
            return edge;
    }
    return kNone;
}

Status checkWire(const Graph& graph, const Catalogue& catalogue, const Endpoint& from,
                 const Endpoint& to) {
    FB_TRY(checkEnd(graph, catalogue, from, true));
    FB_TRY(checkEnd(graph, catalogue, to, false));
    if (findWire(graph, from, to) != kNone)
        return fail(
            ErrorCode::InvalidGraph,
            fmt::format("{} already feeds {}", endName(graph, from, true),
                        endName(graph, to, false)),
            "a second wire would send every row twice; use a union of two branches for that");
    if (from.isBoundary() || to.isBoundary())
        return {};
    if (from.node == to.node)
        return fail(ErrorCode::InvalidGraph,
                    fmt::format("{} cannot feed itself", graph.node(from.node).label),
                    "rows must leave a pipeline; loops are not possible");
    if (reaches(graph, to.node, from.node))
        return fail(ErrorCode::InvalidGraph,
                    fmt::format("{} cannot feed {}: {} already depends on it",
                                graph.node(from.node).label, graph.node(to.node).label,
                                graph.node(from.node).label),
                    "the wire would close a loop");
    return {};
}

Result<EdgeIndex> addWire(Graph& graph, const Catalogue& catalogue, Endpoint from, Endpoint to) {
    FB_TRY(checkWire(graph, catalogue, from, to));
    return graph.addEdge(std::move(from), std::move(to));
}

Status spliceInto(Graph& graph, const Catalogue& catalogue, EdgeIndex edge, NodeIndex node) {
    if (!graph.hasEdge(edge))
        return fail(ErrorCode::UnknownName, "the wire is not there any more");
    const Edge wire = graph.edge(edge);
    const std::vector<std::string> inputs = inputPorts(graph, catalogue, node);
    const std::vector<std::string> outputs = outputPorts(graph, catalogue, node);
    if (inputs.empty() || outputs.empty())
        return fail(ErrorCode::InvalidGraph,
                    fmt::format("{} cannot stand in the middle of a wire", graph.node(node).label));
    const std::uint32_t outPosition = positionIn(outgoing(graph, wire.from), edge);
    const std::uint32_t inPosition = positionIn(incoming(graph, wire.to), edge);
    graph.removeEdge(edge);
    graph.addEdge(wire.from, {node, inputs.front()}, outPosition);
    graph.addEdge({node, outputs.front()}, wire.to, kNone, inPosition);
    return {};
}

void removeItems(Graph& graph, const Items& items, bool heal) {
    for (const Item& item : items) {
        if (item.isEdge() && graph.hasEdge(item.edge))
            graph.removeEdge(item.edge);
    }
    for (const Item& item : items) {
        if (!item.isNode())
            continue;
        if (const auto node = graph.findNode(item.id))
            removeNodeOf(graph, *node, heal);
    }
    for (const Item& item : items) {
        if (item.kind == Element::Kind::InputPort) {
            if (const auto port = graph.findInput(item.id))
                graph.removeInput(*port);
        } else if (item.kind == Element::Kind::OutputPort) {
            if (const auto port = graph.findOutput(item.id))
                graph.removeOutput(*port);
        }
    }
}

void moveItem(Graph& graph, const Item& item, Position position) {
    if (item.isNode()) {
        changeNode(graph, item.id, [&](NodeData& data) { data.position = position; });
    } else if (item.kind == Element::Kind::InputPort) {
        if (const auto port = graph.findInput(item.id)) {
            PortBinding binding = *graph.inputBinding(*port);
            binding.position = position;
            graph.bindInput(*port, std::move(binding));
        }
    } else if (item.kind == Element::Kind::OutputPort) {
        if (const auto port = graph.findOutput(item.id)) {
            PortBinding binding = *graph.outputBinding(*port);
            binding.position = position;
            graph.bindOutput(*port, std::move(binding));
        }
    }
}

std::optional<Position> positionOf(const Graph& graph, const Item& item) {
    const std::optional<Element> element = elementOf(graph, item);
    if (!element)
        return std::nullopt;
    switch (element->kind) {
    case Element::Kind::Node: return graph.node(element->index).position;
    case Element::Kind::InputPort: return graph.inputBinding(element->index)->position;
    case Element::Kind::OutputPort: return graph.outputBinding(element->index)->position;
    case Element::Kind::Edge: break;
    }
    return std::nullopt;
}

std::vector<std::string> outputPorts(const Graph& graph, const Catalogue& catalogue,
                                     NodeIndex node) {
    std::vector<std::string> ports = contractOf(catalogue, graph.node(node)).outputs;
    for (const EdgeIndex edge : graph.outEdges(node)) {
        const std::string& port = graph.edge(edge).from.port;
        if (std::find(ports.begin(), ports.end(), port) == ports.end())
            ports.push_back(port);
    }
    return ports;
}

std::vector<std::string> inputPorts(const Graph& graph, const Catalogue& catalogue,
                                    NodeIndex node) {
    std::vector<std::string> ports = contractOf(catalogue, graph.node(node)).inputs;
    for (const EdgeIndex edge : graph.inEdges(node)) {
        const std::string& port = graph.edge(edge).to.port;
        if (std::find(ports.begin(), ports.end(), port) == ports.end())
            ports.push_back(port);
    }
    return ports;
}

} // namespace fuseboard
