// SPDX-License-Identifier: Apache-2.0
// `match` with its patterns, and `for`.
#include "engine/script/extractor.h"
#include "engine/script/interpreter_parts.h"
#include "engine/script/value_ops.h"

#include <optional>

namespace fuseboard::interpreting {

namespace {

using FieldTest = Pattern::FieldTest;

/// Values under construction, in the arena.
class ValueList {
public:
    explicit ValueList(Arena& arena) : m_arena(arena) {}
    void append(const Value& value) {
        if (m_size == m_capacity) {
            m_capacity = m_capacity == 0 ? 8 : m_capacity * 2;
            Value* larger = m_arena.allocateArray<Value>(m_capacity);
            if (m_size > 0)
                std::memcpy(static_cast<void*>(larger), m_values, m_size * sizeof(Value));
            m_values = larger;
        }
        m_values[m_size++] = value;
    }
    void append(std::span<const Value> all) {
        for (const Value& value : all)
            append(value);
    }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] Value build() const { return Value::array({m_values, m_size}); }

private:
    Arena& m_arena;
    Value* m_values = nullptr;
    std::size_t m_size = 0, m_capacity = 0;
};

/// Tests patterns against one target after another. Where `bound` is null nobody needs what the
/// pattern binds, and no result is made.
class Matcher {
public:
    Matcher(const Expr& where, EvalContext& context) : m_where(where), m_context(context) {}

    /// False: failed. `matched` says whether the pattern holds; `bound` gets what it binds.
    [[nodiscard]] bool test(const Pattern& pattern, const Value& target, bool& matched,
                            Value* bound) {
        matched = false;
        switch (pattern.kind) {
        case Pattern::Kind::Any: return hold(matched, bound, target);
        case Pattern::Kind::Expression: return testExpression(pattern, target, matched, bound);
        case Pattern::Kind::Extract:
            matched = extract(*pattern.extractor, target, bound);
            return true;
        case Pattern::Kind::Record: return testRecord(pattern, target, matched, bound);
        case Pattern::Kind::Array: return testArray(pattern, target, matched, bound);
        case Pattern::Kind::Tuple: return testTuple(pattern, target, matched, bound);
        case Pattern::Kind::Assign: return testAssign(pattern, target, matched, bound);
        }
        return true;
    }

private:
    static bool hold(bool& matched, Value* bound, const Value& value) {
        matched = true;
        if (bound != nullptr)
            *bound = value;
        return true;
    }

    bool testExpression(const Pattern& pattern, const Value& target, bool& matched, Value* bound) {
        Value value;
        if (!eval(*pattern.value, m_context, value)) [[unlikely]]
            return false;
        return !looselyEqual(target, value) || hold(matched, bound, value);
    }

    bool extract(const Extractor& extractor, const Value& target, Value* bound) {
        if (bound == nullptr)
            return extractor.matches(target);
        FunctionContext call{*m_context.arena, m_context.ingestNs, m_context.groupCount};
        return extractor.extract(target, call, *bound);
    }

    bool testField(const FieldTest& field, const Value* there, bool& matched, Value* bound) {
        matched = false;
        if (there == nullptr) {
            matched = field.form == FieldTest::Form::Absent;
            return true;
        }
        switch (field.form) {
        case FieldTest::Form::Present: return hold(matched, bound, *there);
        case FieldTest::Form::Absent: return true;
        case FieldTest::Form::Compare: {
            Value with, holds;
            if (!eval(*field.value, m_context, with) ||
                !binary(field.compare, *there, with, m_where, m_context, holds))
                return false;
            matched = holds.isBool() && holds.asBool();
            return true;
        }
        case FieldTest::Form::Extract:
            matched = extract(*field.extractor, *there, bound);
            return true;
        case FieldTest::Form::Nested: return test(*field.nested, *there, matched, bound);
        }
        return true;
    }

    bool testRecord(const Pattern& pattern, const Value& target, bool& matched, Value* bound) {
        if (!target.isRecord())
            return true;
        std::optional<FieldList> fields;
        if (bound != nullptr)
            fields.emplace(*m_context.arena);
        for (const FieldTest& field : pattern.fields) {
            const bool keeps = fields && field.form != FieldTest::Form::Compare &&
                               field.form != FieldTest::Form::Absent;
            Value value;
            bool holds = false;
            if (!testField(field, target.find(field.key), holds, keeps ? &value : nullptr))
                return false;
            if (!holds)
                return true;
            if (keeps)
                fields->set(field.key, value);
        }
        matched = true;
        if (bound != nullptr)
            *bound = fields->build();
        return true;
    }

    // Every item must match some element; all elements that match are bound with their index.
    bool testArray(const Pattern& pattern, const Value& target, bool& matched, Value* bound) {
        if (!target.isArray())
            return true;
        ValueList found(*m_context.arena);
        for (const PatternPtr& item : pattern.items) {
            if (item->kind == Pattern::Kind::Any) {
                if (target.size() == 0)
                    return true;
                continue;
            }
            bool any = false;
            for (std::size_t i = 0; i < target.size() && !(any && bound == nullptr); ++i) {
                bool holds = false;
                Value pair[2] = {Value::u64(i), {}};
                if (!test(*item, target.items()[i], holds, bound == nullptr ? nullptr : &pair[1]))
                    return false;
                any = any || holds;
                if (holds && bound != nullptr)
                    found.append(makeArray(*m_context.arena, pair));
            }
            if (!any)
                return true;
        }
        return hold(matched, bound, found.build());
    }

    bool testTuple(const Pattern& pattern, const Value& target, bool& matched, Value* bound) {
        const std::size_t count = pattern.items.size();
        if (!target.isArray() || target.size() < count || (!pattern.open && target.size() != count))
            return true;
        Value* values = bound == nullptr ? nullptr : m_context.arena->allocateArray<Value>(count);
        for (std::size_t i = 0; i < count; ++i) {
            bool holds = false;
            if (!test(*pattern.items[i], target.items()[i], holds,
                      values == nullptr ? nullptr : values + i))
                return false;
            if (!holds)
                return true;
        }
        return hold(matched, bound, Value::array({values, values == nullptr ? 0 : count}));
    }

    bool testAssign(const Pattern& pattern, const Value& target, bool& matched, Value* bound) {
        Value value;
        if (!test(*pattern.inner, target, matched, &value))
            return false;
        if (!matched)
            return true;
        // A plain comparison binds the target, which may differ from what it equals (1 and 1.0).
        if (pattern.inner->kind == Pattern::Kind::Expression)
            value = target;
        setLocal(m_context, pattern.slot, value);
        return hold(matched, bound, value);
    }

    const Expr& m_where;
    EvalContext& m_context;
};

bool noMatch(const MatchExpr& expr, const Value& target, EvalContext& context) {
    return failAt(expr, context, ErrorCode::NoMatch, "no case matches {}", showValue(target));
}

// --- for -----------------------------------------------------------------------------------------

/// Where the results of a `for` go: into a list, a record, or folded by an operator.
class Collector {
public:
    Collector(const ForExpr& expr, const Value& initial, EvalContext& context)
        : m_expr(expr), m_context(context), m_items(*context.arena), m_fields(*context.arena),
          m_folded(initial) {
        const bool plain = !expr.foldGiven || expr.fold == BinaryOp::Add;
        if (plain && initial.isArray()) {
            m_into = Into::List;
            m_items.append(initial.items());
        } else if (plain && initial.isRecord()) {
            m_into = Into::Record;
            m_fields.assign(initial.fields());
        }
    }
    /// Whether further items cannot change the result.
    [[nodiscard]] bool settled() const {
        return m_into == Into::Fold && m_folded.isBool() &&
               ((m_expr.fold == BinaryOp::And && !m_folded.asBool()) ||
                (m_expr.fold == BinaryOp::Or && m_folded.asBool()));
    }
    [[nodiscard]] bool add(const Value& value, const Expr& where) {
        if (m_into == Into::List) {
            m_items.append(value);
            if (m_items.size() * sizeof(Value) <= kMaxValueBytes) [[likely]]
                return true;
            return failAt(m_expr, m_context, ErrorCode::LimitExceeded, "the list grows too long");
        }
        if (m_into == Into::Record) {
            if (!value.isRecord())
                return failAt(where, m_context, ErrorCode::WrongType,
                              "for into a record needs records, this is {}", showValue(value));
            for (const Field& field : value.fields())
                m_fields.set(field.key, field.value);
            return true;
        }
        if (!m_folded.isNumber() && !m_folded.isBool())
            return failAt(m_expr, m_context, ErrorCode::WrongType, "{} cannot be folded into",
                          showValue(m_folded));
        const bool logical = m_expr.fold <= BinaryOp::And;
        if (logical && (!value.isBool() || !m_folded.isBool()))
            return failAt(where, m_context, ErrorCode::WrongType, "{} needs bools, this is {}",
                          operatorText(m_expr.fold), showValue(value));
        return binary(m_expr.fold, m_folded, value, where, m_context, m_folded);
    }
    [[nodiscard]] Value build() {
        if (m_into == Into::List)
            return m_items.build();
        return m_into == Into::Record ? m_fields.build() : m_folded;
    }

private:
    enum class Into : std::uint8_t { List, Record, Fold };
    const ForExpr& m_expr;
    EvalContext& m_context;
    Into m_into = Into::Fold;
    ValueList m_items;
    FieldList m_fields;
    Value m_folded;
};

bool forItem(const ForExpr& expr, const Value& key, const Value& item, EvalContext& context,
             Collector* collector) {
    for (const auto& one : expr.cases) {
        setLocal(context, one.keySlot, key);
        setLocal(context, one.itemSlot, item);
        bool holds = false;
        if (!evalGuard(one.guard, context, holds)) [[unlikely]]
            return false;
        if (!holds)
            continue;
        if (collector == nullptr)
            return run(*one.body, context);
        Value value;
        return eval(*one.body, context, value) && collector->add(value, *one.body);
    }
    return true;
}

bool forAll(const ForExpr& expr, const Value& target, EvalContext& context, Collector* collector) {
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (collector != nullptr && collector->settled())
            return true;
        const bool record = target.isRecord();
        const Value key = record ? Value::string(target.fields()[i].key) : Value::u64(i);
        const Value& item = record ? target.fields()[i].value : target.items()[i];
        if (!forItem(expr, key, item, context, collector)) [[unlikely]]
            return false;
    }
    return true;
}

} // namespace

bool evalMatch(const MatchExpr& expr, EvalContext& context, Value* result) {
    Value target;
    if (!eval(*expr.target, context, target)) [[unlikely]]
        return false;
    Matcher matcher(expr, context);
    for (const Case& one : expr.cases) {
        bool holds = false;
        if (!matcher.test(*one.pattern, target, holds, nullptr)) [[unlikely]]
            return false;
        if (!holds)
            continue;
        if (!evalGuard(one.guard, context, holds)) [[unlikely]]
            return false;
        if (holds)
            return result != nullptr ? eval(*one.body, context, *result) : run(*one.body, context);
    }
    return noMatch(expr, target, context);
}

bool evalFor(const ForExpr& expr, EvalContext& context, Value* result) {
    Value target;
    if (!eval(*expr.target, context, target)) [[unlikely]]
        return false;
    const bool iterates = target.isArray() || target.isRecord();
    if (result == nullptr)
        return !iterates || forAll(expr, target, context, nullptr);
    Value initial = Value::array({});
    if (expr.initial != nullptr && !eval(*expr.initial, context, initial)) [[unlikely]]
        return false;
    if (!iterates) {
        *result = initial;
        return true;
    }
    Collector collector(expr, initial, context);
    if (!forAll(expr, target, context, &collector)) [[unlikely]]
        return false;
    *result = collector.build();
    if (withinLimits(*result)) [[likely]]
        return true;
    return failAt(expr, context, ErrorCode::LimitExceeded,
                  "the result is too large or nested too deeply");
}

} // namespace fuseboard::interpreting
