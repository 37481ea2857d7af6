// SPDX-License-Identifier: Apache-2.0
// What numbers on the command line may be. CLI11 by itself wraps negative numbers around and takes
// the greatest number for one that does not fit.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <limits>

namespace fuseboard {

/// Digits alone, from `least` to `most`.
[[nodiscard]] CLI::Validator
wholeNumber(std::uint64_t least = 0,
            std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
/// A number from `least` to `most`; neither infinite nor NaN.
[[nodiscard]] CLI::Validator realNumber(double least, double most);
/// Any text without a minus in front: for sizes, which have units.
[[nodiscard]] CLI::Validator notNegative();

} // namespace fuseboard
