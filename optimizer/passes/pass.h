// SPDX-License-Identifier: Apache-2.0
// What a pass is, and what it may ask for. A pass changes the graph through its mutators and tells
// what it did and what it refused; enabling, timing, verifying and snapshots are the manager's.
#pragma once

#include "engine/graph/rewrite.h"
#include "engine/value/schema.h"
#include "optimizer/cost/cost_table.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace fuseboard {

/// What a pass may ask for. References outlive the pass.
struct PassContext {
    const Catalogue& catalogue;
    const CostTable& costs;
    /// Declared schemas by boundary input; shorter than inputs() or null where nothing is declared.
    std::span<const std::shared_ptr<const Schema>> inputSchemas;
    /// What each boundary input must decode; pruning writes it, fusion weighs it.
    std::vector<FieldTree>& inputFields;
    /// True when the user gave up: a long pass stops early and leaves a valid graph.
    std::function<bool()> cancelled;
};

/// One pass as the pipeline lists it. All texts are for people and have no final period.
struct PassInfo {
    std::string_view name;        ///< "remove-passthroughs": options, records, tests
    std::string_view title;       ///< "Remove passthroughs": lists on screen
    std::string_view shortLabel;  ///< "passthroughs": the chip of the pass stepper
    std::string_view description; ///< one line: what it does
    std::string_view reason;      ///< one line: why it stands at this place of the pipeline
    std::vector<Rewrite> (*run)(Graph& graph, PassContext& context);
};

} // namespace fuseboard
