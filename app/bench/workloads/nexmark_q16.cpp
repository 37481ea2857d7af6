// SPDX-License-Identifier: Apache-2.0
// nexmark-q16: groups by channel, most of them small.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ16Workload() {
    return nexmarkWorkload("q16", "the same by channel and day", {"channel", "day"});
}

} // namespace fuseboard
