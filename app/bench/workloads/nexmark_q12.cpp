// SPDX-License-Identifier: Apache-2.0
// nexmark-q12: windows of ten seconds by bidder; the original takes the time of
// processing, which no two sides share.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ12Workload() {
    return nexmarkWorkload("q12", "bids of a bidder in ten seconds of event time",
                           {"bidder", "starttime"});
}

} // namespace fuseboard
