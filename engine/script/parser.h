// SPDX-License-Identifier: Apache-2.0
// Text to syntax tree: expressions of drawn nodes, scripts, and whole files of the three kinds
// (module .tremor, query .trickle, deployment .troy). One lexer and one grammar serve all of them.
#pragma once

#include "engine/base/result.h"
#include "engine/script/query.h"

#include <string>
#include <vector>

namespace fuseboard {

/// Limits of every parse: text of at most 4 MiB, nesting of at most 128.
inline constexpr std::size_t kMaxProgramBytes = 4U << 20U;
inline constexpr int kMaxProgramNesting = 128;

/// What may stand in an expression.
enum class ExpressionUse : std::uint8_t {
    Plain,    ///< where, having, filter, select without window: no let, drop, emit, aggregates
    Windowed, ///< target of a windowed select: aggregates allowed
    Constant, ///< must not read event, $, state, group or window
};

class Definitions; // engine/script/definitions.h

/// One expression of a drawn node. Functions may be named canonically (std::string::uppercase), by
/// module (string::uppercase) or, for aggregates, with and without `aggr::`; those of the pipeline
/// by their whole name.
[[nodiscard]] Result<Expression> parseExpression(std::string name, std::string text,
                                                 ExpressionUse use,
                                                 const Definitions* definitions = nullptr);
/// A script body of a drawn node: statements separated by `;`.
[[nodiscard]] Result<Expression> parseScriptBody(std::string name, std::string text,
                                                 const Definitions* definitions = nullptr);
/// `expr`, `set(…)` or `each(…)` of a drawn node.
[[nodiscard]] Result<GroupByPtr> parseGroupBy(std::string name, std::string text,
                                              const Definitions* definitions = nullptr);

/// Applies the rule for targets of windowed selects: what equals an expression of the group-by
/// becomes group[i]; any other use of event or `$` outside of an aggregate is an error.
[[nodiscard]] Result<Expression> bindWindowedTarget(Expression target, const GroupBy* groupBy);

/// Something worth telling about an accepted program.
struct Notice {
    std::string message;
    Place place;
};

struct ParseOptions {
    std::vector<std::string> modulePath; ///< folders searched by `use`, before the built-in modules
    bool oldDialects = true;             ///< accept the older spellings and say so in the notices
};

/// Parses and resolves a query file. All errors found are returned, the first one first.
[[nodiscard]] std::expected<Query, std::vector<Error>>
parseQuery(SourcePtr source, const ParseOptions& options, std::vector<Notice>& notices);
/// A script file, such as `script FILE.tremor` runs: as the body of a script with `use`, const and
/// fn.
[[nodiscard]] std::expected<Expression, std::vector<Error>>
parseScript(SourcePtr source, const ParseOptions& options, std::vector<Notice>& notices);
/// A deployment file: flows with their pipelines and connectors.
[[nodiscard]] std::expected<Deployment, std::vector<Error>>
parseDeployment(SourcePtr source, const ParseOptions& options, std::vector<Notice>& notices);

/// Text of a tree: canonical spacing, full function names, minimal parentheses.
/// parse(print(e)) is structurally equal to e.
[[nodiscard]] std::string printExpr(const Expr& expr);
[[nodiscard]] std::string printGroupBy(const GroupBy& by);
/// As printExpr over several lines, for records and scripts that are wider than `width`.
[[nodiscard]] std::string printExprPretty(const Expr& expr, int indent = 0, int width = 80);
/// A string literal of the language, quoted and escaped.
[[nodiscard]] std::string quoteString(std::string_view text);
/// An identifier, in backticks where it needs them.
[[nodiscard]] std::string quoteIdentifier(std::string_view name);

/// Kinds of text for highlighting, in order, without gaps for the parts that have one.
struct HighlightSpan {
    enum class Kind : std::uint8_t {
        Keyword,
        String,
        Number,
        Name,
        Function,
        Interpolation,
        Comment
    };
    Kind kind;
    Span span;
};
[[nodiscard]] std::vector<HighlightSpan> highlight(std::string_view text);

} // namespace fuseboard
