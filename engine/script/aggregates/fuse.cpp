// SPDX-License-Identifier: Apache-2.0
// aggr::fuse::count_if and distinct: aggregates that Tremor does not have. They stand in a module
// of their own, so that no later one of Tremor's can mean something else by the same name.
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/distinct_values.h"
#include "engine/script/aggregates/state.h"
#include "engine/script/functions/native.h"

#include <array>

namespace fuseboard {

namespace {

using Arguments = std::span<const Value>;

bool conditionAt(Arguments a, std::size_t index, FunctionContext& c, bool& holds) {
    if (a[index].kind() != Kind::Bool)
        return native::wrongArgument(c, index, "a bool", a[index]);
    holds = a[index].asBool();
    return true;
}

class CountIf {
public:
    static constexpr aggregates::StateLayout kLayout = aggregates::StateLayout::CountIf;

    bool accumulate(Arguments a, std::uint64_t, FunctionContext& c) {
        bool holds = false;
        if (!conditionAt(a, 0, c, holds))
            return false;
        update(&m_state, holds);
        return true;
    }
    bool merge(const CountIf& other, FunctionContext&) {
        m_state.count += other.m_state.count;
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::u64(m_state.count);
        return true;
    }
    [[nodiscard]] static std::size_t heapBytes() { return 0; }

private:
    aggregates::CountState m_state{};
};

/// The different values, null left out as SQL's count(distinct …) does.
class Distinct {
public:
    bool accumulate(Arguments a, std::uint64_t, FunctionContext& c) {
        bool holds = true;
        if (a.size() > 1 && !conditionAt(a, 1, c, holds))
            return false;
        if (holds && !a[0].isNull())
            m_values.add(a[0]);
        return true;
    }
    bool merge(const Distinct& other, FunctionContext&) {
        m_values.merge(other.m_values);
        return true;
    }
    bool result(FunctionContext&, Value& out) const {
        out = Value::u64(m_values.size());
        return true;
    }
    [[nodiscard]] std::size_t heapBytes() const { return m_values.heapBytes(); }

private:
    aggregates::DistinctValues m_values;
};

} // namespace

std::span<const AggregateSpec> fuseAggregates() {
    using aggregates::describe;
    static const std::array kAll{
        describe<CountIf>("aggr::fuse::count_if", "(condition: bool) -> integer",
                          "Number of events for which the condition holds.", 1, 1, 2),
        describe<Distinct>("aggr::fuse::distinct", "(value, condition: bool) -> integer",
                           "Number of different values, exactly and without null; with a "
                           "condition: of the events for which it holds.",
                           1, 2, 15),
    };
    return kAll;
}

} // namespace fuseboard
