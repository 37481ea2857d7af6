// SPDX-License-Identifier: Apache-2.0
// Positions for graphs that have none: a layered layout in columns. The longest way through the
// graph becomes the main column; every other chain of nodes goes into the nearest free column
// beside it, spread over the rows between its ends. Deterministic; linear in nodes and edges but
// for the search of free columns. Algorithm: our own, after the usual longest-path layering.
#pragma once

#include "engine/graph/contract.h"
#include "views/canvas/canvas_metrics.h"
#include "views/document/item.h"

#include <map>

namespace fuseboard {

/// Shapes of the nodes and boundary ports of a graph.
[[nodiscard]] std::map<Item, CardShape> shapesOf(const Graph& graph, const Catalogue& catalogue);

/// Top left corners of all nodes and boundary ports. A graph with a cycle is laid out as if the
/// edges that close it were not there.
[[nodiscard]] std::map<Item, Position> layOutGraph(const Graph& graph,
                                                   const std::map<Item, CardShape>& shapes);

} // namespace fuseboard
