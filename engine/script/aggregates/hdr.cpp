// SPDX-License-Identifier: Apache-2.0
// aggr::stats::hdr: a High Dynamic Range histogram (Tene) of two significant digits. Values are cut
// to u64; every statistic comes from the buckets, as in Tremor: count, least and greatest
// equivalent values, mean and deviation over the buckets' middles.
#include "engine/script/aggregates/bucket_counts.h"
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/percentiles.h"
#include "engine/script/aggregates/state.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace fuseboard {

namespace {

using Arguments = std::span<const Value>;

// Two digits need 200 steps, rounded up to 256: values below that have buckets of their own, and
// every further power of two is cut into 128.
constexpr unsigned kHalfBits = 7;
constexpr std::uint64_t kHalf = 1U << kHalfBits;
constexpr std::uint64_t kMaxValue = std::numeric_limits<std::uint64_t>::max();

std::uint32_t bucketOf(std::uint64_t value) {
    if (value < 2 * kHalf)
        return static_cast<std::uint32_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kHalfBits - 1;
    return static_cast<std::uint32_t>(shift * kHalf + (value >> shift));
}
unsigned shiftOf(std::uint32_t bucket) {
    return bucket < 2 * kHalf ? 0 : static_cast<unsigned>(bucket / kHalf) - 1;
}
std::uint64_t lowest(std::uint32_t bucket) {
    const unsigned shift = shiftOf(bucket);
    return (bucket - shift * kHalf) << shift;
}
std::uint64_t highest(std::uint32_t bucket) {
    return lowest(bucket) + ((1ULL << shiftOf(bucket)) - 1);
}
std::uint64_t middle(std::uint32_t bucket) {
    return lowest(bucket) + ((1ULL << shiftOf(bucket)) >> 1U);
}

class Hdr {
public:
    bool accumulate(Arguments a, std::uint64_t, FunctionContext& c) {
        if (m_percentiles == nullptr) {
            m_percentiles = aggregates::percentilesFrom(a, c);
            if (m_percentiles == nullptr)
                return false;
        }
        if (!a[0].isNumber())
            return true;
        const double value = a[0].toDouble();
        if (!(value < 0.0))
            m_counts.addOne(bucketOf(cut(value)));
        return true;
    }
    bool merge(const Hdr& other, FunctionContext&) {
        if (m_percentiles == nullptr)
            m_percentiles = other.m_percentiles;
        m_counts.merge(other.m_counts);
        return true;
    }
    bool result(FunctionContext& c, Value& out) const;
    [[nodiscard]] std::size_t heapBytes() const { return m_counts.heapBytes(); }

private:
    using Reader = aggregates::BucketCounts::Reader;
    static std::uint64_t cut(double value) {
        if (std::isnan(value))
            return 0;
        return value >= 18446744073709551616.0 ? kMaxValue : static_cast<std::uint64_t>(value);
    }
    [[nodiscard]] double mean(const Reader& counts) const {
        double mean = 0;
        const auto total = static_cast<double>(m_counts.total());
        counts.forEach([&](std::uint32_t bucket, std::uint64_t count) {
            mean += static_cast<double>(middle(bucket)) * static_cast<double>(count) / total;
            return true;
        });
        return mean;
    }
    [[nodiscard]] double deviation(double mean, const Reader& counts) const {
        if (m_counts.total() == 0)
            return 0;
        double squares = 0;
        counts.forEach([&](std::uint32_t bucket, std::uint64_t count) {
            const double distance = static_cast<double>(middle(bucket)) - mean;
            squares += distance * distance * static_cast<double>(count);
            return true;
        });
        return std::sqrt(squares / static_cast<double>(m_counts.total()));
    }
    [[nodiscard]] std::uint64_t valueAt(double share, const Reader& counts) const {
        // Through percent and back, because the share is rounded on that way.
        const double quantile = std::min(share * 100.0 / 100.0, 1.0);
        const double rank = std::ceil(quantile * static_cast<double>(m_counts.total()));
        const std::uint64_t wanted = rank >= 1 ? static_cast<std::uint64_t>(rank) : 1;
        std::uint64_t seen = 0, value = 0;
        counts.forEach([&](std::uint32_t bucket, std::uint64_t count) {
            seen += count;
            if (seen < wanted)
                return true;
            value = quantile == 0.0 ? lowest(bucket) : highest(bucket);
            return false;
        });
        return value;
    }

    const aggregates::Percentiles* m_percentiles = nullptr;
    aggregates::BucketCounts m_counts;
};

bool Hdr::result(FunctionContext& c, Value& out) const {
    const auto& asked =
        m_percentiles == nullptr ? aggregates::defaultPercentiles() : *m_percentiles;
    const Reader counts = m_counts.read();
    RecordBuilder percentiles;
    for (const auto& one : asked)
        percentiles.set(one.text, Value::u64(valueAt(one.share, counts)));
    std::uint64_t least = 0, greatest = 0;
    bool first = true;
    counts.forEach([&](std::uint32_t bucket, std::uint64_t) {
        if (first)
            least = lowest(bucket);
        first = false;
        greatest = highest(bucket);
        return true;
    });
    const double middleOfAll = mean(counts);
    const double spread = deviation(middleOfAll, counts);
    const Field fields[] = {{"count", Value::u64(m_counts.total())},
                            {"min", Value::u64(least)},
                            {"max", Value::u64(greatest)},
                            {"mean", Value::f64(middleOfAll)},
                            {"stdev", Value::f64(spread)},
                            {"var", Value::f64(spread * spread)},
                            {"percentiles", percentiles.build(c.arena)}};
    out = makeRecord(c.arena, fields);
    return true;
}

} // namespace

std::span<const AggregateSpec> hdrAggregates() {
    static const std::array kAll{aggregates::describe<Hdr>(
        "aggr::stats::hdr", "(number, percentiles: array) -> record",
        "Count, least, greatest, mean, deviation and percentiles of the values as integers, to two "
        "significant digits.",
        1, 2, 12)};
    return kAll;
}

} // namespace fuseboard
