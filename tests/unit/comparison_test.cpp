// SPDX-License-Identifier: Apache-2.0
// Comparing two plans: when they are identical, what is shown when they are not, who writes, and
// what a run under the wall clock repeats.
#include "engine/operators/operator_body.h"
#include "engine/runtime/comparison.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace fuseboard {
namespace {

std::string numbers(int from, int to) {
    std::string text;
    for (int i = from; i <= to; ++i)
        text += fmt::format("{{\"x\":{}}}\n", i);
    return text;
}

class Comparison : public testing::Test {
protected:
    void SetUp() override {
        m_file = std::filesystem::temp_directory_path() /
                 fmt::format("fuseboard-comparison-{}.ndjson", getpid());
        m_request.repetitions = 1;
        m_request.warmups = 0;
        m_request.run.inputs.emplace_back();
        m_request.run.inputs[0].source.location = m_file.string();
        m_request.run.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &m_out});
        m_request.run.clock = "index";
    }
    void TearDown() override { std::filesystem::remove(m_file); }

    static Graph graphOf(const std::string& pipeline) {
        auto parsed = parseCompactGraph(pipeline, builtinCatalogue());
        EXPECT_TRUE(parsed.has_value()) << describe(parsed.error());
        EXPECT_TRUE(parsed->markNaive().has_value());
        return std::move(*parsed);
    }
    static Graph filterOf(const std::string& condition) {
        return graphOf("f: filter\n    where " + condition + "\nin -> f -> out\n");
    }

    ComparisonResult compare(const Graph& naive, const Graph& optimized) {
        auto result = comparePlans({&naive, {}}, {&optimized, {}}, m_request, {});
        EXPECT_TRUE(result.has_value()) << describe(result.error());
        return std::move(*result);
    }

    std::filesystem::path m_file;
    ComparisonRequest m_request;
    std::string m_out;
};

TEST_F(Comparison, AgreesAndGivesAVerdict) {
    std::ofstream(m_file) << numbers(1, 1000);
    m_request.repetitions = 3;
    m_request.warmups = 1;
    const Graph plan = filterOf("event.x > 10");
    const ComparisonResult result = compare(plan, plan);
    EXPECT_EQ(result.identical, true) << result.identicalReason;
    EXPECT_EQ(result.naive.size(), 3U);
    EXPECT_EQ(m_out, numbers(11, 1000)); // written once
    EXPECT_NE(result.speedup.verdict, Verdict::None);
    EXPECT_FALSE(result.difference.has_value());
}

TEST_F(Comparison, TheFirstMeasuredRunOfTheChosenPlanWrites) {
    std::ofstream(m_file) << numbers(1, 30);
    m_request.repetitions = 2;
    m_request.warmups = 1;
    const Graph naive = filterOf("event.x > 10"), optimized = filterOf("event.x > 20");
    (void)compare(naive, optimized);
    EXPECT_EQ(m_out, numbers(21, 30));
    m_out.clear();
    m_request.writes = PlanSide::Naive;
    (void)compare(naive, optimized);
    EXPECT_EQ(m_out, numbers(11, 30));
}

TEST_F(Comparison, TheRunThatWroteIsNotComparedWhereThreeOthersAre) {
    std::vector<RunResult> runs(4);
    for (std::size_t i = 0; i < runs.size(); ++i)
        runs[i].record.run.seconds = static_cast<double>(i + 1);
    EXPECT_EQ(secondsToCompare(runs, true), (std::vector<double>{2, 3, 4}));
    EXPECT_EQ(secondsToCompare(runs, false), (std::vector<double>{1, 2, 3, 4}));
    runs.pop_back();
    EXPECT_EQ(secondsToCompare(runs, true), (std::vector<double>{1, 2, 3}));
}

TEST_F(Comparison, ShowsTheFirstRowThatDiffers) {
    std::ofstream(m_file) << numbers(1, 9);
    const ComparisonResult result =
        compare(filterOf("event.x > 0"), filterOf("event.x > 0 and event.x != 3"));
    EXPECT_EQ(result.identical, false);
    ASSERT_TRUE(result.difference.has_value());
    EXPECT_EQ(result.difference->sink, "out");
    EXPECT_EQ(result.difference->row, 3U);
    EXPECT_EQ(result.difference->naive, "{\"x\":3}");
    EXPECT_EQ(result.difference->optimized, "{\"x\":4}");
}

TEST_F(Comparison, ShowsADifferenceFarInsideALargeOutput) {
    std::ofstream(m_file) << numbers(1, 400'000); // about five blocks of hashes
    for (const int at : {87'382, 250'000, 399'999}) {
        const ComparisonResult result =
            compare(filterOf("event.x > 0"), filterOf(fmt::format("event.x != {}", at)));
        ASSERT_TRUE(result.difference.has_value());
        EXPECT_EQ(result.difference->row, static_cast<std::uint64_t>(at));
        EXPECT_EQ(result.difference->naive, fmt::format("{{\"x\":{}}}", at));
        EXPECT_EQ(result.difference->optimized, fmt::format("{{\"x\":{}}}", at + 1));
    }
}

TEST_F(Comparison, ShowsThatOneOutputGoesOn) {
    // The shorter output ends at the end of a block: 2^20 bytes are 65,536 rows of 16.
    std::string rows;
    for (int i = 0; i < 70'000; ++i)
        rows += fmt::format("{{\"x\":{:09}}}\n", 100'000'000 + i);
    std::ofstream(m_file) << rows;
    const ComparisonResult result =
        compare(filterOf("event.x < 100065536"), filterOf("event.x < 100065537"));
    ASSERT_TRUE(result.difference.has_value());
    EXPECT_EQ(result.difference->row, 65'537U);
    EXPECT_EQ(result.difference->naive, "");
    EXPECT_EQ(result.difference->optimized, "{\"x\":100065536}");
}

TEST_F(Comparison, FailuresAreComparedByEventNodeAndCodeAndNotByText) {
    RowError error;
    error.sequence = 3;
    error.origin = "f";
    error.message = "one text";
    RunResult naive, optimized;
    naive.errors.add(error);
    error.message = "another text";
    optimized.errors.add(error);
    std::optional<bool> identical;
    std::string reason;
    compareResults(naive, optimized, identical, reason);
    EXPECT_EQ(identical, true);
    for (const int what : {0, 1, 2}) {
        RowError other = error;
        other.sequence += what == 0 ? 1 : 0;
        other.origin += what == 1 ? "g" : "";
        other.code = what == 2 ? ErrorCode::LimitExceeded : other.code;
        RunResult changed;
        changed.errors.add(other);
        compareResults(naive, changed, identical, reason);
        EXPECT_EQ(identical, false) << what;
        EXPECT_NE(reason.find("failed rows differ"), std::string::npos);
    }
}

TEST_F(Comparison, TheWallClockIsRecordedAndRepeated) {
    // Ticks fall between the rows of the first run wherever they will; the second repeats them.
    std::ofstream(m_file) << numbers(1, 300);
    m_request.run.clock = "wall";
    m_request.run.rate = 1000;
    const Graph plan = graphOf("w: select\n    target {\"n\": aggr::stats::count()}\n"
                               "    windows 100ms\nin -> w -> out\n");
    const ComparisonResult result = compare(plan, plan);
    EXPECT_EQ(result.identical, true) << result.identicalReason;
}

} // namespace
} // namespace fuseboard
