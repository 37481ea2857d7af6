// SPDX-License-Identifier: Apache-2.0
// The edits that a user can make, as plain functions on a graph. The document wraps them in undo
// commands; they can be tested and reused without one. A failed edit may leave the graph half
// changed: work on a copy.
#pragma once

#include "engine/graph/contract.h"
#include "engine/graph/graph.h"
#include "views/document/item.h"

#include <utility>

namespace fuseboard {

/// A node of an operator with the defaults of its required parameters. The id is `base/n` and the
/// label `base n`, where base is the last part of the operator's name.
[[nodiscard]] NodeIndex addOperator(Graph& graph, const OperatorInfo& info, Position position);
/// A boundary port with a free name: "in", "in2", … The result is its name.
[[nodiscard]] std::string addBoundary(Graph& graph, bool isInput, PortBinding binding);

/// Why a wire cannot be drawn: unknown port, both ends at the boundary, duplicate, cycle.
[[nodiscard]] Status checkWire(const Graph& graph, const Catalogue& catalogue, const Endpoint& from,
                               const Endpoint& to);
/// The wire between two ends, or kNone.
[[nodiscard]] EdgeIndex findWire(const Graph& graph, const Endpoint& from, const Endpoint& to);
/// checkWire() and the wire.
[[nodiscard]] Result<EdgeIndex> addWire(Graph& graph, const Catalogue& catalogue, Endpoint from,
                                        Endpoint to);
/// Replaces an edge by two that pass through the first ports of `node`; keeps its place in the
/// order.
[[nodiscard]] Status spliceInto(Graph& graph, const Catalogue& catalogue, EdgeIndex edge,
                                NodeIndex node);

/// `heal`: what fed a removed node feeds its readers.
void removeItems(Graph& graph, const Items& items, bool heal);
void moveItem(Graph& graph, const Item& item, Position position);
[[nodiscard]] std::optional<Position> positionOf(const Graph& graph, const Item& item);
/// Changes the data of one node; false if there is no such node.
template <class Change> bool changeNode(Graph& graph, const std::string& id, Change&& change) {
    const std::optional<NodeIndex> node = graph.findNode(id);
    if (!node)
        return false;
    auto data = std::make_shared<NodeData>(graph.node(*node));
    change(*data);
    graph.setNode(*node, std::move(data));
    return true;
}

/// The output ports a node offers: those of its contract and those that edges already use.
[[nodiscard]] std::vector<std::string> outputPorts(const Graph& graph, const Catalogue& catalogue,
                                                   NodeIndex node);
[[nodiscard]] std::vector<std::string> inputPorts(const Graph& graph, const Catalogue& catalogue,
                                                  NodeIndex node);

} // namespace fuseboard
