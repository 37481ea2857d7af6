// SPDX-License-Identifier: Apache-2.0
// nexmark-q22: three parts of a text.
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkQ22Workload() {
    return nexmarkWorkload("q22", "a page split into folders");
}

} // namespace fuseboard
