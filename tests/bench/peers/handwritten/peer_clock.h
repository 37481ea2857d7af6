// SPDX-License-Identifier: Apache-2.0
// What every hand-written peer reports on standard error: one JSON object, as the Python peers do.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace fuseboard::peers {

/// Seconds of the wall clock since it was made.
class PeerClock {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }
    /// Says how long the query took and how many rows it gave.
    void report(std::uint64_t rows) const {
        std::fprintf(stderr, "{\"seconds\":%.9f,\"rows\":%llu}\n", seconds(),
                     static_cast<unsigned long long>(rows));
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace fuseboard::peers
