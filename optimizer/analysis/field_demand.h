// SPDX-License-Identifier: Apache-2.0
// What is needed of the rows on every edge, computed from the output ports backwards: proven from
// the program alone, so it needs no schema.
#pragma once

#include "engine/graph/graph.h"

#include <functional>
#include <vector>

namespace fuseboard {

struct FieldDemand {
    std::vector<FieldTree> received; ///< by node: what it reads of the rows that reach it
    std::vector<FieldTree> sent;     ///< by node: what its readers need of the rows that leave it
    std::vector<FieldTree> inputs;   ///< by boundary input
};

/// A node reads the paths that it names, and the whole event if it may raise and `err` has a
/// reader. `order` is the graph's topological order; it is walked backwards. `visit`, if given, is
/// called for a node once what its readers need is known, and may change the node before it is
/// asked what it reads.
[[nodiscard]] FieldDemand
computeFieldDemand(const Graph& graph, const Catalogue& catalogue,
                   const std::vector<NodeIndex>& order,
                   const std::function<void(NodeIndex, const FieldTree&)>& visit = {});

} // namespace fuseboard
