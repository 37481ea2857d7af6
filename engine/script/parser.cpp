// SPDX-License-Identifier: Apache-2.0
// The entry points of the parser, the choice of the dialect, and the rule for windowed targets.
#include "engine/script/parser.h"
#include "engine/script/definitions.h"
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {

/// `define tumbling window` and `define ns::kind operator` stand only in older programs.
bool hasOldDefinitions(const TokenFile& file) {
    for (std::size_t i = 0; i + 2 < file.tokens.size(); ++i) {
        if (file.tokens[i].kind != TokenKind::Define)
            continue;
        const TokenKind next = file.tokens[i + 1].kind;
        if (next == TokenKind::Tumbling || next == TokenKind::Sliding ||
            (next == TokenKind::Identifier && file.tokens[i + 2].kind == TokenKind::ColonColon))
            return true;
    }
    return false;
}

/// Tokens of a program file. In files of the older dialect that know no `#{…}` yet, `{…}` in
/// strings interpolates.
TokenFilePtr readTokens(Program& program, const SourcePtr& source, bool oldDialects) {
    if (source->text.size() > kMaxProgramBytes) {
        program.report(Error(ErrorCode::LimitExceeded, "the program is larger than 4 MiB")
                           .at(Place{source->name, 0, 0, {}}));
        return nullptr;
    }
    auto file = std::make_shared<TokenFile>(lex(source));
    const bool hashForm = std::ranges::any_of(file->tokens, [](const Token& token) {
        return token.kind == TokenKind::InterpolationStart;
    });
    if (oldDialects && !hashForm && hasOldDefinitions(*file)) {
        auto old = std::make_shared<TokenFile>(lex(source, true));
        const auto brace =
            std::ranges::find(old->tokens, TokenKind::InterpolationStart, &Token::kind);
        if (brace != old->tokens.end())
            program.notice("`{…}` in strings is now written `#{…}`", source, brace->span);
        file = std::move(old);
    }
    for (const Error& error : file->errors)
        program.report(error);
    return file->errors.empty() ? file : nullptr;
}

/// Reads one part of a drawn pipeline with `read`.
template <class T, class Read>
Result<T> readDrawn(std::string name, std::string text, const Definitions* definitions, Read read) {
    auto source = std::make_shared<const Source>(Source{std::move(name), std::move(text)});
    Program program(ParseOptions{}, nullptr);
    const TokenFilePtr file = readTokens(program, source, false);
    if (file != nullptr) {
        Scope* pipeline = program.makeScope(nullptr);
        if (definitions != nullptr)
            for (const UserFunctionPtr& function : definitions->functions())
                pipeline->functions.emplace(function->name,
                                            FunctionRef{function, nullptr, nullptr});
        RecursiveParser parser(program, file, program.makeScope(pipeline));
        parser.rules.implicit = true;
        try {
            T result = read(parser);
            parser.expectEnd();
            if (!program.failed())
                return result;
        } catch (ParseFailure& failure) {
            program.report(std::move(failure.error));
        }
    }
    return fail(program.takeErrors(source->name).front());
}

ExprPtr makeGroupReference(std::size_t index, const Expr& inPlaceOf) {
    PathSegment segment;
    segment.form = PathSegment::Form::Index;
    segment.index = makeLiteral(Value::u64(index), inPlaceOf);
    segment.span = inPlaceOf.span;
    return std::make_shared<PathExpr>(PathRoot::Group, std::vector<PathSegment>{segment},
                                      inPlaceOf.span, inPlaceOf.source);
}

void collectLeaves(const GroupBy& by, std::vector<const Expr*>& leaves) {
    if (by.expression != nullptr)
        leaves.push_back(by.expression.get());
    for (const GroupByPtr& item : by.items)
        collectLeaves(*item, leaves);
}

/// Puts group[i] for what the group-by names, and finds the first forbidden use of the event.
class WindowedTargetBinder {
public:
    explicit WindowedTargetBinder(const GroupBy* by) {
        if (by != nullptr)
            collectLeaves(*by, m_leaves);
    }

    ExprPtr bind(const ExprPtr& expr) {
        if (expr->kind == ExprKind::Aggregate)
            return expr;
        for (std::size_t i = 0; i < m_leaves.size(); ++i) {
            if (sameExpr(*expr, *m_leaves[i]))
                return makeGroupReference(i, *expr);
        }
        const auto* path = tryAs<PathExpr>(expr.get());
        if (path != nullptr && !m_error &&
            (path->root == PathRoot::Event || path->root == PathRoot::Meta)) {
            m_error = Error(ErrorCode::InvalidSyntax,
                            "a windowed select sees many events: outside of aggregates it can only "
                            "use what it groups by",
                            "group by it, or take aggr::win::first or aggr::win::last of it")
                          .at(placeOf(*expr->source, expr->span));
            return expr;
        }
        return mapChildren(expr, [this](const ExprPtr& child) { return bind(child); });
    }

    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    std::vector<const Expr*> m_leaves;
    std::optional<Error> m_error;
};

} // namespace

Result<Expression> bindWindowedTarget(Expression target, const GroupBy* groupBy) {
    WindowedTargetBinder binder(groupBy);
    target.tree = binder.bind(target.tree);
    if (binder.error())
        return fail(*binder.error());
    return target;
}

// --- drawn nodes -------------------------------------------------------------------------------

Expression RecursiveParser::readDrawnExpression() {
    Expression expression;
    const std::size_t first = m_at;
    expression.tree = parseComplex();
    expression.text = sourceText(first);
    expression.localCount = m_locals.count;
    expression.aggregateCount = m_aggregates;
    return expression;
}

Expression RecursiveParser::readDrawnScript() {
    rules.where = "a script";
    rules.group = false;
    Expression script;
    script.tree = parseBlockUntil({}, true);
    script.text = source()->text;
    script.localCount = m_locals.count;
    return script;
}

GroupByPtr RecursiveParser::readDrawnGroupBy() {
    rules.where = "`group by`";
    return parseGroupBy();
}

Result<Expression> parseExpression(std::string name, std::string text, ExpressionUse use,
                                   const Definitions* definitions) {
    return readDrawn<Expression>(
        std::move(name), std::move(text), definitions, [use](RecursiveParser& parser) {
            if (use == ExpressionUse::Windowed)
                parser.rules.aggregates = true;
            if (use == ExpressionUse::Constant) {
                parser.rules.where = "a constant";
                parser.rules.event = parser.rules.state = parser.rules.group = false;
            }
            return parser.readDrawnExpression();
        });
}

Result<Expression> parseScriptBody(std::string name, std::string text,
                                   const Definitions* definitions) {
    return readDrawn<Expression>(std::move(name), std::move(text), definitions,
                                 [](RecursiveParser& parser) { return parser.readDrawnScript(); });
}

Result<GroupByPtr> parseGroupBy(std::string name, std::string text,
                                const Definitions* definitions) {
    return readDrawn<GroupByPtr>(std::move(name), std::move(text), definitions,
                                 [](RecursiveParser& parser) { return parser.readDrawnGroupBy(); });
}

Result<UserFunctionPtr> parseFunction(const std::string& name, std::string text,
                                      const Definitions& known) {
    FB_TRY_ASSIGN(const UserFunctionPtr read,
                  readDrawn<UserFunctionPtr>(
                      "function " + name, std::move(text), &known,
                      [](RecursiveParser& parser) { return parser.readDrawnFunction(); }));
    if (read->name != name && !name.ends_with("::" + read->name))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the text defines `{}`, not `{}`", read->name, name));
    auto function = std::make_shared<UserFunction>(*read);
    function->name = name;
    function->digest = digestOf(*function);
    return function;
}

// --- files -------------------------------------------------------------------------------------

std::expected<Query, std::vector<Error>> parseQuery(SourcePtr source, const ParseOptions& options,
                                                    std::vector<Notice>& notices) {
    Program program(options, &notices);
    Query query;
    if (const TokenFilePtr file = readTokens(program, source, options.oldDialects))
        RecursiveParser(program, file, program.makeScope(nullptr))
            .readQuery(query, TokenKind::EndOfText);
    if (program.failed())
        return std::unexpected(program.takeErrors(source->name));
    return query;
}

std::expected<Expression, std::vector<Error>>
parseScript(SourcePtr source, const ParseOptions& options, std::vector<Notice>& notices) {
    Program program(options, &notices);
    Expression script;
    if (const TokenFilePtr file = readTokens(program, source, options.oldDialects)) {
        RecursiveParser parser(program, file, program.makeScope(nullptr));
        parser.rules.lateLocals = true;
        try {
            script = parser.readDrawnScript();
        } catch (ParseFailure& failure) {
            program.report(std::move(failure.error));
        }
    }
    if (program.failed())
        return std::unexpected(program.takeErrors(source->name));
    return script;
}

std::expected<Deployment, std::vector<Error>>
parseDeployment(SourcePtr source, const ParseOptions& options, std::vector<Notice>& notices) {
    Program program(options, &notices);
    Deployment deployment;
    if (const TokenFilePtr file = readTokens(program, source, options.oldDialects))
        RecursiveParser(program, file, program.makeScope(nullptr)).readDeployment(deployment);
    if (program.failed())
        return std::unexpected(program.takeErrors(source->name));
    return deployment;
}

} // namespace fuseboard
