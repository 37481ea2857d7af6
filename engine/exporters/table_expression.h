// SPDX-License-Identifier: Apache-2.0
// Expressions of the script language in the languages of table targets. One translator each
// (sql_expression.cpp, polars_expression.cpp); what they share is here.
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

} // namespace fuseboard
