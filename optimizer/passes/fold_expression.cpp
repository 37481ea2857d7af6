// SPDX-License-Identifier: Apache-2.0
#include "optimizer/passes/fold_expression.h"

#include "engine/script/function.h"
#include "engine/script/interpreter.h"
#include "engine/script/parser.h"
#include "optimizer/analysis/expr_facts.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::size_t kMaxFoldedBytes = 64U << 10U;
constexpr std::size_t kArenaBytes = 1024;

bool isLiteral(const ExprPtr& expr) {
    return expr == nullptr || expr->kind == ExprKind::Literal;
}

bool childrenAreLiterals(const Expr& expr) {
    bool literals = true;
    forEachChild(expr, [&](const ExprPtr& child) { literals = literals && isLiteral(child); });
    return literals;
}

/// A body that ends soon: no calls of other functions, no loops, nothing that changes between
/// calls.
bool isSimpleBody(const Expr& expr) {
    if (expr.kind == ExprKind::UserCall || expr.kind == ExprKind::Recur ||
        expr.kind == ExprKind::For)
        return false;
    if (const auto* call = tryAs<CallExpr>(&expr);
        call != nullptr && call->function->purity != Purity::Pure)
        return false;
    bool simple = true;
    forEachChild(expr, [&](const ExprPtr& child) { simple = simple && isSimpleBody(*child); });
    return simple;
}

/// Whether evaluating the expression needs nothing but its children, all of them constants.
bool isConstant(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::List:
    case ExprKind::Record:
    case ExprKind::Interpolate:
    case ExprKind::BytesLiteral:
    case ExprKind::Unary:
    case ExprKind::Binary:
    case ExprKind::Merge:
    case ExprKind::Patch: return childrenAreLiterals(expr);
    case ExprKind::Path:
        return as<PathExpr>(expr).root == PathRoot::Expression && childrenAreLiterals(expr);
    case ExprKind::Presence: {
        const auto* path = tryAs<PathExpr>(as<PresenceExpr>(expr).path.get());
        return path != nullptr && path->root == PathRoot::Expression && childrenAreLiterals(*path);
    }
    case ExprKind::Call:
        return as<CallExpr>(expr).function->purity == Purity::Pure && childrenAreLiterals(expr);
    case ExprKind::UserCall: {
        const auto& function = *as<UserCallExpr>(expr).function;
        return function.body != nullptr && childrenAreLiterals(expr) &&
               isSimpleBody(*function.body);
    }
    default: return false;
    }
}

// Aggregates are fed whatever happens to their value: a part that holds one cannot fall away.
bool hasAggregate(const Expr& expr) {
    bool found = expr.kind == ExprKind::Aggregate;
    forEachChild(expr, [&](const ExprPtr& child) { found = found || hasAggregate(*child); });
    return found;
}

bool patternIsConstant(const Pattern& pattern) {
    if (pattern.kind == Pattern::Kind::Assign ||
        (pattern.value != nullptr && !isLiteral(pattern.value)))
        return false;
    for (const Pattern::FieldTest& field : pattern.fields)
        if ((field.value != nullptr && !isLiteral(field.value)) ||
            (field.nested != nullptr && !patternIsConstant(*field.nested)))
            return false;
    return std::ranges::all_of(pattern.items,
                               [](const PatternPtr& item) { return patternIsConstant(*item); });
}

class Folder {
public:
    explicit Folder(FoldNotes& notes) : m_notes(notes) {}

    ExprPtr fold(const ExprPtr& expr) {
        if (expr == nullptr)
            return expr;
        if (const auto* constant = tryAs<ConstantExpr>(expr.get())) {
            ++m_notes.folded;
            return makeLiteral(*constant->value, *expr);
        }
        const ExprPtr mapped = foldChildren(expr);
        if (isConstant(*mapped))
            return evaluated(mapped);
        if (const auto* binary = tryAs<BinaryExpr>(mapped.get()))
            return foldLogical(mapped, *binary);
        if (const auto* match = tryAs<MatchExpr>(mapped.get()))
            return foldMatch(mapped, *match);
        return mapped;
    }

private:
    // `present p` and `let p` hold a path that must stay one: only what its segments compute folds.
    ExprPtr foldChildren(const ExprPtr& expr) {
        const bool holdsPath = expr->kind == ExprKind::Presence || expr->kind == ExprKind::Let;
        const Expr* kept = nullptr;
        if (const auto* presence = tryAs<PresenceExpr>(expr.get()))
            kept = presence->path.get();
        else if (const auto* let = tryAs<LetExpr>(expr.get()))
            kept = let->path.get();
        return mapChildren(expr, [&](const ExprPtr& child) {
            return holdsPath && child.get() == kept ? foldChildren(child) : fold(child);
        });
    }

    ExprPtr evaluated(const ExprPtr& expr) {
        Arena arena(kArenaBytes);
        EvalContext context(arena);
        context.meta = Value::record({});
        Value value;
        if (!evaluate(*expr, context, value)) {
            m_notes.refused.push_back(
                fmt::format("{} stays, because it fails: {}", shown(*expr), context.error.message));
            return expr;
        }
        if (deepBytes(value) > kMaxFoldedBytes) {
            m_notes.refused.push_back(
                fmt::format("{} stays: its value takes {} bytes, more than {}", shown(*expr),
                            deepBytes(value), kMaxFoldedBytes));
            return expr;
        }
        ++m_notes.folded;
        return makeLiteral(value, *expr);
    }

    static std::string shown(const Expr& expr) {
        constexpr std::size_t kShown = 80;
        std::string text = printExpr(expr);
        return text.size() <= kShown ? text : text.substr(0, kShown) + "…";
    }

    static bool isBool(const Expr& expr) { return factsOf(expr, {}).shape.is(maskOf(Kind::Bool)); }

    // false and x => false, true or x => true: x is never evaluated. true and x => x, x and true =>
    // x, and so for `or`, where x gives nothing but booleans. `x and false` must still evaluate x.
    ExprPtr foldLogical(const ExprPtr& expr, const BinaryExpr& binary) {
        if (binary.op != BinaryOp::And && binary.op != BinaryOp::Or)
            return expr;
        const bool neutral = binary.op == BinaryOp::And;
        const Value* left = literalValue(binary.left.get());
        const Value* right = literalValue(binary.right.get());
        if (left != nullptr && left->isBool() && left->asBool() != neutral)
            return hasAggregate(*binary.right) ? expr : taken(binary.left);
        if (left != nullptr && left->isBool() && isBool(*binary.right))
            return taken(binary.right);
        if (right != nullptr && right->isBool() && right->asBool() == neutral &&
            isBool(*binary.left))
            return taken(binary.left);
        if (left != nullptr && !left->isBool())
            m_notes.refused.push_back(fmt::format("{} stays, because it fails: its left side is {}",
                                                  shown(*expr), kindName(left->kind())));
        return expr;
    }

    ExprPtr taken(const ExprPtr& expr) {
        ++m_notes.folded;
        return expr;
    }

    enum class Outcome : std::uint8_t { Holds, Fails, Unknown };

    /// Asks the interpreter, with a match of this one case, so that patterns have one meaning.
    static Outcome tryCase(const MatchExpr& match, const Case& one) {
        if (!patternIsConstant(*one.pattern) || !isLiteral(one.guard))
            return Outcome::Unknown;
        auto any = std::make_shared<Pattern>();
        const ExprPtr yes = makeLiteral(Value::boolean(true), match);
        const ExprPtr no = makeLiteral(Value::boolean(false), match);
        const MatchExpr probe(match.target,
                              {Case{one.pattern, one.guard, yes}, Case{any, nullptr, no}},
                              match.span, match.source);
        Arena arena(kArenaBytes);
        EvalContext context(arena);
        Value value;
        if (!evaluate(probe, context, value))
            return Outcome::Unknown;
        return value.asBool() ? Outcome::Holds : Outcome::Fails;
    }

    // match 2 of case 1 => a case 2 => b case _ => c end      =>      b
    ExprPtr foldMatch(const ExprPtr& expr, const MatchExpr& match) {
        if (literalValue(match.target.get()) == nullptr || hasAggregate(match))
            return expr;
        std::vector<Case> left;
        for (std::size_t i = 0; i < match.cases.size(); ++i) {
            const Outcome outcome =
                left.empty() ? tryCase(match, match.cases[i]) : Outcome::Unknown;
            if (outcome == Outcome::Holds)
                return taken(match.cases[i].body);
            if (outcome == Outcome::Unknown)
                left.push_back(match.cases[i]);
        }
        if (left.empty()) {
            m_notes.refused.push_back(
                fmt::format("{} stays, because it fails: no case holds", shown(*expr)));
            return expr;
        }
        if (left.size() == match.cases.size())
            return expr;
        ++m_notes.folded;
        return std::make_shared<MatchExpr>(match.target, std::move(left), match.span, match.source);
    }

    FoldNotes& m_notes;
};

} // namespace

ExprPtr foldExpression(const ExprPtr& expr, FoldNotes& notes) {
    return Folder(notes).fold(expr);
}

const Value* literalValue(const Expr* expr) {
    const auto* literal = tryAs<LiteralExpr>(expr);
    return literal == nullptr ? nullptr : &*literal->value;
}

} // namespace fuseboard
