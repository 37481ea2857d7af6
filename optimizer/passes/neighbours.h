// SPDX-License-Identifier: Apache-2.0
// Two nodes of which the lower is the upper's only reader and the upper the lower's only writer.
#pragma once

#include "optimizer/passes/pass.h"

#include <optional>
#include <string>

namespace fuseboard {

struct Neighbours {
    NodeIndex upper = kNone, lower = kNone;
    EdgeIndex edge = kNone;
};

/// The node behind the first edge that leaves `upper` on `out`, if that goes to a node.
[[nodiscard]] std::optional<Neighbours> neighboursBelow(const Graph& graph, NodeIndex upper);

/// Why the two cannot become one node although they stand in a row: other readers or writers, `err`
/// edges, a forbidden edge. Empty: they can.
[[nodiscard]] std::string whyNotOne(const Graph& graph, const Neighbours& pair);

/// Removes the upper node, whose work `made` of the lower node does from now on.
void joinIntoLower(Graph& graph, const Neighbours& pair, NodeData made);

/// A refusal or application that names both nodes.
[[nodiscard]] Rewrite describePair(const Graph& graph, const Neighbours& pair, std::string kind);

} // namespace fuseboard
