// SPDX-License-Identifier: Apache-2.0
// The influx pipeline as drawn, what the passes make of it, and example figures of both sides: what
// the pictures of the visual reference show.
#pragma once

#include "engine/graph/rewrite.h"
#include "views/document/run_figures.h"

#include <memory>

namespace fuseboard {

[[nodiscard]] Graph influxGraph();
[[nodiscard]] std::shared_ptr<const OptimizedGraph> influxOptimized(const Graph& drawn);
[[nodiscard]] FiguresPtr influxFigures(const Graph& graph, bool optimised);
/// A graph of `layers` × `width` filters, every one wired to the next layer, for load tests.
[[nodiscard]] Graph wideGraph(int layers, int width);

} // namespace fuseboard
