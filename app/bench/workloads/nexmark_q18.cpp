// SPDX-License-Identifier: Apache-2.0
// nexmark-q18: many groups that keep a row each.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ18Workload() {
    return nexmarkWorkload("q18", "the last bid of a bidder for an auction", {"bidder", "auction"});
}

} // namespace fuseboard
