// SPDX-License-Identifier: Apache-2.0
// Runs a plan on one pool of workers. A task is one stage on one morsel. A stage may start a morsel
// when every queue before it holds it and every queue behind it has room; stages nearer to the
// sinks go first, so that what is under way leaves before more comes in.
//
// There is no deadlock by construction: every stage answers every morsel on every edge, and an
// empty queue accepts a batch of any size (docs: semantics of order).
#pragma once

#include "engine/runtime/run_setup.h"

namespace fuseboard {

/// Runs to the end, a failure or cancellation. The calling thread waits.
[[nodiscard]] Result<RunResult> executePlan(RunSetup& setup, const RunHooks& hooks);

} // namespace fuseboard
