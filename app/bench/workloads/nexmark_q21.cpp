// SPDX-License-Identifier: Apache-2.0
// nexmark-q21: lower case, then a regular expression.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ21Workload() {
    return nexmarkWorkload("q21", "the number of a channel, by a regular expression");
}

} // namespace fuseboard
