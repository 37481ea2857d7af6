// SPDX-License-Identifier: Apache-2.0
// nexmark-q14: arithmetic, a choice by the hour and a count of letters.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ14Workload() {
    return nexmarkWorkload("q14", "a range of prices, the time of day, letters counted");
}

} // namespace fuseboard
