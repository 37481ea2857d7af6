// SPDX-License-Identifier: Apache-2.0
// aggr::stats::count, min, max, sum, mean, var and stdev.
#include "engine/script/aggregates/block_sum.h"
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/state.h"
#include "engine/script/functions/native.h"

#include <array>
#include <cmath>

namespace fuseboard {

namespace {

using native::numberAt;
using Arguments = std::span<const Value>;

struct NoHeap {
    [[nodiscard]] static std::size_t heapBytes() { return 0; }
};

class Count : public NoHeap {
public:
    bool accumulate(Arguments, std::uint64_t, FunctionContext&) {
        ++m_count;
        return true;
    }
    bool merge(const Count& other, FunctionContext&) {
        m_count += other.m_count;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::u64(m_count);
        return true;
    }

private:
    std::uint64_t m_count = 0;
};

class Sum : public NoHeap {
public:
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        m_sum.add(value, sequence);
        return true;
    }
    bool merge(const Sum& other, FunctionContext&) {
        m_sum.merge(other.m_sum);
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(m_sum.total());
        return true;
    }

private:
    aggregates::BlockSum m_sum;
};

class Mean : public NoHeap {
public:
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        m_sum.add(value, sequence);
        ++m_count;
        return true;
    }
    bool merge(const Mean& other, FunctionContext&) {
        m_sum.merge(other.m_sum);
        m_count += other.m_count;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out =
            m_count == 0 ? Value::null() : Value::f64(m_sum.total() / static_cast<double>(m_count));
        return true;
    }

private:
    aggregates::BlockSum m_sum;
    std::uint64_t m_count = 0;
};

/// The least or greatest value; 0.0 when there is none. An empty frame changes nothing.
template <bool Greatest> class Extreme : public NoHeap {
public:
    bool accumulate(Arguments a, std::uint64_t, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        take(value);
        return true;
    }
    bool merge(const Extreme& other, FunctionContext&) {
        if (other.m_any)
            take(other.m_value);
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(m_any ? m_value : 0.0);
        return true;
    }

private:
    void take(double value) {
        if (!m_any || (Greatest ? value > m_value : value < m_value))
            m_value = value;
        m_any = true;
    }
    double m_value = 0;
    bool m_any = false;
};

/// Sums of the differences from the first value and of their squares. Frames with another first
/// value are moved to this one's before they are added.
class Variance : public NoHeap {
public:
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        if (m_count == 0)
            m_shift = value;
        ++m_count;
        const double difference = value - m_shift;
        const std::uint64_t block = sequence / kSumBlockRows;
        if (block != m_block) [[unlikely]] {
            foldBlock();
            m_block = block;
        }
        m_sum += difference;
        m_squares += difference * difference;
        return true;
    }
    bool merge(const Variance& other, FunctionContext&) {
        if (other.m_count == 0)
            return true;
        if (m_count == 0) {
            *this = other;
            return true;
        }
        const double moved = other.m_shift - m_shift;
        const auto count = static_cast<double>(other.m_count);
        const double sum = other.sum(), squares = other.squares();
        foldBlock();
        m_foldedSum += sum + count * moved;
        m_foldedSquares += squares + 2 * moved * sum + count * moved * moved;
        m_count += other.m_count;
        m_block = other.m_block;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(value());
        return true;
    }
    /// Sample variance: 0 without values, NaN for one.
    [[nodiscard]] double value() const {
        if (m_count == 0)
            return 0.0;
        const auto n = static_cast<double>(m_count);
        return (squares() - sum() * sum() / n) / (n - 1.0);
    }

private:
    [[nodiscard]] double sum() const { return m_foldedSum + m_sum; }
    [[nodiscard]] double squares() const { return m_foldedSquares + m_squares; }
    void foldBlock() {
        m_foldedSum += m_sum;
        m_foldedSquares += m_squares;
        m_sum = 0;
        m_squares = 0;
    }
    std::uint64_t m_count = 0;
    double m_shift = 0;
    double m_sum = 0, m_squares = 0;
    double m_foldedSum = 0, m_foldedSquares = 0;
    std::uint64_t m_block = 0;
};

class Deviation : public Variance {
public:
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(std::sqrt(value()));
        return true;
    }
};

} // namespace

std::span<const AggregateSpec> statsAggregates() {
    using aggregates::describe;
    constexpr std::string_view kNumbers = "(number) -> float";
    static const std::array kAll{
        describe<Count>("aggr::stats::count", "() -> integer", "Number of events.", 0, 0, 1),
        describe<Extreme<false>>("aggr::stats::min", kNumbers, "The least value.", 1, 1, 2),
        describe<Extreme<true>>("aggr::stats::max", kNumbers, "The greatest value.", 1, 1, 2),
        describe<Sum>("aggr::stats::sum", kNumbers, "The sum of all values.", 1, 1, 2),
        describe<Mean>("aggr::stats::mean", kNumbers, "The mean; null without values.", 1, 1, 3),
        describe<Variance>("aggr::stats::var", kNumbers, "The sample variance.", 1, 1, 4),
        describe<Deviation>("aggr::stats::stdev", kNumbers, "The sample standard deviation.", 1, 1,
                            4),
    };
    return kAll;
}

} // namespace fuseboard
