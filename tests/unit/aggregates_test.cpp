// SPDX-License-Identifier: Apache-2.0
// count, sum, mean, min, max, var, stdev, first, last and the collectors: single states and merges.
#include "tests/unit/aggregate_rows.h"

#include <algorithm>
#include <cmath>

namespace fuseboard {
namespace {

void addAll(AggregateState& state, std::initializer_list<double> values) {
    for (const double value : values)
        ASSERT_TRUE(state.add(Value::f64(value)));
}

TEST(Aggregates, RegistryIsCompleteAndSmall) {
    for (const char* name :
         {"aggr::stats::count", "aggr::stats::min", "aggr::stats::max", "aggr::stats::sum",
          "aggr::stats::mean", "aggr::stats::var", "aggr::stats::stdev", "aggr::stats::hdr",
          "aggr::stats::dds", "aggr::win::first", "aggr::win::last", "aggr::win::collect_flattened",
          "aggr::win::collect_nested", "aggr::fuse::count_if", "aggr::fuse::distinct"})
        EXPECT_NE(findAggregate(name), nullptr) << name;
    EXPECT_EQ(findAggregate("aggr::stats::median"), nullptr);
    for (const AggregateSpec* spec : allAggregates()) {
        EXPECT_LE(spec->stateBytes, 64) << spec->name;
        EXPECT_EQ(spec->stateBytes % 8, 0) << spec->name;
        EXPECT_FALSE(spec->summary.empty()) << spec->name;
    }
}

TEST(Aggregates, CountCountsEventsAsInteger) {
    AggregateState a("aggr::stats::count"), b("aggr::stats::count");
    EXPECT_EQ(a.json(), "0");
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(a.add(Value()));
    EXPECT_EQ(a.json(), "3");
    EXPECT_TRUE(b.add(Value()));
    EXPECT_TRUE(b.merge(a));
    EXPECT_EQ(b.json(), "4");
}

TEST(Aggregates, StatisticsAreFloats) {
    for (const auto& [name, empty, full] : {std::tuple("aggr::stats::sum", "0.0", "6.0"),
                                            std::tuple("aggr::stats::min", "0.0", "1.0"),
                                            std::tuple("aggr::stats::max", "0.0", "3.0"),
                                            std::tuple("aggr::stats::mean", "null", "2.0")}) {
        AggregateState a(name);
        EXPECT_EQ(a.json(), empty) << name;
        for (const std::uint64_t v : {2U, 1U, 3U})
            EXPECT_TRUE(a.add(Value::u64(v)));
        EXPECT_EQ(a.json(), full) << name;
    }
}

TEST(Aggregates, StatisticsRejectWhatIsNoNumber) {
    for (const char* name : {"aggr::stats::sum", "aggr::stats::min", "aggr::stats::max",
                             "aggr::stats::mean", "aggr::stats::var", "aggr::stats::stdev"}) {
        AggregateState a(name);
        EXPECT_FALSE(a.add(Value::string("1"))) << name;
        EXPECT_EQ(a.context().errorCode, ErrorCode::WrongType);
        EXPECT_FALSE(a.context().errorMessage.empty());
    }
}

TEST(Aggregates, MinSurvivesMergingIntoAnEmptyWindow) {
    AggregateState frame("aggr::stats::min"), window("aggr::stats::min"), none("aggr::stats::min");
    addAll(frame, {5, 3, 4});
    EXPECT_TRUE(window.merge(frame));
    EXPECT_TRUE(window.merge(none));
    EXPECT_EQ(window.json(), "3.0");
    AggregateState later("aggr::stats::min");
    addAll(later, {7});
    EXPECT_TRUE(window.merge(later));
    EXPECT_EQ(window.json(), "3.0");
}

TEST(Aggregates, VarianceOfSamples) {
    AggregateState a("aggr::stats::var"), one("aggr::stats::var");
    EXPECT_EQ(a.json(), "0.0");
    addAll(a, {2, 4, 19, 9});
    EXPECT_NEAR(a.result().asF64(), 173.0 / 3.0, 1e-12);
    addAll(one, {2});
    EXPECT_TRUE(std::isnan(one.result().asF64()));
}

TEST(Aggregates, MergedVarianceEqualsTheVarianceOfAll) {
    AggregateState window("aggr::stats::var"), first("aggr::stats::var"),
        second("aggr::stats::var");
    addAll(first, {2, 4});
    addAll(second, {19, 9, 100});
    EXPECT_TRUE(window.merge(first));
    EXPECT_NEAR(window.result().asF64(), 2.0, 1e-12);
    EXPECT_TRUE(window.merge(second));
    AggregateState all("aggr::stats::var");
    addAll(all, {2, 4, 19, 9, 100});
    EXPECT_NEAR(window.result().asF64(), all.result().asF64(), 1e-9);
}

TEST(Aggregates, DeviationIsTheRootOfTheVariance) {
    AggregateState a("aggr::stats::stdev"), b("aggr::stats::stdev");
    addAll(a, {2, 4, 19});
    EXPECT_NEAR(a.result().asF64(), std::sqrt(259.0 / 3.0), 1e-12);
    EXPECT_TRUE(b.merge(a));
    EXPECT_EQ(b.json(), a.json());
}

TEST(Aggregates, SumsAreFoldedOverBlocksOfSequenceNumbers) {
    // 1e16 + 1 + 1 loses both ones when added in sequence, and none when the ones share a block.
    AggregateState sequential("aggr::stats::sum"), blocks("aggr::stats::sum");
    for (const double v : {1e16, 1.0, 1.0})
        EXPECT_TRUE(sequential.add(Value::f64(v), std::uint64_t{5}));
    EXPECT_EQ(sequential.result().asF64(), 1e16);
    EXPECT_TRUE(blocks.add(Value::f64(1e16), std::uint64_t{5}));
    EXPECT_TRUE(blocks.add(Value::f64(1.0), std::uint64_t{kSumBlockRows}));
    EXPECT_TRUE(blocks.add(Value::f64(1.0), std::uint64_t{kSumBlockRows + 1}));
    EXPECT_EQ(blocks.result().asF64(), 1e16 + 2);
}

TEST(Aggregates, FirstAndLast) {
    AggregateState first("aggr::win::first"), last("aggr::win::last");
    EXPECT_EQ(first.json(), "null");
    Arena arena;
    const Value items[] = {Value::string("x"), Value::u64(1)};
    EXPECT_TRUE(first.add(makeArray(arena, items)));
    EXPECT_TRUE(first.add(Value::u64(2)));
    EXPECT_EQ(first.json(), R"(["x",1])");
    EXPECT_TRUE(last.add(Value::string("a")));
    EXPECT_TRUE(last.add(Value::string("b")));
    EXPECT_EQ(last.json(), R"("b")");
}

TEST(Aggregates, StatesOwnTheirStrings) {
    AggregateState first("aggr::win::first");
    {
        std::string text = "a text that is longer than any small buffer";
        EXPECT_TRUE(first.add(Value::string(text)));
        std::ranges::fill(text, '#');
    }
    EXPECT_EQ(first.json(), R"("a text that is longer than any small buffer")");
}

TEST(Aggregates, LastTakesThePlaceOfTheValueBefore) {
    AggregateState last("aggr::win::last");
    Arena arena;
    const auto keep = [&](std::size_t length, std::uint64_t number) {
        const std::string text(length, static_cast<char>('a' + number % 26));
        const Field fields[] = {{"text", Value::string(text)}, {"number", Value::u64(number)}};
        EXPECT_TRUE(last.add(makeRecord(arena, fields)));
        EXPECT_EQ(last.json(), fmt::format(R"({{"text":"{}","number":{}}})", text, number));
        return last.bytes();
    };
    const std::size_t first = keep(100, 0);
    EXPECT_EQ(keep(90, 1), first) << "it fits";
    const std::size_t large = keep(5000, 2);
    EXPECT_GT(large, 5000U);
    EXPECT_LT(keep(100, 3), 1000U) << "a large value is not paid for ever after";
}

TEST(Aggregates, MergedFirstIsTheOldestAndLastTheNewestThatIsThere) {
    AggregateState window("aggr::win::first"), empty("aggr::win::first"), a("aggr::win::first");
    EXPECT_TRUE(window.merge(empty));
    EXPECT_TRUE(a.add(Value()));
    EXPECT_TRUE(window.merge(a));
    AggregateState b("aggr::win::first");
    EXPECT_TRUE(b.add(Value::u64(1)));
    EXPECT_TRUE(window.merge(b));
    EXPECT_EQ(window.json(), "null"); // the oldest value is a null, which counts
    AggregateState last("aggr::win::last"), none("aggr::win::last"), c("aggr::win::last");
    EXPECT_TRUE(c.add(Value::u64(3)));
    EXPECT_TRUE(last.merge(c));
    EXPECT_TRUE(last.merge(none));
    EXPECT_EQ(last.json(), "3");
}

TEST(Aggregates, CollectorsDifferInMerges) {
    for (const auto& [name, expected] : {std::pair("aggr::win::collect_flattened", "[1,2,3]"),
                                         std::pair("aggr::win::collect_nested", "[[1,2],[3]]")}) {
        AggregateState window(name), older(name), newer(name);
        EXPECT_EQ(window.json(), "[]");
        EXPECT_TRUE(older.add(Value::u64(1)));
        EXPECT_TRUE(older.add(Value::u64(2)));
        EXPECT_TRUE(newer.add(Value::u64(3)));
        EXPECT_TRUE(window.merge(older));
        EXPECT_TRUE(window.merge(newer));
        EXPECT_EQ(window.json(), expected);
    }
}

TEST(Aggregates, CountIfCountsWhereTheConditionHolds) {
    AggregateState a("aggr::fuse::count_if"), b("aggr::fuse::count_if");
    EXPECT_EQ(a.json(), "0");
    for (const bool holds : {true, false, true})
        EXPECT_TRUE(a.add(Value::boolean(holds)));
    EXPECT_EQ(a.json(), "2");
    EXPECT_FALSE(a.add(Value::null())) << "a condition is a bool, as in where";
    EXPECT_EQ(a.context().errorCode, ErrorCode::WrongType);
    EXPECT_TRUE(b.add(Value::boolean(true)));
    EXPECT_TRUE(b.merge(a));
    EXPECT_EQ(b.json(), "3");
}

TEST(Aggregates, DistinctCountsValuesAsKeysOfGroupsAreEqual) {
    AggregateState a("aggr::fuse::distinct");
    EXPECT_EQ(a.json(), "0");
    Arena arena;
    const char* const values[] = {"0",
                                  "0",
                                  "1",
                                  "1.0",
                                  "-1",
                                  "-1",
                                  R"("1")",
                                  R"("1")",
                                  "true",
                                  "[1,2]",
                                  "[]",
                                  R"([1,2])",
                                  R"({"a":1,"b":2})",
                                  R"({"b":2,"a":1})",
                                  "null"};
    for (const char* value : values)
        EXPECT_TRUE(a.add(*parseJson(value, arena)));
    EXPECT_EQ(a.json(), "9"); // 0 1 1.0 -1 "1" true [1,2] [] and the record
}

TEST(Aggregates, DistinctOfManyNumbersIsExact) {
    AggregateState a("aggr::fuse::distinct");
    for (std::uint64_t round = 0; round < 2; ++round)
        for (std::uint64_t i = 0; i < 100'000; ++i)
            EXPECT_TRUE(a.add(Value::u64(i * 100)));
    EXPECT_EQ(a.json(), "100000");
    EXPECT_GE(a.bytes(), 800'000U);
    EXPECT_LE(a.bytes(), 3'000'000U);
}

TEST(Aggregates, DistinctTakesTheRowsForWhichItsConditionHolds) {
    AggregateState a("aggr::fuse::distinct");
    EXPECT_TRUE(a.add(Value::u64(1), Value::boolean(true)));
    EXPECT_TRUE(a.add(Value::u64(2), Value::boolean(false)));
    EXPECT_TRUE(a.add(Value::string("x"), Value::boolean(true)));
    EXPECT_EQ(a.json(), "2");
    EXPECT_FALSE(a.add(Value::u64(3), Value::u64(1)));
    EXPECT_EQ(a.context().errorCode, ErrorCode::WrongType);
}

TEST(Aggregates, MergedDistinctValuesCountOnce) {
    AggregateState window("aggr::fuse::distinct"), older("aggr::fuse::distinct"),
        newer("aggr::fuse::distinct");
    {
        std::string text = "a text that is longer than any small buffer";
        EXPECT_TRUE(older.add(Value::string(text)));
        EXPECT_TRUE(newer.add(Value::string(text)));
        std::ranges::fill(text, '#');
        EXPECT_TRUE(newer.add(Value::string(text)));
    }
    for (std::uint64_t i = 0; i < 20; ++i) {
        EXPECT_TRUE(older.add(Value::u64(i)));
        EXPECT_TRUE(newer.add(Value::u64(i + 10)));
    }
    EXPECT_TRUE(window.merge(older));
    EXPECT_TRUE(window.merge(newer));
    EXPECT_EQ(window.json(), "32"); // 0 to 29 and two texts
}

} // namespace
} // namespace fuseboard
