// SPDX-License-Identifier: Apache-2.0
// What must hold of a row for an expression not to fail, said in the script language itself, so
// that every table target writes it as it writes anything else.
#include "engine/exporters/field_presence.h"
#include "engine/exporters/table_expression.h"
#include "engine/script/aggregate.h"
#include "engine/script/function.h"

#include <utility>

namespace fuseboard {

namespace {

ExprPtr literal(Value value, const Expr& place) {
    return std::make_shared<LiteralExpr>(OwnedValue(value), place.span, place.source);
}

ExprPtr binary(BinaryOp op, ExprPtr left, ExprPtr right) {
    const Span span = left->span;
    SourcePtr source = left->source;
    return std::make_shared<BinaryExpr>(op, std::move(left), std::move(right), span,
                                        std::move(source));
}

ExprPtr negated(ExprPtr expr) {
    const Span span = expr->span;
    SourcePtr source = expr->source;
    return std::make_shared<UnaryExpr>(UnaryOp::Not, std::move(expr), span, std::move(source));
}

ExprPtr notNull(const ExprPtr& expr) {
    return binary(BinaryOp::NotEqual, expr, literal(Value::null(), *expr));
}

bool isConstant(const Expr& expr) {
    return expr.kind == ExprKind::Literal || expr.kind == ExprKind::Constant;
}

class GuardBuilder {
public:
    explicit GuardBuilder(const PresenceOf& presence) : m_presence(presence) {}

    ExprPtr guard(const ExprPtr& expr, GuardUse use) const {
        if (isConstant(*expr) || expr->kind == ExprKind::Presence)
            return nullptr;
        if (const auto* path = tryAs<PathExpr>(expr.get()))
            return ofPath(expr, *path, use);
        if (const auto* match = tryAs<MatchExpr>(expr.get()))
            return ofMatch(*match);
        if (const auto* two = tryAs<BinaryExpr>(expr.get()))
            return ofBinary(expr, *two, use);
        if (const auto* one = tryAs<UnaryExpr>(expr.get());
            one != nullptr && one->op == UnaryOp::Not && use == GuardUse::True)
            return guard(one->operand, GuardUse::NotNull);
        const auto* call = tryAs<CallExpr>(expr.get());
        if (expr->kind == ExprKind::List || expr->kind == ExprKind::Interpolate ||
            (call != nullptr && call->function->name == "std::type::is_null"))
            return ofParts(*expr, GuardUse::Value);
        if (const auto* record = tryAs<RecordExpr>(expr.get())) {
            ExprPtr all;
            for (const RecordExpr::Entry& entry : record->entries)
                all = both(std::move(all), guard(entry.value, GuardUse::Value));
            return all;
        }
        return ofStrict(expr, use);
    }

private:
    ExprPtr ofPath(const ExprPtr& expr, const PathExpr& path, GuardUse use) const {
        if (use != GuardUse::Value || path.root == PathRoot::Group ||
            path.root == PathRoot::Window ||
            (path.root == PathRoot::Event && path.segments.empty()))
            return nullptr;
        const auto steps = textStepsOf(path);
        if (path.root != PathRoot::Event || steps.empty())
            return notNull(expr);
        const FieldPresence found = m_presence(steps);
        if (found.kind == FieldPresence::Kind::Always)
            return nullptr;
        return std::make_shared<PresenceExpr>(true, expr, expr->span, expr->source);
    }

    ExprPtr ofParts(const Expr& expr, GuardUse use) const {
        ExprPtr all;
        forEachChild(expr, [&](const ExprPtr& child) {
            if (child != nullptr)
                all = both(std::move(all), guard(child, use));
        });
        return all;
    }

    // Null where a part is null, and where it cannot be computed.
    ExprPtr ofStrict(const ExprPtr& expr, GuardUse use) const {
        ExprPtr parts = ofParts(*expr, GuardUse::NotNull);
        return use == GuardUse::Value ? both(std::move(parts), notNull(expr)) : parts;
    }

    ExprPtr ofBinary(const ExprPtr& expr, const BinaryExpr& two, GuardUse use) const {
        const bool kept = use == GuardUse::True;
        switch (two.op) {
        case BinaryOp::Equal:
            // Equal to something that is not null, so it is there.
            if (kept && isConstant(*two.right) && !isNullLiteral(*two.right))
                return guard(two.left, GuardUse::NotNull);
            [[fallthrough]];
        case BinaryOp::NotEqual:
            return both(guard(two.left, GuardUse::Value), guard(two.right, GuardUse::Value));
        case BinaryOp::And:
            if (kept)
                return both(guard(two.left, use), guard(two.right, use));
            return both(guard(two.left, GuardUse::Value),
                        unless(negated(two.left), two.right, use));
        case BinaryOp::Or:
            return both(guard(two.left, GuardUse::Value), unless(two.left, two.right, use));
        default: return ofStrict(expr, use);
        }
    }

    // The right side counts only where `decided` does not settle the whole.
    ExprPtr unless(const ExprPtr& decided, const ExprPtr& right, GuardUse use) const {
        ExprPtr second = guard(right, use == GuardUse::True ? GuardUse::True : GuardUse::Value);
        return second == nullptr ? nullptr : binary(BinaryOp::Or, decided, std::move(second));
    }

    // The same `match`, with the guard of each body in its place.
    ExprPtr ofMatch(const MatchExpr& match) const {
        ExprPtr target;
        bool fails = false;
        std::vector<Case> cases;
        for (const Case& one : match.cases) {
            if (one.pattern->kind == Pattern::Kind::Expression && target == nullptr)
                target = guard(match.target, GuardUse::Value);
            if (one.guard != nullptr) {
                if (const ExprPtr safe = guard(one.guard, GuardUse::Value)) {
                    cases.push_back(
                        {one.pattern, negated(safe), literal(Value::boolean(false), *one.body)});
                    fails = true;
                }
            }
            ExprPtr body = guard(one.body, GuardUse::Value);
            fails = fails || body != nullptr;
            if (body == nullptr)
                body = literal(Value::boolean(true), *one.body);
            cases.push_back({one.pattern, one.guard, std::move(body)});
        }
        if (!fails)
            return target;
        return both(std::move(target), std::make_shared<MatchExpr>(match.target, std::move(cases),
                                                                   match.span, match.source));
    }

    const PresenceOf& m_presence;
};

} // namespace

std::vector<TextStep> textStepsOf(const PathExpr& path) {
    std::vector<TextStep> steps;
    for (const PathSegment& segment : path.segments) {
        if (segment.form == PathSegment::Form::Field) {
            steps.emplace_back(segment.field);
            continue;
        }
        const auto* index = segment.form == PathSegment::Form::Index
                                ? tryAs<LiteralExpr>(segment.index.get())
                                : nullptr;
        if (index == nullptr)
            return {};
        if (index->value->isString())
            steps.emplace_back(std::string(index->value->asString()));
        else if (index->value->kind() == Kind::U64)
            steps.emplace_back(index->value->asU64());
        else
            return {};
    }
    return steps;
}

ExprPtr both(ExprPtr left, ExprPtr right) {
    if (left == nullptr || right == nullptr)
        return left == nullptr ? std::move(right) : std::move(left);
    return binary(BinaryOp::And, std::move(left), std::move(right));
}

ExprPtr guardOf(const ExprPtr& expr, GuardUse use, const PresenceOf& presence) {
    return GuardBuilder(presence).guard(expr, use);
}

ExprPtr argumentGuardOf(const ExprPtr& expr, const PresenceOf& presence) {
    ExprPtr all;
    if (const auto* aggregate = tryAs<AggregateExpr>(expr.get());
        aggregate != nullptr && !aggregate->arguments.empty()) {
        const ExprPtr& argument = aggregate->arguments[0];
        // The first and the last value may be null; all else wants numbers.
        if (aggregate->aggregate->name.starts_with("aggr::win::"))
            return guardOf(argument, GuardUse::Value, presence);
        all = both(guardOf(argument, GuardUse::NotNull, presence), notNull(argument));
    }
    forEachChild(*expr, [&](const ExprPtr& child) {
        if (child != nullptr)
            all = both(std::move(all), argumentGuardOf(child, presence));
    });
    return all;
}

} // namespace fuseboard
