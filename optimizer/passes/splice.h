// SPDX-License-Identifier: Apache-2.0
// Taking nodes out of the graph with their provenance, as several rewrites do.
#pragma once

#include "optimizer/passes/pass.h"

namespace fuseboard {

/// The edges that splicing out a node that forwards rows would join.
struct SpliceSize {
    std::size_t in = 0, out = 0;
};
[[nodiscard]] SpliceSize spliceSize(const Graph& graph, NodeIndex n);

/// Why a node that forwards rows cannot be spliced out; empty: it can. The edges that it would
/// leave must not outnumber those that it has by more than a little (in × out ≤ in + out + 64), and
/// under `abort_event` its rows must stay in the stage in which errors end them.
[[nodiscard]] std::string whyNotSplice(const Graph& graph, NodeIndex n);

/// Splices a node that forwards rows on `out`; edges of its other ports, which send nothing, go
/// with it. A node without edges to splice is stood for by the boundary port or node beside it.
void spliceOut(Graph& graph, NodeIndex n);

/// Moves the head or tail of an edge, in place: row order and provenance stay.
EdgeIndex redirectTarget(Graph& graph, EdgeIndex e, Endpoint to);
EdgeIndex redirectOrigin(Graph& graph, EdgeIndex e, Endpoint from);

/// "1 edge", "3 edges".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

} // namespace fuseboard
