// SPDX-License-Identifier: Apache-2.0
// The machine's counter of cycles, for spans that are too short for its clocks. Generated code
// reads the same one (jit/loop_emitter.cpp).
#pragma once

#include <cstdint>

namespace fuseboard {

/// Whether there is one that any program may read.
[[nodiscard]] bool hasCycleCounter();
[[nodiscard]] std::uint64_t cycleCount(); ///< 0 without a counter

/// What its cycles are worth, measured once (about a millisecond).
struct CycleCosts {
    double nsPerCycle = 0;
    std::uint64_t perReading = 0; ///< cycles from one reading to the next with nothing between
};
[[nodiscard]] const CycleCosts& cycleCosts();

} // namespace fuseboard
