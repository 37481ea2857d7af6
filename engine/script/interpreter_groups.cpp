// SPDX-License-Identifier: Apache-2.0
// `group by`: the groups of an event, and their text.
#include "engine/formats/json_text.h"
#include "engine/script/interpreter_parts.h"
#include "engine/script/value_ops.h"

namespace fuseboard {

namespace {

using interpreting::failAt;

std::size_t countLeaves(const GroupBy& by) {
    if (by.kind != GroupBy::Kind::Set)
        return 1;
    std::size_t count = 0;
    for (const GroupByPtr& item : by.items)
        count += countLeaves(*item);
    return count;
}

/// Grows all partial groups from left to right. Each has room for every key, so that one more key
/// is a write behind its end.
class Grouping {
public:
    Grouping(std::size_t leaves, EvalContext& context, std::vector<Value>& groups)
        : m_leaves(leaves), m_context(context), m_groups(groups) {}

    bool add(const GroupBy& by) {
        if (by.kind == GroupBy::Kind::Set) {
            for (const GroupByPtr& item : by.items)
                if (!add(*item))
                    return false;
            return true;
        }
        Value value;
        if (!interpreting::eval(*by.expression, m_context, value)) [[unlikely]]
            return false;
        if (by.kind == GroupBy::Kind::Expression) {
            append(value);
            return true;
        }
        return multiply(by, value);
    }

private:
    /// A group of `count` of the keys at `from`, and `last`.
    Value fresh(const Value* from, std::size_t count, const Value& last) {
        Value* keys = m_context.arena->allocateArray<Value>(m_leaves);
        std::copy_n(from, count, keys);
        keys[count] = last;
        return Value::array({keys, count + 1});
    }
    void append(const Value& value) {
        if (m_groups.empty()) {
            m_groups.push_back(fresh(nullptr, 0, value));
            return;
        }
        for (Value& group : m_groups) {
            auto* keys = const_cast<Value*>(group.items().data()); // made by fresh(), with room
            keys[group.size()] = value;
            group = Value::array({keys, group.size() + 1U});
        }
    }
    bool multiply(const GroupBy& by, const Value& list) {
        if (!list.isArray()) [[unlikely]]
            return failAt(*by.expression, m_context, ErrorCode::WrongType,
                          "each needs a list, this is {} ({})", kindName(list.kind()),
                          showValue(list));
        const std::size_t before = std::max<std::size_t>(m_groups.size(), 1);
        if (list.size() > kMaxGroupsPerEvent / before)
            return failAt(*by.expression, m_context, ErrorCode::LimitExceeded,
                          "the event falls into more than {} groups", kMaxGroupsPerEvent);
        if (m_groups.empty()) {
            for (const Value& item : list.items())
                m_groups.push_back(fresh(nullptr, 0, item));
            return true;
        }
        if (m_groups.size() == 1) {
            const Value prefix = m_groups.front();
            m_groups.clear();
            for (const Value& item : list.items())
                m_groups.push_back(fresh(prefix.items().data(), prefix.size(), item));
            return true;
        }
        const std::vector<Value> prefixes = std::move(m_groups);
        m_groups.clear();
        for (const Value& prefix : prefixes)
            for (const Value& item : list.items())
                m_groups.push_back(fresh(prefix.items().data(), prefix.size(), item));
        return true;
    }

    std::size_t m_leaves;
    EvalContext& m_context;
    std::vector<Value>& m_groups;
};

} // namespace

bool evaluateGroups(const GroupBy& by, EvalContext& context, std::vector<Value>& groups) {
    groups.clear();
    context.notes.stop = EvalContext::Notes::Stop::Error;
    context.notes.text.clear();
    context.notes.stack = static_cast<const char*>(__builtin_frame_address(0));
    return Grouping(countLeaves(by), context, groups).add(by);
}

Value groupText(std::span<const Value> keys, Arena& arena) {
    std::string text;
    printSortedJson(Value::array(keys), text);
    return makeString(arena, text);
}

Value groupValue(std::span<const Value> keys, Arena& arena) {
    Value* all = arena.allocateArray<Value>(keys.size() + 1);
    std::copy(keys.begin(), keys.end(), all);
    all[keys.size()] = groupText(keys, arena);
    return Value::array({all, keys.size() + 1});
}

} // namespace fuseboard
