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
    bool sampled = false; ///< attributed by the probe inside a fused group
    bool ofGroup = false; ///< exact, of the whole group that the row begins
};

struct StageTableRow {
    QString name;
    QString remark; ///< "group 1", "removed"
    int group = 0;  ///< fused group of the optimised side, from 1; 0: none
    Items drawn;    ///< what a click selects on the drawn side
    std::optional<StageFigures> before, after;
};

/// One row a stage as drawn, in the order of the plan; passthroughs are summed up in the last row.
[[nodiscard]] std::vector<StageTableRow> stageTable(const SideRun& drawn, const SideRun& optimised,
                                                    const Catalogue& catalogue);

} // namespace fuseboard
