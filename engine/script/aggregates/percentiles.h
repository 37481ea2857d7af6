// SPDX-License-Identifier: Apache-2.0
// The percentiles that hdr and dds are asked for: read from the first event, then kept. Lists are
// shared by all states, because every group of a select asks for the same ones.
#pragma once

#include "engine/script/aggregate.h"

#include <string>
#include <string_view>
#include <vector>

namespace fuseboard::aggregates {

struct Percentile {
    std::string text;   ///< as the program spells it: the key in the result
    double share = 0.5; ///< 0.99 for "0.99"
};
using Percentiles = std::vector<Percentile>;

/// The list for the second argument: its strings as percentiles, the defaults without a list. Null
/// with the failure noted when a string is no number. The result lives as long as the process.
[[nodiscard]] const Percentiles* percentilesFrom(std::span<const Value> arguments,
                                                 FunctionContext& context);
[[nodiscard]] const Percentiles& defaultPercentiles();

} // namespace fuseboard::aggregates
