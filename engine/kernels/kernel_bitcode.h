// SPDX-License-Identifier: Apache-2.0
// inlined_kernels.cpp as LLVM bitcode, made by the build and kept in the program.
#pragma once

#include <string_view>

namespace fuseboard {

/// For any x86-64; whoever links it chooses the processor. Refers to loopKernels(), and to memcpy
/// and the like, alone.
[[nodiscard]] std::string_view kernelBitcode();

} // namespace fuseboard
