// SPDX-License-Identifier: Apache-2.0
// A pipeline in a few lines of text, for tests:
//
//     clean: filter
//         where event.value > 0
//     shape: select
//         target {"v": event.value}
//     in -> clean -> shape -> out
//     shape.err -> err (forbidden)
//
// Parameters go by their names in the operator's description; windows are durations (10s, 1min) or
// row counts (5rows), branches are `branches NAME: CONDITION; NAME: CONDITION`. `disabled` and
// `bypassed` stand alone. Boundary ports are in, out and err unless a line `ports in, in2 -> out`
// says otherwise. `property on_error drop|to_err|stop|abort_event` and `property event_order
// tremor` set properties.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"
#include "engine/value/schema.h"

#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] Result<Graph> parseCompactGraph(std::string_view text, const Catalogue& catalogue);
/// The same form, with fused groups as `group {in, a, b} 1 loop` at the end.
[[nodiscard]] std::string printCompactGraph(const Graph& graph);

/// `path type [nullable] [optional]`, one a line.
[[nodiscard]] Result<Schema> parseCompactSchema(std::string_view text);

} // namespace fuseboard
