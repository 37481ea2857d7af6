// SPDX-License-Identifier: Apache-2.0
// What the workloads of the Nexmark queries have in common: events, sides, figures.
#pragma once

#include "app/bench/workload.h"

namespace fuseboard {

/// A query of tests/bench/workloads/nexmark; what equal means is said there, beside it. `keys`
/// identify a row of a query that groups, whose rows come in any order; others keep the order.
[[nodiscard]] Workload nexmarkWorkload(const std::string& query, std::string about,
                                       std::vector<std::string> keys = {});

} // namespace fuseboard
