// SPDX-License-Identifier: Apache-2.0
// Expressions in DuckDB's SQL. A row is `e`; a value that cannot be computed is NULL.
#include "engine/exporters/sql_text.h"
#include "engine/exporters/table_expression.h"
#include "engine/formats/json_text.h"
#include "engine/script/aggregate.h"
#include "engine/script/function.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace fuseboard {

std::string sqlName(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        out += c;
        if (c == '"')
            out += '"';
    }
    return out + "\"";
}

std::string sqlText(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'')
            out += '\'';
    }
    return out + "'";
}

namespace {

constexpr std::array<FunctionSpelling, 33> kFunctions{{
    {"std::string::uppercase", "upper({0})"},
    {"std::string::lowercase", "lower({0})"},
    {"std::string::len", "length({0})"},
    {"std::string::is_empty", "({0} = '')"},
    {"std::string::trim", "trim({0}, chr(32) || chr(9) || chr(10) || chr(13))"},
    {"std::string::trim_start", "ltrim({0}, chr(32) || chr(9) || chr(10) || chr(13))"},
    {"std::string::trim_end", "rtrim({0}, chr(32) || chr(9) || chr(10) || chr(13))"},
    {"std::string::replace", "replace({0}, {1}, {2})"},
    {"std::string::contains", "contains({0}, {1})"},
    {"std::string::split", "string_split({0}, {1})"},
    {"std::string::substr", "substring({0}, {1} + 1, {2} - {1})", true},
    {"std::string::reverse", "reverse({0})"},
    {"std::re::is_match", "regexp_matches({1}, {0})"},
    {"std::math::floor", "CAST(floor({0}) AS BIGINT)"},
    {"std::math::ceil", "CAST(ceil({0}) AS BIGINT)"},
    {"std::math::round", "CAST(round({0}) AS BIGINT)"},
    {"std::math::trunc", "CAST(trunc({0}) AS BIGINT)"},
    {"std::math::max", "greatest({0}, {1})"},
    {"std::math::min", "least({0}, {1})"},
    {"std::array::len", "len({0})"},
    {"std::array::is_empty", "(len({0}) = 0)"},
    {"std::array::contains", "list_contains({0}, {1})"},
    {"std::array::join", "array_to_string({0}, {1})"},
    {"std::array::reverse", "list_reverse({0})"},
    {"std::integer::parse", "TRY_CAST({0} AS BIGINT)"},
    {"std::float::parse", "TRY_CAST({0} AS DOUBLE)"},
    {"std::type::is_null", "({0} IS NULL)"},
    {"std::time::nanos::to_seconds", "({0} / 1e9)"},
    {"std::time::nanos::to_millis", "({0} / 1e6)"},
    {"std::time::nanos::truncate_seconds", "({0} - {0} % 1000000000)"},
    {"std::time::nanos::truncate_minutes", "({0} - {0} % 60000000000)"},
    {"std::time::nanos::truncate_hours", "({0} - {0} % 3600000000000)"},
    {"std::time::nanos::truncate_days", "({0} - {0} % 86400000000000)"},
}};

constexpr std::array<FunctionSpelling, 9> kAggregates{{
    {"aggr::stats::count", "count(*)"},
    {"aggr::stats::sum", "CAST(sum({0}) AS DOUBLE)"},
    {"aggr::stats::min", "CAST(min({0}) AS DOUBLE)"},
    {"aggr::stats::max", "CAST(max({0}) AS DOUBLE)"},
    {"aggr::stats::mean", "avg({0})"},
    {"aggr::stats::var", "var_samp({0})"},
    {"aggr::stats::stdev", "stddev_samp({0})"},
    {"aggr::win::first", "first({0} {1})"},
    {"aggr::win::last", "last({0} {1})"},
}};

std::unexpected<Error> cannot(std::string what) {
    return fail(ErrorCode::Unsupported, std::move(what));
}

std::string_view operatorOf(BinaryOp op) {
    switch (op) {
    case BinaryOp::Or: return "OR";
    case BinaryOp::And: return "AND";
    case BinaryOp::GreaterEqual: return ">=";
    case BinaryOp::Greater: return ">";
    case BinaryOp::LessEqual: return "<=";
    case BinaryOp::Less: return "<";
    case BinaryOp::Add: return "+";
    case BinaryOp::Subtract: return "-";
    case BinaryOp::Multiply: return "*";
    case BinaryOp::Divide: return "/";
    case BinaryOp::Modulo: return "%";
    default: return {};
    }
}

class SqlTranslator {
public:
    explicit SqlTranslator(const TableScope& scope) : m_scope(scope) {}

    Result<std::string> translate(const Expr& expr) {
        switch (expr.kind) {
        case ExprKind::Literal: return value(*as<LiteralExpr>(expr).value);
        case ExprKind::Constant: return value(*as<ConstantExpr>(expr).value);
        case ExprKind::List: return list(as<ListExpr>(expr));
        case ExprKind::Record: return record(as<RecordExpr>(expr));
        case ExprKind::Interpolate: return interpolate(as<InterpolateExpr>(expr));
        case ExprKind::Path: return path(as<PathExpr>(expr));
        case ExprKind::Presence: return presence(as<PresenceExpr>(expr));
        case ExprKind::Unary: return unary(as<UnaryExpr>(expr));
        case ExprKind::Binary: return binary(as<BinaryExpr>(expr));
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

private:
    static std::string textPath(const std::vector<TextStep>& path) {
        std::string text = "'$";
        for (const TextStep& step : path) {
            if (const auto* key = std::get_if<std::string>(&step)) {
                const std::string quoted = sqlText(printJson(Value::string(*key)));
                text += "." + quoted.substr(1, quoted.size() - 2);
            } else if (const auto* index = std::get_if<std::uint64_t>(&step)) {
                text += fmt::format("[{}]", *index);
            } else {
                text += fmt::format("[' || e._x{} || ']", std::get<PlaceColumn>(step).number);
            }
        }
        return text + "'";
    }

    Result<std::string> presence(const PresenceExpr& expr) {
        const FieldPresence found = m_scope.presence(textStepsOf(as<PathExpr>(*expr.path)));
        if (found.kind != FieldPresence::Kind::InText)
            return std::string(
                (found.kind == FieldPresence::Kind::Always) == expr.present ? "TRUE" : "FALSE");
        return fmt::format("{}json_exists(e._raw, {})", expr.present ? "" : "NOT ",
                           textPath(found.path));
    }

    Result<std::string> value(const Value& v) {
        if (v.isNull())
            return std::string("NULL");
        if (v.isString())
            return sqlText(v.asString());
        if (v.isBool())
            return std::string(v.asBool() ? "TRUE" : "FALSE");
        if (v.isInteger())
            return printJson(v);
        if (v.isFloat() && std::isfinite(v.asF64()))
            return fmt::format("CAST({} AS DOUBLE)", v.asF64());
        std::string text;
        if (v.isArray()) {
            for (const Value& item : v.items()) {
                FB_TRY_ASSIGN(const std::string one, value(item));
                text += (text.empty() ? "" : ", ") + one;
            }
            return "[" + text + "]";
        }
        if (!v.isRecord() || v.size() == 0)
            return cannot("a constant has no literal there");
        for (const Field& field : v.fields()) {
            FB_TRY_ASSIGN(const std::string one, value(field.value));
            text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", sqlText(field.key), one);
        }
        return "{" + text + "}";
    }

    Result<std::string> list(const ListExpr& expr) {
        std::string text;
        for (const ExprPtr& item : expr.items) {
            FB_TRY_ASSIGN(const std::string one, translate(*item));
            text += (text.empty() ? "" : ", ") + one;
        }
        return "[" + text + "]";
    }

    Result<std::string> record(const RecordExpr& expr) {
        std::string text;
        for (const RecordExpr::Entry& entry : expr.entries) {
            const auto* key = tryAs<LiteralExpr>(entry.key.get());
            if (key == nullptr)
                return cannot("a name of a field is computed");
            FB_TRY_ASSIGN(const std::string one, translate(*entry.value));
            text += fmt::format("{}{}: {}", text.empty() ? "" : ", ",
                                sqlText(key->value->asString()), one);
        }
        if (text.empty())
            return cannot("an empty record cannot be written");
        return "{" + text + "}";
    }

    Result<std::string> interpolate(const InterpolateExpr& expr) {
        std::string text;
        for (const ExprPtr& part : expr.parts) {
            FB_TRY_ASSIGN(const std::string one, translate(*part));
            text +=
                (text.empty() ? "" : " || ") +
                (isText(*part) ? one : fmt::format("coalesce(CAST({} AS VARCHAR), 'null')", one));
        }
        return "(" + text + ")";
    }

    Result<std::string> path(const PathExpr& expr) {
        if (const auto index = groupIndexOf(expr)) {
            if (*index >= m_scope.keys.size())
                return cannot("the text of a group cannot be written");
            return translate(*m_scope.keys[*index]);
        }
        if (expr.root == PathRoot::Window && expr.segments.empty())
            return sqlText(m_scope.windowName);
        std::string text;
        if (expr.root == PathRoot::Expression) {
            FB_TRY_ASSIGN(text, translate(*expr.base));
            text = "(" + text + ")";
        } else if (expr.root != PathRoot::Event) {
            return cannot("metadata, state and local names cannot be written");
        } else if (m_scope.scalar) {
            text = "e.event";
        } else if (expr.segments.empty()) {
            return cannot("the whole event cannot be used as a value");
        } else {
            text = "e";
        }
        for (const PathSegment& segment : expr.segments)
            FB_TRY(step(segment, text));
        return text;
    }

    Status step(const PathSegment& segment, std::string& text) {
        if (segment.form == PathSegment::Form::Field) {
            text += "." + sqlName(segment.field);
            return {};
        }
        const auto* literal = segment.form == PathSegment::Form::Index
                                  ? tryAs<LiteralExpr>(segment.index.get())
                                  : nullptr;
        if (literal != nullptr && literal->value->isString()) {
            text += "." + sqlName(literal->value->asString());
            return {};
        }
        if (literal == nullptr || literal->value->kind() != Kind::U64)
            return cannot("an index that is computed, or a range, cannot be written");
        text += fmt::format("[{}]", literal->value->asU64() + 1); // lists begin at 1 there
        return {};
    }

    Result<std::string> unary(const UnaryExpr& expr) {
        FB_TRY_ASSIGN(const std::string inner, translate(*expr.operand));
        switch (expr.op) {
        case UnaryOp::Plus: return inner;
        case UnaryOp::Minus: return fmt::format("(-{})", inner);
        case UnaryOp::Not: return fmt::format("(NOT {})", inner);
        case UnaryOp::BitNot: break;
        }
        return cannot("the operator ! on bits cannot be written");
    }

    Result<std::string> binary(const BinaryExpr& expr) {
        if (expr.op == BinaryOp::Equal || expr.op == BinaryOp::NotEqual) {
            const bool left = isNullLiteral(*expr.left), right = isNullLiteral(*expr.right);
            if (left || right) {
                FB_TRY_ASSIGN(const std::string other, translate(left ? *expr.right : *expr.left));
                return fmt::format("({} IS {}NULL)", other,
                                   expr.op == BinaryOp::Equal ? "" : "NOT ");
            }
        }
        FB_TRY_ASSIGN(const std::string left, translate(*expr.left));
        FB_TRY_ASSIGN(const std::string right, translate(*expr.right));
        if (expr.op == BinaryOp::Equal || expr.op == BinaryOp::NotEqual) // null equals itself only
            return fmt::format("({} IS {}DISTINCT FROM {})", left,
                               expr.op == BinaryOp::Equal ? "NOT " : "", right);
        if (expr.op == BinaryOp::Xor)
            return fmt::format("({} <> {})", left, right);
        std::string_view op = operatorOf(expr.op);
        if (op.empty())
            return cannot("operators on bits cannot be written");
        if (expr.op == BinaryOp::Add && isText(expr))
            op = "||";
        // Dividing by zero is a failure here, and infinite there.
        if ((expr.op == BinaryOp::Divide || expr.op == BinaryOp::Modulo) &&
            expr.right->kind != ExprKind::Literal)
            return fmt::format("({} {} nullif({}, 0))", left, op, right);
        return fmt::format("({} {} {})", left, op, right);
    }

    Result<std::string> call(const CallExpr& expr) {
        const FunctionSpelling* spelling = findSpelling(kFunctions, expr.function->name);
        if (spelling == nullptr)
            return cannot(
                fmt::format("the function `{}` has no counterpart there", expr.function->name));
        std::vector<std::string> arguments;
        for (const ExprPtr& argument : expr.arguments) {
            if (spelling->literalArguments && !arguments.empty() &&
                argument->kind != ExprKind::Literal)
                return cannot(fmt::format("arguments of `{}` are computed", expr.function->name));
            FB_TRY_ASSIGN(std::string one, translate(*argument));
            arguments.push_back(std::move(one));
        }
        return fillSpelling(spelling->text, arguments);
    }

    Result<std::string> aggregate(const AggregateExpr& expr) {
        const FunctionSpelling* spelling = findSpelling(kAggregates, expr.aggregate->name);
        if (!m_scope.aggregates || spelling == nullptr)
            return cannot(
                fmt::format("the aggregate `{}` has no counterpart there", expr.aggregate->name));
        std::vector<std::string> arguments;
        if (!expr.arguments.empty()) {
            FB_TRY_ASSIGN(std::string one, translate(*expr.arguments[0]));
            arguments.push_back(std::move(one));
        }
        if (expr.aggregate->name.starts_with("aggr::win::")) {
            std::string order;
            for (const std::string& column : m_scope.ordinals)
                order +=
                    fmt::format("{}{} NULLS FIRST", order.empty() ? "ORDER BY " : ", ", column);
            arguments.push_back(order);
        }
        return fillSpelling(spelling->text, arguments);
    }

    // Cases by equality and with guards; the last must take everything, because a `match` without
    // a case that fits is a failure.
    Result<std::string> match(const MatchExpr& expr) {
        const Case& last = expr.cases.back();
        if (last.pattern->kind != Pattern::Kind::Any || last.guard != nullptr)
            return cannot("a `match` without a last `case _` cannot be written");
        FB_TRY_ASSIGN(const std::string target, subject(expr));
        std::string text = "CASE";
        for (const Case& one : expr.cases) {
            std::string condition;
            if (one.pattern->kind == Pattern::Kind::Expression) {
                FB_TRY_ASSIGN(const std::string wanted, translate(*one.pattern->value));
                condition = fmt::format("{} IS NOT DISTINCT FROM {}", target, wanted);
            } else if (one.pattern->kind != Pattern::Kind::Any) {
                return cannot("a pattern that takes values apart cannot be written");
            }
            if (one.guard != nullptr) {
                FB_TRY_ASSIGN(const std::string guard, translate(*one.guard));
                condition += (condition.empty() ? "" : " AND ") + guard;
            }
            FB_TRY_ASSIGN(const std::string body, translate(*one.body));
            text += condition.empty() ? " ELSE " + body
                                      : fmt::format(" WHEN {} THEN {}", condition, body);
            if (condition.empty())
                break;
        }
        return "(" + text + " END)";
    }

    Result<std::string> subject(const MatchExpr& expr) {
        for (const Case& one : expr.cases)
            if (one.pattern->kind == Pattern::Kind::Expression)
                return translate(*expr.target);
        return std::string();
    }

    const TableScope& m_scope;
};

} // namespace

Result<std::string> sqlExpression(const Expr& expr, const TableScope& scope) {
    return SqlTranslator(scope).translate(expr);
}

} // namespace fuseboard
