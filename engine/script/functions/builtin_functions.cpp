// SPDX-License-Identifier: Apache-2.0
#include "engine/script/functions/builtin_functions.h"

#include <array>

namespace fuseboard {

std::span<const std::span<const FunctionSpec>> builtinFunctions() {
    static const std::array kModules{
        fuseReFunctions(),      fuseStringFunctions(),   stdArrayFunctions(),
        stdBase64Functions(),   stdBinaryFunctions(),    stdDatetimeFunctions(),
        stdFloatFunctions(),    stdIntegerFunctions(),   stdJsonFunctions(),
        stdMathFunctions(),     stdPathFunctions(),      stdRandomFunctions(),
        stdRangeFunctions(),    stdReFunctions(),        stdRecordFunctions(),
        stdSizeFunctions(),     stdStringFunctions(),    stdTimeNanosFunctions(),
        stdTypeFunctions(),     stdUrlFunctions(),       stdWinFunctions(),
        tremorChashFunctions(), tremorOriginFunctions(), tremorSystemFunctions(),
    };
    return kModules;
}

} // namespace fuseboard
