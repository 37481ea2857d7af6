// SPDX-License-Identifier: Apache-2.0
// The one compiler of fused groups that the programs share.
#pragma once

#include "engine/kernels/group_compiler.h"

namespace fuseboard {

/// Null when this machine has none. Any thread.
[[nodiscard]] GroupCompiler* sharedCompiler();

} // namespace fuseboard
