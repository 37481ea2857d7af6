// SPDX-License-Identifier: Apache-2.0
#include "engine/measure/statistics.h"

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr std::size_t kResamples = 10'000;
constexpr std::uint64_t kSeed = 0x46757365626F6172ULL; // "Fuseboar"

/// SplitMix64 (Steele, Lea and Flood, 2014): one addition and a mixing function.
class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// Below `bound`, which is far below 2^32, so that the bias of multiplying is far below noise.
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(((next() >> 32) * bound) >> 32);
    }

private:
    std::uint64_t m_state;
};

/// The median; reorders `values`, which are not empty.
double medianOf(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

void draw(std::span<const double> from, SplitMix64& random, std::vector<double>& to) {
    to.resize(from.size());
    for (double& value : to)
        value = from[random.below(from.size())];
}

/// The value below which `share` of the sorted values lie, with linear interpolation.
double quantile(std::span<const double> sorted, double share) {
    const double position = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] +
           (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

bool usable(std::span<const double> seconds) {
    return !seconds.empty() && std::ranges::all_of(seconds, [](double value) {
        return std::isfinite(value) && value > 0;
    });
}

Verdict verdictOf(double low, double high) {
    if (low > 1)
        return Verdict::Faster;
    return high < 1 ? Verdict::Slower : Verdict::CannotTell;
}

} // namespace

double median(std::span<const double> values) {
    if (values.empty())
        return 0;
    std::vector<double> copy(values.begin(), values.end());
    return medianOf(copy);
}

double medianAbsoluteDeviation(std::span<const double> values) {
    const double middle = median(values);
    std::vector<double> distances(values.begin(), values.end());
    for (double& value : distances)
        value = std::abs(value - middle);
    return median(distances);
}

Speedup compareSeconds(std::span<const double> naive, std::span<const double> optimized) {
    Speedup result;
    if (!usable(naive) || !usable(optimized))
        return result;
    result.ratio = median(naive) / median(optimized);
    if (naive.size() < kMinRepetitions || optimized.size() < kMinRepetitions)
        return result;
    SplitMix64 random(kSeed);
    std::vector<double> ratios(kResamples);
    std::vector<double> above;
    std::vector<double> below;
    for (double& ratio : ratios) {
        draw(naive, random, above);
        draw(optimized, random, below);
        ratio = medianOf(above) / medianOf(below);
    }
    std::ranges::sort(ratios);
    result.ciLow = quantile(ratios, 0.025);
    result.ciHigh = quantile(ratios, 0.975);
    result.verdict = verdictOf(*result.ciLow, *result.ciHigh);
    return result;
}

std::vector<PlannedRun> interleave(std::uint32_t repetitions, std::uint32_t warmups) {
    std::vector<PlannedRun> order;
    order.reserve(2 * (std::size_t{repetitions} + warmups));
    const auto addPairs = [&](std::uint32_t pairs, bool warmup) {
        for (std::uint32_t i = 0; i < pairs; ++i) {
            const bool swapped = i % 2 == 1;
            order.push_back({swapped ? PlanSide::Optimized : PlanSide::Naive, i, warmup});
            order.push_back({swapped ? PlanSide::Naive : PlanSide::Optimized, i, warmup});
        }
    };
    addPairs(warmups, true);
    addPairs(repetitions, false);
    return order;
}

} // namespace fuseboard
