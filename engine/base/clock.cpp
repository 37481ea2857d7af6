// SPDX-License-Identifier: Apache-2.0
#include "engine/base/clock.h"

#include <ctime>

namespace fuseboard {

namespace {

std::uint64_t read(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000ULL +
           static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace

std::uint64_t monotonicNs() {
    return read(CLOCK_MONOTONIC);
}
std::uint64_t wallNs() {
    return read(CLOCK_REALTIME);
}
std::uint64_t threadCpuNs() {
    return read(CLOCK_THREAD_CPUTIME_ID);
}
std::uint64_t processCpuNs() {
    return read(CLOCK_PROCESS_CPUTIME_ID);
}

} // namespace fuseboard
