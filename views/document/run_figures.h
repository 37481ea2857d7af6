// SPDX-License-Identifier: Apache-2.0
// What was measured of one side, by node and by edge: the immutable value that canvases and tables
// draw. Made from run rows at the end of a run, or by whoever follows a run while it lasts.
#pragma once

#include "engine/measure/run_rows.h"
#include "views/document/item.h"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace fuseboard {

/// Figures of one node or boundary port. Absent values are not known, which is not 0.
struct NodeFigures {
    std::optional<double> rowsPerSecond;
    std::optional<double> p99Ns;        ///< of the stage's service time
    std::optional<double> meanNs;       ///< a row; for members of a fused stage, from the probe
    std::optional<double> busySeconds;  ///< working on batches, summed over workers
    std::optional<double> busyShare;    ///< 0 to 1, of the run's time
    std::optional<double> blockedShare; ///< 0 to 1: waiting on the full queue behind it
    std::optional<std::uint64_t> rowsIn, rowsOut;
    std::uint64_t errors = 0;
    /// Of a member of a fused stage: its part of the stage's working time, from 0 to 1, as sampled.
    /// Time figures of a member are those of the stage times this, so that they add up to it.
    std::optional<double> share;
    std::uint64_t sampledBatches = 0;
    bool sampled = false; ///< attributed by the probe inside a fused stage
};

struct EdgeFigures {
    std::optional<std::uint64_t> bytes; ///< materialised; 0 inside a fused group
    std::optional<std::uint64_t> rows;
    std::uint32_t queueLength = 0, queueLimit = 0; ///< batches; 0 limit: not known
    bool queueFull = false; ///< its writer spent a noticeable part of the run waiting on it
    std::optional<double> writerWaits; ///< share of the run's time that the writer waited
};

/// Immutable once published. Keys are node ids, port names and edgeKey().
struct RunFigures {
    RunId run = 0;     ///< 0: not recorded yet
    bool live = false; ///< the run goes on
    double seconds = 0;
    std::uint64_t rows = 0;
    std::unordered_map<std::string, NodeFigures> nodes, inputs, outputs;
    std::unordered_map<std::string, EdgeFigures> edges;

    [[nodiscard]] const NodeFigures* find(const Item& item) const; ///< nullptr: nothing known
    [[nodiscard]] const EdgeFigures* find(const Graph& graph, const Edge& edge) const;
};
using FiguresPtr = std::shared_ptr<const RunFigures>;

/// The figures of a recorded run on the graph that it ran.
[[nodiscard]] RunFigures figuresOfRun(const RunRecord& record, const Graph& graph);

} // namespace fuseboard
