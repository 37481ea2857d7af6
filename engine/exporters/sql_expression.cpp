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

class SqlTranslator final : public TableTranslator {
public:
    explicit SqlTranslator(const TableScope& scope) : TableTranslator(scope) {}

private:
    std::string listText(std::string items) const override { return "[" + items + "]"; }
    std::string fieldText(std::string_view name, std::string value) const override {
        return fmt::format("{}: {}", sqlText(name), value);
    }
    std::string recordText(std::string fields) const override { return "{" + fields + "}"; }
    std::string notText(std::string_view inner) const override {
        return fmt::format("(NOT {})", inner);
    }
    std::string nullText(std::string_view inner, bool isNull) const override {
        return fmt::format("({} IS {}NULL)", inner, isNull ? "" : "NOT ");
    }
    std::string presenceText(const std::vector<TextStep>& path, bool present) const override {
        return fmt::format("{}json_exists(e._raw, {})", present ? "" : "NOT ", textPath(path));
    }
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
    std::string_view conjunction() const override { return "AND"; }
    std::span<const FunctionSpelling> functions() const override { return kFunctions; }
    std::span<const FunctionSpelling> aggregates() const override { return kAggregates; }

    Result<std::string> literal(const Value& v) override {
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
                FB_TRY_ASSIGN(const std::string one, literal(item));
                text += (text.empty() ? "" : ", ") + one;
            }
            return "[" + text + "]";
        }
        if (!v.isRecord() || v.size() == 0)
            return cannot("a constant has no literal there");
        for (const Field& field : v.fields()) {
            FB_TRY_ASSIGN(const std::string one, literal(field.value));
            text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", sqlText(field.key), one);
        }
        return "{" + text + "}";
    }

    Result<std::string> interpolate(const InterpolateExpr& expr) override {
        std::string text;
        for (const ExprPtr& part : expr.parts) {
            FB_TRY_ASSIGN(const std::string one, translate(*part));
            text +=
                (text.empty() ? "" : " || ") +
                (isText(*part) ? one : fmt::format("coalesce(CAST({} AS VARCHAR), 'null')", one));
        }
        return "(" + text + ")";
    }

    Result<std::string> path(const PathExpr& expr) override {
        if (const auto index = groupIndexOf(expr)) {
            if (*index >= scope().keys.size())
                return cannot("the text of a group cannot be written");
            return translate(*scope().keys[*index]);
        }
        if (expr.root == PathRoot::Window && expr.segments.empty())
            return sqlText(scope().windowName);
        std::string text;
        if (expr.root == PathRoot::Expression) {
            FB_TRY_ASSIGN(text, translate(*expr.base));
            text = "(" + text + ")";
        } else if (expr.root != PathRoot::Event) {
            return cannot("metadata, state and local names cannot be written");
        } else if (scope().scalar) {
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

    Result<std::string> binary(const BinaryExpr& expr) override {
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

    Result<std::string> argument(const FunctionSpelling&, std::size_t, const Expr& expr) override {
        return translate(expr);
    }

    void addAggregateArguments(const AggregateExpr& expr,
                               std::vector<std::string>& arguments) override {
        if (!expr.aggregate->name.starts_with("aggr::win::"))
            return;
        std::string order;
        for (const std::string& column : scope().ordinals)
            order += fmt::format("{}{} NULLS FIRST", order.empty() ? "ORDER BY " : ", ", column);
        arguments.push_back(order);
    }

    Result<std::string> equalsPattern(const MatchExpr& expr, const Expr& pattern) override {
        FB_TRY_ASSIGN(const std::string target, translate(*expr.target));
        FB_TRY_ASSIGN(const std::string wanted, translate(pattern));
        return fmt::format("{} IS NOT DISTINCT FROM {}", target, wanted);
    }

    Result<std::string> match(const MatchExpr& expr) override {
        FB_TRY(checkLastCase(expr));
        std::string text = "CASE";
        for (const Case& one : expr.cases) {
            FB_TRY_ASSIGN(const std::string condition, conditionOf(expr, one));
            FB_TRY_ASSIGN(const std::string body, translate(*one.body));
            text += condition.empty() ? " ELSE " + body
                                      : fmt::format(" WHEN {} THEN {}", condition, body);
            if (condition.empty())
                break;
        }
        return "(" + text + " END)";
    }
};

} // namespace

Result<std::string> sqlExpression(const Expr& expr, const TableScope& scope) {
    return SqlTranslator(scope).translate(expr);
}

} // namespace fuseboard
