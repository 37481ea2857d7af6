// SPDX-License-Identifier: Apache-2.0
// Points in time as text, by the format letters of strftime as chrono (Rust) reads them. Times are
// nanoseconds since 1970-01-01 UTC; zones are fixed offsets from UTC.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace fuseboard {

/// A time taken apart in a zone.
struct CivilTime {
    int year = 1970;
    unsigned month = 1, day = 1; ///< from 1
    unsigned hour = 0, minute = 0, second = 0;
    unsigned nanos = 0;
    unsigned dayOfYear = 1; ///< from 1
    unsigned weekday = 4;   ///< 0 is Sunday
    int isoYear = 1970;
    unsigned isoWeek = 1;
    int offsetSeconds = 0; ///< east of UTC
};
[[nodiscard]] CivilTime civilTime(std::uint64_t ns, int offsetSeconds);

/// Appends the time by `format`; an unknown letter is InvalidArgument.
[[nodiscard]] Status formatTime(const CivilTime& time, std::string_view format, std::string& out);
/// Reads a time. With %z, %:z, %#z or %+ in the format the text's offset counts, else it is UTC.
/// InvalidArgument when the text does not fit, or lies outside what 64 bits of nanoseconds hold.
[[nodiscard]] Result<std::uint64_t> parseTime(std::string_view text, std::string_view format);

/// "+09:00", "-0930", "08:30", "02", "UTC", "GMT", "Z": seconds east of UTC.
[[nodiscard]] Result<int> parseOffset(std::string_view text);

} // namespace fuseboard
