// SPDX-License-Identifier: Apache-2.0
#include "app/bench/bench_session.h"
#include "engine/measure/statistics.h"

#include <algorithm>
#include <utility>

namespace fuseboard {

namespace {

class FigureMaker {
public:
    FigureMaker(const std::vector<CaseResult>& cases, std::uint64_t rows)
        : m_cases(cases), m_rows(rows) {}

    FigureResult operator()(const RatioFigure& figure) const {
        FigureResult result{{}, "x", {}};
        const SideResult* of = find(figure.of);
        const SideResult* by = find(figure.by);
        if (of == nullptr || by == nullptr)
            return result;
        const Speedup ratio = compareSeconds(of->seconds, by->seconds);
        result.value = ratio.ratio;
        result.low = ratio.ciLow;
        result.high = ratio.ciHigh;
        return result;
    }

    FigureResult operator()(const SlopeFigure& figure) const {
        FigureResult result{{}, "ns", {}};
        std::vector<std::pair<double, const SideResult*>> points;
        for (const auto& [name, units] : figure.cases) {
            const SideResult* side = find({name, figure.side});
            if (side == nullptr)
                return result;
            points.emplace_back(units, side);
        }
        result.value = slopeOf(points, [](const SideResult& side) { return median(side.seconds); });
        addInterval(points, result);
        return result;
    }

    FigureResult operator()(const MemoryFigure& figure) const {
        FigureResult result{{}, "MiB", {}};
        if (const SideResult* side = find(figure.of))
            result.value = static_cast<double>(side->peakBytes) / (1024.0 * 1024.0);
        return result;
    }

private:
    using Points = std::vector<std::pair<double, const SideResult*>>;

    /// Nanoseconds a unit and row: least squares through what `height` says of each side.
    template <class Height> double slopeOf(const Points& points, const Height& height) const {
        double sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (const auto& [x, side] : points) {
            const double y = height(*side);
            sumX += x;
            sumY += y;
            sumXX += x * x;
            sumXY += x * y;
        }
        const auto n = static_cast<double>(points.size());
        const double spread = n * sumXX - sumX * sumX;
        const double slope = spread > 0 ? (n * sumXY - sumX * sumY) / spread : 0;
        return slope * 1e9 / static_cast<double>(std::max<std::uint64_t>(m_rows, 1));
    }

    /// From the least to the greatest slope that single repetitions give: each is a whole round of
    /// all cases, so that its slope is free of what changes between rounds.
    void addInterval(const Points& points, FigureResult& result) const {
        const std::size_t rounds = points.empty() ? 0 : points.front().second->seconds.size();
        if (rounds < kMinRepetitions)
            return;
        std::vector<double> slopes;
        for (std::size_t i = 0; i < rounds; ++i)
            slopes.push_back(slopeOf(points, [i](const SideResult& side) {
                return i < side.seconds.size() ? side.seconds[i] : median(side.seconds);
            }));
        const auto [low, high] = std::ranges::minmax(slopes);
        result.low = low;
        result.high = high;
    }

    const SideResult* find(const BenchPlace& place) const {
        for (const CaseResult& one : m_cases)
            if (one.name == place.benchCase)
                if (const SideResult* side = one.side(place.side);
                    side != nullptr && !side->seconds.empty())
                    return side;
        return nullptr;
    }

    const std::vector<CaseResult>& m_cases;
    std::uint64_t m_rows;
};

} // namespace

std::vector<FigureResult> benchFigures(const Workload& workload,
                                       const std::vector<CaseResult>& cases, std::uint64_t rows) {
    std::vector<FigureResult> results;
    for (const BenchFigure& figure : workload.figures) {
        results.push_back(std::visit(FigureMaker(cases, rows), figure.what));
        results.back().about = figure.about;
    }
    return results;
}

} // namespace fuseboard
