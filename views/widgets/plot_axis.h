// SPDX-License-Identifier: Apache-2.0
// One axis of a plot: range, scale, ticks and their texts. Plain values, no widget.
#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace fuseboard {

enum class AxisScale : std::uint8_t { Linear, Log10 };

/// Maps values to 0..1 and chooses ticks.
struct PlotAxis {
    struct Tick {
        double value = 0;
        QString text;
        bool operator==(const Tick&) const = default;
    };

    AxisScale scale = AxisScale::Linear;
    double from = 0, to = 1;
    QString title;
    std::function<QString(double)> format; ///< of automatic ticks; default: plain number
    std::vector<Tick> fixedTicks;          ///< used instead of automatic ones when not empty

    [[nodiscard]] double toUnit(double value) const;
    [[nodiscard]] double fromUnit(double unit) const;
    /// At most `most` ticks on round values (1, 2, 5 × 10^n; powers of ten on long log axes).
    [[nodiscard]] std::vector<Tick> ticks(int most) const;
    /// Widens the range so that it holds `value` (ignored if it is not positive on a log axis).
    void include(double value);
};

} // namespace fuseboard
