// SPDX-License-Identifier: Apache-2.0
// Names for what stands on a canvas. An item is named by the stable id of its node or port, so that
// it means the same thing after an edit, after a pass and on the other side of the window.
#pragma once

#include "engine/graph/graph.h"

#include <compare>
#include <string>
#include <vector>

namespace fuseboard {

/// Which of the two graphs is meant.
enum class Side : std::uint8_t { Drawn, Optimised };

[[nodiscard]] constexpr Side otherSide(Side side) {
    return side == Side::Drawn ? Side::Optimised : Side::Drawn;
}

/// A node, an edge or a boundary port of one side's graph.
struct Item {
    Element::Kind kind = Element::Kind::Node;
    std::string id;         ///< of a node, or the name of a port; empty for edges
    EdgeIndex edge = kNone; ///< of an edge

    [[nodiscard]] static Item node(std::string id) {
        return {Element::Kind::Node, std::move(id), kNone};
    }
    [[nodiscard]] static Item input(std::string port) {
        return {Element::Kind::InputPort, std::move(port), kNone};
    }
    [[nodiscard]] static Item output(std::string port) {
        return {Element::Kind::OutputPort, std::move(port), kNone};
    }
    [[nodiscard]] static Item ofEdge(EdgeIndex edge) { return {Element::Kind::Edge, {}, edge}; }
    [[nodiscard]] bool isNode() const { return kind == Element::Kind::Node; }
    [[nodiscard]] bool isEdge() const { return kind == Element::Kind::Edge; }
    auto operator<=>(const Item&) const = default;
};
using Items = std::vector<Item>;

/// The item that an element of `graph` is; the element must exist.
[[nodiscard]] Item itemOf(const Graph& graph, Element element);
/// Where an item stands in `graph`; nullopt if it is not there (any more).
[[nodiscard]] std::optional<Element> elementOf(const Graph& graph, const Item& item);
/// Names an edge by its ends, across graphs and in run rows; the id of a boundary end is empty.
[[nodiscard]] std::string edgeKey(const Graph& graph, const Edge& edge);
[[nodiscard]] std::string edgeKey(const std::string& fromNode, const std::string& fromPort,
                                  const std::string& toNode, const std::string& toPort);

} // namespace fuseboard
