// SPDX-License-Identifier: Apache-2.0
// Latency histograms as a percentile plot: x in nines, y in time on a log scale.
#pragma once

#include "engine/measure/run_rows.h"
#include "views/widgets/plot.h"

#include <optional>

namespace fuseboard {

/// All sinks of a run together; empty when nothing was measured.
[[nodiscard]] Histogram latencyOf(const RunRecord& record);

/// −log10(1 − p): 1 is p90, 2 is p99, 3 is p99.9.
[[nodiscard]] double ninesOf(double percent);

/// An empty histogram is left out.
[[nodiscard]] PlotData percentilePlot(const Histogram& drawn, const Histogram& optimised);

} // namespace fuseboard
