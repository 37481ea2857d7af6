// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/table_expression.h"

#include "engine/script/aggregate.h"
#include "engine/script/function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace fuseboard {

bool isText(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Literal: return as<LiteralExpr>(expr).value->isString();
    case ExprKind::Constant: return as<ConstantExpr>(expr).value->isString();
    case ExprKind::Interpolate: return true;
    case ExprKind::Call: {
        static constexpr std::array<std::string_view, 10> kTexts{
            "std::string::uppercase",  "std::string::lowercase",  "std::string::trim",
            "std::string::trim_start", "std::string::trim_end",   "std::string::replace",
            "std::string::substr",     "std::string::capitalize", "std::re::replace_all",
            "std::array::join"};
        return std::find(kTexts.begin(), kTexts.end(), as<CallExpr>(expr).function->name) !=
               kTexts.end();
    }
    case ExprKind::Binary: {
        const auto& binary = as<BinaryExpr>(expr);
        return binary.op == BinaryOp::Add && (isText(*binary.left) || isText(*binary.right));
    }
    case ExprKind::Match: {
        const auto& match = as<MatchExpr>(expr);
        return std::any_of(match.cases.begin(), match.cases.end(),
                           [](const Case& one) { return isText(*one.body); });
    }
    default: return false;
    }
}

std::optional<std::size_t> groupIndexOf(const PathExpr& path) {
    if (path.root != PathRoot::Group || path.segments.size() != 1 ||
        path.segments[0].form != PathSegment::Form::Index)
        return std::nullopt;
    const auto* index = tryAs<LiteralExpr>(path.segments[0].index.get());
    if (index == nullptr || index->value->kind() != Kind::U64)
        return std::nullopt;
    return index->value->asU64();
}

bool isNullLiteral(const Expr& expr) {
    return expr.kind == ExprKind::Literal && as<LiteralExpr>(expr).value->isNull();
}

const FunctionSpelling* findSpelling(std::span<const FunctionSpelling> all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const FunctionSpelling& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string fillSpelling(std::string_view text, std::span<const std::string> arguments) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool place = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' &&
                           text[i + 1] >= '0' && text[i + 1] <= '9';
        if (!place) {
            out += text[i];
            continue;
        }
        out += arguments[static_cast<std::size_t>(text[i + 1] - '0')];
        i += 2;
    }
    return out;
}

std::unexpected<Error> TableTranslator::cannot(std::string what) {
    return fail(ErrorCode::Unsupported, std::move(what));
}

Result<std::string> TableTranslator::translate(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Literal: return literal(*as<LiteralExpr>(expr).value);
    case ExprKind::Constant: return literal(*as<ConstantExpr>(expr).value);
    case ExprKind::List: return list(as<ListExpr>(expr));
    case ExprKind::Record: return record(as<RecordExpr>(expr));
    case ExprKind::Interpolate: return interpolate(as<InterpolateExpr>(expr));
    case ExprKind::Path: return path(as<PathExpr>(expr));
    case ExprKind::Presence: return presence(as<PresenceExpr>(expr));
    case ExprKind::Unary: return unary(as<UnaryExpr>(expr));
    case ExprKind::Binary: return comparison(as<BinaryExpr>(expr));
    case ExprKind::Call: return call(as<CallExpr>(expr));
    case ExprKind::Aggregate: return aggregate(as<AggregateExpr>(expr));
    case ExprKind::Match: return match(as<MatchExpr>(expr));
    case ExprKind::UserCall:
        return cannot(fmt::format("the function `{}` is defined by the program",
                                  as<UserCallExpr>(expr).function->name));
    case ExprKind::BytesLiteral: return cannot("bytes cannot be written");
    case ExprKind::For: return cannot("a `for` cannot be written");
    case ExprKind::Merge:
    case ExprKind::Patch:
        return cannot("`patch` and `merge` can only stand around the whole event");
    default: return cannot("`let`, `drop` and `emit` cannot be written");
    }
}

Result<std::string> TableTranslator::list(const ListExpr& expr) {
    std::string text;
    for (const ExprPtr& item : expr.items) {
        FB_TRY_ASSIGN(const std::string one, translate(*item));
        text += (text.empty() ? "" : ", ") + one;
    }
    return listText(std::move(text));
}

Result<std::string> TableTranslator::record(const RecordExpr& expr) {
    std::string text;
    for (const RecordExpr::Entry& entry : expr.entries) {
        const auto* key = tryAs<LiteralExpr>(entry.key.get());
        if (key == nullptr)
            return cannot("a name of a field is computed");
        FB_TRY_ASSIGN(std::string one, translate(*entry.value));
        text += (text.empty() ? "" : ", ") + fieldText(key->value->asString(), std::move(one));
    }
    if (text.empty())
        return cannot("an empty record cannot be written");
    return recordText(std::move(text));
}

Result<std::string> TableTranslator::presence(const PresenceExpr& expr) {
    const FieldPresence found = m_scope.presence(textStepsOf(as<PathExpr>(*expr.path)));
    if (found.kind == FieldPresence::Kind::InText)
        return presenceText(found.path, expr.present);
    return literal(Value::boolean((found.kind == FieldPresence::Kind::Always) == expr.present));
}

Result<std::string> TableTranslator::unary(const UnaryExpr& expr) {
    FB_TRY_ASSIGN(const std::string inner, translate(*expr.operand));
    switch (expr.op) {
    case UnaryOp::Plus: return inner;
    case UnaryOp::Minus: return fmt::format("(-{})", inner);
    case UnaryOp::Not: return notText(inner);
    case UnaryOp::BitNot: break;
    }
    return cannot("the operator ! on bits cannot be written");
}

Result<std::string> TableTranslator::comparison(const BinaryExpr& expr) {
    const bool equal = expr.op == BinaryOp::Equal;
    const bool left = isNullLiteral(*expr.left);
    if ((!equal && expr.op != BinaryOp::NotEqual) || (!left && !isNullLiteral(*expr.right)))
        return binary(expr);
    FB_TRY_ASSIGN(const std::string other, translate(left ? *expr.right : *expr.left));
    return nullText(other, equal);
}

Result<std::string> TableTranslator::call(const CallExpr& expr) {
    const FunctionSpelling* spelling = findSpelling(functions(), expr.function->name);
    if (spelling == nullptr)
        return cannot(
            fmt::format("the function `{}` has no counterpart there", expr.function->name));
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
        if (spelling->literalArguments && i > 0 && expr.arguments[i]->kind != ExprKind::Literal)
            return cannot(fmt::format("arguments of `{}` are computed", expr.function->name));
        FB_TRY_ASSIGN(std::string one, argument(*spelling, i, *expr.arguments[i]));
        arguments.push_back(std::move(one));
    }
    return fillSpelling(spelling->text, arguments);
}

Result<std::string> TableTranslator::aggregate(const AggregateExpr& expr) {
    const FunctionSpelling* spelling = findSpelling(aggregates(), expr.aggregate->name);
    if (!m_scope.aggregates || spelling == nullptr)
        return cannot(
            fmt::format("the aggregate `{}` has no counterpart there", expr.aggregate->name));
    std::vector<std::string> arguments;
    if (!expr.arguments.empty()) {
        FB_TRY_ASSIGN(std::string one, translate(*expr.arguments[0]));
        arguments.push_back(std::move(one));
    }
    addAggregateArguments(expr, arguments);
    return fillSpelling(spelling->text, arguments);
}

Result<std::string> TableTranslator::conditionOf(const MatchExpr& expr, const Case& one) {
    std::string condition;
    if (one.pattern->kind == Pattern::Kind::Expression) {
        FB_TRY_ASSIGN(condition, equalsPattern(expr, *one.pattern->value));
    } else if (one.pattern->kind != Pattern::Kind::Any) {
        return cannot("a pattern that takes values apart cannot be written");
    }
    if (one.guard != nullptr) {
        FB_TRY_ASSIGN(const std::string guard, translate(*one.guard));
        condition += condition.empty() ? guard : fmt::format(" {} {}", conjunction(), guard);
    }
    return condition;
}

Status TableTranslator::checkLastCase(const MatchExpr& expr) {
    const Case& last = expr.cases.back();
    if (last.pattern->kind != Pattern::Kind::Any || last.guard != nullptr)
        return cannot("a `match` without a last `case _` cannot be written");
    return {};
}

} // namespace fuseboard
