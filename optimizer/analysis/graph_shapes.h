// SPDX-License-Identifier: Apache-2.0
// What is proven about the events that reach each node, from the declared schemas forwards.
#pragma once

#include "engine/graph/graph.h"
#include "optimizer/analysis/expr_facts.h"

#include <memory>
#include <span>
#include <vector>

namespace fuseboard {

/// By node index.
struct EventShapes {
    std::vector<Shape> received; ///< the events that reach it
    std::vector<Shape> sent;     ///< the events that leave on `out`
};
[[nodiscard]] EventShapes
computeEventShapes(const Graph& graph, const Catalogue& catalogue,
                   const std::vector<NodeIndex>& order,
                   std::span<const std::shared_ptr<const Schema>> inputSchemas);
/// What reaches each node, by its index.
[[nodiscard]] std::vector<Shape>
computeShapes(const Graph& graph, const Catalogue& catalogue, const std::vector<NodeIndex>& order,
              std::span<const std::shared_ptr<const Schema>> inputSchemas);

/// Facts of the clauses of a plain select, for events of a given shape.
struct SelectFacts {
    ExprFacts where, target, having;
    Shape passed; ///< of the events that the target sees
    Shape sent;
    [[nodiscard]] bool mayRaise() const {
        return where.mayRaise || target.mayRaise || having.mayRaise;
    }
    /// The first fact that is missing, in the order of evaluation.
    [[nodiscard]] const std::string& missing() const {
        return where.mayRaise ? where.missing : target.mayRaise ? target.missing : having.missing;
    }
};
[[nodiscard]] SelectFacts selectFacts(const Config& config, const Shape& received);

/// The tree of an expression parameter, or nullptr.
[[nodiscard]] const Expr* treeOf(const Config& config, std::string_view name);

} // namespace fuseboard
