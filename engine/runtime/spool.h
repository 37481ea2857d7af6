// SPDX-License-Identifier: Apache-2.0
// Inputs that can be read only once, kept in memory for several runs.
#pragma once

#include "engine/runtime/run.h"

namespace fuseboard {

/// Reads every input of `request` that can be opened only once (standard input, pipes) to its end
/// and lets its runs read the copy. LimitExceeded above `maxBytes` of decompressed input each,
/// Cancelled, InvalidArgument (two inputs read standard input), and the errors of openSource().
[[nodiscard]] Status spoolInputs(RunRequest& request, std::uint64_t maxBytes,
                                 const std::atomic<bool>* cancelled);

/// InvalidArgument when two inputs name standard input, of which each would get a part.
[[nodiscard]] Status checkStandardInput(const RunRequest& request);

} // namespace fuseboard
