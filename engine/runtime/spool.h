// SPDX-License-Identifier: Apache-2.0
// Standard input can be read once, plans run many times.
#pragma once

#include "engine/runtime/run.h"

namespace fuseboard {

/// Reads every input that is standard input into memory and puts it into `request`, at most `limit`
/// bytes each. LimitExceeded, and what opening and reading it fail with.
[[nodiscard]] Status spoolStandardInput(RunRequest& request, std::uint64_t limit);

} // namespace fuseboard
