// SPDX-License-Identifier: Apache-2.0
// Plain text tables and figures for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Columns are as wide as their widest cell (in code points); the first row is the heading. Cells
/// of the columns in `right` (positions) stand right.
[[nodiscard]] std::string printTable(const std::vector<std::vector<std::string>>& rows,
                                     const std::vector<std::size_t>& right);

[[nodiscard]] std::string countText(std::uint64_t count); ///< "1,234,567"
[[nodiscard]] std::string secondsText(double seconds);    ///< "1.92 s", "3.1 ms"
[[nodiscard]] std::string bytesText(std::uint64_t bytes); ///< "12.3 MiB"
[[nodiscard]] std::string timeText(std::uint64_t wallNs); ///< "2026-03-01 12:30:05" UTC
/// "1 row", "2 rows"
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);
/// `,` between the texts.
[[nodiscard]] std::string joined(const std::vector<std::string>& texts);

} // namespace fuseboard
