// SPDX-License-Identifier: Apache-2.0
// A graph as text for people: `show --format text` and golden tests.
#pragma once

#include "engine/graph/graph.h"

#include <string>

namespace fuseboard {

/// Ports, nodes in topological order with their parameters and out edges, groups. Ids stand as they
/// are; positions and notes do not.
[[nodiscard]] std::string graphText(const Graph& graph);

} // namespace fuseboard
