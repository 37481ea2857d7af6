// SPDX-License-Identifier: Apache-2.0
// Expressions in Polars. A value that cannot be computed is null.
#include "engine/exporters/polars_text.h"
#include "engine/exporters/table_expression.h"
#include "engine/formats/json_text.h"
#include "engine/script/aggregate.h"
#include "engine/script/function.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace fuseboard {

std::string pythonText(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "\"";
}

namespace {

constexpr std::array<FunctionSpelling, 32> kFunctions{{
    {"std::string::uppercase", "{0}.str.to_uppercase()"},
    {"std::string::lowercase", "{0}.str.to_lowercase()"},
    {"std::string::len", "{0}.str.len_chars()"},
    {"std::string::is_empty", "({0} == \"\")"},
    {"std::string::trim", "{0}.str.strip_chars()"},
    {"std::string::trim_start", "{0}.str.strip_chars_start()"},
    {"std::string::trim_end", "{0}.str.strip_chars_end()"},
    {"std::string::replace", "{0}.str.replace_all({1}, {2}, literal=True)"},
    {"std::string::contains", "{0}.str.contains({1}, literal=True)"},
    {"std::string::split", "{0}.str.split({1})"},
    {"std::string::substr", "{0}.str.slice({1}, {2} - {1})", true},
    {"std::string::reverse", "{0}.str.reverse()"},
    {"std::re::is_match", "{1}.str.contains({0})"},
    {"std::math::floor", "{0}.floor().cast(pl.Int64)"},
    {"std::math::ceil", "{0}.ceil().cast(pl.Int64)"},
    {"std::math::round", "{0}.round(mode=\"half_away_from_zero\").cast(pl.Int64)"},
    {"std::math::trunc", "{0}.cast(pl.Int64)"},
    {"std::math::max", "pl.max_horizontal({0}, {1})"},
    {"std::math::min", "pl.min_horizontal({0}, {1})"},
    {"std::array::len", "{0}.list.len()"},
    {"std::array::is_empty", "({0}.list.len() == 0)"},
    {"std::array::contains", "{0}.list.contains({1})"},
    {"std::array::join", "{0}.list.join({1})"},
    {"std::array::reverse", "{0}.list.reverse()"},
    {"std::integer::parse", "{0}.cast(pl.Int64, strict=False)"},
    {"std::float::parse", "{0}.cast(pl.Float64, strict=False)"},
    {"std::type::is_null", "{0}.is_null()"},
    {"std::time::nanos::to_seconds", "({0} / 1e9)"},
    {"std::time::nanos::to_millis", "({0} / 1e6)"},
    {"std::time::nanos::truncate_seconds", "({0} - {0} % 1000000000)"},
    {"std::time::nanos::truncate_minutes", "({0} - {0} % 60000000000)"},
    {"std::time::nanos::truncate_hours", "({0} - {0} % 3600000000000)"},
}};

constexpr std::array<FunctionSpelling, 9> kAggregates{{
    {"aggr::stats::count", "pl.len()"},
    {"aggr::stats::sum", "{0}.sum().cast(pl.Float64)"},
    {"aggr::stats::min", "{0}.min().cast(pl.Float64)"},
    {"aggr::stats::max", "{0}.max().cast(pl.Float64)"},
    {"aggr::stats::mean", "{0}.mean()"},
    {"aggr::stats::var", "{0}.var()"},
    {"aggr::stats::stdev", "{0}.std()"},
    {"aggr::win::first", "{0}.first()"},
    {"aggr::win::last", "{0}.last()"},
}};

std::string_view operatorOf(BinaryOp op) {
    switch (op) {
    case BinaryOp::Or: return "|";
    case BinaryOp::And: return "&";
    case BinaryOp::Xor: return "^";
    case BinaryOp::GreaterEqual: return ">=";
    case BinaryOp::Greater: return ">";
    case BinaryOp::LessEqual: return "<=";
    case BinaryOp::Less: return "<";
    case BinaryOp::Add: return "+";
    case BinaryOp::Subtract: return "-";
    case BinaryOp::Multiply: return "*";
    case BinaryOp::Divide: return "/";
    default: return {};
    }
}

class PolarsTranslator final : public TableTranslator {
public:
    explicit PolarsTranslator(const TableScope& scope) : TableTranslator(scope) {}

private:
    std::string listText(std::string items) const override {
        return "pl.concat_list(" + items + ")";
    }
    std::string fieldText(std::string_view name, std::string value) const override {
        return fmt::format("{}.alias({})", value, pythonText(name));
    }
    std::string recordText(std::string fields) const override {
        return "pl.struct(" + fields + ")";
    }
    std::string notText(std::string_view inner) const override {
        return fmt::format("(~{})", inner);
    }
    std::string nullText(std::string_view inner, bool isNull) const override {
        return fmt::format("{}.{}()", inner, isNull ? "is_null" : "is_not_null");
    }
    std::string presenceText(const std::vector<TextStep>& path, bool present) const override {
        std::string text;
        for (const TextStep& step : path) {
            text += text.empty() ? "" : ", ";
            if (const auto* key = std::get_if<std::string>(&step))
                text += pythonText(*key);
            else if (const auto* index = std::get_if<std::uint64_t>(&step))
                text += fmt::format("{}", *index);
            else
                text += fmt::format("pl.col(\"_x{}\")", std::get<PlaceColumn>(step).number);
        }
        return fmt::format("{}has({})", present ? "" : "~", text);
    }
    std::string_view conjunction() const override { return "&"; }
    std::span<const FunctionSpelling> functions() const override { return kFunctions; }
    std::span<const FunctionSpelling> aggregates() const override { return kAggregates; }

    // A bare value where Polars takes one beside an expression.
    static Result<std::string> bare(const Value& v) {
        if (v.isNull())
            return std::string("None");
        if (v.isString())
            return pythonText(v.asString());
        if (v.isBool())
            return std::string(v.asBool() ? "True" : "False");
        if (v.isInteger() || (v.isFloat() && std::isfinite(v.asF64())))
            return printJson(v);
        if (!v.isArray())
            return cannot("a constant has no literal there");
        std::string text;
        for (const Value& item : v.items()) {
            FB_TRY_ASSIGN(const std::string one, bare(item));
            text += (text.empty() ? "" : ", ") + one;
        }
        return "[" + text + "]";
    }
    Result<std::string> literal(const Value& v) override {
        FB_TRY_ASSIGN(const std::string text, bare(v));
        return "pl.lit(" + text + ")";
    }
    /// A literal stays bare, anything else is an expression.
    Result<std::string> operand(const Expr& expr) {
        return expr.kind == ExprKind::Literal ? bare(*as<LiteralExpr>(expr).value)
                                              : translate(expr);
    }

    Result<std::string> interpolate(const InterpolateExpr& expr) override {
        std::string text;
        for (const ExprPtr& part : expr.parts) {
            FB_TRY_ASSIGN(const std::string one, translate(*part));
            text += (text.empty() ? "" : ", ") +
                    (isText(*part) ? one : one + ".cast(pl.String).fill_null(\"null\")");
        }
        return "pl.concat_str([" + text + "])";
    }

    Result<std::string> path(const PathExpr& expr) override {
        if (const auto index = groupIndexOf(expr)) {
            if (*index >= scope().keys.size())
                return cannot("the text of a group cannot be written");
            // Keys of a group are columns of their own by then.
            if (scope().aggregates)
                return fmt::format("pl.col(\"_key{}\").first()", *index);
            return translate(*scope().keys[*index]);
        }
        if (expr.root == PathRoot::Window && expr.segments.empty())
            return "pl.lit(" + pythonText(scope().windowName) + ")";
        std::string text;
        std::size_t first = 0;
        if (expr.root == PathRoot::Expression) {
            FB_TRY_ASSIGN(text, translate(*expr.base));
        } else if (expr.root != PathRoot::Event) {
            return cannot("metadata, state and local names cannot be written");
        } else if (scope().scalar) {
            text = "pl.col(\"event\")";
        } else {
            if (expr.segments.empty())
                return cannot("the whole event cannot be used as a value");
            FB_TRY_ASSIGN(const std::string column, fieldOf(expr.segments[0]));
            text = "pl.col(" + column + ")";
            first = 1;
        }
        for (std::size_t i = first; i < expr.segments.size(); ++i)
            FB_TRY(step(expr.segments[i], text));
        return text;
    }

    static Result<std::string> fieldOf(const PathSegment& segment) {
        if (segment.form == PathSegment::Form::Field)
            return pythonText(segment.field);
        const auto* literal = segment.form == PathSegment::Form::Index
                                  ? tryAs<LiteralExpr>(segment.index.get())
                                  : nullptr;
        if (literal == nullptr || !literal->value->isString())
            return cannot("an index that is computed, or a range, cannot be written");
        return pythonText(literal->value->asString());
    }

    static Status step(const PathSegment& segment, std::string& text) {
        const auto* literal = segment.form == PathSegment::Form::Index
                                  ? tryAs<LiteralExpr>(segment.index.get())
                                  : nullptr;
        if (literal != nullptr && literal->value->kind() == Kind::U64) {
            text += fmt::format(".list.get({}, null_on_oob=True)", literal->value->asU64());
            return {};
        }
        FB_TRY_ASSIGN(const std::string field, fieldOf(segment));
        text += fmt::format(".struct.field({})", field);
        return {};
    }

    Result<std::string> binary(const BinaryExpr& expr) override {
        FB_TRY_ASSIGN(const std::string left, translate(*expr.left));
        FB_TRY_ASSIGN(const std::string right, expr.left->kind == ExprKind::Literal
                                                   ? translate(*expr.right)
                                                   : operand(*expr.right));
        if (expr.op == BinaryOp::Equal || expr.op == BinaryOp::NotEqual) // null equals itself only
            return fmt::format("{}.{}({})", left,
                               expr.op == BinaryOp::Equal ? "eq_missing" : "ne_missing", right);
        const bool plainDivisor = expr.right->kind == ExprKind::Literal;
        if (expr.op == BinaryOp::Modulo) // the sign is the dividend's here, the divisor's there
            return fmt::format(
                "(({}).abs() % {} * ({}).sign())", left,
                plainDivisor ? right : fmt::format("({}).abs().replace(0, None)", right), left);
        if (expr.op == BinaryOp::Divide && !plainDivisor) // by zero: a failure here, infinite there
            return fmt::format("({} / pl.when({} != 0).then({}))", left, right, right);
        const std::string_view op = operatorOf(expr.op);
        if (op.empty())
            return cannot("operators on bits cannot be written");
        return fmt::format("({} {} {})", left, op, right);
    }

    Result<std::string> argument(const FunctionSpelling& spelling, std::size_t i,
                                 const Expr& expr) override {
        // What a method is called on must be an expression.
        const std::size_t subject = spelling.text.starts_with("{1}") ? 1 : 0;
        const bool method = !spelling.text.starts_with("pl.");
        return method && i != subject ? operand(expr) : translate(expr);
    }

    Result<std::string> equalsPattern(const MatchExpr& expr, const Expr& pattern) override {
        FB_TRY_ASSIGN(const std::string target, translate(*expr.target));
        FB_TRY_ASSIGN(const std::string wanted, operand(pattern));
        return fmt::format("{}.eq_missing({})", target, wanted);
    }

    Result<std::string> match(const MatchExpr& expr) override {
        FB_TRY(checkLastCase(expr));
        std::string text = "pl";
        for (const Case& one : expr.cases) {
            FB_TRY_ASSIGN(const std::string condition, conditionOf(expr, one));
            FB_TRY_ASSIGN(const std::string body, translate(*one.body));
            if (condition.empty())
                return text == "pl" ? body : fmt::format("{}.otherwise({})", text, body);
            text += fmt::format(".when({}).then({})", condition, body);
        }
        return text;
    }
};

} // namespace

Result<std::string> polarsExpression(const Expr& expr, const TableScope& scope) {
    return PolarsTranslator(scope).translate(expr);
}

} // namespace fuseboard
