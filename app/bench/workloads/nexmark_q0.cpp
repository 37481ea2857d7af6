// SPDX-License-Identifier: Apache-2.0
// nexmark-q0: passes all bids on.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ0Workload() {
    return nexmarkWorkload("q0", "bids as they are");
}

} // namespace fuseboard
