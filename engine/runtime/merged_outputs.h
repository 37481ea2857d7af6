// SPDX-License-Identifier: Apache-2.0
// Outputs that go to one place become one sink, which merges their rows by key (docs: semantics of
// order). Two sinks on one file would replace each other's rows.
#pragma once

#include "engine/runtime/run.h"

#include <vector>

namespace fuseboard {

/// The same outputs with one request a place: the first that names it, with the ports of all.
/// Places are the same when they are standard output or lead to one file, through links or not;
/// what is discarded or captured stays apart. InvalidArgument: one place, two formats.
[[nodiscard]] Result<std::vector<OutputRequest>> mergeOutputs(std::vector<OutputRequest> outputs);

} // namespace fuseboard
