// SPDX-License-Identifier: Apache-2.0
// aggr::win::first, last, collect_flattened and collect_nested. Values are copied into the state.
#include "engine/script/aggregates/builtin_aggregates.h"
#include "engine/script/aggregates/state.h"

#include <array>
#include <memory>

namespace fuseboard {

namespace {

using Arguments = std::span<const Value>;

/// Owns a copy of one value. Scalars need no memory; a value takes the place of the one before it
/// where it fits without leaving most of it empty.
class Kept {
public:
    void set(const Value& value) {
        const std::size_t bytes = deepBytes(value);
        constexpr std::size_t kSmall = 64; // not worth giving back
        if (bytes > m_capacity || m_capacity > 4 * bytes + kSmall) {
            m_memory = std::make_unique_for_overwrite<std::byte[]>(bytes);
            m_capacity = static_cast<std::uint32_t>(bytes); // values are bounded, see interpreter.h
        }
        m_value = bytes == 0 ? value : placeCopy(value, m_memory.get());
    }
    [[nodiscard]] const Value& value() const { return m_value; }
    [[nodiscard]] std::size_t heapBytes() const { return m_capacity; }

private:
    std::unique_ptr<std::byte[]> m_memory;
    Value m_value;
    std::uint32_t m_capacity = 0;
};

template <bool Last> class OneValue : Kept {
public:
    bool accumulate(Arguments a, std::uint64_t, FunctionContext&) {
        if (Last || !m_any)
            set(a[0]);
        m_any = true;
        return true;
    }
    bool merge(const OneValue& newer, FunctionContext&) {
        if (newer.m_any && (Last || !m_any))
            set(newer.value());
        m_any = m_any || newer.m_any;
        return true;
    }
    bool result(FunctionContext& context, Value& out) const {
        out = deepCopy(value(), context.arena);
        return true;
    }
    using Kept::heapBytes;

private:
    bool m_any = false;
};

/// All values in order. Nested: a merged frame's list becomes one element.
template <bool Nested> class Collected {
public:
    bool accumulate(Arguments a, std::uint64_t, FunctionContext& context) {
        return append(a[0], context);
    }
    bool merge(const Collected& newer, FunctionContext& context) {
        const std::span<const Value> items =
            newer.m_all == nullptr ? std::span<const Value>() : newer.m_all->items;
        if constexpr (Nested)
            return append(Value::array(items), context);
        for (const Value& item : items)
            if (!append(item, context))
                return false;
        return true;
    }
    bool result(FunctionContext& context, Value& out) const {
        out = m_all == nullptr ? Value::array({})
                               : deepCopy(Value::array(m_all->items), context.arena);
        return true;
    }
    [[nodiscard]] std::size_t heapBytes() const {
        return m_all == nullptr ? 0
                                : sizeof(All) + m_all->memory.reserved() +
                                      m_all->items.capacity() * sizeof(Value);
    }

private:
    struct All {
        Arena memory{256};
        std::vector<Value> items;
    };
    bool append(const Value& value, FunctionContext&) {
        if (m_all == nullptr)
            m_all = std::make_unique<All>();
        m_all->items.push_back(deepCopy(value, m_all->memory));
        return true;
    }
    std::unique_ptr<All> m_all;
};

} // namespace

std::span<const AggregateSpec> winAggregates() {
    using aggregates::describe;
    static const std::array kAll{
        describe<OneValue<false>>("aggr::win::first", "(value) -> any",
                                  "The value of the first event.", 1, 1, 5),
        describe<OneValue<true>>("aggr::win::last", "(value) -> any",
                                 "The value of the last event.", 1, 1, 30),
        describe<Collected<false>>("aggr::win::collect_flattened", "(value) -> array",
                                   "The values of all events in one list.", 1, 1, 30),
        describe<Collected<true>>("aggr::win::collect_nested", "(value) -> array",
                                  "The values of all events, one list for each merged window.", 1,
                                  1, 30),
    };
    return kAll;
}

} // namespace fuseboard
