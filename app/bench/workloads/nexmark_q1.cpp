// SPDX-License-Identifier: Apache-2.0
// nexmark-q1: one multiplication a bid.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ1Workload() {
    return nexmarkWorkload("q1", "prices in another currency");
}

} // namespace fuseboard
