// SPDX-License-Identifier: Apache-2.0
// The two plots of an A/B comparison: wall time of every repetition, and ratios with their
// intervals.
#pragma once

#include "views/runs/run_entry.h"
#include "views/widgets/plot.h"

namespace fuseboard {

[[nodiscard]] PlotData wallTimePlot(const MeasuredSide& a, const MeasuredSide& b);
/// One line a metric on a log axis around “same”.
[[nodiscard]] PlotData ratioPlot(const std::vector<MetricRatio>& ratios);

} // namespace fuseboard
