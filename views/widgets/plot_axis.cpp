// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/plot_axis.h"

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

/// 1, 2 or 5 times a power of ten, so that at most `most` steps fill `span`.
double roundStep(double span, int most) {
    const double raw = span / std::max(1, most);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * power * 1.0000001)
            return factor * power;
    }
    return 10 * power;
}

QString plainText(double value) {
    return std::fabs(value) < 1e-12 ? QStringLiteral("0") : QString::number(value, 'g', 6);
}

} // namespace

double PlotAxis::toUnit(double value) const {
    if (scale == AxisScale::Log10) {
        const double low = std::log10(std::max(from, 1e-300));
        const double high = std::log10(std::max(to, 1e-300));
        return high == low ? 0 : (std::log10(std::max(value, 1e-300)) - low) / (high - low);
    }
    return to == from ? 0 : (value - from) / (to - from);
}

double PlotAxis::fromUnit(double unit) const {
    if (scale == AxisScale::Log10) {
        const double low = std::log10(std::max(from, 1e-300));
        const double high = std::log10(std::max(to, 1e-300));
        return std::pow(10.0, low + unit * (high - low));
    }
    return from + unit * (to - from);
}

std::vector<PlotAxis::Tick> PlotAxis::ticks(int most) const {
    if (!fixedTicks.empty()) {
        std::vector<Tick> inside;
        std::copy_if(fixedTicks.begin(), fixedTicks.end(), std::back_inserter(inside),
                     [&](const Tick& tick) { return tick.value >= from && tick.value <= to; });
        return inside;
    }
    std::vector<Tick> ticks;
    const auto add = [&](double value) {
        ticks.push_back({value, format ? format(value) : plainText(value)});
    };
    if (!(to > from) || most < 1 || !std::isfinite(from) || !std::isfinite(to))
        return ticks;
    if (scale == AxisScale::Log10 && from > 0 && to / from >= 10) {
        const int first = int(std::ceil(std::log10(from) - 1e-9));
        const int last = int(std::floor(std::log10(to) + 1e-9));
        const int every = std::max(1, (last - first + most) / most);
        for (int power = first; power <= last; power += every)
            add(std::pow(10.0, power));
        return ticks;
    }
    const double step = roundStep(to - from, most);
    for (double i = std::ceil(from / step - 1e-9); i * step <= to + step * 1e-9; ++i)
        add(i * step);
    return ticks;
}

void PlotAxis::include(double value) {
    if (!std::isfinite(value) || (scale == AxisScale::Log10 && value <= 0))
        return;
    from = std::min(from, value);
    to = std::max(to, value);
}

} // namespace fuseboard
