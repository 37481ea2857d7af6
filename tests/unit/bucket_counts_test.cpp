// SPDX-License-Identifier: Apache-2.0
// Counts by bucket against a plain map, through every form that they take.
#include "engine/script/aggregates/bucket_counts.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

namespace fuseboard::aggregates {
namespace {

using Map = std::map<std::uint32_t, std::uint64_t>;

Map contents(const BucketCounts& counts) {
    Map all;
    std::uint32_t last = 0;
    counts.read().forEach([&](std::uint32_t bucket, std::uint64_t count) {
        EXPECT_TRUE(all.empty() || bucket > last);
        EXPECT_GT(count, 0U);
        all[last = bucket] = count;
        return true;
    });
    return all;
}

/// Near together, spread, and near together with one far off now and then.
std::uint32_t bucketOf(std::mt19937_64& random, unsigned shape) {
    switch (shape) {
    case 0: return 1000 + static_cast<std::uint32_t>(random() % 40);
    case 1: return static_cast<std::uint32_t>(random() % BucketCounts::kMostBuckets);
    case 2: return static_cast<std::uint32_t>(random() % 300);
    default:
        return static_cast<std::uint32_t>(random() % 200 == 0 ? random() % 60'000 : random() % 8);
    }
}

TEST(BucketCounts, AgreeWithAMap) {
    std::mt19937_64 random(5);
    for (unsigned shape = 0; shape < 4; ++shape) {
        BucketCounts counts;
        Map expected;
        for (int i = 0; i < 5000; ++i) {
            const std::uint32_t bucket = bucketOf(random, shape);
            counts.addOne(bucket);
            ++expected[bucket];
            if (i < 100 || i % 50 == 0) {
                ASSERT_EQ(contents(counts), expected) << "shape " << shape << ", value " << i;
            }
        }
        EXPECT_EQ(contents(counts), expected);
        EXPECT_EQ(counts.total(), 5000U);
    }
}

TEST(BucketCounts, MergeInEveryForm) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 400; ++round) {
        BucketCounts whole;
        Map expected;
        std::uint64_t total = 0;
        for (int frame = 0; frame < 4; ++frame) {
            BucketCounts one;
            const auto shape = static_cast<unsigned>(random() % 4);
            const std::uint64_t values = random() % (random() % 2 == 0 ? 12 : 400);
            for (std::uint64_t i = 0; i < values; ++i, ++total) {
                const std::uint32_t bucket = bucketOf(random, shape);
                BucketCounts& to = i % 7 == 0 ? whole : one;
                to.addOne(bucket);
                ++expected[bucket];
            }
            whole.merge(one);
            ASSERT_EQ(contents(whole), expected) << "round " << round;
            ASSERT_EQ(whole.total(), total);
        }
    }
}

// Doubling by merging passes what an entry of a list can count.
TEST(BucketCounts, CountsBeyondALists) {
    BucketCounts counts;
    for (const std::uint32_t bucket : {1U, 5000U})
        counts.addOne(bucket);
    for (int i = 0; i < 40; ++i) {
        BucketCounts same;
        same.merge(counts);
        counts.merge(same);
    }
    counts.addOne(60'000);
    const std::uint64_t count = 1ULL << 40U;
    EXPECT_EQ(contents(counts), (Map{{1, count}, {5000, count}, {60'000, 1}}));
    BucketCounts list;
    list.addOne(7);
    list.merge(counts);
    EXPECT_EQ(contents(list), (Map{{1, count}, {7, 1}, {5000, count}, {60'000, 1}}));
}

TEST(BucketCounts, TakeLittleMemory) {
    BucketCounts few, near, far;
    for (std::uint32_t i = 0; i < 13; ++i)
        few.addOne(i * 500);
    EXPECT_EQ(few.heapBytes(), 0U);
    for (std::uint32_t i = 0; i < 1000; ++i)
        near.addOne(i % 4);
    EXPECT_EQ(near.heapBytes(), 4U * 8);
    for (std::uint32_t i = 0; i < 1000; ++i)
        far.addOne(i == 500 ? 60'000 : i % 4);
    EXPECT_LE(far.heapBytes(), 8U * 8) << "one value far off makes no array of all in between";
}

} // namespace
} // namespace fuseboard::aggregates
