// SPDX-License-Identifier: Apache-2.0
// What tells the code of two loops apart.
#pragma once

#include "engine/kernels/loop_program.h"

#include <string>

namespace fuseboard {

/// Equal for two programs exactly when the code of one may run for the other: all that a compiler
/// or a runner reads of a program is in it. Expressions that code calls back count by identity; a
/// program keeps its own alive, so that no other one gets their address meanwhile.
[[nodiscard]] std::string loopKey(const LoopProgram& program);

} // namespace fuseboard
