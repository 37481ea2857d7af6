// SPDX-License-Identifier: Apache-2.0
// The optimiser: a naive graph in, the optimised graph with everything that was done and refused
// out. A pure function of its arguments; may run on any thread.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/rewrite.h"
#include "optimizer/cost/cost_table.h"
#include "optimizer/passes/pass.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace fuseboard {

struct OptimizeOptions {
    const Catalogue* catalogue = nullptr; ///< required
    CostTable costs;
    std::vector<std::string> only;    ///< names of the passes to run; empty: all
    std::vector<std::string> without; ///< names of passes to leave out; wins over `only`
    /// Declared schemas, by position of the boundary input; missing or null: nothing is declared.
    std::vector<std::shared_ptr<const Schema>> inputSchemas;
    std::function<bool()> cancelled; ///< asked between and inside passes; may be empty
    bool verifyAll = false; ///< verify the whole graph after each pass, not what the pass touched
};

/// Marks `naive` as the naive graph, runs the pipeline and returns what came of it. A pass that is
/// switched off is recorded as such. The naive graph must verify.
/// Errors: InvalidGraph (cycle), UnknownName (a pass nobody knows), Cancelled.
[[nodiscard]] Result<OptimizedGraph> optimize(Graph naive, const OptimizeOptions& options);

/// The graph as drawn, marked and unchanged: what a naive plan is made of. `inputFields` holds what
/// its nodes read, as pruning would compute it for the graph as drawn.
[[nodiscard]] Result<OptimizedGraph> asDrawn(Graph naive, const OptimizeOptions& options);

/// All passes in the order in which they run.
[[nodiscard]] std::span<const PassInfo> defaultPipeline();

} // namespace fuseboard
