// SPDX-License-Identifier: Apache-2.0
// The meaning of every graph: one thread, one source event at a time, event s runs to completion
// before s + 1 (docs: semantics). Slow and simple on purpose; every other way of running is tested
// against it.
#pragma once

#include "engine/runtime/run_setup.h"

namespace fuseboard {

/// Runs the graph as it stands, fused groups ignored.
[[nodiscard]] Result<RunResult> executeReference(RunSetup& setup, const RunHooks& hooks);

} // namespace fuseboard
