// SPDX-License-Identifier: Apache-2.0
// What the kernel says about this process and this machine (Linux, /proc). Any thread may ask.
#pragma once

#include "engine/measure/run_rows.h"

#include <cstdint>
#include <optional>

namespace fuseboard {

/// Resident memory now, in bytes; 0 when the kernel does not say.
[[nodiscard]] std::uint64_t currentRssBytes();
/// The greatest resident memory since the process began, or since resetPeakRss() succeeded.
[[nodiscard]] std::uint64_t peakRssBytes();
/// Makes the present resident memory the peak. False where the kernel does not permit it; the peak
/// then belongs to the whole life of the process.
bool resetPeakRss();

/// When a process began, in clock ticks after boot; none if there is no such process or it is only
/// waiting to be reaped.
[[nodiscard]] std::optional<std::uint64_t> processStartTime(std::int64_t pid);
/// Identifies the kernel's present boot; empty when the kernel does not say.
[[nodiscard]] std::string bootId();
/// This process as the owner of a run.
[[nodiscard]] OwnerRow thisProcess();

enum class Liveness : std::uint8_t {
    Alive,
    Dead,
    Unknown, ///< it lived on another machine or in another pid namespace, where its pid means
             ///< nothing
};
/// Whether the process `owner` still runs; `machineName` is where it ran.
[[nodiscard]] Liveness livenessOf(const OwnerRow& owner, std::string_view machineName);

/// Read once, then kept.
[[nodiscard]] const MachineRow& thisMachine();

} // namespace fuseboard
