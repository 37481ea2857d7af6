// SPDX-License-Identifier: Apache-2.0
// The parts of the benchmark: when results are equal, what figures are made of, what a child costs.
#include "app/bench/bench_session.h"
#include "app/bench/child_process.h"
#include "app/bench/row_equality.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace fuseboard {
namespace {

class Equality : public testing::Test {
protected:
    bool equal(const std::string& expected, const std::string& actual,
               const RowEquality& equality = {}) {
        const Status status = compareRows(write("a", expected), write("b", actual), equality);
        EXPECT_TRUE(status || status.error().code == ErrorCode::Disagreement)
            << status.error().message;
        return status.has_value();
    }
    static std::string write(const std::string& name, const std::string& text) {
        const std::string path = testing::TempDir() + "bench-parts-" + name;
        std::ofstream(path) << text;
        return path;
    }
};

TEST_F(Equality, FieldsMayStandInAnyOrderAndNullIsAbsent) {
    EXPECT_TRUE(equal("{\"a\":1,\"b\":\"x\"}\n", "{\"b\":\"x\",\"a\":1,\"c\":null}\n"));
    EXPECT_FALSE(equal("{\"a\":1}\n", "{\"a\":1,\"c\":0}\n"));
    EXPECT_FALSE(equal("{\"a\":1}\n", "{\"a\":\"1\"}\n"));
    EXPECT_TRUE(equal("{\"a\":[1,{\"b\":2}]}\n", "{\"a\":[1.0,{\"b\":2}]}\n"));
    EXPECT_FALSE(equal("{\"a\":[1,2]}\n", "{\"a\":[2,1]}\n"));
}

TEST_F(Equality, FractionsMayDifferALittleAndWholeNumbersNotAtAll) {
    EXPECT_TRUE(equal("{\"a\":13}\n", "{\"a\":13.0}\n"));
    EXPECT_TRUE(equal("{\"a\":1e10}\n", "{\"a\":10000000001.0}\n"));
    EXPECT_FALSE(equal("{\"a\":1e10}\n", "{\"a\":10000000100.0}\n"));
    EXPECT_FALSE(equal("{\"a\":10000000000}\n", "{\"a\":10000000001}\n"));
    RowEquality exact;
    exact.tolerance = 0;
    EXPECT_FALSE(equal("{\"a\":0.30000000000000004}\n", "{\"a\":0.3}\n", exact));
    EXPECT_TRUE(equal("{\"a\":0.3}\n", "{\"a\":0.3}\n", exact));
}

TEST_F(Equality, PercentilesMayDifferByABucket) {
    RowEquality equality;
    equality.percentiles = {"p99"};
    EXPECT_TRUE(equal("{\"p99\":49919}\n", "{\"p99\":49700}\n", equality));
    EXPECT_FALSE(equal("{\"p99\":49919}\n", "{\"p99\":49000}\n", equality));
    EXPECT_FALSE(equal("{\"p50\":49919}\n", "{\"p50\":49700}\n", equality));
}

TEST_F(Equality, OrderCountsUnlessItIsSaidNotTo) {
    const std::string rows = "{\"k\":1,\"v\":0.1}\n{\"k\":2,\"v\":0.2}\n";
    const std::string others = "{\"k\":2,\"v\":0.2}\n{\"k\":1,\"v\":0.1}\n";
    EXPECT_FALSE(equal(rows, others));
    RowEquality any;
    any.order = RowEquality::Order::Any;
    EXPECT_TRUE(equal(rows, others, any));
    EXPECT_FALSE(equal(rows, rows + "{\"k\":2,\"v\":0.2}\n", any)) << "one row is there twice";
    any.keys = {"k"};
    EXPECT_TRUE(equal(rows, others, any));
    EXPECT_FALSE(equal(rows, "{\"k\":2,\"v\":0.1}\n{\"k\":1,\"v\":0.1}\n", any));
    EXPECT_FALSE(equal(rows, "{\"k\":2,\"v\":0.2}\n", any));
}

TEST_F(Equality, OfUpdatesTheLastOneOfEachKeyCounts) {
    RowEquality last;
    last.order = RowEquality::Order::LastOfKey;
    last.keys = {"k"};
    EXPECT_TRUE(equal("{\"k\":1,\"v\":1}\n{\"k\":2,\"v\":5}\n{\"k\":1,\"v\":3}\n",
                      "{\"k\":1,\"v\":3}\n{\"k\":2,\"v\":5}\n", last));
    EXPECT_FALSE(equal("{\"k\":1,\"v\":3}\n{\"k\":1,\"v\":1}\n", "{\"k\":1,\"v\":3}\n", last));
}

SideResult sideOf(const std::string& name, std::vector<double> seconds) {
    SideResult side;
    side.name = name;
    side.seconds = std::move(seconds);
    side.peakBytes = 3U << 20U;
    return side;
}

TEST(BenchFigures, AreRatiosSlopesAndMemory) {
    Workload workload;
    workload.figures = {ratio("r", {"x", "slow"}, {"x", "quick"}),
                        {"s", SlopeFigure{"quick", {{"x", 1}, {"y", 3}}}},
                        {"m", MemoryFigure{{"x", "quick"}}},
                        ratio("none", {"x", "absent"}, {"x", "quick"})};
    const std::vector<CaseResult> cases = {
        {"x", 0, 0, {sideOf("slow", {4, 4, 4}), sideOf("quick", {2, 2, 2})}},
        {"y", 0, 0, {sideOf("quick", {3, 3, 3})}}};
    const auto figures = benchFigures(workload, cases, 1000);
    ASSERT_EQ(figures.size(), 4U);
    EXPECT_DOUBLE_EQ(*figures[0].value, 2);
    EXPECT_DOUBLE_EQ(*figures[0].low, 2);
    // One second for two more units and a thousand rows.
    EXPECT_NEAR(*figures[1].value, 0.5e6, 1e-3);
    EXPECT_NEAR(*figures[1].low, 0.5e6, 1e-3);
    EXPECT_DOUBLE_EQ(*figures[2].value, 3);
    EXPECT_FALSE(figures[3].value);
}

TEST(ChildProcess, SaysHowItEndedAndWhatItCost) {
    const std::string output = testing::TempDir() + "bench-parts-child";
    ChildCommand command;
    command.arguments = {"/bin/sh", "-c", "echo hello; sleep 0.1; exit 3"};
    command.output = output;
    const auto result = runChild(command);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->status, 3);
    EXPECT_GE(result->seconds, 0.1);
    EXPECT_GT(result->peakBytes, 0U);
    std::string text;
    std::getline(std::ifstream(output), text);
    EXPECT_EQ(text, "hello");
    command.arguments = {"/nowhere/at-all"};
    EXPECT_FALSE(runChild(command));
}

} // namespace
} // namespace fuseboard
