// SPDX-License-Identifier: Apache-2.0
// nexmark-q17: many small groups with counts and prices.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ17Workload() {
    return nexmarkWorkload("q17", "counts and prices by auction and day", {"auction", "day"});
}

} // namespace fuseboard
