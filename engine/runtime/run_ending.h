// SPDX-License-Identifier: Apache-2.0
// How a run ends, whichever executor ran it: which failure it reports, what its sinks keep, and the
// counts and hashes of its record.
#pragma once

#include "engine/runtime/run_ledger.h"
#include "engine/runtime/run_setup.h"
#include "engine/runtime/sequencer.h"

#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

/// What was read of one input.
struct InputRead {
    std::uint64_t bytes = 0;      ///< raw, as they lie in the source
    std::string hash;             ///< of the raw bytes
    std::optional<Error> failure; ///< that ended the reading early
};

/// What only the executor knows.
struct RunEnding {
    std::optional<Error> failure;  ///< of a sink or of the state: it ended the run at once
    std::vector<InputRead> inputs; ///< in the order of RunSetup::inputs
    /// False: what was written does not become visible under its name. Of a cancelled run it is
    /// kept apart (ByteSink::keepPart).
    bool keepsOutput = true;
    bool cancelled = false;
};

/// How many bytes of state a run may hold.
[[nodiscard]] std::uint64_t memoryLimit(const RunRequest& request);
/// The failure of a run whose state outgrew `limit`, `bytes` of it in the node called `label`.
[[nodiscard]] Error stateTooLarge(const std::string& label, std::uint64_t bytes,
                                  std::uint64_t groups, std::uint64_t limit);

/// Finishes the sinks and fills everything of `result` that does not depend on how it was run. All
/// threads of the run have ended.
void endRun(RunSetup& setup, const Sequencer& sequencer, const RunLedger& ledger, RunEnding ending,
            RunResult& result);

} // namespace fuseboard
