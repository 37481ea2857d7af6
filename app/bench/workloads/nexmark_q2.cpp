// SPDX-License-Identifier: Apache-2.0
// nexmark-q2: a filter that keeps few bids.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ2Workload() {
    return nexmarkWorkload("q2", "bids for chosen auctions");
}

} // namespace fuseboard
