// SPDX-License-Identifier: Apache-2.0
// How many rows and bytes each node is expected to see, and what it costs: estimates from the
// contracts alone, the same on every machine.
#pragma once

#include "engine/graph/graph.h"
#include "optimizer/cost/cost_table.h"

#include <span>
#include <vector>

namespace fuseboard {

struct NodeLoad {
    double rowsIn = 0, rowsOut = 0;
    double bytesOut = 0; ///< of one row out
    double workNs = 0;   ///< over all rows
    double stateBytes = 0;
};

struct Workload {
    std::vector<NodeLoad> nodes;  ///< by node index
    std::vector<NodeLoad> inputs; ///< by boundary input: decoding
    double inputRows = 0;         ///< over all inputs; at least 1
};

/// `inputFields` may be shorter than inputs(): then the whole row is decoded.
[[nodiscard]] Workload estimateWorkload(const Graph& graph, const Catalogue& catalogue,
                                        const std::vector<NodeIndex>& order, const CostTable& costs,
                                        std::span<const FieldTree> inputFields);

} // namespace fuseboard
