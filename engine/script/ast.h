// SPDX-License-Identifier: Apache-2.0
// The syntax tree of expressions and scripts. Trees are immutable and shared: a rewrite makes new
// nodes above the changed one and keeps the rest. Names are resolved by the parser: functions to
// their specification, locals to slots, constants and arguments to nodes that carry their value.
#pragma once

#include "engine/script/source.h"
#include "engine/value/value.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fuseboard {

struct FunctionSpec;  // engine/script/function.h
struct AggregateSpec; // engine/script/aggregate.h

enum class ExprKind : std::uint8_t {
    Literal,      // null, true, 12, 1.5, "text", and whatever constant folding made
    Constant,     // a name from `const` or `args`, with its value
    List,         // [a, b]
    Record,       // {"k": e}
    Interpolate,  // "a #{b}"
    BytesLiteral, // << e:8/unsigned >>
    Path,         // event.a[0].b
    Presence,     // present p, absent p
    Unary,        // -e, +e, !e, not e
    Binary,       // a + b, …; `and` and `or` short-circuit
    Call,         // a native function
    UserCall,     // a function defined with `fn`
    Recur,        // recur(args), tail position only
    Aggregate,    // aggr::stats::mean(e)
    Match,        // match e of case … end
    For,          // for e of case (k, v) => … end
    Merge,        // merge a of b end
    Patch,        // patch a of insert "k" => e; … end
    Let,          // let path = e      (scripts only)
    Drop,         // drop              (scripts only)
    Emit,         // emit e => "port"  (scripts only)
    Block,        // a; b; c: value of the last (scripts only)
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// Base of all nodes. `kind` says which derived struct it is; use as<T>().
struct Expr {
    ExprKind kind;
    Span span;
    SourcePtr source; ///< never null for parsed trees; shared

    Expr(ExprKind k, Span s, SourcePtr from) : kind(k), span(s), source(std::move(from)) {}
    Expr(const Expr&) = default;
    virtual ~Expr() = default;
};

struct LiteralExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Literal;
    OwnedValue value;
    LiteralExpr(OwnedValue v, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), value(std::move(v)) {}
};

/// A named constant: shows its name, evaluates to its value. Folding replaces it by a Literal.
struct ConstantExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Constant;
    std::string name; ///< as written: "args.limit", "nanos::NANOS_PER_SECOND"
    OwnedValue value;
    ConstantExpr(std::string n, OwnedValue v, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), name(std::move(n)), value(std::move(v)) {}
};

struct ListExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::List;
    std::vector<ExprPtr> items;
    ListExpr(std::vector<ExprPtr> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), items(std::move(all)) {}
};

struct RecordExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Record;
    struct Entry {
        ExprPtr key; ///< Literal string or Interpolate
        ExprPtr value;
    };
    std::vector<Entry> entries; ///< a repeated key keeps its first place and takes the last value
    RecordExpr(std::vector<Entry> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), entries(std::move(all)) {}
};

/// Text made of pieces. Strings are inserted raw, everything else as compact JSON.
struct InterpolateExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Interpolate;
    std::vector<ExprPtr> parts; ///< Literal strings and any expressions
    InterpolateExpr(std::vector<ExprPtr> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), parts(std::move(all)) {}
};

struct BytesLiteralExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::BytesLiteral;
    enum class PartType : std::uint8_t { Binary, Integer };
    struct Part {
        ExprPtr value;
        std::uint8_t bits = 8; ///< 1–64; ignored for Binary
        PartType type = PartType::Integer;
        bool isSigned = false;
        bool littleEndian = false;
    };
    std::vector<Part> parts;
    BytesLiteralExpr(std::vector<Part> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), parts(std::move(all)) {}
};

enum class PathRoot : std::uint8_t { Event, Meta, State, Group, Window, Local, Expression };

/// One step of a path. Exactly one of the three forms.
struct PathSegment {
    enum class Form : std::uint8_t { Field, Index, Range };
    Form form = Form::Field;
    std::string field; ///< Field
    ExprPtr index; ///< Index: any expression (string on records, integer on arrays); Range: from
    ExprPtr end;   ///< Range: to (exclusive)
    Span span;
    /// Where the field stood in the last record looked at: a guess that is checked at each use.
    /// Relaxed, because workers share the tree and any value is right.
    mutable std::atomic<std::uint32_t> hint{0};

    PathSegment() = default;
    PathSegment(const PathSegment& other)
        : form(other.form), field(other.field), index(other.index), end(other.end),
          span(other.span), hint(other.hint.load(std::memory_order_relaxed)) {}
    PathSegment& operator=(const PathSegment&) = delete;
};

struct PathExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Path;
    PathRoot root;
    std::uint32_t slot = 0; ///< of a Local
    std::string local;      ///< name of a Local
    ExprPtr base;           ///< of an Expression root
    std::vector<PathSegment> segments;
    PathExpr(PathRoot r, std::vector<PathSegment> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), root(r), segments(std::move(all)) {}
};

struct PresenceExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Presence;
    bool present; ///< false: `absent`
    ExprPtr path; ///< a Path
    PresenceExpr(bool p, ExprPtr e, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), present(p), path(std::move(e)) {}
};

enum class UnaryOp : std::uint8_t { Plus, Minus, BitNot, Not };
struct UnaryExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Unary;
    UnaryOp op;
    ExprPtr operand;
    UnaryExpr(UnaryOp o, ExprPtr e, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), op(o), operand(std::move(e)) {}
};

enum class BinaryOp : std::uint8_t {
    Or,
    Xor,
    And,
    BitXor,
    BitAnd,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
    LessEqual,
    Less,
    ShiftRight,
    ShiftRightUnsigned,
    ShiftLeft,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
};
struct BinaryExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Binary;
    BinaryOp op;
    ExprPtr left, right;
    BinaryExpr(BinaryOp o, ExprPtr l, ExprPtr r, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), op(o), left(std::move(l)), right(std::move(r)) {}
};

struct CallExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Call;
    const FunctionSpec* function; ///< registry entry; lives as long as the process
    std::vector<ExprPtr> arguments;
    CallExpr(const FunctionSpec* f, std::vector<ExprPtr> args, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), function(f), arguments(std::move(args)) {}
};

/// A function that the program defines. Bodies see their parameters (slots 0…) and nothing else.
struct UserFunction {
    std::string name; ///< canonical: "module::name" or "name"
    std::vector<std::string> parameters;
    bool open = false; ///< accepts further arguments, reachable as `args[n]`
    /// Written as cases over the parameters (`fn … of case … end`), not as statements.
    bool byCases = false;
    std::uint32_t localCount =
        0;              ///< parameters included; slot `parameters.size()` holds `args` if open
    ExprPtr body;       ///< set once parsing of the function is complete
    std::string text;   ///< the whole definition as the program writes it
    std::string digest; ///< set with the body: equal functions have equal ones; definitions.h
};
using UserFunctionPtr = std::shared_ptr<const UserFunction>;
struct UserCallExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::UserCall;
    UserFunctionPtr function;
    std::vector<ExprPtr> arguments;
    UserCallExpr(UserFunctionPtr f, std::vector<ExprPtr> args, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), function(std::move(f)), arguments(std::move(args)) {}
};

struct RecurExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Recur;
    std::vector<ExprPtr> arguments;
    RecurExpr(std::vector<ExprPtr> args, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), arguments(std::move(args)) {}
};

/// An aggregate of a windowed select. `slot` numbers the aggregates of one select in order of
/// appearance, so that each group holds one state a slot.
struct AggregateExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Aggregate;
    const AggregateSpec* aggregate;
    std::vector<ExprPtr> arguments;
    std::uint32_t slot;
    AggregateExpr(const AggregateSpec* a, std::vector<ExprPtr> args, std::uint32_t n, Span s,
                  SourcePtr from)
        : Expr(kKind, s, std::move(from)), aggregate(a), arguments(std::move(args)), slot(n) {}
};

struct Pattern;
using PatternPtr = std::shared_ptr<const Pattern>;

/// A compiled extractor such as re|…| or json||; engine/script/extractor.h. Immutable, shared.
class Extractor;

/// What a `case` tests.
struct Pattern {
    enum class Kind : std::uint8_t { Any, Expression, Extract, Record, Array, Tuple, Assign };
    struct FieldTest {
        enum class Form : std::uint8_t { Present, Absent, Compare, Extract, Nested };
        Form form = Form::Present;
        std::string key;
        BinaryOp compare = BinaryOp::Equal; ///< Compare
        ExprPtr value;                      ///< Compare
        std::shared_ptr<const Extractor> extractor;
        PatternPtr nested; ///< Record, Array or Tuple pattern
        Span span;
    };
    Kind kind = Kind::Any;
    Span span;
    ExprPtr value;                              ///< Expression (tolerant equality)
    std::shared_ptr<const Extractor> extractor; ///< Extract
    std::vector<FieldTest> fields;              ///< Record: further keys are allowed
    std::vector<PatternPtr> items; ///< Array (each matches some element), Tuple (by place)
    bool open = false;             ///< Tuple with a trailing `...`
    std::string name;              ///< Assign
    std::uint32_t slot = 0;        ///< Assign
    PatternPtr inner;              ///< Assign
};

struct Case {
    PatternPtr pattern;
    ExprPtr guard; ///< may be null
    ExprPtr body;
};
struct MatchExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Match;
    ExprPtr target;
    std::vector<Case> cases; ///< tried in order; none = NoMatch error
    MatchExpr(ExprPtr t, std::vector<Case> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), target(std::move(t)), cases(std::move(all)) {}
};

struct ForExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::For;
    struct ForCase {
        std::uint32_t keySlot = 0, itemSlot = 0;
        std::string keyName, itemName;
        ExprPtr guard; ///< may be null
        ExprPtr body;
    };
    ExprPtr target;
    ExprPtr initial; ///< `into`; null: empty list
    BinaryOp fold = BinaryOp::Add;
    bool foldGiven = false;
    std::vector<ForCase> cases;
    ForExpr(ExprPtr t, ExprPtr init, std::vector<ForCase> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), target(std::move(t)), initial(std::move(init)),
          cases(std::move(all)) {}
};

struct MergeExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Merge;
    ExprPtr target, with;
    MergeExpr(ExprPtr t, ExprPtr w, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), target(std::move(t)), with(std::move(w)) {}
};

struct PatchExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Patch;
    enum class OpKind : std::uint8_t {
        Insert,
        Update,
        Upsert,
        Erase,
        Copy,
        Move,
        Merge,
        MergeRecord,
        Default,
        DefaultRecord,
    };
    struct Operation {
        OpKind kind;
        ExprPtr key;   ///< Literal string or Interpolate; null for MergeRecord, DefaultRecord
        ExprPtr value; ///< value, or the new key of Copy and Move; null for Erase
        Span span;
    };
    ExprPtr target;
    std::vector<Operation> operations;
    PatchExpr(ExprPtr t, std::vector<Operation> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), target(std::move(t)), operations(std::move(all)) {}
};

struct LetExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Let;
    ExprPtr path; ///< a Path with root Event, Meta, State or Local
    ExprPtr value;
    LetExpr(ExprPtr p, ExprPtr v, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), path(std::move(p)), value(std::move(v)) {}
};

struct DropExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Drop;
    DropExpr(Span s, SourcePtr from) : Expr(kKind, s, std::move(from)) {}
};

struct EmitExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Emit;
    ExprPtr value; ///< null: the event as it is now
    ExprPtr port;  ///< null: "out"; else Literal string or Interpolate
    EmitExpr(ExprPtr v, ExprPtr p, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), value(std::move(v)), port(std::move(p)) {}
};

struct BlockExpr final : Expr {
    static constexpr ExprKind kKind = ExprKind::Block;
    std::vector<ExprPtr> statements; ///< at least one
    BlockExpr(std::vector<ExprPtr> all, Span s, SourcePtr from)
        : Expr(kKind, s, std::move(from)), statements(std::move(all)) {}
};

/// The derived node; the kind must match.
template <class T> [[nodiscard]] const T& as(const Expr& expr) {
    FB_CHECK_EQ(expr.kind, T::kKind);
    return static_cast<const T&>(expr);
}
template <class T> [[nodiscard]] const T* tryAs(const Expr* expr) {
    return expr != nullptr && expr->kind == T::kKind ? static_cast<const T*>(expr) : nullptr;
}

/// A whole expression of a node: text as the user sees it, tree, and how many local slots it needs.
struct Expression {
    std::string text;
    ExprPtr tree;
    std::uint32_t localCount = 0;
    std::uint32_t aggregateCount = 0;
};

/// What `group by` says: an expression, set(…) or each(…).
struct GroupBy;
using GroupByPtr = std::shared_ptr<const GroupBy>;
struct GroupBy {
    enum class Kind : std::uint8_t { Expression, Set, Each };
    Kind kind = Kind::Expression;
    ExprPtr expression;            ///< Expression, Each
    std::vector<GroupByPtr> items; ///< Set
    Span span;
    std::uint32_t localCount = 0; ///< of the whole clause, on its root
};

// --- walking and rewriting ---------------------------------------------------------------------

/// Calls `visit` for each direct child, in evaluation order (patterns' expressions included).
void forEachChild(const Expr& expr, const std::function<void(const ExprPtr&)>& visit);

/// A copy of `expr` whose direct children are `map(child)`; `expr` itself if none changed.
[[nodiscard]] ExprPtr mapChildren(const ExprPtr& expr,
                                  const std::function<ExprPtr(const ExprPtr&)>& map);

/// Structural equality, spans and sources ignored.
[[nodiscard]] bool sameExpr(const Expr& a, const Expr& b);
[[nodiscard]] bool sameGroupBy(const GroupBy& a, const GroupBy& b);

[[nodiscard]] ExprPtr makeLiteral(const Value& value, const Expr& inPlaceOf);

} // namespace fuseboard
