// SPDX-License-Identifier: Apache-2.0
// Stages of two runs of one pipeline, brought together row by row: plain values, no Qt models.
#pragma once

#include "views/document/graph_document.h"

#include <memory>

namespace fuseboard {

/// A run of one side and the graph that it ran.
struct SideRun {
    std::shared_ptr<const RunRecord> record; ///< null: that side did not run
    GraphPtr graph;
};

/// Figures of one cell line. Absent: not known, or the stage is not there on that side.
struct StageFigures {
    std::optional<double> rowsPerSecond, p50Us, p99Us, p999Us, bytes, queueWaitUs;
    std::uint64_t rows = 0, errors = 0;
    /// Inside a fused group: in how many batches the node was timed, so that its times could be
    /// told from those of the group.
    std::optional<std::uint64_t> sampledBatches;
};

struct StageTableRow {
    QString name;
    QString remark; ///< "group 1", "removed"
    int group = 0;  ///< fused group of the optimised side, from 1; 0: none
    Items drawn;    ///< what a click selects on the drawn side
    std::optional<StageFigures> before, after;
    std::optional<StageFigures> ofGroup; ///< exact, of the whole group that the row belongs to
    std::uint64_t groupBatches = 0;
    QString ranBefore, ranAfter; ///< "compiled", "interpreted: why"; empty: not known
};

/// One row a stage as drawn, in the order of the plan; passthroughs are summed up in the last row.
/// Times and bytes of the rows of a group add up to the group's.
[[nodiscard]] std::vector<StageTableRow> stageTable(const SideRun& drawn, const SideRun& optimised,
                                                    const Catalogue& catalogue);

} // namespace fuseboard
