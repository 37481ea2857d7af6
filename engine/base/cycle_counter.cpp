// SPDX-License-Identifier: Apache-2.0
#include "engine/base/cycle_counter.h"

#include "engine/base/clock.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::uint64_t kCalibrationNs = 1'000'000;

CycleCosts measureCosts() {
    CycleCosts costs;
    if (!hasCycleCounter())
        return costs;
    const std::uint64_t beginNs = monotonicNs(), begin = cycleCount();
    std::uint64_t endNs = beginNs, end = begin;
    std::uint64_t least = ~std::uint64_t{0};
    while (endNs - beginNs < kCalibrationNs) {
        const std::uint64_t one = cycleCount(), other = cycleCount();
        least = std::min(least, other - one);
        endNs = monotonicNs();
        end = cycleCount();
    }
    costs.nsPerCycle = static_cast<double>(endNs - beginNs) / static_cast<double>(end - begin);
    costs.perReading = least;
    return costs;
}

} // namespace

#if defined(__x86_64__)
bool hasCycleCounter() {
    return true;
}
std::uint64_t cycleCount() {
    return __builtin_ia32_rdtsc();
}
#elif defined(__aarch64__)
bool hasCycleCounter() {
    return true;
}
std::uint64_t cycleCount() {
    std::uint64_t count = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
}
#else
bool hasCycleCounter() {
    return false;
}
std::uint64_t cycleCount() {
    return 0;
}
#endif

const CycleCosts& cycleCosts() {
    static const CycleCosts kCosts = measureCosts();
    return kCosts;
}

} // namespace fuseboard
