// SPDX-License-Identifier: Apache-2.0
// What the files of the interpreter share. Private to interpreter*.cpp.
#pragma once

#include "engine/script/interpreter.h"

#include <fmt/format.h>

#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

namespace fuseboard::interpreting {

/// Evaluates any expression; false: context.notes.stop says why.
[[nodiscard]] bool eval(const Expr& expr, EvalContext& context, Value& result);
/// Runs for its effects only: an expression without any is not evaluated, so it cannot fail.
[[nodiscard]] bool run(const Expr& expr, EvalContext& context);

[[nodiscard]] bool evalPath(const PathExpr& path, EvalContext& context, Value& result);
[[nodiscard]] bool evalPresence(const PresenceExpr& expr, EvalContext& context, Value& result);
[[nodiscard]] bool evalLet(const LetExpr& expr, EvalContext& context, Value& result);
[[nodiscard]] bool evalRecord(const RecordExpr& expr, EvalContext& context, Value& result);
[[nodiscard]] bool evalMerge(const MergeExpr& expr, EvalContext& context, Value& result);
[[nodiscard]] bool evalPatch(const PatchExpr& expr, EvalContext& context, Value& result);
/// `result` null: only for effects.
[[nodiscard]] bool evalMatch(const MatchExpr& expr, EvalContext& context, Value* result);
[[nodiscard]] bool evalFor(const ForExpr& expr, EvalContext& context, Value* result);
/// A guard or condition that must be a bool; true when it is null.
[[nodiscard]] bool evalGuard(const ExprPtr& guard, EvalContext& context, bool& holds);
/// A key: a literal string or an interpolation.
[[nodiscard]] bool evalKey(const Expr& expr, EvalContext& context, std::string_view& key);
/// `op` on evaluated operands, failures reported at `where`.
[[nodiscard]] bool binary(BinaryOp op, const Value& left, const Value& right, const Expr& where,
                          EvalContext& context, Value& result);

/// Notes a failure; always false.
template <class... Args>
[[gnu::cold, gnu::noinline]] bool failAt(const Expr& where, EvalContext& context, ErrorCode code,
                                         fmt::format_string<Args...> text, Args&&... args) {
    context.notes.stop = EvalContext::Notes::Stop::Error;
    context.error.code = code;
    context.error.where = &where;
    context.error.message.clear();
    fmt::format_to(std::back_inserter(context.error.message), text, std::forward<Args>(args)...);
    return false;
}

/// The slot's cell, or nullptr when the tree was not prepared for it.
inline Value* localCell(EvalContext& context, std::uint32_t slot) {
    const std::size_t at = context.notes.frame + slot;
    return at < context.locals.size() ? &context.locals[at] : nullptr;
}
inline void setLocal(EvalContext& context, std::uint32_t slot, const Value& value) {
    const std::size_t at = context.notes.frame + slot;
    FB_CHECK_LT(at, context.locals.size());
    context.locals[at] = value;
    context.localsSet[at] = true;
}
inline bool localIsSet(const EvalContext& context, std::uint32_t slot) {
    const std::size_t at = context.notes.frame + slot;
    return at < context.locals.size() && context.localsSet[at];
}

/// Fields under construction: on the stack while they are few, else in the arena. Keys are looked
/// up linearly until the record is large, then through an index of the standard library.
class FieldList {
public:
    explicit FieldList(Arena& arena) : m_arena(arena) {}
    FieldList(const FieldList&) = delete;
    FieldList& operator=(const FieldList&) = delete;

    void assign(std::span<const Field> fields) {
        reserve(fields.size());
        if (!fields.empty())
            std::memcpy(static_cast<void*>(m_fields), fields.data(), fields.size_bytes());
        m_size = fields.size();
        m_large.clear();
        m_isLarge = false;
        if (m_size > kLarge)
            goLarge();
    }
    [[nodiscard]] Value* find(std::string_view key) {
        if (m_isLarge) [[unlikely]]
            return const_cast<Value*>(std::as_const(m_large).find(key));
        for (std::size_t i = 0; i < m_size; ++i)
            if (m_fields[i].key == key)
                return &m_fields[i].value;
        return nullptr;
    }
    /// The key must not be there.
    void append(std::string_view key, const Value& value) {
        if (m_isLarge) [[unlikely]] {
            m_large.set(key, value);
            return;
        }
        if (m_size == m_capacity)
            reserve(m_size * 2);
        m_fields[m_size++] = {key, value};
        if (m_size > kLarge) [[unlikely]]
            goLarge();
    }
    void set(std::string_view key, const Value& value) {
        if (Value* there = find(key))
            *there = value;
        else
            append(key, value);
    }
    void erase(std::string_view key) {
        if (m_isLarge) {
            m_large.erase(key);
            return;
        }
        for (std::size_t i = 0; i < m_size; ++i) {
            if (m_fields[i].key != key)
                continue;
            std::memmove(static_cast<void*>(m_fields + i), m_fields + i + 1,
                         (m_size - i - 1) * sizeof(Field));
            --m_size;
            return;
        }
    }
    [[nodiscard]] Value build() {
        return m_isLarge ? m_large.build(m_arena) : makeRecord(m_arena, {m_fields, m_size});
    }

private:
    static constexpr std::size_t kInline = 32;
    static constexpr std::size_t kLarge = 64;
    void reserve(std::size_t count) {
        if (count <= m_capacity)
            return;
        Field* larger = m_arena.allocateArray<Field>(count);
        std::memcpy(static_cast<void*>(larger), m_fields, m_size * sizeof(Field));
        m_fields = larger;
        m_capacity = count;
    }
    void goLarge() {
        m_large.assign({m_fields, m_size});
        m_isLarge = true;
    }

    Arena& m_arena;
    union Inline {
        Inline() {} // NOLINT(modernize-use-equals-default): leaves the fields raw
        Field fields[kInline];
    } m_inline;
    Field* m_fields = m_inline.fields;
    std::size_t m_size = 0;
    std::size_t m_capacity = kInline;
    RecordBuilder m_large;
    bool m_isLarge = false;
};

/// `with` laid over `base`, records into each other; anything else replaces.
[[nodiscard]] Value mergeValues(const Value& base, const Value& with, Arena& arena);

} // namespace fuseboard::interpreting
