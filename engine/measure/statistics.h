// SPDX-License-Identifier: Apache-2.0
// The statistics of a comparison: robust centre and spread, the ratio of two medians with its
// bootstrap confidence interval, and the order in which runs of two plans are interleaved.
#pragma once

#include "engine/measure/run_rows.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fuseboard {

/// The middle value, or the mean of the two middle ones; 0 of nothing.
[[nodiscard]] double median(std::span<const double> values);
/// Median absolute deviation from the median (not scaled); 0 of nothing.
[[nodiscard]] double medianAbsoluteDeviation(std::span<const double> values);

/// How much faster `optimized` is than `naive`.
struct Speedup {
    std::optional<double>
        ratio; ///< median(naive) / median(optimized); none without figures above 0
    std::optional<double> ciLow{}; ///< ends of the 95 % interval; none below kMinRepetitions
    std::optional<double> ciHigh{};
    Verdict verdict = Verdict::None;
};

/// Fewer runs of either plan give no interval and no verdict.
inline constexpr std::size_t kMinRepetitions = 3;

/// Percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13): both
/// sides are drawn with replacement 10,000 times, and the interval reaches from the 2.5th to the
/// 97.5th percentile of the ratios of medians. The draws come from SplitMix64 with a fixed seed, so
/// the same seconds give the same interval everywhere. An interval that contains 1 cannot tell.
[[nodiscard]] Speedup compareSeconds(std::span<const double> naive,
                                     std::span<const double> optimized);

struct PlannedRun {
    PlanSide plan = PlanSide::Naive;
    std::uint32_t repetition = 0; ///< of this plan, from 0; warm-ups count apart
    bool warmup = false;
    bool operator==(const PlannedRun&) const = default;
};

/// The order of the runs of a comparison: A B B A A B B A …, warm-ups first, so that a machine that
/// slowly heats up or fills its caches favours neither plan.
[[nodiscard]] std::vector<PlannedRun> interleave(std::uint32_t repetitions, std::uint32_t warmups);

} // namespace fuseboard
