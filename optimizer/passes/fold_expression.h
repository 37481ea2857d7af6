// SPDX-License-Identifier: Apache-2.0
// Constant folding of one expression, for the folding pass and for rewrites that make new ones.
#pragma once

#include "engine/script/ast.h"

#include <string>
#include <vector>

namespace fuseboard {

struct FoldNotes {
    std::size_t folded = 0;           ///< parts that became constants or fell away
    std::vector<std::string> refused; ///< parts that would fail, each with the failure
};

/// The expression with what does not depend on its surroundings evaluated. A part that would fail
/// stays as it is. Results over 64 KiB stay unevaluated too.
[[nodiscard]] ExprPtr foldExpression(const ExprPtr& expr, FoldNotes& notes);

/// The value of an expression that is a literal, or nullptr.
[[nodiscard]] const Value* literalValue(const Expr* expr);

} // namespace fuseboard
