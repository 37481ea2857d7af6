// SPDX-License-Identifier: Apache-2.0
// aggr::stats::hdr and dds: figures, merges, percentile lists, and the memory of their states.
#include "tests/unit/aggregate_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace fuseboard {
namespace {

constexpr const char* kHdr = "aggr::stats::hdr";
constexpr const char* kDds = "aggr::stats::dds";

Value percentiles(Arena& arena, std::initializer_list<std::string_view> texts) {
    std::vector<Value> items;
    for (const std::string_view text : texts)
        items.push_back(makeString(arena, text));
    return makeArray(arena, items);
}

TEST(Hdr, OneToHundred) {
    Arena arena;
    AggregateState a(kHdr), b(kHdr);
    const Value list = percentiles(arena, {"0.5", "0.9", "0.95", "0.99", "0.999", "0.9999"});
    for (std::uint64_t i = 1; i <= 100; ++i)
        EXPECT_TRUE(a.add(Value::u64(i), list));
    const std::string expected =
        R"({"count":100,"min":1,"max":100,"mean":50.5,"stdev":28.86607004772212,"var":833.25,)"
        R"("percentiles":{"0.5":50,"0.9":90,"0.95":95,"0.99":99,"0.999":100,"0.9999":100}})";
    EXPECT_EQ(a.json(), expected);
    EXPECT_TRUE(b.merge(a));
    EXPECT_EQ(b.json(), expected);
}

TEST(Hdr, Empty) {
    AggregateState a(kHdr);
    EXPECT_EQ(a.json(),
              R"({"count":0,"min":0,"max":0,"mean":0.0,"stdev":0.0,"var":0.0,"percentiles":)"
              R"({"0.5":0,"0.9":0,"0.95":0,"0.99":0,"0.999":0,"0.9999":0,"0.99999":0}})");
}

TEST(Hdr, PercentilesMustBeNumbersAndAreReadOnce) {
    Arena arena;
    AggregateState bad(kHdr);
    EXPECT_FALSE(bad.add(Value::u64(0), percentiles(arena, {"snot", "0.9"})));
    EXPECT_EQ(bad.context().errorCode, ErrorCode::InvalidArgument);
    AggregateState a(kHdr);
    EXPECT_TRUE(a.add(Value::u64(7), percentiles(arena, {"0.5"})));
    EXPECT_TRUE(a.add(Value::u64(8), percentiles(arena, {"0.9"})));
    EXPECT_EQ(printJson(*a.result().find("percentiles")), R"({"0.5":7})");
}

TEST(Hdr, SkipsNegativesAndWhatIsNoNumber) {
    AggregateState a(kHdr);
    EXPECT_TRUE(a.add(Value::i64(-1)));
    EXPECT_TRUE(a.add(Value::string("x")));
    EXPECT_TRUE(a.add(Value::f64(-0.5)));
    EXPECT_EQ(a.result().find("count")->asU64(), 0U);
    EXPECT_TRUE(a.add(Value::f64(3.9))); // cut to 3
    EXPECT_EQ(a.result().find("max")->asU64(), 3U);
}

TEST(Hdr, LargeValuesFallIntoBucketsOfTwoDigits) {
    AggregateState a(kHdr);
    EXPECT_TRUE(a.add(Value::u64(1000)));
    // 1000 lies in 1000..1003: four units wide, middle 1002.
    EXPECT_EQ(a.result().find("min")->asU64(), 1000U);
    EXPECT_EQ(a.result().find("max")->asU64(), 1003U);
    EXPECT_EQ(a.result().find("mean")->asF64(), 1002.0);
    EXPECT_EQ(a.result().find("stdev")->asF64(), 0.0);
    EXPECT_EQ(a.result().find("percentiles")->find("0.5")->asU64(), 1003U);
}

TEST(Hdr, GreatestAndOddValues) {
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    AggregateState a(kHdr);
    EXPECT_TRUE(a.add(Value::u64(kMax)));
    EXPECT_TRUE(a.add(Value::f64(std::numeric_limits<double>::infinity())));
    EXPECT_EQ(a.result().find("max")->asU64(), kMax);
    EXPECT_TRUE(a.add(Value::f64(std::numeric_limits<double>::quiet_NaN()))); // counts as 0
    EXPECT_EQ(a.result().find("count")->asU64(), 3U);
    EXPECT_EQ(a.result().find("min")->asU64(), 0U);
}

// Against the definition: sort, take the rank, widen to the bucket.
TEST(Hdr, PercentilesAgreeWithSortedValues) {
    std::mt19937_64 random(7);
    std::vector<std::uint64_t> values;
    AggregateState whole(kHdr), merged(kHdr);
    for (int frame = 0; frame < 6; ++frame) {
        AggregateState one(kHdr);
        for (int i = 0; i < 3000; ++i) {
            const std::uint64_t v = random() >> (random() % 64);
            values.push_back(v);
            EXPECT_TRUE(whole.add(Value::f64(static_cast<double>(v))));
            EXPECT_TRUE(one.add(Value::f64(static_cast<double>(v))));
        }
        EXPECT_TRUE(merged.merge(one));
    }
    EXPECT_EQ(whole.json(), merged.json());
    std::ranges::sort(values);
    const Value result = whole.result();
    for (const auto& [text, share] : {std::pair("0.5", 0.5), std::pair("0.9", 0.9)}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 18000.0)) - 1;
        const double got = result.find("percentiles")->find(text)->toDouble();
        const auto wanted = static_cast<double>(values[rank]);
        EXPECT_GE(got, wanted * 0.999);
        EXPECT_LE(got, wanted * 1.0079 + 1);
    }
}

TEST(Dds, OneToHundred) {
    Arena arena;
    AggregateState a(kDds), b(kDds);
    const Value list = percentiles(arena, {"0.5", "0.9", "0.95", "0.99", "0.999", "0.9999"});
    for (std::uint64_t i = 1; i <= 100; ++i)
        EXPECT_TRUE(a.add(Value::u64(i), list));
    const std::string expected =
        R"({"count":100,"sum":5050.0,"min":1.0,"max":100.0,"mean":50.5,"percentiles":)"
        R"({"0.5":50.0,"0.9":89.2,"0.95":94.7,"0.99":98.6,"0.999":98.6,"0.9999":98.6}})";
    EXPECT_EQ(a.json(), expected);
    EXPECT_TRUE(b.merge(a));
    EXPECT_EQ(b.json(), expected);
}

TEST(Dds, EmptyAndBadPercentiles) {
    Arena arena;
    AggregateState a(kDds);
    EXPECT_EQ(a.json(),
              R"({"count":0,"sum":0.0,"min":0.0,"max":0.0,"mean":0.0,"percentiles":{"0.5":0.0,)"
              R"("0.9":0.0,"0.95":0.0,"0.99":0.0,"0.999":0.0,"0.9999":0.0,"0.99999":0.0}})");
    AggregateState b(kDds);
    EXPECT_TRUE(b.add(Value::u64(1), percentiles(arena, {"1.5"})));
    EXPECT_TRUE(b.fails());
}

// The influx sample: 9,000 series, 3 fields each, a 10 second and a 1 minute window.
TEST(Histograms, StatesStaySmall) {
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> latency(6.0, 1.0);
    for (const char* name : {kHdr, kDds}) {
        std::size_t few = 0, many = 0, huge = 0;
        AggregateState state(name);
        for (int i = 1; i <= 100'000; ++i) {
            EXPECT_TRUE(state.add(Value::f64(latency(random))));
            if (i == 10)
                few = state.bytes();
            if (i == 60)
                many = state.bytes();
        }
        huge = state.bytes();
        RecordProperty(std::string(name).substr(13) + "_bytes_after_10_values",
                       static_cast<int>(few));
        RecordProperty(std::string(name).substr(13) + "_bytes_after_60_values",
                       static_cast<int>(many));
        RecordProperty(std::string(name).substr(13) + "_bytes_after_100000",
                       static_cast<int>(huge));
        EXPECT_LE(few, 320U) << name;
        EXPECT_LE(many, 900U) << name;
        EXPECT_LE(huge, 17'000U) << name;
        EXPECT_LT(9'000U * 3 * (few + many), 40U << 20U) << name;
    }
}

TEST(Histograms, NearValuesShareBuckets) {
    AggregateState state(kHdr);
    for (std::uint64_t i = 0; i < 10'000; ++i)
        EXPECT_TRUE(state.add(Value::u64(100 + i % 4)));
    EXPECT_LE(state.bytes(), 48U + 64U);
    EXPECT_EQ(state.result().find("count")->asU64(), 10'000U);
}

} // namespace
} // namespace fuseboard
