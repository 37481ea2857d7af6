// SPDX-License-Identifier: Apache-2.0
// Constant evaluation: a check that nothing is read from outside, then the interpreter.
#include "engine/script/constant.h"
#include "engine/script/interpreter.h"

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

/// Finds the first part that makes an expression depend on more than itself.
class DependencyFinder {
public:
    std::optional<Error> find(const Expr& expr) {
        if (const auto* path = tryAs<PathExpr>(&expr);
            path != nullptr && path->root != PathRoot::Local && path->root != PathRoot::Expression)
            return failure(expr, "a constant must not read the event, `$`, state, group or window");
        if (const auto* call = tryAs<CallExpr>(&expr);
            call != nullptr && call->function->purity != Purity::Pure)
            return failure(expr, "`" + std::string(call->function->name) +
                                     "` does not give the same result each time");
        if (expr.kind == ExprKind::Aggregate || expr.kind == ExprKind::Drop ||
            expr.kind == ExprKind::Emit)
            return failure(expr, "this cannot stand in a constant");
        if (const auto* call = tryAs<UserCallExpr>(&expr);
            call != nullptr && call->function->body != nullptr &&
            m_seen.insert(call->function.get()).second) {
            if (auto inside = find(*call->function->body))
                return failure(expr, inside->message);
        }
        std::optional<Error> found;
        forEachChild(expr, [&](const ExprPtr& child) {
            if (!found)
                found = find(*child);
        });
        return found;
    }

private:
    static Error failure(const Expr& expr, std::string message) {
        Error error(ErrorCode::InvalidArgument, std::move(message),
                    "use literals, const, args and pure functions");
        return std::move(error).at(placeOf(*expr.source, expr.span));
    }
    std::set<const UserFunction*> m_seen;
};

void countPattern(const Pattern& pattern, std::uint32_t& count) {
    if (pattern.kind == Pattern::Kind::Assign) {
        count = std::max(count, pattern.slot + 1);
        countPattern(*pattern.inner, count);
    }
}

} // namespace

std::uint32_t countLocals(const Expr& expr) {
    std::uint32_t count = 0;
    if (const auto* path = tryAs<PathExpr>(&expr); path != nullptr && path->root == PathRoot::Local)
        count = path->slot + 1;
    if (const auto* loop = tryAs<ForExpr>(&expr)) {
        for (const auto& arm : loop->cases)
            count = std::max({count, arm.keySlot + 1, arm.itemSlot + 1});
    }
    if (const auto* match = tryAs<MatchExpr>(&expr)) {
        for (const auto& arm : match->cases)
            countPattern(*arm.pattern, count);
    }
    forEachChild(expr, [&](const ExprPtr& child) { count = std::max(count, countLocals(*child)); });
    return count;
}

Result<OwnedValue> foldConstant(const Expr& expr) {
    if (const auto* literal = tryAs<LiteralExpr>(&expr))
        return literal->value;
    if (const auto* constant = tryAs<ConstantExpr>(&expr))
        return constant->value;
    if (auto dependency = DependencyFinder().find(expr))
        return fail(std::move(*dependency));
    Arena arena(1024);
    EvalContext context(arena);
    context.prepare(countLocals(expr));
    Value value;
    if (!evaluate(expr, context, value))
        return fail(toError(context.error));
    return OwnedValue(value);
}

} // namespace fuseboard
