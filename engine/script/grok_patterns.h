// SPDX-License-Identifier: Apache-2.0
// The named building blocks of grok expressions.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace fuseboard::extractors {

/// Name and Oniguruma expression (with %{NAME} inside), sorted by name.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> grokPatterns();

} // namespace fuseboard::extractors
