// SPDX-License-Identifier: Apache-2.0
// Reading paths, testing them with `present`, and assigning to them with `let`.
#include "engine/script/interpreter_parts.h"
#include "engine/script/value_ops.h"

#include <fmt/ranges.h>

namespace fuseboard::interpreting {

namespace {

using Form = PathSegment::Form;

const Value* findField(const Value& record, const PathSegment& segment) {
    const std::uint32_t before = segment.hint.load(std::memory_order_relaxed);
    std::uint32_t hint = before;
    const Value* found = record.find(segment.field, hint);
    if (hint != before) [[unlikely]]
        segment.hint.store(hint, std::memory_order_relaxed);
    return found;
}

bool rootOf(const PathExpr& path, EvalContext& context, Value& result) {
    switch (path.root) {
    case PathRoot::Event: result = context.event; return true;
    case PathRoot::Meta:
        result = context.meta.isNull() ? Value::record({}) : context.meta;
        return true;
    case PathRoot::State: result = context.state; return true;
    case PathRoot::Group: result = context.group; return true;
    case PathRoot::Window: result = context.window; return true;
    case PathRoot::Local:
        if (!localIsSet(context, path.slot)) [[unlikely]]
            return failAt(path, context, ErrorCode::MissingField, "{} has no value here",
                          path.local);
        result = *localCell(context, path.slot);
        return true;
    case PathRoot::Expression: return eval(*path.base, context, result);
    }
    return false;
}

// The keys that are there are not listed: a pruned record would list fewer in one plan than in
// another, and the text may leave on `err`.
bool missingKey(const PathExpr& path, std::string_view key, EvalContext& context) {
    return failAt(path, context, ErrorCode::MissingField, "the key \"{}\" is not there", key);
}

bool wrongParent(const PathExpr& path, const Value& parent, std::string_view what,
                 EvalContext& context) {
    return failAt(path, context, ErrorCode::WrongType, "{} is looked up in {} ({})", what,
                  kindName(parent.kind()), showValue(parent));
}

/// An index or slice bound as evaluated: must be a non-negative integer.
bool indexFrom(const Expr& expr, EvalContext& context, std::uint64_t& index) {
    Value value;
    if (!eval(expr, context, value)) [[unlikely]]
        return false;
    if (value.kind() != Kind::U64) [[unlikely]]
        return failAt(expr, context,
                      value.isInteger() ? ErrorCode::MissingField : ErrorCode::WrongType,
                      "an index must be an integer from 0, this is {}", showValue(value));
    index = value.asU64();
    return true;
}

bool stepIndex(const PathExpr& path, const PathSegment& segment, EvalContext& context,
               Value& value) {
    Value key;
    if (!eval(*segment.index, context, key)) [[unlikely]]
        return false;
    if (value.isRecord()) {
        if (!key.isString()) [[unlikely]]
            return failAt(*segment.index, context, ErrorCode::WrongType,
                          "a record's key must be a string, this is {}", showValue(key));
        const Value* found = value.find(key.asString());
        if (found == nullptr) [[unlikely]]
            return missingKey(path, key.asString(), context);
        value = *found;
        return true;
    }
    if (!value.isArray()) [[unlikely]]
        return wrongParent(path, value, showValue(key), context);
    if (!key.isInteger()) [[unlikely]]
        return failAt(*segment.index, context, ErrorCode::WrongType,
                      "a list's index must be an integer, this is {}", showValue(key));
    if (key.kind() == Kind::I64 || key.asU64() >= value.size()) [[unlikely]]
        return failAt(path, context, ErrorCode::MissingField,
                      "the index {} is not there; the list has {} elements", showValue(key),
                      value.size());
    value = value.items()[key.asU64()];
    return true;
}

bool stepRange(const PathExpr& path, const PathSegment& segment, EvalContext& context,
               Value& value) {
    if (!value.isArray()) [[unlikely]]
        return wrongParent(path, value, "a slice", context);
    std::uint64_t from = 0, to = 0;
    if (!indexFrom(*segment.index, context, from) || !indexFrom(*segment.end, context, to))
        return false;
    if (to < from)
        return failAt(path, context, ErrorCode::InvalidArgument,
                      "the slice {}:{} ends before it begins", from, to);
    if (to > value.size())
        return failAt(path, context, ErrorCode::MissingField,
                      "the slice {}:{} goes past the list's {} elements", from, to, value.size());
    value = Value::array(value.items().subspan(from, to - from));
    return true;
}

enum class Found : std::uint8_t { Yes, No, Failed };

Found probeIndex(const PathSegment& segment, EvalContext& context, Value& value) {
    Value key;
    if (!eval(*segment.index, context, key))
        return Found::Failed;
    if (value.isRecord()) {
        const Value* found = key.isString() ? value.find(key.asString()) : nullptr;
        if (found == nullptr)
            return Found::No;
        value = *found;
        return Found::Yes;
    }
    if (!value.isArray())
        return Found::No;
    if (key.kind() != Kind::U64) {
        (void)failAt(*segment.index, context, ErrorCode::WrongType,
                     "a list's index must be an integer from 0, this is {}", showValue(key));
        return Found::Failed;
    }
    if (key.asU64() >= value.size())
        return Found::No;
    value = value.items()[key.asU64()];
    return Found::Yes;
}

Found probeRange(const PathExpr& path, const PathSegment& segment, EvalContext& context,
                 Value& value) {
    if (!value.isArray())
        return Found::No;
    std::uint64_t from = 0, to = 0;
    if (!indexFrom(*segment.index, context, from) || !indexFrom(*segment.end, context, to))
        return Found::Failed;
    if (to < from) {
        (void)failAt(path, context, ErrorCode::InvalidArgument,
                     "the slice {}:{} ends before it begins", from, to);
        return Found::Failed;
    }
    if (to > value.size())
        return Found::No;
    value = Value::array(value.items().subspan(from, to - from));
    return Found::Yes;
}

Found probe(const PathExpr& path, EvalContext& context) {
    if (path.root == PathRoot::Local && !localIsSet(context, path.slot))
        return Found::No;
    Value value;
    if (!rootOf(path, context, value))
        return Found::Failed;
    for (const PathSegment& segment : path.segments) {
        if (segment.form == Form::Field) {
            const Value* found = value.isRecord() ? findField(value, segment) : nullptr;
            if (found == nullptr)
                return Found::No;
            value = *found;
            continue;
        }
        const Found found = segment.form == Form::Index ? probeIndex(segment, context, value)
                                                        : probeRange(path, segment, context, value);
        if (found != Found::Yes)
            return found;
    }
    return Found::Yes;
}

// --- let -----------------------------------------------------------------------------------------

/// The key that a segment of an assignment names.
bool keyOf(const PathExpr& path, const PathSegment& segment, const Value& parent,
           EvalContext& context, std::string_view& key) {
    if (segment.form == Form::Field) {
        key = segment.field;
    } else if (segment.form == Form::Range) {
        return failAt(path, context, ErrorCode::Unsupported, "a slice cannot be assigned to");
    } else {
        Value index;
        if (!eval(*segment.index, context, index))
            return false;
        if (!index.isString())
            return failAt(*segment.index, context, ErrorCode::Unsupported,
                          "only keys of records can be assigned to, not {}", showValue(index));
        key = index.asString();
    }
    if (!parent.isRecord())
        return failAt(path, context, ErrorCode::WrongType,
                      "\"{}\" is assigned in {} ({}), not in a record", key,
                      kindName(parent.kind()), showValue(parent));
    return true;
}

/// A copy of `parent` in which `key` is `value`.
Value withField(const Value& parent, std::string_view key, const Value& value, Arena& arena) {
    const Value* there = parent.find(key);
    const auto fields = parent.fields();
    const std::size_t count = fields.size() + (there == nullptr ? 1 : 0);
    if (count > kIndexedRecordSize) {
        FieldList all(arena);
        all.assign(fields);
        all.set(key, value);
        return all.build();
    }
    Field* all = arena.allocateArray<Field>(count);
    if (!fields.empty())
        std::memcpy(static_cast<void*>(all), fields.data(), fields.size_bytes());
    if (there == nullptr) {
        all[fields.size()] = {key, value};
    } else {
        const auto offset =
            reinterpret_cast<const char*>(there) - reinterpret_cast<const char*>(fields.data());
        all[static_cast<std::size_t>(offset) / sizeof(Field)].value = value;
    }
    return Value::record({all, count});
}

/// Rebuilds the spine from `parent` down to the assigned place; missing records are made.
bool assigned(const PathExpr& path, std::size_t at, const Value& parent, const Value& value,
              EvalContext& context, Value& result) {
    if (at == path.segments.size()) {
        result = value;
        return true;
    }
    std::string_view key;
    if (!keyOf(path, path.segments[at], parent, context, key))
        return false;
    const Value* there = parent.find(key);
    Value child;
    if (!assigned(path, at + 1, there == nullptr ? Value::record({}) : *there, value, context,
                  child))
        return false;
    result = withField(parent, key, child, *context.arena);
    return true;
}

} // namespace

bool evalPath(const PathExpr& path, EvalContext& context, Value& result) {
    Value value;
    if (path.root == PathRoot::Event) [[likely]]
        value = context.event;
    else if (!rootOf(path, context, value))
        return false;
    for (const PathSegment& segment : path.segments) {
        if (segment.form == Form::Field) [[likely]] {
            if (!value.isRecord()) [[unlikely]]
                return wrongParent(path, value, "\"" + segment.field + "\"", context);
            const Value* found = findField(value, segment);
            if (found == nullptr) [[unlikely]]
                return missingKey(path, segment.field, context);
            value = *found;
        } else if (segment.form == Form::Index) {
            if (!stepIndex(path, segment, context, value)) [[unlikely]]
                return false;
        } else if (!stepRange(path, segment, context, value)) {
            return false;
        }
    }
    result = value;
    return true;
}

bool evalPresence(const PresenceExpr& expr, EvalContext& context, Value& result) {
    FB_CHECK_EQ(expr.path->kind, ExprKind::Path);
    const Found found = probe(static_cast<const PathExpr&>(*expr.path), context);
    if (found == Found::Failed) [[unlikely]]
        return false;
    result = Value::boolean((found == Found::Yes) == expr.present);
    return true;
}

bool evalLet(const LetExpr& expr, EvalContext& context, Value& result) {
    FB_CHECK_EQ(expr.path->kind, ExprKind::Path);
    const auto& path = static_cast<const PathExpr&>(*expr.path);
    Value value;
    if (!eval(*expr.value, context, value)) [[unlikely]]
        return false;
    Value* root = nullptr;
    switch (path.root) {
    case PathRoot::Event: root = &context.event; break;
    case PathRoot::State: root = &context.state; break;
    case PathRoot::Meta:
        if (context.meta.isNull())
            context.meta = Value::record({});
        root = &context.meta;
        break;
    case PathRoot::Local:
        if (path.segments.empty()) {
            setLocal(context, path.slot, value);
            result = value;
            return true;
        }
        if (!localIsSet(context, path.slot))
            return failAt(path, context, ErrorCode::MissingField, "{} has no value here",
                          path.local);
        root = localCell(context, path.slot);
        break;
    default: return failAt(path, context, ErrorCode::Unsupported, "this cannot be assigned to");
    }
    const Value before = *root; // evaluating an index must not see half an assignment
    Value after;
    if (!assigned(path, 0, before, value, context, after)) [[unlikely]]
        return false;
    if (path.root == PathRoot::State && !withinLimits(after))
        return failAt(expr, context, ErrorCode::LimitExceeded,
                      "the state is too large or nested too deeply");
    if (path.root == PathRoot::Local)
        *localCell(context, path.slot) = after;
    else
        *root = after;
    result = value;
    return true;
}

} // namespace fuseboard::interpreting
