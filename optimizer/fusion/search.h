// SPDX-License-Identifier: Apache-2.0
// The search for the cheapest grouping: exact on small problems, edge contraction on large ones.
#pragma once

#include "optimizer/fusion/fusion_problem.h"

#include <functional>
#include <optional>

namespace fuseboard {

/// Problems of up to this many units are searched exactly: 16 nodes and the decoders of 4 inputs.
inline constexpr std::size_t kExactNodes = 16;
inline constexpr std::size_t kExactUnits = 20;

/// The cheapest legal grouping into connected stages. Dynamic programming over the sets of units
/// that a prefix of the stages can cover (downward closed sets); each keeps the prefixes of which
/// none beats another in total work, slowest stage and transfer at once, cut off by the cost that
/// contraction reaches. nullopt when the problem is too large or takes more than a bounded number
/// of steps.
[[nodiscard]] std::optional<Grouping> exactGrouping(const FusionProblem& problem,
                                                    const CostTable& costs);

/// Joins neighbouring stages, those with the dearest transfer first, while that pays. Joins only
/// where one stage is the other's sole way in or way out, which keeps stages convex without a
/// search, so the time is near-linear. Stops early when `cancelled`.
[[nodiscard]] Grouping contractedGrouping(const FusionProblem& problem, const CostTable& costs,
                                          const std::function<bool()>& cancelled = {});

/// Exact where possible, else contraction.
[[nodiscard]] Grouping bestGrouping(const FusionProblem& problem, const CostTable& costs,
                                    const std::function<bool()>& cancelled = {});

} // namespace fuseboard
