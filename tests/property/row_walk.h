// SPDX-License-Identifier: Apache-2.0
// Walks events through a graph, depth first, over the operators' own bodies: enough of an executor
// to compare a graph with its rewritten self. Knows no time and no end of input.
#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace fuseboard {

struct WalkResult {
    std::vector<std::string> rows;   ///< "port: json", in order
    std::vector<std::string> errors; ///< "event, origin, code", sorted
};

/// `naive` tells which node wrote a failing expression; it may be `graph` itself. Errors are kept
/// of the naive nodes that `counts` names, by index.
[[nodiscard]] WalkResult walkRows(const Graph& graph, const Graph& naive,
                                  const std::vector<bool>& counts,
                                  const std::vector<Value>& events);

} // namespace fuseboard
