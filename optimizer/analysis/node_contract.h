// SPDX-License-Identifier: Apache-2.0
// The contract of a node as it stands in the graph: what its operator promises, and what being
// bypassed or being a mere forwarder makes of it.
#pragma once

#include "engine/graph/graph.h"

namespace fuseboard {

/// The operator of a node; the graph must have been verified.
[[nodiscard]] const OperatorInfo& operatorOf(const Graph& graph, NodeIndex n,
                                             const Catalogue& catalogue);
/// The node's contract. A bypassed node is a passthrough.
[[nodiscard]] Contract contractOf(const Graph& graph, NodeIndex n, const Catalogue& catalogue);

/// Whether the node sends every row on, unchanged: declared so, bypassed, or a select of `event`
/// with no clause.
[[nodiscard]] bool forwardsEveryRow(const NodeData& node, const Contract& contract);

/// A select that works row by row: neither grouped nor windowed.
[[nodiscard]] bool isPlainSelect(const NodeData& node);
[[nodiscard]] bool isFilter(const NodeData& node);

/// Whether rows that fail in the node leave on `err` to somebody.
[[nodiscard]] bool errorsAreRead(const Graph& graph, NodeIndex n, const Contract& contract);

/// A node above `n` that may raise, or kNone. Its errors are results as long as it reaches an
/// output, even through a node that sends nothing: such a node may go only if there is none.
[[nodiscard]] NodeIndex raisingNodeAbove(const Graph& graph, NodeIndex n,
                                         const Catalogue& catalogue);

/// "select 3": what people call the node.
[[nodiscard]] std::string_view nameOf(const NodeData& node);
/// Its state in words: "state by key", "state".
[[nodiscard]] std::string_view stateText(StateKind state);

} // namespace fuseboard
