// SPDX-License-Identifier: Apache-2.0
// The machine's clocks, in nanoseconds. Event time is not here: it belongs to a source's binding.
#pragma once

#include <cstdint>

namespace fuseboard {

[[nodiscard]] std::uint64_t monotonicNs(); ///< for durations; origin unspecified
[[nodiscard]] std::uint64_t wallNs();      ///< since 1970-01-01 UTC
[[nodiscard]] std::uint64_t threadCpuNs(); ///< CPU time of the calling thread
[[nodiscard]] std::uint64_t processCpuNs();

} // namespace fuseboard
