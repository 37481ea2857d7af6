// SPDX-License-Identifier: Apache-2.0
// The constants of the cost model: what a machine takes for the things that a grouping decides.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// A plain value. The built-in numbers are rounded figures of a present-day desktop core; they are
/// used by default, by tests and by exports, so that a plan does not depend on the machine.
/// `fuseboard-cli bench --calibrate` measures a table of its own (opt-in).
struct CostTable {
    /// Version of the meaning of these fields; part of the hash.
    static constexpr std::uint32_t kVersion = 2;

    double workFactor = 1;            ///< on the operators' own estimates of their work
    double batchOverheadNs = 6'000;   ///< queue, wake-up and bookkeeping of one batch on one edge
    double materializedByteNs = 0.12; ///< writing and reading back one byte of a batch
    double handOverRowNs = 18;        ///< taking one row out of a batch and putting one in
    double decodeByteNs = 1.1;        ///< decoding one byte of a source
    double rowBytes = 320;            ///< of a row whose width is not known
    double batchBytes = 256.0 * 1024; ///< aimed-at size of a batch
    double parallelism = 4;           ///< notional workers, so that plans agree across machines
    double l2Bytes = 1024.0 * 1024;
    double l3Bytes = 16.0 * 1024 * 1024;
    double beyondL2Factor = 1.15; ///< on the work of a stage on state that outgrows L2
    double beyondL3Factor = 1.5;  ///< … L3
    double stateBytesPerNode = 64.0 * 1024;
    double stateBytesPerKeyed = 8.0 * 1024 * 1024;
    double defaultSelectivity = 0.5; ///< rows that a filter of unknown effect lets through
    double defaultFanOut = 3;        ///< rows out per row in where a node may send several
    double windowReduction = 0.05;   ///< rows out per row in of a window or batch
    double inputRows = 1'000'000;    ///< notional rows of each input

    bool operator==(const CostTable&) const = default;

    /// 32 hexadecimal digits; stored with every run that used the table, as is the table itself.
    [[nodiscard]] std::string hash() const;
    /// Overhead of one row that crosses an edge, its share of the batch included.
    [[nodiscard]] double crossingNs(double bytes) const {
        return handOverRowNs + bytes * (materializedByteNs + batchOverheadNs / batchBytes);
    }
};

/// One constant as files and reports name it.
struct CostField {
    std::string_view name; ///< "hand_over_row_ns"
    std::string_view about;
    double CostTable::* value;
    bool measured = false; ///< of the machine, so that a calibration measures it
};
/// Every constant, in a fixed order.
[[nodiscard]] std::span<const CostField> costFields();

} // namespace fuseboard
