// SPDX-License-Identifier: Apache-2.0
#include "optimizer/cost/cost_table.h"

#include "engine/base/stable_hash.h"

#include <array>
#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr std::array kFields{
    CostField{"work_factor", "on the operators' own estimates", &CostTable::workFactor, true},
    CostField{"batch_overhead_ns", "one batch on one edge", &CostTable::batchOverheadNs, true},
    CostField{"materialized_byte_ns", "writing and reading back one byte of a batch",
              &CostTable::materializedByteNs, true},
    CostField{"hand_over_row_ns", "one row out of a batch and into the next",
              &CostTable::handOverRowNs, true},
    CostField{"decode_byte_ns", "one byte of a source", &CostTable::decodeByteNs, true},
    CostField{"row_bytes", "a row whose width is not known", &CostTable::rowBytes},
    CostField{"batch_bytes", "aimed-at size of a batch", &CostTable::batchBytes},
    CostField{"parallelism", "workers", &CostTable::parallelism, true},
    CostField{"l2_bytes", "second-level cache", &CostTable::l2Bytes, true},
    CostField{"l3_bytes", "third-level cache", &CostTable::l3Bytes, true},
    CostField{"beyond_l2_factor", "state larger than that", &CostTable::beyondL2Factor},
    CostField{"beyond_l3_factor", "state larger than that", &CostTable::beyondL3Factor},
    CostField{"state_bytes_per_node", "state without keys", &CostTable::stateBytesPerNode},
    CostField{"state_bytes_per_keyed", "state by key", &CostTable::stateBytesPerKeyed},
    CostField{"default_selectivity", "rows that a filter lets through",
              &CostTable::defaultSelectivity},
    CostField{"default_fan_out", "rows out per row in of a node that sends several",
              &CostTable::defaultFanOut},
    CostField{"window_reduction", "rows out per row in of a window", &CostTable::windowReduction},
    CostField{"input_rows", "rows of each input", &CostTable::inputRows},
};

} // namespace

std::span<const CostField> costFields() {
    return kFields;
}

std::string CostTable::hash() const {
    std::string text = fmt::format("costs {}", kVersion);
    for (const CostField& field : kFields)
        text += fmt::format(" {}", this->*field.value);
    return stableHashText(text);
}

} // namespace fuseboard
