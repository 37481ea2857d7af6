// SPDX-License-Identifier: Apache-2.0
// Values as the language writes them.
#pragma once

#include "engine/value/value.h"

#include <string>
#include <string_view>

namespace fuseboard {

/// The literal that evaluates to `value`. Not-a-number and the infinities are written as divisions.
[[nodiscard]] std::string literalText(const Value& value);
/// The inside of a string literal.
[[nodiscard]] std::string escapeText(std::string_view text);

} // namespace fuseboard
