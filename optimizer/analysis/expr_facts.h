// SPDX-License-Identifier: Apache-2.0
// What is proven about an expression: what it can give, whether it can fail, whether it repeats.
#pragma once

#include "engine/script/ast.h"
#include "optimizer/analysis/shape.h"

#include <cstdint>
#include <map>
#include <string>

namespace fuseboard {

struct ExprFacts {
    Shape shape;
    bool mayRaise = false;
    /// Of an expression that may raise: the fact whose proof would help, for a refusal's way out.
    std::string missing;
};

/// What an expression can see. Locals that are not listed are unknown, and reading them may raise.
struct FactScope {
    Shape event;
    std::map<std::uint32_t, Shape> locals;
};

/// Never claims more than holds for every row.
[[nodiscard]] ExprFacts factsOf(const Expr& expr, const FactScope& scope);

/// The event of a row for which `condition` was evaluated and gave true.
[[nodiscard]] Shape whereTrue(const Expr& condition, const Shape& event);

/// A condition that cannot fail: total, and never anything but a boolean.
[[nodiscard]] ExprFacts conditionFacts(const Expr& condition, const Shape& event);

enum class Repeat : std::uint8_t {
    Constant, ///< the same value whenever it is evaluated with the same event
    PerRow,   ///< reads the row's time or group
    Never,    ///< wall clock, random: may be neither dropped nor copied
};
[[nodiscard]] Repeat repeatabilityOf(const Expr& expr);

} // namespace fuseboard
