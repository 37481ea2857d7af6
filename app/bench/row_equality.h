// SPDX-License-Identifier: Apache-2.0
// When two files of NDJSON rows hold the same results.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fuseboard {

/// What equal means. The order of fields never counts, an absent field equals null, and 13 equals
/// 13.0, because SQL knows neither.
struct RowEquality {
    enum class Order : std::uint8_t {
        Same,      ///< row by row
        Any,       ///< the same rows, each as often
        LastOfKey, ///< for each key the last row that has it: results that are updated
    };
    Order order = Order::Same;
    /// Fields that identify a row: required for LastOfKey; for Any what rows are paired by (none:
    /// by all that are no fractions).
    std::vector<std::string> keys{};
    /// Of fractions, relative to the greater one. Whole numbers are compared exactly.
    double tolerance = 1e-9;
    /// Fields that come from a histogram: they may differ by the width of one of its buckets.
    std::vector<std::string> percentiles{};
};

/// Nothing if they are equal. Errors: NotFound and those of reading; Disagreement, whose message
/// shows the first rows that differ.
[[nodiscard]] Status compareRows(const std::string& expected, const std::string& actual,
                                 const RowEquality& equality);

} // namespace fuseboard
