// SPDX-License-Identifier: Apache-2.0
// Machine code for loops by LLVM's ORC JIT.
#pragma once

#include "engine/kernels/group_compiler.h"

#include <memory>

namespace fuseboard {

/// A compiler for this machine. Unsupported when LLVM has no code generator for it.
[[nodiscard]] Result<std::unique_ptr<GroupCompiler>> makeLlvmCompiler();

} // namespace fuseboard
