// SPDX-License-Identifier: Apache-2.0
// What is known of a run before its first row: the stages and edges of its plan, all at zero.
#pragma once

#include "engine/graph/graph.h"
#include "engine/measure/run_rows.h"
#include "engine/runtime/run.h"

namespace fuseboard {

/// Adds the stages and edges that running `graph` for `request` will have. Adds nothing when the
/// request does not fit the graph; the run itself will say why.
void addPlannedStages(const Graph& graph, const RunRequest& request, RunRecord& record);

} // namespace fuseboard
