// SPDX-License-Identifier: Apache-2.0
// nexmark-q15: one group a day, eight sets of different values.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ15Workload() {
    return nexmarkWorkload("q15", "statistics of a day with eight exact counts of different values",
                           {"day"});
}

} // namespace fuseboard
