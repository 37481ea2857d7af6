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

std::unexpected<Error> cannot(std::string what) {
    return fail(ErrorCode::Unsupported, std::move(what));
}

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

class PolarsTranslator {
public:
    explicit PolarsTranslator(const TableScope& scope) : m_scope(scope) {}

    Result<std::string> translate(const Expr& expr) {
        switch (expr.kind) {
        case ExprKind::Literal: return literal(*as<LiteralExpr>(expr).value);
        case ExprKind::Constant: return literal(*as<ConstantExpr>(expr).value);
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
    Result<std::string> presence(const PresenceExpr& expr) {
        const FieldPresence found = m_scope.presence(textStepsOf(as<PathExpr>(*expr.path)));
        if (found.kind != FieldPresence::Kind::InText)
            return std::string((found.kind == FieldPresence::Kind::Always) == expr.present
                                   ? "pl.lit(True)"
                                   : "pl.lit(False)");
        std::string text;
        for (const TextStep& step : found.path) {
            text += text.empty() ? "" : ", ";
            if (const auto* key = std::get_if<std::string>(&step))
                text += pythonText(*key);
            else if (const auto* index = std::get_if<std::uint64_t>(&step))
                text += fmt::format("{}", *index);
            else
                text += fmt::format("pl.col(\"_x{}\")", std::get<PlaceColumn>(step).number);
        }
        return fmt::format("{}has({})", expr.present ? "" : "~", text);
    }

    // A bare value where Polars takes one beside an expression.
    Result<std::string> bare(const Value& v) {
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
    Result<std::string> literal(const Value& v) {
        FB_TRY_ASSIGN(const std::string text, bare(v));
        return "pl.lit(" + text + ")";
    }
    /// A literal stays bare, anything else is an expression.
    Result<std::string> operand(const Expr& expr) {
        return expr.kind == ExprKind::Literal ? bare(*as<LiteralExpr>(expr).value)
                                              : translate(expr);
    }

    Result<std::string> list(const ListExpr& expr) {
        std::string text;
        for (const ExprPtr& item : expr.items) {
            FB_TRY_ASSIGN(const std::string one, translate(*item));
            text += (text.empty() ? "" : ", ") + one;
        }
        return "pl.concat_list(" + text + ")";
    }

    Result<std::string> record(const RecordExpr& expr) {
        std::string text;
        for (const RecordExpr::Entry& entry : expr.entries) {
            const auto* key = tryAs<LiteralExpr>(entry.key.get());
            if (key == nullptr)
                return cannot("a name of a field is computed");
            FB_TRY_ASSIGN(const std::string one, translate(*entry.value));
            text += fmt::format("{}{}.alias({})", text.empty() ? "" : ", ", one,
                                pythonText(key->value->asString()));
        }
        if (text.empty())
            return cannot("an empty record cannot be written");
        return "pl.struct(" + text + ")";
    }

    Result<std::string> interpolate(const InterpolateExpr& expr) {
        std::string text;
        for (const ExprPtr& part : expr.parts) {
            FB_TRY_ASSIGN(const std::string one, translate(*part));
            text += (text.empty() ? "" : ", ") +
                    (isText(*part) ? one : one + ".cast(pl.String).fill_null(\"null\")");
        }
        return "pl.concat_str([" + text + "])";
    }

    Result<std::string> path(const PathExpr& expr) {
        if (const auto index = groupIndexOf(expr)) {
            if (*index >= m_scope.keys.size())
                return cannot("the text of a group cannot be written");
            // Keys of a group are columns of their own by then.
            if (m_scope.aggregates)
                return fmt::format("pl.col(\"_key{}\").first()", *index);
            return translate(*m_scope.keys[*index]);
        }
        if (expr.root == PathRoot::Window && expr.segments.empty())
            return "pl.lit(" + pythonText(m_scope.windowName) + ")";
        std::string text;
        std::size_t first = 0;
        if (expr.root == PathRoot::Expression) {
            FB_TRY_ASSIGN(text, translate(*expr.base));
        } else if (expr.root != PathRoot::Event) {
            return cannot("metadata, state and local names cannot be written");
        } else if (m_scope.scalar) {
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

    Result<std::string> unary(const UnaryExpr& expr) {
        FB_TRY_ASSIGN(const std::string inner, translate(*expr.operand));
        switch (expr.op) {
        case UnaryOp::Plus: return inner;
        case UnaryOp::Minus: return fmt::format("(-{})", inner);
        case UnaryOp::Not: return fmt::format("(~{})", inner);
        case UnaryOp::BitNot: break;
        }
        return cannot("the operator ! on bits cannot be written");
    }

    Result<std::string> binary(const BinaryExpr& expr) {
        if (expr.op == BinaryOp::Equal || expr.op == BinaryOp::NotEqual) {
            const bool left = isNullLiteral(*expr.left), right = isNullLiteral(*expr.right);
            if (left || right) {
                FB_TRY_ASSIGN(const std::string other, translate(left ? *expr.right : *expr.left));
                return other + (expr.op == BinaryOp::Equal ? ".is_null()" : ".is_not_null()");
            }
        }
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

    Result<std::string> call(const CallExpr& expr) {
        const FunctionSpelling* spelling = findSpelling(kFunctions, expr.function->name);
        if (spelling == nullptr)
            return cannot(
                fmt::format("the function `{}` has no counterpart there", expr.function->name));
        std::vector<std::string> arguments;
        // The first place that a method is called on must be an expression.
        const std::size_t subject = spelling->text.starts_with("{1}") ? 1 : 0;
        const bool method = !spelling->text.starts_with("pl.");
        for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
            const Expr& argument = *expr.arguments[i];
            if (spelling->literalArguments && i > 0 && argument.kind != ExprKind::Literal)
                return cannot(fmt::format("arguments of `{}` are computed", expr.function->name));
            FB_TRY_ASSIGN(std::string one,
                          method && i != subject ? operand(argument) : translate(argument));
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
        return fillSpelling(spelling->text, arguments);
    }

    // As in SQL: cases by equality and with guards, the last takes everything.
    Result<std::string> match(const MatchExpr& expr) {
        const Case& last = expr.cases.back();
        if (last.pattern->kind != Pattern::Kind::Any || last.guard != nullptr)
            return cannot("a `match` without a last `case _` cannot be written");
        std::string text = "pl";
        for (const Case& one : expr.cases) {
            std::string condition;
            if (one.pattern->kind == Pattern::Kind::Expression) {
                FB_TRY_ASSIGN(const std::string target, translate(*expr.target));
                FB_TRY_ASSIGN(const std::string wanted, operand(*one.pattern->value));
                condition = fmt::format("{}.eq_missing({})", target, wanted);
            } else if (one.pattern->kind != Pattern::Kind::Any) {
                return cannot("a pattern that takes values apart cannot be written");
            }
            if (one.guard != nullptr) {
                FB_TRY_ASSIGN(const std::string guard, translate(*one.guard));
                condition += (condition.empty() ? "" : " & ") + guard;
            }
            FB_TRY_ASSIGN(const std::string body, translate(*one.body));
            if (condition.empty())
                return text == "pl" ? body : fmt::format("{}.otherwise({})", text, body);
            text += fmt::format(".when({}).then({})", condition, body);
        }
        return text;
    }

    const TableScope& m_scope;
};

} // namespace

Result<std::string> polarsExpression(const Expr& expr, const TableScope& scope) {
    return PolarsTranslator(scope).translate(expr);
}

} // namespace fuseboard
