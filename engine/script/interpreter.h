// SPDX-License-Identifier: Apache-2.0
// The tree-walking interpreter: the meaning of every expression and script (semantics, section 1).
#pragma once

#include "engine/script/ast.h"
#include "engine/script/function.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace fuseboard {

/// A failed evaluation: reported per row, so it is cheap to make and reused.
struct EvalError {
    ErrorCode code = ErrorCode::WrongType;
    std::string message;
    const Expr* where = nullptr; ///< the sub-expression at fault; its source gives line and column
};

/// Everything an expression can read or change. One per worker thread and node; not shared.
/// Values that `let` makes live in `arena`.
struct EvalContext {
    explicit EvalContext(Arena& memory) : arena(&memory) {}
    Arena* arena;
    Value event;
    Value meta;             ///< `$`; always a record
    Value state;            ///< of a script node; changed by `let state…`
    Value group;            ///< list of keys plus their text
    Value window;           ///< name of the window, or null
    std::uint64_t ingestNs = 0;
    std::uint64_t groupCount = 0;
    std::span<const std::byte* const> aggregates; ///< state by slot; empty outside windows
    std::vector<Value> locals;      ///< slots; grown by prepare()
    std::vector<bool> localsSet;    ///< reading an unset local is an error
    EvalError error;                ///< valid after a failure
    /// Makes room for `localCount` slots and unsets them.
    void prepare(std::uint32_t localCount);
};

/// Evaluates an expression. False on failure, with context.error set. Depth is bounded by the
/// parser's nesting limit; user functions recurse at most kMaxRecursion deep.
[[nodiscard]] bool evaluate(const Expr& expr, EvalContext& context, Value& result);

inline constexpr int kMaxRecursion = 1024;

/// How a script ended.
enum class ScriptOutcome : std::uint8_t { Value, Emit, Drop, Error };
/// Runs a script body. Value/Emit: `result` and `port` are set ("out" unless an emit named one;
/// the view lives in the arena). Error: context.error.
[[nodiscard]] ScriptOutcome runScript(const Expr& body, EvalContext& context, Value& result,
                                      std::string_view& port);

/// The groups that one event falls into: each is a list of key values. False on failure.
[[nodiscard]] bool evaluateGroups(const GroupBy& by, EvalContext& context,
                                  std::vector<Value>& groups);

/// The user's failure with its place, from what an evaluation left.
[[nodiscard]] Error toError(const EvalError& error);

} // namespace fuseboard
