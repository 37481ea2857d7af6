// SPDX-License-Identifier: Apache-2.0
// What the optimiser did and what it refused to do: the one vocabulary of its report, the window's
// Rewrites list, the command line and the database.
#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace fuseboard {

struct Rewrite {
    std::string pass; ///< "remove-passthroughs"
    std::string kind; ///< "passthrough removed", "filter pushed down"
    bool applied = false;
    std::string reason;              ///< with the values that decided it
    std::string missingFact;         ///< of a refusal: what would permit it; empty: nothing would
    std::vector<std::string> before; ///< ids of naive nodes
    std::vector<std::string> after;  ///< ids of nodes it left
    double predictedSavingNsPerRow = 0;
};

/// One pass as it ran.
struct PassRecord {
    std::string name;
    bool enabled = true;
    double seconds = 0;
    std::vector<Rewrite> rewrites; ///< at most so many are recorded, all are counted
    std::size_t applied = 0;
    std::size_t refused = 0;
    std::size_t logPosition = 0; ///< of the graph after the pass: Graph::at() shows it
};

/// A naive graph with everything the optimiser made of it. `graph.at(naivePosition)` is the naive
/// graph; `graph` as it stands is the optimised one.
struct OptimizedGraph {
    Graph graph;
    std::size_t naivePosition = 0;
    std::vector<PassRecord> passes;
    /// What each boundary input must decode; by position in inputs().
    std::vector<FieldTree> inputFields;
};

} // namespace fuseboard
