// SPDX-License-Identifier: Apache-2.0
#include "views/document/item.h"

namespace fuseboard {

Item itemOf(const Graph& graph, Element element) {
    switch (element.kind) {
    case Element::Kind::Node: return Item::node(graph.node(element.index).id);
    case Element::Kind::Edge: return Item::ofEdge(element.index);
    case Element::Kind::InputPort: return Item::input(graph.inputs().at(element.index));
    case Element::Kind::OutputPort: return Item::output(graph.outputs().at(element.index));
    }
    return {};
}

std::optional<Element> elementOf(const Graph& graph, const Item& item) {
    std::optional<std::uint32_t> index;
    switch (item.kind) {
    case Element::Kind::Node: index = graph.findNode(item.id); break;
    case Element::Kind::InputPort: index = graph.findInput(item.id); break;
    case Element::Kind::OutputPort: index = graph.findOutput(item.id); break;
    case Element::Kind::Edge:
        if (graph.hasEdge(item.edge))
            index = item.edge;
        break;
    }
    if (!index)
        return std::nullopt;
    return Element{item.kind, *index};
}

std::string edgeKey(const std::string& fromNode, const std::string& fromPort,
                    const std::string& toNode, const std::string& toPort) {
    // Ids hold no control characters, so the separator keeps the four parts apart.
    return fromNode + '\x1f' + fromPort + '\x1f' + toNode + '\x1f' + toPort;
}

std::string edgeKey(const Graph& graph, const Edge& edge) {
    const std::string none;
    return edgeKey(edge.from.isBoundary() ? none : graph.node(edge.from.node).id, edge.from.port,
                   edge.to.isBoundary() ? none : graph.node(edge.to.node).id, edge.to.port);
}

} // namespace fuseboard
