// SPDX-License-Identifier: Apache-2.0
#include "views/runs/interval_plot.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Runs", text);
}

Token colorOf(PlanSide side) {
    return side == PlanSide::Naive ? Token::Drawn : Token::Fused;
}

QString timesText(double ratio) {
    if (std::fabs(ratio - 1) < 1e-9)
        return tr("same");
    return QStringLiteral("×%1").arg(ratio, 0, 'g', 3);
}

} // namespace

PlotData wallTimePlot(const MeasuredSide& a, const MeasuredSide& b) {
    PlotData plot;
    plot.title = tr("Wall time, s");
    plot.y.from = -0.5;
    plot.y.to = 1.5;
    plot.y.fixedTicks = {{1, QStringLiteral("A")}, {0, QStringLiteral("B")}};
    plot.horizontalGrid = false;
    double most = 0;
    for (const auto& [side, y] : {std::pair(&a, 1.0), std::pair(&b, 0.0)}) {
        PlotSeries series;
        series.form = PlotSeries::Form::Points;
        series.color = colorOf(side->plan);
        for (const RunRow& run : side->runs) {
            // Spread over the height of a line, so that equal times do not hide each other.
            const double lift = 0.12 * (double(run.repetition % 5) - 2);
            series.samples.push_back({run.seconds, y + lift, run.seconds, run.seconds});
            most = std::max(most, run.seconds);
        }
        plot.series.push_back(std::move(series));
    }
    plot.x.from = 0;
    plot.x.to = most > 0 ? most * 1.08 : 1;
    return plot;
}

PlotData ratioPlot(const std::vector<MetricRatio>& ratios) {
    PlotData plot;
    plot.title = tr("B relative to A, 95 % interval");
    plot.horizontalGrid = false;
    plot.x.scale = AxisScale::Log10;
    plot.x.format = timesText;
    double least = 0.5, most = 2;
    PlotSeries series;
    series.form = PlotSeries::Form::Points;
    series.color = Token::Fused;
    for (std::size_t i = 0; i < ratios.size(); ++i) {
        const MetricRatio& metric = ratios[i];
        const double y = double(ratios.size()) - 1 - double(i);
        const double low = metric.low.value_or(metric.ratio),
                     high = metric.high.value_or(metric.ratio);
        series.samples.push_back({metric.ratio, y, low, high});
        QString text = metric.name + QStringLiteral("  ") + timesText(metric.ratio);
        plot.y.fixedTicks.push_back({y, text});
        least = std::min(least, low);
        most = std::max(most, high);
    }
    plot.series.push_back(std::move(series));
    plot.x.from = least / 1.3;
    plot.x.to = most * 1.3;
    for (const double tick : {0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0}) {
        if (tick >= plot.x.from && tick <= plot.x.to)
            plot.x.fixedTicks.push_back({tick, timesText(tick)});
    }
    plot.y.from = -0.7;
    plot.y.to = double(ratios.size()) - 0.3;
    plot.marks.push_back({1, Qt::Vertical, {}, Token::Line3, false});
    return plot;
}

} // namespace fuseboard
