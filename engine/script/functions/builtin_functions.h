// SPDX-License-Identifier: Apache-2.0
// One entry a script module. A new module is a new file that defines its list, one line here and
// one in builtin_functions.cpp.
#pragma once

#include "engine/script/function.h"

#include <span>

namespace fuseboard {

std::span<const FunctionSpec> fuseReFunctions();
std::span<const FunctionSpec> fuseStringFunctions();
std::span<const FunctionSpec> stdArrayFunctions();
std::span<const FunctionSpec> stdBase64Functions();
std::span<const FunctionSpec> stdBinaryFunctions();
std::span<const FunctionSpec> stdDatetimeFunctions();
std::span<const FunctionSpec> stdFloatFunctions();
std::span<const FunctionSpec> stdIntegerFunctions();
std::span<const FunctionSpec> stdJsonFunctions();
std::span<const FunctionSpec> stdMathFunctions();
std::span<const FunctionSpec> stdPathFunctions();
std::span<const FunctionSpec> stdRandomFunctions();
std::span<const FunctionSpec> stdRangeFunctions();
std::span<const FunctionSpec> stdReFunctions();
std::span<const FunctionSpec> stdRecordFunctions();
std::span<const FunctionSpec> stdSizeFunctions();
std::span<const FunctionSpec> stdStringFunctions();
std::span<const FunctionSpec> stdTimeNanosFunctions();
std::span<const FunctionSpec> stdTypeFunctions();
std::span<const FunctionSpec> stdUrlFunctions();
std::span<const FunctionSpec> stdWinFunctions();
std::span<const FunctionSpec> tremorChashFunctions();
std::span<const FunctionSpec> tremorOriginFunctions();
std::span<const FunctionSpec> tremorSystemFunctions();

/// All of the above, in that order.
std::span<const std::span<const FunctionSpec>> builtinFunctions();

} // namespace fuseboard
