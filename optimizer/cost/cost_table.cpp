// SPDX-License-Identifier: Apache-2.0
#include "optimizer/cost/cost_table.h"

#include "engine/base/stable_hash.h"

#include <fmt/format.h>

namespace fuseboard {

std::string CostTable::hash() const {
    return stableHashText(fmt::format(
        "costs {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", kVersion, batchOverheadNs,
        materializedByteNs, handOverRowNs, decodeByteNs, rowBytes, batchBytes, parallelism, l2Bytes,
        l3Bytes, beyondL2Factor, beyondL3Factor, stateBytesPerNode, stateBytesPerKeyed,
        defaultSelectivity, defaultFanOut, windowReduction, inputRows));
}

} // namespace fuseboard
