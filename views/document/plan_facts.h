// SPDX-License-Identifier: Apache-2.0
// What the optimiser knows of the events at a node and expects of its cost, by node id: the
// immutable value that the inspector shows beside what was measured.
#pragma once

#include "engine/graph/contract.h"
#include "engine/graph/rewrite.h"
#include "optimizer/analysis/shape.h"
#include "optimizer/cost/cost_table.h"
#include "views/document/item.h"

#include <map>
#include <memory>
#include <span>
#include <string>

namespace fuseboard {

/// Estimates of the cost model. Absent without a row that comes in.
struct NodeEstimate {
    double workNs = 0;   ///< for each row in
    double rowsOut = 0;  ///< for each row in
    double bytesOut = 0; ///< of each row out
};

struct NodeFacts {
    Shape received, sent; ///< proven of events that come in, and of those that leave on `out`
    NodeEstimate estimate;
};

struct PlanFacts {
    std::map<std::string, NodeFacts> sides[2];

    [[nodiscard]] const NodeFacts* find(Side side, const std::string& nodeId) const;
};
using PlanFactsPtr = std::shared_ptr<const PlanFacts>;

/// Of the graph as drawn and of the optimised one. Visits every node: not for the GUI thread.
[[nodiscard]] PlanFacts factsOf(const OptimizedGraph& optimized, const Catalogue& catalogue,
                                std::span<const std::shared_ptr<const Schema>> inputSchemas,
                                const CostTable& costs);

} // namespace fuseboard
