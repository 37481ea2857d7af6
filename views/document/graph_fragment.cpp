// SPDX-License-Identifier: Apache-2.0
#include "views/document/graph_fragment.h"

#include "engine/graph/config_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace fuseboard {

namespace {

/// "select" of "select/3", for a copy's number.
std::string baseOf(const std::string& id) {
    const std::size_t slash = id.rfind('/');
    if (slash == std::string::npos)
        return id;
    const bool numbered =
        slash + 1 < id.size() && std::all_of(id.begin() + std::ptrdiff_t(slash) + 1, id.end(),
                                             [](char c) { return c >= '0' && c <= '9'; });
    return numbered ? id.substr(0, slash) : id;
}

/// A free id and a label that tells the copy from its original.
void renameCopy(const Graph& graph, NodeData& data) {
    if (!graph.findNode(data.id))
        return;
    const std::string base = baseOf(data.id);
    std::uint32_t number = 2;
    while (graph.findNode(fmt::format("{}/{}", base, number)))
        ++number;
    const bool labelIsNumbered = data.label == base || data.label.starts_with(base + " ");
    data.label = labelIsNumbered ? fmt::format("{} {}", base, number) : data.label + " copy";
    data.id = fmt::format("{}/{}", base, number);
}

std::optional<Position> moved(const std::optional<Position>& position, double dx, double dy) {
    if (!position)
        return std::nullopt;
    return Position{position->x + dx, position->y + dy};
}

std::string copyPort(Graph& graph, bool isInput, std::string name, PortBinding binding) {
    const auto taken = [&](const std::string& port) {
        return isInput ? graph.findInput(port).has_value() : graph.findOutput(port).has_value();
    };
    const std::string wanted = name;
    for (std::uint32_t number = 2; taken(name); ++number)
        name = fmt::format("{}{}", wanted, number);
    if (isInput)
        graph.bindInput(graph.addInput(name), std::move(binding));
    else
        graph.bindOutput(graph.addOutput(name), std::move(binding));
    return name;
}

/// Where the ends of a source graph's edges are in the target; absent: not copied.
struct Mapping {
    std::map<NodeIndex, NodeIndex> nodes;
    std::map<std::string, std::string> inputs, outputs;

    [[nodiscard]] std::optional<Endpoint> end(const Endpoint& old, bool isSource) const {
        if (!old.isBoundary()) {
            const auto at = nodes.find(old.node);
            return at == nodes.end() ? std::nullopt : std::optional(Endpoint{at->second, old.port});
        }
        const auto& ports = isSource ? inputs : outputs;
        const auto at = ports.find(old.port);
        return at == ports.end() ? std::nullopt : std::optional(Endpoint{kNone, at->second});
    }
};

void copyEdges(Graph& target, const Graph& source, const Mapping& mapping) {
    for (const EdgeIndex index : source.edges()) {
        const Edge& edge = source.edge(index);
        const auto from = mapping.end(edge.from, true);
        const auto to = mapping.end(edge.to, false);
        if (!from || !to)
            continue;
        const EdgeIndex copy = target.addEdge(*from, *to);
        if (edge.fusion != FusionChoice::Automatic)
            target.setFusion(copy, edge.fusion);
    }
}

} // namespace

Graph fragmentOf(const Graph& graph, const Items& items) {
    Graph fragment;
    Mapping mapping;
    for (const Item& item : items) {
        const std::optional<Element> element = elementOf(graph, item);
        if (!element)
            continue;
        if (item.isNode()) {
            mapping.nodes[element->index] = fragment.addNode(graph.node(element->index));
        } else if (item.kind == Element::Kind::InputPort) {
            fragment.bindInput(fragment.addInput(item.id), *graph.inputBinding(element->index));
            mapping.inputs[item.id] = item.id;
        } else if (item.kind == Element::Kind::OutputPort) {
            fragment.bindOutput(fragment.addOutput(item.id), *graph.outputBinding(element->index));
            mapping.outputs[item.id] = item.id;
        }
    }
    copyEdges(fragment, graph, mapping);
    fragment.setDefinitions(graph.definitions());
    fragment.forgetLog();
    return fragment;
}

Items addFragment(Graph& graph, const Graph& fragment, double dx, double dy) {
    Mapping mapping;
    Items added;
    Definitions definitions = graph.definitions();
    for (const NodeIndex index : fragment.nodes()) {
        NodeData data = fragment.node(index);
        data.config = adoptFunctions(std::move(data.config), definitions);
        renameCopy(graph, data);
        data.position = moved(data.position, dx, dy);
        data.place = {};
        added.push_back(Item::node(data.id));
        mapping.nodes[index] = graph.addNode(std::move(data));
    }
    const auto copyPorts = [&](bool isInput) {
        const auto& names = isInput ? fragment.inputs() : fragment.outputs();
        for (std::uint32_t port = 0; port < names.size(); ++port) {
            PortBinding binding =
                isInput ? *fragment.inputBinding(port) : *fragment.outputBinding(port);
            binding.position = moved(binding.position, dx, dy);
            std::string name = copyPort(graph, isInput, names[port], std::move(binding));
            added.push_back(isInput ? Item::input(name) : Item::output(name));
            (isInput ? mapping.inputs : mapping.outputs)[names[port]] = std::move(name);
        }
    };
    if (definitions.functions().size() != graph.definitions().functions().size())
        graph.setDefinitions(std::move(definitions));
    copyPorts(true);
    copyPorts(false);
    copyEdges(graph, fragment, mapping);
    return added;
}

} // namespace fuseboard
