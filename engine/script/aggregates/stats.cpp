// SPDX-License-Identifier: Apache-2.0
// aggr::stats::count, min, max, sum, mean, var and stdev.
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/layout.h"
#include "engine/script/aggregates/state.h"
#include "engine/script/functions/native.h"

#include <array>
#include <cmath>

namespace fuseboard {

namespace {

using namespace aggregates;
using native::numberAt;
using Arguments = std::span<const Value>;

class Count : CountState {
public:
    static constexpr StateLayout kLayout = StateLayout::Count;
    bool accumulate(Arguments, std::uint64_t, FunctionContext&) {
        update(this);
        return true;
    }
    bool merge(const Count& other, FunctionContext&) {
        count += other.count;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::u64(count);
        return true;
    }
};

class Sum : SumState {
public:
    static constexpr StateLayout kLayout = StateLayout::Sum;
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        update(this, value, sequence);
        return true;
    }
    bool merge(const Sum& other, FunctionContext&) {
        aggregates::merge(*this, other);
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(total(*this));
        return true;
    }
};

class Mean : MeanState {
public:
    static constexpr StateLayout kLayout = StateLayout::Mean;
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        update(this, value, sequence);
        return true;
    }
    bool merge(const Mean& other, FunctionContext&) {
        aggregates::merge(sum, other.sum);
        count += other.count;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = count == 0 ? Value::null() : Value::f64(total(sum) / static_cast<double>(count));
        return true;
    }
};

/// The least or greatest value; 0.0 when there is none. An empty frame changes nothing.
template <StateLayout kind> class Extreme : ExtremeState {
public:
    static constexpr StateLayout kLayout = kind;
    bool accumulate(Arguments a, std::uint64_t, FunctionContext& c) {
        double number = 0;
        if (!numberAt(a, 0, c, number))
            return false;
        take(number);
        return true;
    }
    bool merge(const Extreme& other, FunctionContext&) {
        if (other.any != 0)
            take(other.value);
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(any != 0 ? value : 0.0);
        return true;
    }

private:
    void take(double number) {
        if constexpr (kind == StateLayout::Greatest)
            updateGreatest(this, number);
        else
            updateLeast(this, number);
    }
};

/// Frames with another first value are moved to this one's before they are added.
class Variance : VarianceState {
public:
    static constexpr StateLayout kLayout = StateLayout::Variance;
    bool accumulate(Arguments a, std::uint64_t sequence, FunctionContext& c) {
        double value = 0;
        if (!numberAt(a, 0, c, value))
            return false;
        update(this, value, sequence);
        return true;
    }
    bool merge(const Variance& other, FunctionContext&) {
        if (other.count == 0)
            return true;
        if (count == 0) {
            *this = other;
            return true;
        }
        const double moved = other.shift - shift;
        const auto added = static_cast<double>(other.count);
        const double otherSum = other.allSum(), otherSquares = other.allSquares();
        foldBlock(this);
        foldedSum += otherSum + added * moved;
        foldedSquares += otherSquares + 2 * moved * otherSum + added * moved * moved;
        count += other.count;
        block = other.block;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::f64(value());
        return true;
    }
    /// Sample variance: 0 without values, NaN for one.
    [[nodiscard]] double value() const {
        if (count == 0)
            return 0.0;
        const auto n = static_cast<double>(count);
        return (allSquares() - allSum() * allSum() / n) / (n - 1.0);
    }

private:
    [[nodiscard]] double allSum() const { return foldedSum + sum; }
    [[nodiscard]] double allSquares() const { return foldedSquares + squares; }
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
    constexpr std::string_view kNumbers = "(number) -> float";
    static const std::array kAll{
        describe<Count>("aggr::stats::count", "() -> integer", "Number of events.", 0, 0, 1),
        describe<Extreme<StateLayout::Least>>("aggr::stats::min", kNumbers, "The least value.", 1,
                                              1, 2),
        describe<Extreme<StateLayout::Greatest>>("aggr::stats::max", kNumbers,
                                                 "The greatest value.", 1, 1, 2),
        describe<Sum>("aggr::stats::sum", kNumbers, "The sum of all values.", 1, 1, 2),
        describe<Mean>("aggr::stats::mean", kNumbers, "The mean; null without values.", 1, 1, 3),
        describe<Variance>("aggr::stats::var", kNumbers, "The sample variance.", 1, 1, 4),
        describe<Deviation>("aggr::stats::stdev", kNumbers, "The sample standard deviation.", 1, 1,
                            4),
    };
    return kAll;
}

} // namespace fuseboard
