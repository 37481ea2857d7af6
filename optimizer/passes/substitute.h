// SPDX-License-Identifier: Apache-2.0
// Writing one node's expressions in terms of the events of the node before it.
#pragma once

#include "engine/script/ast.h"
#include "optimizer/analysis/expr_facts.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

/// The fields of a record that a select makes, with what is proven about each.
struct MadeField {
    std::string key;
    ExprPtr value;
    bool mayRaise = false;
    /// A path or a literal: evaluating it again costs next to nothing.
    bool cheap = false;
    /// A path: the field is there in the node's own event too.
    bool copied = false;
};

/// nullopt when `target` is no record, or one whose keys are computed or repeat.
[[nodiscard]] std::optional<std::vector<MadeField>> fieldsMadeBy(const ExprPtr& target,
                                                                 const FactScope& scope);
[[nodiscard]] const MadeField* findField(const std::vector<MadeField>& fields,
                                         std::string_view key);

/// `expr` with each `event.k…` replaced by what makes the field k. nullptr, with the reason in
/// `refused`, when it reads the event in another way. Spans stay those of whoever wrote each part,
/// so that errors keep their origin.
[[nodiscard]] ExprPtr substituted(const ExprPtr& expr, const std::vector<MadeField>& fields,
                                  std::string& refused);

/// `left and right`, or the one that is given.
[[nodiscard]] ExprPtr conjunction(const ExprPtr& left, const ExprPtr& right);
/// An Expression of a tree that a rewrite made.
[[nodiscard]] Expression expressionOf(ExprPtr tree, std::uint32_t localCount = 0);

} // namespace fuseboard
