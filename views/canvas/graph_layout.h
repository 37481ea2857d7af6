// SPDX-License-Identifier: Apache-2.0
// Positions for graphs that have none: a layered layout in columns. The longest way through the
// graph becomes the main column; every other chain of nodes goes into the nearest free column
// beside it, spread over the rows between its ends. Which row a node stands in, and which chain
// stands left of which, may come from the layout worker; without it rows are longest paths and
// sides alternate. Deterministic; linear in nodes and edges but for the search of free columns.
#pragma once

#include "engine/graph/contract.h"
#include "engine/graph/layout_service.h"
#include "views/canvas/canvas_metrics.h"
#include "views/document/item.h"

#include <map>
#include <vector>

namespace fuseboard {

/// Shapes of the nodes and boundary ports of a graph that are shown. Passthroughs and open sinks
/// that no row can reach become small pills; such a sink is left out where it says nothing: behind
/// a passthrough, and on the optimised side.
[[nodiscard]] std::map<Item, CardShape> shapesOf(const Graph& graph, const Catalogue& catalogue,
                                                 Side side);

/// What the layout worker is asked: one part a connected component. What is connected with nothing
/// is left out.
struct LayoutQuestion {
    LayoutRequest request;
    std::vector<Item> items; ///< by position in request.boxes
};
[[nodiscard]] LayoutQuestion layoutQuestion(const Graph& graph,
                                            const std::map<Item, CardShape>& shapes);

/// Top left corners of all nodes, inputs and shown outputs. `worker` holds the corners that the
/// worker answered; empty: it was not asked. Edges that close a cycle are disregarded.
[[nodiscard]] std::map<Item, Position> layOutGraph(const Graph& graph,
                                                   const std::map<Item, CardShape>& shapes,
                                                   const std::map<Item, Position>& worker = {});

} // namespace fuseboard
