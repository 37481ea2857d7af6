// SPDX-License-Identifier: Apache-2.0
#include "views/document/number_text.h"

#include <array>
#include <cmath>

namespace fuseboard {

namespace {

QString fixed(double value, int decimals) {
    return QString::number(value, 'f', decimals);
}

/// `value` >= 1 in its unit, with three significant digits.
QString threeDigits(double value) {
    // The thresholds are those at which rounding would give a fourth digit.
    return fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

} // namespace

QString countText(std::uint64_t count) {
    QString text = QString::number(count);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, QLatin1Char(','));
    return text;
}

QString amountText(double amount) {
    static constexpr std::array<const char*, 5> kUnits{"", " k", " M", " G", " T"};
    if (!std::isfinite(amount))
        return QStringLiteral("–");
    if (amount < 0)
        return QStringLiteral("−") + amountText(-amount);
    std::size_t unit = 0;
    while (amount >= 999.5 && unit + 1 < kUnits.size()) {
        amount /= 1000;
        ++unit;
    }
    if (unit == 0)
        return amount == std::floor(amount) ? fixed(amount, 0) : threeDigits(amount);
    return threeDigits(amount) + QLatin1String(kUnits[unit]);
}

QString durationText(double nanoseconds) {
    if (!std::isfinite(nanoseconds))
        return QStringLiteral("–");
    if (nanoseconds < 0)
        return QStringLiteral("−") + durationText(-nanoseconds);
    if (nanoseconds == 0)
        return QStringLiteral("0 µs");
    if (nanoseconds < 100)
        return fixed(nanoseconds, nanoseconds < 9.95 ? 1 : 0) + QStringLiteral(" ns");
    const auto inUnit = [](double value, const char* unit, bool precise) {
        const int decimals = value < 0.995 || (precise && value < 9.995) ? 2
                             : value < 99.95                             ? 1
                                                                         : 0;
        return fixed(value, decimals) + QLatin1Char(' ') + QString::fromUtf8(unit);
    };
    if (nanoseconds < 999.5e3)
        return inUnit(nanoseconds / 1e3, "µs", false);
    if (nanoseconds < 999.5e6)
        return inUnit(nanoseconds / 1e6, "ms", false);
    return inUnit(nanoseconds / 1e9, "s", true);
}

QString bytesText(double bytes) {
    static constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    if (!std::isfinite(bytes))
        return QStringLiteral("–");
    if (bytes < 0)
        return QStringLiteral("−") + bytesText(-bytes);
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < kUnits.size()) {
        bytes /= 1000;
        ++unit;
    }
    int decimals = 0;
    if (unit >= 3)
        decimals = bytes < 9.995 ? 2 : bytes < 99.95 ? 1 : 0;
    else if (unit >= 1)
        decimals = bytes < 9.95 ? 1 : 0;
    return fixed(bytes, decimals) + QLatin1Char(' ') + QLatin1String(kUnits[unit]);
}

QString percentText(double share) {
    return fixed(share * 100, share > 0 && share < 0.00995 ? 1 : 0) + QStringLiteral(" %");
}

QString factorText(double factor) {
    return fixed(factor, factor < 0.995 ? 2 : factor < 99.95 ? 1 : 0) + QStringLiteral("×");
}

QString significantText(double value) {
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::fabs(value);
    if (size == 0)
        return QStringLiteral("0");
    if (size < 0.9995)
        return fixed(value, std::min(9, 2 - static_cast<int>(std::floor(std::log10(size)))));
    return size < 999.5 ? fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0) : fixed(value, 0);
}

QString pluralText(std::uint64_t count, const QString& one, const QString& many) {
    return countText(count) + QLatin1Char(' ') + (count == 1 ? one : many);
}

} // namespace fuseboard
