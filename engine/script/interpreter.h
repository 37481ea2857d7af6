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
    Value meta;   ///< `$`; always a record
    Value state;  ///< of a script node; changed by `let state…`
    Value group;  ///< list of keys plus their text
    Value window; ///< name of the window, or null
    std::uint64_t ingestNs = 0;
    std::uint64_t groupCount = 0;
    std::span<const std::byte* const> aggregates; ///< state by slot; empty outside windows
    std::vector<Value> locals;                    ///< slots; grown by prepare()
    std::vector<bool> localsSet;                  ///< reading an unset local is an error
    EvalError error;                              ///< valid after a failure
    /// Makes room for `localCount` slots and unsets them.
    void prepare(std::uint32_t localCount);

    /// The interpreter's own notes; nobody else reads or writes them.
    struct Notes {
        enum class Stop : std::uint8_t { Error, Drop, Emit, Recur };
        Stop stop = Stop::Error;     ///< why an evaluation returned false
        Value emitted;               ///< Emit
        std::string_view port;       ///< Emit
        std::size_t frame = 0;       ///< where the running function's locals begin
        int calls = 0;               ///< user functions that are running
        const char* stack = nullptr; ///< stack position of the outermost evaluation
        std::string text;            ///< interpolations under construction, innermost last
    } notes;
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
/// The text that identifies a group: the key list as JSON with sorted keys.
[[nodiscard]] Value groupText(std::span<const Value> keys, Arena& arena);
/// What `group` evaluates to: the keys, then their text.
[[nodiscard]] Value groupValue(std::span<const Value> keys, Arena& arena);

/// Limits of what a script may make: programs can double a value in a loop.
inline constexpr std::size_t kMaxValueBytes = 64U << 20U; ///< of one made string or list
/// Of a whole result, parts that stand in several places counted at each. The largest event that a
/// decoder lets through takes less than half of it.
inline constexpr std::size_t kMaxResultBytes = 512U << 20U;
inline constexpr int kMaxValueDepth = 512;
inline constexpr std::size_t kMaxGroupsPerEvent = 1'000'000;
/// Whether `value` keeps within kMaxResultBytes and kMaxValueDepth. Stops at the first excess.
[[nodiscard]] bool withinLimits(const Value& value);

/// The user's failure with its place, from what an evaluation left.
[[nodiscard]] Error toError(const EvalError& error);

} // namespace fuseboard
