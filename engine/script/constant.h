// SPDX-License-Identifier: Apache-2.0
// Constant evaluation while a program is read: const, args, settings.
#pragma once

#include "engine/base/result.h"
#include "engine/script/ast.h"

#include <cstdint>

namespace fuseboard {

/// The value of an expression that depends on nothing. Fails with the place of the part that reads
/// the event or is not repeatable, or with the failure of its evaluation.
[[nodiscard]] Result<OwnedValue> foldConstant(const Expr& expr);

/// Slots that the locals of `expr` need (user functions have frames of their own).
[[nodiscard]] std::uint32_t countLocals(const Expr& expr);

} // namespace fuseboard
