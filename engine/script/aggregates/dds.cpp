// SPDX-License-Identifier: Apache-2.0
// aggr::stats::dds: a DDSketch (Masson, Rim, Lee: "DDSketch", 2019) of relative error 0.01, at most
// 2048 bins and a least value of 1e-9. When bins run out, the lowest ones count as one.
#include "engine/script/aggregates/bucket_counts.h"
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/layout.h"
#include "engine/script/aggregates/percentiles.h"
#include "engine/script/aggregates/state.h"
#include "engine/script/functions/native.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

namespace fuseboard {

namespace {

using Arguments = std::span<const Value>;

constexpr double kAlpha = 0.01;
constexpr double kMinValue = 1.0e-9;
constexpr std::uint32_t kMaxBins = 2048;

/// Bin numbers: 0 for values up to kMinValue, then one for each step of the factor gamma.
struct Scale {
    double gamma = 1.0 + 2.0 * kAlpha / (1.0 - kAlpha);
    double logGamma = std::log1p(2.0 * kAlpha / (1.0 - kAlpha));
    int offset = 1 - static_cast<int>(std::log(kMinValue) / logGamma);

    [[nodiscard]] std::uint32_t binOf(double value) const {
        if (!(value > kMinValue))
            return 0;
        const double finite = std::min(value, std::numeric_limits<double>::max());
        const double steps = std::ceil(std::log(finite) / logGamma);
        return static_cast<std::uint32_t>(std::max(static_cast<int>(steps) + offset, 0));
    }
    [[nodiscard]] double valueOf(std::uint32_t bin) const {
        if (bin == 0)
            return 0.0;
        const double steps = static_cast<double>(static_cast<int>(bin) - offset);
        return 2.0 * std::exp(steps * logGamma) / (1.0 + gamma);
    }
};
const Scale& scale() {
    static const Scale kScale;
    return kScale;
}

struct Sketch {
    aggregates::BucketCounts bins;
    aggregates::SumState sum{};
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    std::uint32_t highestBin = 0;

    void add(double value, std::uint64_t sequence) {
        const std::uint32_t bin = scale().binOf(value);
        bins.addOne(bin);
        update(&sum, value, sequence);
        highestBin = std::max(highestBin, bin);
        min = std::min(min, value);
        max = std::max(max, value);
    }
    [[nodiscard]] double quantile(double share,
                                  const aggregates::BucketCounts::Reader& counts) const {
        if (share == 0.0)
            return min;
        if (share == 1.0)
            return max;
        const double position = share * static_cast<double>(bins.total() - 1) + 1.0;
        const auto rank = static_cast<std::uint64_t>(position);
        std::uint64_t seen = 0;
        std::uint32_t found = highestBin;
        counts.forEach([&](std::uint32_t bin, std::uint64_t count) {
            seen += count;
            found = bin;
            return seen < rank;
        });
        const std::uint32_t lowestBin = highestBin < kMaxBins ? 0 : highestBin - kMaxBins + 1;
        const double value = scale().valueOf(std::max(found, lowestBin));
        return value < min ? min : (value > max ? max : value);
    }
};

class Dds {
public:
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        if (m_percentiles == nullptr) {
            m_percentiles = aggregates::percentilesFrom(a, c);
            if (m_percentiles == nullptr)
                return false;
        }
        if (!a[0].isNumber() || a[0].toDouble() < 0.0)
            return true;
        if (m_sketch == nullptr)
            m_sketch = std::make_unique<Sketch>();
        m_sketch->add(a[0].toDouble(), sequence);
        return true;
    }
    bool merge(const Dds& other, FunctionContext&) {
        if (m_percentiles == nullptr)
            m_percentiles = other.m_percentiles;
        if (other.m_sketch == nullptr)
            return true;
        if (m_sketch == nullptr)
            m_sketch = std::make_unique<Sketch>();
        m_sketch->bins.merge(other.m_sketch->bins);
        aggregates::merge(m_sketch->sum, other.m_sketch->sum);
        m_sketch->highestBin = std::max(m_sketch->highestBin, other.m_sketch->highestBin);
        m_sketch->min = std::min(m_sketch->min, other.m_sketch->min);
        m_sketch->max = std::max(m_sketch->max, other.m_sketch->max);
        return true;
    }
    bool result(FunctionContext& c, Value& out) const;
    [[nodiscard]] std::size_t heapBytes() const {
        return m_sketch == nullptr ? 0 : sizeof(Sketch) + m_sketch->bins.heapBytes();
    }

private:
    const aggregates::Percentiles* m_percentiles = nullptr;
    std::unique_ptr<Sketch> m_sketch;
};

bool Dds::result(FunctionContext& c, Value& out) const {
    const auto& asked =
        m_percentiles == nullptr ? aggregates::defaultPercentiles() : *m_percentiles;
    std::optional<aggregates::BucketCounts::Reader> counts;
    if (m_sketch != nullptr)
        counts.emplace(m_sketch->bins);
    RecordBuilder percentiles;
    for (const auto& one : asked) {
        if (m_sketch != nullptr && !(one.share >= 0.0 && one.share <= 1.0))
            return native::failed(c, ErrorCode::InvalidArgument,
                                  "the percentile {} is not between 0 and 1", one.text);
        // Rounded up to one decimal, so that it reads like hdr's.
        const double value = m_sketch == nullptr ? 0.0 : m_sketch->quantile(one.share, *counts);
        percentiles.set(one.text, Value::f64(std::ceil(value * 10.0) / 10.0));
    }
    const std::uint64_t count = m_sketch == nullptr ? 0 : m_sketch->bins.total();
    const double sum = count == 0 ? 0.0 : total(m_sketch->sum);
    const Field fields[] = {
        {"count", Value::u64(count)},
        {"sum", Value::f64(sum)},
        {"min", Value::f64(count == 0 ? 0.0 : m_sketch->min)},
        {"max", Value::f64(count == 0 ? 0.0 : m_sketch->max)},
        {"mean", Value::f64(count == 0 ? 0.0 : sum / static_cast<double>(count))},
        {"percentiles", percentiles.build(c.arena)}};
    out = makeRecord(c.arena, fields);
    return true;
}

} // namespace

std::span<const AggregateSpec> ddsAggregates() {
    static const std::array kAll{aggregates::describe<Dds>(
        "aggr::stats::dds", "(number, percentiles: array) -> record",
        "Count, sum, least, greatest, mean and percentiles of the values, to one percent.", 1, 2,
        25)};
    return kAll;
}

} // namespace fuseboard
