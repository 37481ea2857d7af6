// SPDX-License-Identifier: Apache-2.0
// Histograms against sorted values, the statistics of comparisons, and what /proc says of us.
#include "engine/measure/histogram.h"
#include "engine/measure/process_stats.h"
#include "engine/measure/run_rows.h"
#include "engine/measure/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace fuseboard {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
    const Histogram empty;
    EXPECT_TRUE(empty.empty());
    EXPECT_EQ(empty.min(), 0U);
    EXPECT_EQ(empty.max(), 0U);
    EXPECT_EQ(empty.mean(), 0);
    EXPECT_EQ(empty.percentile(50), 0U);
    EXPECT_EQ(empty.memoryBytes(), 0U);
    EXPECT_TRUE(empty.buckets().empty());
}

TEST(Histogram, IsExactBelow2048) {
    Histogram histogram;
    for (std::uint64_t value = 0; value < 2048; ++value)
        histogram.record(value);
    const auto buckets = histogram.buckets();
    ASSERT_EQ(buckets.size(), 2048U);
    for (std::uint64_t value = 0; value < 2048; ++value)
        EXPECT_EQ(buckets[value], (Histogram::Bucket{value, value, 1}));
    EXPECT_EQ(histogram.memoryBytes(), 2 * 1024 * sizeof(std::uint64_t));
}

// The example of HdrHistogram's own tests: 10,000 values of 1 ms and one of 100 s, in µs.
TEST(Histogram, AgreesWithHdrHistogram) {
    Histogram histogram;
    histogram.record(1000, 10000);
    histogram.record(100'000'000);
    EXPECT_EQ(histogram.count(), 10001U);
    EXPECT_EQ(histogram.min(), 1000U);
    EXPECT_EQ(histogram.max(), 100'007'935U);
    EXPECT_NEAR(histogram.mean(), (1000.0 * 10000 + 100'000'000.0) / 10001, 0.001 * 10999);
    EXPECT_EQ(histogram.percentile(0), 1000U);
    EXPECT_EQ(histogram.percentile(30), 1000U);
    EXPECT_EQ(histogram.percentile(99.99), 1000U);
    EXPECT_EQ(histogram.percentile(99.999), 100'007'935U);
    EXPECT_EQ(histogram.percentile(100), 100'007'935U);
    EXPECT_EQ(histogram.countUpTo(999), 0U);
    EXPECT_EQ(histogram.countUpTo(1000), 10000U);
}

TEST(Histogram, PercentilesDoNotOverrun) {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 10; ++value)
        histogram.record(value);
    // 0.3 * 10 is a hair above 3 in floating point.
    for (std::uint64_t tenth = 1; tenth <= 10; ++tenth)
        EXPECT_EQ(histogram.percentile(static_cast<double>(tenth) * 10), tenth);
    EXPECT_EQ(histogram.percentile(-5), 1U);
    EXPECT_EQ(histogram.percentile(500), 10U);
    EXPECT_EQ(histogram.percentile(std::nan("")), 1U);
}

TEST(Histogram, KeepsThreeDigitsEverywhere) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t value = random() >> (22 + random() % 42);
        Histogram histogram;
        histogram.record(value);
        const auto bucket = histogram.buckets().at(0);
        ASSERT_LE(bucket.lowNs, value);
        ASSERT_GE(bucket.highNs, value);
        ASSERT_LE(bucket.highNs - bucket.lowNs, value / 1000);
    }
}

TEST(Histogram, ClampsAndSaturates) {
    Histogram histogram;
    histogram.record(~0ULL);
    EXPECT_EQ(histogram.max(), Histogram::kMaxValueNs);
    EXPECT_GE(Histogram::kMaxValueNs, 3600ULL * 1'000'000'000ULL);
    histogram.record(5, 0);
    EXPECT_EQ(histogram.count(), 1U);
    histogram.record(5, ~0ULL);
    EXPECT_EQ(histogram.count(), ~0ULL);
    EXPECT_EQ(histogram.percentile(50), 5U);
}

TEST(Histogram, AgreesWithSortedValues) {
    std::mt19937_64 random(11);
    std::lognormal_distribution<double> latency(11, 2);
    std::vector<std::uint64_t> values(5000);
    Histogram histogram;
    Histogram halves[2];
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<std::uint64_t>(latency(random));
        histogram.record(values[i]);
        halves[i % 2].record(values[i]);
    }
    std::ranges::sort(values);
    for (const double percent : {1.0, 10.0, 50.0, 90.0, 99.0, 99.9}) {
        const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 5000 - 1e-9)) - 1;
        const auto exact = static_cast<double>(values[rank]);
        EXPECT_GE(static_cast<double>(histogram.percentile(percent)), exact);
        EXPECT_LE(static_cast<double>(histogram.percentile(percent)), exact * 1.001);
    }
    halves[0].merge(halves[1]);
    EXPECT_EQ(halves[0], histogram);
    Histogram doubled = histogram;
    doubled.merge(doubled);
    EXPECT_EQ(doubled.count(), 10000U);
    EXPECT_EQ(histogram.count(), 5000U);
}

TEST(Histogram, CopiesAndMoves) {
    Histogram histogram;
    histogram.record(42, 3);
    Histogram copy = histogram;
    histogram.record(42);
    EXPECT_EQ(copy.count(), 3U);
    const Histogram moved = std::move(copy);
    EXPECT_EQ(moved.count(), 3U);
    EXPECT_TRUE(copy.empty()); // NOLINT(bugprone-use-after-move): a moved histogram is empty
    EXPECT_EQ(copy.percentile(50), 0U);
    histogram.clear();
    EXPECT_EQ(histogram, Histogram());
}

TEST(Histogram, CoarseBucketsKeepAllCounts) {
    std::mt19937_64 random(3);
    Histogram histogram;
    for (int i = 0; i < 1000; ++i)
        histogram.record(random() % 1'000'000);
    histogram.record(0);
    for (const std::uint32_t perOctave : {0U, 1U, 3U, 8U, 1024U, 5000U}) {
        std::uint64_t total = 0;
        std::uint64_t next = 0;
        for (const auto& bucket : histogram.coarseBuckets(perOctave)) {
            EXPECT_GE(bucket.lowNs, next);
            EXPECT_GE(bucket.highNs, bucket.lowNs);
            next = bucket.highNs + 1;
            total += bucket.count;
        }
        EXPECT_EQ(total, histogram.count());
    }
    EXPECT_LE(histogram.coarseBuckets(1).size(), 21U);
}

TEST(Histogram, SurvivesSerialization) {
    std::mt19937_64 random(5);
    Histogram histogram;
    for (int i = 0; i < 3000; ++i)
        histogram.record(random() >> (20 + random() % 44), 1 + random() % 1000);
    histogram.record(~0ULL, ~0ULL / 4);
    const std::string bytes = histogram.serialize();
    const auto back = Histogram::deserialize(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, histogram);
    EXPECT_EQ(*Histogram::deserialize(Histogram().serialize()), Histogram());
    for (std::size_t cut = 0; cut < bytes.size(); cut += 7)
        EXPECT_FALSE(Histogram::deserialize(std::string_view(bytes).substr(0, cut)));
    EXPECT_FALSE(Histogram::deserialize(bytes + "x"));
    std::string newer = bytes;
    newer[1] = 9;
    ASSERT_FALSE(Histogram::deserialize(newer));
    EXPECT_EQ(Histogram::deserialize(newer).error().code, ErrorCode::NewerVersion);
}

TEST(Histogram, SurvivesAnyBytes) {
    std::mt19937_64 random(9);
    for (int i = 0; i < 20000; ++i) {
        std::string bytes{'H', 1};
        for (std::size_t length = random() % 40; length > 0; --length)
            bytes.push_back(static_cast<char>(random() % (i % 2 == 0 ? 256 : 5)));
        if (const auto histogram = Histogram::deserialize(bytes)) {
            EXPECT_EQ(*Histogram::deserialize(histogram->serialize()), *histogram);
        }
    }
}

TEST(RunRows, NamesReadBack) {
    for (const auto side : {PlanSide::Naive, PlanSide::Optimized})
        EXPECT_EQ(planSideFromText(toString(side)), side);
    for (const auto status : {RunStatus::Running, RunStatus::Done, RunStatus::Failed,
                              RunStatus::Cancelled, RunStatus::Interrupted})
        EXPECT_EQ(runStatusFromText(toString(status)), status);
    for (const auto verdict :
         {Verdict::None, Verdict::Faster, Verdict::Slower, Verdict::CannotTell})
        EXPECT_EQ(verdictFromText(toString(verdict)), verdict);
    EXPECT_FALSE(planSideFromText("both"));
    EXPECT_FALSE(runStatusFromText(""));
}

TEST(Statistics, MedianAndDeviation) {
    EXPECT_EQ(median({}), 0);
    EXPECT_EQ(median(std::vector{3.0}), 3);
    EXPECT_EQ(median(std::vector{5.0, 1.0, 3.0}), 3);
    EXPECT_EQ(median(std::vector{5.0, 1.0, 3.0, 4.0}), 3.5);
    EXPECT_EQ(medianAbsoluteDeviation({}), 0);
    EXPECT_EQ(medianAbsoluteDeviation(std::vector{1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0}), 1);
}

TEST(Statistics, FasterAndSlower) {
    const std::vector naive{4.0, 4.1, 3.9, 4.05, 4.2};
    const std::vector optimized{1.0, 1.02, 0.98, 1.1, 1.0};
    const Speedup faster = compareSeconds(naive, optimized);
    EXPECT_DOUBLE_EQ(*faster.ratio, 4.05);
    EXPECT_EQ(faster.verdict, Verdict::Faster);
    EXPECT_GT(*faster.ciLow, 3.4);
    EXPECT_LT(*faster.ciHigh, 4.4);
    EXPECT_LE(*faster.ciLow, *faster.ratio);
    EXPECT_GE(*faster.ciHigh, *faster.ratio);
    EXPECT_EQ(compareSeconds(optimized, naive).verdict, Verdict::Slower);
    const Speedup again = compareSeconds(naive, optimized);
    EXPECT_EQ(again.ciLow, faster.ciLow);
    EXPECT_EQ(again.ciHigh, faster.ciHigh);
}

TEST(Statistics, CannotTell) {
    const std::vector a{1.0, 1.2, 0.9, 1.1, 1.05};
    const std::vector b{1.02, 1.15, 0.95, 1.08, 1.01};
    const Speedup unsure = compareSeconds(a, b);
    EXPECT_EQ(unsure.verdict, Verdict::CannotTell);
    EXPECT_LT(*unsure.ciLow, 1);
    EXPECT_GT(*unsure.ciHigh, 1);
    const Speedup same = compareSeconds(std::vector{2.0, 2.0, 2.0}, std::vector{2.0, 2.0, 2.0});
    EXPECT_EQ(same.verdict, Verdict::CannotTell);
}

TEST(Statistics, TooFewOrUselessFigures) {
    const Speedup two = compareSeconds(std::vector{2.0, 2.0}, std::vector{1.0, 1.0, 1.0});
    EXPECT_EQ(two.ratio, 2);
    EXPECT_FALSE(two.ciLow);
    EXPECT_EQ(two.verdict, Verdict::None);
    EXPECT_FALSE(compareSeconds({}, std::vector{1.0}).ratio);
    EXPECT_FALSE(compareSeconds(std::vector{0.0, 1.0, 1.0}, std::vector{1.0, 1.0, 1.0}).ratio);
    EXPECT_FALSE(
        compareSeconds(std::vector{std::nan(""), 1.0, 1.0}, std::vector{1.0, 1.0, 1.0}).ratio);
}

// The interval should hold the true ratio about 95 times in 100 (a little less with few runs).
TEST(Statistics, IntervalCoversTheTruth) {
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> noise(0, 0.1);
    int covered = 0;
    for (int trial = 0; trial < 100; ++trial) {
        std::vector<double> naive(15);
        std::vector<double> optimized(15);
        std::ranges::generate(naive, [&] { return 2 * noise(random); });
        std::ranges::generate(optimized, [&] { return noise(random); });
        const Speedup speedup = compareSeconds(naive, optimized);
        covered += *speedup.ciLow <= 2 && *speedup.ciHigh >= 2 ? 1 : 0;
    }
    EXPECT_GE(covered, 88);
}

TEST(Statistics, InterleavesABBA) {
    std::string order;
    for (const PlannedRun& run : interleave(5, 1))
        order += run.warmup ? (run.plan == PlanSide::Naive ? 'a' : 'b')
                            : (run.plan == PlanSide::Naive ? 'A' : 'B');
    EXPECT_EQ(order, "abABBAABBAAB");
    const auto runs = interleave(3, 0);
    EXPECT_EQ(runs[3], (PlannedRun{PlanSide::Naive, 1, false}));
    EXPECT_TRUE(interleave(0, 0).empty());
}

TEST(ProcessStats, Memory) {
    EXPECT_GT(currentRssBytes(), 100'000U);
    const std::size_t size = 64U << 20U;
    {
        std::vector<char> block(size);
        for (std::size_t i = 0; i < size; i += 4096)
            block[i] = static_cast<char>(i);
        EXPECT_GE(peakRssBytes(), size);
        EXPECT_NE(std::accumulate(block.begin(), block.end(), 1), 0);
    }
    if (resetPeakRss()) {
        EXPECT_LT(peakRssBytes(), currentRssBytes() + size / 2);
    }
}

TEST(ProcessStats, TellsTheLivingFromTheDead) {
    const OwnerRow self = thisProcess();
    const std::string& here = thisMachine().name;
    EXPECT_EQ(self.pid, getpid());
    EXPECT_GT(self.startTime, 0U);
    EXPECT_FALSE(self.bootId.empty());
    EXPECT_EQ(livenessOf(self, here), Liveness::Alive);
    OwnerRow other = self;
    other.startTime += 1; // its pid was given to somebody else
    EXPECT_EQ(livenessOf(other, here), Liveness::Dead);
    other = self;
    other.bootId = "before";
    EXPECT_EQ(livenessOf(other, here), Liveness::Dead);
    EXPECT_EQ(livenessOf(other, here + "-elsewhere"), Liveness::Unknown);
    other = self;
    other.pidNamespace += 1;
    EXPECT_EQ(livenessOf(other, here), Liveness::Unknown);
}

TEST(ProcessStats, AZombieIsDead) {
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    siginfo_t info{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(processStartTime(child));
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    EXPECT_FALSE(processStartTime(child));
}

TEST(ProcessStats, DescribesTheMachine) {
    const MachineRow& machine = thisMachine();
    EXPECT_FALSE(machine.name.empty());
    EXPECT_FALSE(machine.cpu.empty());
    EXPECT_GE(machine.cores, 1U);
    EXPECT_GT(machine.memoryBytes, 1U << 20U);
    EXPECT_FALSE(machine.os.empty());
}

} // namespace
} // namespace fuseboard
