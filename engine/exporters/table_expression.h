// SPDX-License-Identifier: Apache-2.0
// Expressions of the script language in the languages of table targets. One translator each
// (sql_expression.cpp, polars_expression.cpp); what they share, the walk above all, is here.
#pragma once

#include "engine/base/result.h"
#include "engine/exporters/field_presence.h"
#include "engine/script/ast.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// What names in an expression stand for.
struct TableScope {
    bool scalar = false;           ///< the row is one value, in the column `event`
    std::span<const ExprPtr> keys; ///< of group[0], group[1], …
    std::string windowName;        ///< of `window`; empty outside
    bool aggregates = false;
    std::vector<std::string> ordinals; ///< columns that give the order of rows
    PresenceOf presence;               ///< of fields of the row; every `present` has an answer
};

/// Fails with Unsupported; the message says what cannot be said there, without a period.
[[nodiscard]] Result<std::string> sqlExpression(const Expr& expr, const TableScope& scope);
[[nodiscard]] Result<std::string> polarsExpression(const Expr& expr, const TableScope& scope);

/// Whether the value is surely a text, so that `+` joins.
[[nodiscard]] bool isText(const Expr& expr);
/// The index of `group[N]`; nullopt for anything else.
[[nodiscard]] std::optional<std::size_t> groupIndexOf(const PathExpr& path);
/// Whether the tree compares with the literal null.
[[nodiscard]] bool isNullLiteral(const Expr& expr);

/// How a function of the language is spelled elsewhere: {0}, {1} … stand for its arguments.
struct FunctionSpelling {
    std::string_view name;
    std::string_view text;
    bool literalArguments = false; ///< all but the first must be literals
};
/// nullptr: nobody knows how.
[[nodiscard]] const FunctionSpelling* findSpelling(std::span<const FunctionSpelling> all,
                                                   std::string_view name);
/// The text with its places filled.
[[nodiscard]] std::string fillSpelling(std::string_view text,
                                       std::span<const std::string> arguments);

/// The walk over an expression. A target says how what was translated is put together; what no
/// table language can say is refused here, once.
class TableTranslator {
public:
    [[nodiscard]] Result<std::string> translate(const Expr& expr);

protected:
    explicit TableTranslator(const TableScope& scope) : m_scope(scope) {}
    ~TableTranslator() = default;
    [[nodiscard]] const TableScope& scope() const { return m_scope; }
    [[nodiscard]] static std::unexpected<Error> cannot(std::string what);

    virtual Result<std::string> literal(const Value& value) = 0;
    virtual Result<std::string> interpolate(const InterpolateExpr& expr) = 0;
    virtual Result<std::string> path(const PathExpr& expr) = 0;
    /// Of all operators but comparisons with the literal null.
    virtual Result<std::string> binary(const BinaryExpr& expr) = 0;
    virtual Result<std::string> match(const MatchExpr& expr) = 0;
    /// Argument number `i` of a call that is spelled so.
    virtual Result<std::string> argument(const FunctionSpelling& spelling, std::size_t i,
                                         const Expr& expr) = 0;
    /// Arguments of an aggregate beyond its own.
    virtual void addAggregateArguments(const AggregateExpr&, std::vector<std::string>&) {}

    [[nodiscard]] virtual std::string listText(std::string items) const = 0;
    [[nodiscard]] virtual std::string fieldText(std::string_view name, std::string value) const = 0;
    [[nodiscard]] virtual std::string recordText(std::string fields) const = 0;
    [[nodiscard]] virtual std::string notText(std::string_view inner) const = 0;
    [[nodiscard]] virtual std::string nullText(std::string_view inner, bool isNull) const = 0;
    /// Whether the row's own text holds a field (does not, if not `present`).
    [[nodiscard]] virtual std::string presenceText(const std::vector<TextStep>& path,
                                                   bool present) const = 0;
    /// A case's pattern as a condition, for patterns that are expressions.
    virtual Result<std::string> equalsPattern(const MatchExpr& expr, const Expr& pattern) = 0;
    [[nodiscard]] virtual std::string_view conjunction() const = 0;
    [[nodiscard]] virtual std::span<const FunctionSpelling> functions() const = 0;
    [[nodiscard]] virtual std::span<const FunctionSpelling> aggregates() const = 0;

    /// When a case applies; empty: always. Cases by equality and with guards can be said.
    Result<std::string> conditionOf(const MatchExpr& expr, const Case& one);
    /// The last case must take everything, because a `match` without a case that fits is a failure.
    static Status checkLastCase(const MatchExpr& expr);

private:
    Result<std::string> list(const ListExpr& expr);
    Result<std::string> record(const RecordExpr& expr);
    Result<std::string> presence(const PresenceExpr& expr);
    Result<std::string> unary(const UnaryExpr& expr);
    Result<std::string> comparison(const BinaryExpr& expr);
    Result<std::string> call(const CallExpr& expr);
    Result<std::string> aggregate(const AggregateExpr& expr);

    const TableScope& m_scope;
};

} // namespace fuseboard
