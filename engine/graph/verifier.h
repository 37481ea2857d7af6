// SPDX-License-Identifier: Apache-2.0
// Checks that a graph can run: known operators, ports that exist, no cycle, unique ids, complete
// parameters, convex groups. Used at import, while editing and after every pass.
#pragma once

#include "engine/graph/graph.h"

#include <vector>

namespace fuseboard {

/// All problems, those of nodes first; Error::node names the node. Empty: the graph can run.
[[nodiscard]] std::vector<Error> verify(const Graph& graph, const Catalogue& catalogue);
/// Only structure (ports, edges, cycle), for nodes touched since a log position.
[[nodiscard]] Status verifyTouched(const Graph& graph, const Catalogue& catalogue,
                                   std::size_t sincePosition);

/// The hash that names a plan: structure, operators, configurations, groups and properties in a
/// canonical order; ids, labels, positions and notes do not count.
[[nodiscard]] std::string planHash(const Graph& graph);
[[nodiscard]] std::string canonicalText(const Graph& graph);

} // namespace fuseboard
