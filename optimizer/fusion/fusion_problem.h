// SPDX-License-Identifier: Apache-2.0
// Fusion grouping as a problem of its own: units with loads, links between them, and what a
// partition of the units into stages costs. Knows no operators, so that it can be tested alone.
#pragma once

#include "optimizer/cost/cost_table.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fuseboard {

/// A node, or the decoder of a boundary input.
struct FusionUnit {
    double workNs = 0; ///< over all rows
    double rowsOut = 0;
    double bytesOut = 0; ///< of one row
    double stateBytes = 0;
    bool sequential = false; ///< keeps state: sees its rows one after another
    bool fusible = true;
    bool decoder = false;
};

struct FusionLink {
    std::uint32_t from = 0, to = 0; ///< units; from < to: units are in topological order
    bool pinned = false;            ///< both ends in one stage (pins that contradict are left out)
    bool forbidden = false;         ///< never
};

struct FusionProblem {
    std::vector<FusionUnit> units; ///< in topological order
    std::vector<FusionLink> links;
    double inputRows = 1;

    // Made by index().
    std::vector<std::vector<std::uint32_t>> out, in; ///< links by unit
    void index();
};

/// By unit the number of its stage: the smallest unit in it.
using Grouping = std::vector<std::uint32_t>;

/// A stage may hold this many nodes: rows are pushed from member to member on the thread's stack.
inline constexpr std::uint32_t kMaxStageUnits = 128;

/// What one stage adds up to. Plain sums, so that two stages can be joined in constant time.
struct StageLoad {
    double workNs = 0;
    double statefulNs = 0; ///< part of it, of units that keep state
    double decodeNs = 0;   ///< part of it, of a decoder: every worker decodes, whatever follows
    double stateBytes = 0;
    std::uint32_t units = 0;
    bool sequential = false;

    void add(const FusionUnit& unit);
    void add(const StageLoad& other);
    /// Work, that on state with the penalty of one that outgrows the caches.
    [[nodiscard]] double totalNs(const CostTable& costs) const;
    /// What of it is done one row after another.
    [[nodiscard]] double sequentialNs(const CostTable& costs) const {
        return sequential ? totalNs(costs) - decodeNs : 0;
    }
};

/// Throughput model: with n workers all stages together take no less than the total work / n, and
/// no less than what the slowest stage does one row after another; to that comes what is written
/// and read back between stages (memory is shared by the workers), batch overheads included.
struct GroupingCost {
    double totalNs = 0;
    double slowestNs = 0; ///< of the sequential stages
    double betweenNs = 0; ///< materialisation, hand-over and batches
    [[nodiscard]] double ns(const CostTable& costs) const;
};
[[nodiscard]] GroupingCost costOf(const FusionProblem& problem, const Grouping& grouping,
                                  const CostTable& costs);

/// Cost of what `unit` writes if a reader stands in another stage, and of reading it along one
/// link.
[[nodiscard]] double writeNs(const FusionUnit& unit, const CostTable& costs);
[[nodiscard]] double readNs(const FusionUnit& unit, const CostTable& costs);

/// Every unit a stage of its own, pinned ones together.
[[nodiscard]] Grouping separateGrouping(const FusionProblem& problem);
/// The stages form no cycle: every stage is convex and all of them can be put in order.
[[nodiscard]] bool isAcyclic(const FusionProblem& problem, const Grouping& grouping);
/// Every rule at once: acyclic, members fusible, no forbidden link inside, pinned links inside, at
/// most one decoder in a stage and then no other way in, size.
[[nodiscard]] bool isLegal(const FusionProblem& problem, const Grouping& grouping);

} // namespace fuseboard
