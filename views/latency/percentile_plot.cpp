// SPDX-License-Identifier: Apache-2.0
#include "views/latency/percentile_plot.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr double kMostNines = 4.3;
constexpr int kSteps = 86;

QString tr(const char* text) {
    return QCoreApplication::translate("Latency", text);
}

QString timeText(double ns) {
    const auto number = [](double value) {
        return QString::number(value, 'f', value < 9.95 && std::fmod(value, 1) > 0.04 ? 1 : 0);
    };
    if (ns < 1e3)
        return number(ns) + QStringLiteral(" ns");
    if (ns < 999.5e3)
        return number(ns / 1e3) + QStringLiteral(" µs");
    if (ns < 999.5e6)
        return number(ns / 1e6) + QStringLiteral(" ms");
    return number(ns / 1e9) + QStringLiteral(" s");
}

/// Powers of ten alone leave a short axis with one tick or none.
void addTicks(PlotAxis& axis) {
    if (axis.to / axis.from > 150)
        return;
    for (double power = 1; power <= axis.to; power *= 10) {
        for (const double step : {1.0, 2.0, 5.0}) {
            if (step * power >= axis.from && step * power <= axis.to)
                axis.fixedTicks.push_back({step * power, timeText(step * power)});
        }
    }
}

PlotSeries curve(const Histogram& histogram, const QString& label, PlotSeries::Form form,
                 Token color) {
    PlotSeries series;
    series.label = label;
    series.form = form;
    series.color = color;
    const double known = std::min(kMostNines, std::log10(double(histogram.count())));
    for (int i = 0; i <= kSteps; ++i) {
        const double nines = kMostNines * i / kSteps;
        if (nines > known + 1e-9)
            break;
        const double percent = 100 * (1 - std::pow(10, -nines));
        series.samples.push_back({nines, std::max(1.0, double(histogram.percentile(percent)))});
    }
    return series;
}

} // namespace

Histogram latencyOf(const RunRecord& record) {
    Histogram all;
    for (const LatencyRow& row : record.latency)
        all.merge(row.histogram);
    return all;
}

double ninesOf(double percent) {
    return -std::log10(1 - percent / 100);
}

PlotData percentilePlot(const Histogram& drawn, const Histogram& optimised) {
    PlotData plot;
    plot.title = tr("Row latency from source to sink, log scale");
    plot.x.from = 0;
    plot.x.to = kMostNines;
    for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99})
        plot.x.fixedTicks.push_back({ninesOf(percent), QStringLiteral("p%1").arg(percent)});
    plot.x.format = [](double nines) {
        return QStringLiteral("p%1").arg(100 * (1 - std::pow(10, -nines)), 0, 'g', 5);
    };
    plot.y.scale = AxisScale::Log10;
    plot.y.format = timeText;
    double least = 0, most = 0;
    for (const Histogram* histogram : {&drawn, &optimised}) {
        if (histogram->empty())
            continue;
        const double low = std::max(1.0, double(histogram->percentile(0)));
        least = least == 0 ? low : std::min(least, low);
        most = std::max(most, double(histogram->percentile(99.995)));
    }
    plot.y.from = std::max(1.0, least) / 1.3;
    plot.y.to = std::max(plot.y.from * 10, most * 1.5);
    addTicks(plot.y);
    if (!drawn.empty())
        plot.series.push_back(
            curve(drawn, tr("as drawn"), PlotSeries::Form::DashedLine, Token::Drawn));
    if (!optimised.empty())
        plot.series.push_back(
            curve(optimised, tr("optimised"), PlotSeries::Form::Line, Token::Fused));
    return plot;
}

} // namespace fuseboard
