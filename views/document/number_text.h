// SPDX-License-Identifier: Apache-2.0
// Figures as the window writes them: three significant digits, a thin vocabulary of units, one way
// for every view. Decimal units throughout (1 MB = 1,000,000 bytes).
#pragma once

#include <QString>

#include <cstdint>
#include <optional>

namespace fuseboard {

[[nodiscard]] QString countText(std::uint64_t count);   ///< "1,000,000"
[[nodiscard]] QString amountText(double amount);        ///< "521 k", "2.44 M", "87"
[[nodiscard]] QString durationText(double nanoseconds); ///< "0.38 µs", "3.4 µs", "1.92 s"
[[nodiscard]] QString bytesText(double bytes);          ///< "0 B", "412 MB", "2.24 GB"
[[nodiscard]] QString percentText(double share);        ///< 0.47 -> "47 %"
[[nodiscard]] QString factorText(double factor);        ///< "4.7×"
/// `value` with three significant digits and no exponent: "0.412", "4.70", "123".
[[nodiscard]] QString significantText(double value);
/// "1 node", "2 nodes".
[[nodiscard]] QString pluralText(std::uint64_t count, const QString& one, const QString& many);

} // namespace fuseboard
