// SPDX-License-Identifier: Apache-2.0
// Statements of scripts, constants and functions.
#include "engine/script/constant.h"
#include "engine/script/definitions.h"
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

/// A statement: what may change the event, end the script, or is just an expression.
ExprPtr RecursiveParser::parseEffect() {
    const Token& token = peek();
    switch (token.kind) {
    case TokenKind::Let: return parseLet();
    case TokenKind::Match: return parseMatch(true);
    case TokenKind::For: return parseFor(true);
    case TokenKind::Emit:
    case TokenKind::Drop:
        if (rules.inFunction)
            failHere(fmt::format("{} cannot stand in a function", describeToken(token.kind)));
        if (token.kind == TokenKind::Emit)
            return parseEmit();
        take();
        return std::make_shared<DropExpr>(token.span, source());
    default: return parseExpression();
    }
}

ExprPtr RecursiveParser::parseLet() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    const Span pathSpan = peek().span;
    const bool localName =
        at(TokenKind::Identifier) && !at(TokenKind::ColonColon, 1) && !at(TokenKind::LeftParen, 1);
    std::string fresh;
    std::shared_ptr<PathExpr> path;
    ExprPtr parsed;
    if (localName && m_locals.find(textOf(peek())) == nullptr) {
        if (resolveConstant({std::string(textOf(peek()))}) != nullptr)
            failHere(fmt::format("`{}` is a constant and cannot be assigned", textOf(peek())));
        fresh = std::string(textOf(take()));
        path = std::make_shared<PathExpr>(PathRoot::Local, parseSegments(), since(pathSpan.begin),
                                          source());
        path->local = fresh;
        parsed = path;
    } else {
        parsed = parsePrimary();
    }
    const auto* target = tryAs<PathExpr>(parsed.get());
    if (target == nullptr || target->root == PathRoot::Expression ||
        target->root == PathRoot::Group || target->root == PathRoot::Window)
        throw failureAt(pathSpan, ErrorCode::InvalidSyntax, "this cannot be assigned",
                        "assign to a local, event, state or $name");
    if (target->root == PathRoot::Meta && target->segments.empty())
        throw failureAt(pathSpan, ErrorCode::InvalidSyntax, "`$` as a whole cannot be assigned",
                        "assign to one of its fields, as in $name");
    for (const PathSegment& segment : target->segments) {
        if (segment.form == PathSegment::Form::Range)
            throw failureAt(segment.span, ErrorCode::InvalidSyntax, "a slice cannot be assigned");
        const auto* index = tryAs<LiteralExpr>(segment.index.get());
        if (index != nullptr && (*index->value).isInteger())
            throw failureAt(segment.span, ErrorCode::InvalidSyntax,
                            "an element of an array cannot be assigned",
                            "build a new array instead");
    }
    expect(TokenKind::Assign, "after the name to assign to");
    ExprPtr value = parseEffect();
    if (!fresh.empty()) // a name is known after its first assignment, not in it
        path->slot = m_locals.declare(fresh);
    return std::make_shared<LetExpr>(std::move(parsed), std::move(value), since(begin), source());
}

ExprPtr RecursiveParser::parseEmit() {
    const std::uint32_t begin = take().span.begin;
    ExprPtr value;
    ExprPtr port;
    const bool bare = atAny({TokenKind::Arrow, TokenKind::Semicolon, TokenKind::End,
                             TokenKind::Case, TokenKind::EndOfText, TokenKind::Comma,
                             TokenKind::Default, TokenKind::Into, TokenKind::Script});
    if (!bare)
        value = parseComplex();
    if (accept(TokenKind::Arrow)) {
        if (!at(TokenKind::StringStart))
            throw unexpected("the name of a port in quotes");
        port = parseString();
    }
    return std::make_shared<EmitExpr>(std::move(value), std::move(port), since(begin), source());
}

/// Statements up to one of `ends`. At the top level of a script each failure is reported and
/// reading goes on; within a case the failure belongs to the statement around it.
ExprPtr RecursiveParser::parseBlockUntil(std::initializer_list<TokenKind> ends, bool topLevel) {
    const std::uint32_t begin = peek().span.begin;
    std::vector<ExprPtr> statements;
    if (topLevel) {
        ExprPtr lastConstant; // the result of a script that has nothing else
        parseStatements(
            [&] {
                const std::string name(at(TokenKind::Const) ? textOf(peek(1)) : std::string_view());
                const Span span = peek(1).span;
                if (!parseCommonStatement())
                    statements.push_back(parseEffect());
                else if (const OwnedValue* value = name.empty() ? nullptr : resolveConstant({name}))
                    lastConstant = std::make_shared<ConstantExpr>(name, *value, span, source());
            },
            ends);
        if (statements.empty() && lastConstant != nullptr)
            statements.push_back(std::move(lastConstant));
        if (statements.empty() && !m_program.failed())
            throw failureAt(peek().span, ErrorCode::InvalidSyntax, "the script has no statement",
                            "write `event` to pass the event on");
        if (statements.empty())
            statements.push_back(
                std::make_shared<LiteralExpr>(OwnedValue(), peek().span, source()));
        return std::make_shared<BlockExpr>(std::move(statements), since(begin), source());
    }
    while (true) {
        statements.push_back(parseEffect());
        if (at(TokenKind::Comma) && m_program.options().oldDialects)
            notice("statements are now separated by `;`, not by `,`", take().span);
        else if (!accept(TokenKind::Semicolon))
            break;
        if (atAny(ends))
            break;
    }
    if (statements.size() == 1)
        return statements[0];
    return std::make_shared<BlockExpr>(std::move(statements), since(begin), source());
}

void RecursiveParser::parseConst() {
    take();
    const Span span = peek().span;
    std::string name = identifier("the name of a constant");
    expect(TokenKind::Assign, "after the name of the constant");
    const OwnedValue value = fold(*parseConstant("a constant"));
    if (!m_scope->constants.emplace(name, value).second)
        throw failureAt(span, ErrorCode::InvalidGraph,
                        fmt::format("the constant `{}` is defined twice", name));
}

// --- functions ---------------------------------------------------------------------------------

UserFunctionPtr RecursiveParser::readDrawnFunction() {
    if (!at(TokenKind::Fn))
        throw unexpected("`fn`");
    parseFunction();
    return m_scope->functions.begin()->second.user;
}

void RecursiveParser::defineFunction(const std::string& name, FunctionRef function, Span span) {
    if (!m_scope->functions.emplace(name, std::move(function)).second)
        throw failureAt(span, ErrorCode::InvalidGraph,
                        fmt::format("the function `{}` is defined twice", name));
}

bool RecursiveParser::parseParameters(UserFunction& function) {
    expect(TokenKind::LeftParen, "before the parameters");
    while (!at(TokenKind::RightParen)) {
        if (accept(TokenKind::Dot)) {
            expect(TokenKind::Dot, "to complete `...`");
            expect(TokenKind::Dot, "to complete `...`");
            function.open = true;
            break;
        }
        const Span span = peek().span;
        std::string name = identifier("the name of a parameter");
        if (std::ranges::find(function.parameters, name) != function.parameters.end())
            throw failureAt(span, ErrorCode::InvalidSyntax,
                            fmt::format("the parameter `{}` is named twice", name));
        function.parameters.push_back(std::move(name));
        if (function.parameters.size() > 250)
            failHere("a function has at most 250 parameters");
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightParen, "after the parameters");
    return function.open;
}

void RecursiveParser::parseFunction() {
    const std::size_t first = m_at;
    const std::uint32_t begin = take().span.begin;
    const Span nameSpan = peek().span;
    const std::string name = identifier("the name of a function");
    auto function = std::make_shared<UserFunction>();
    function->name = m_scope->moduleName.empty() ? name : m_scope->moduleName + "::" + name;
    parseParameters(*function);

    const Restore keepRules(rules);
    const Restore keepLocals(m_locals);
    const Restore keepFunction(m_function);
    const bool implicit = rules.implicit;
    rules = ExpressionRules{};
    rules.implicit = implicit;
    rules.where = "a function";
    rules.event = rules.state = rules.group = false;
    rules.inFunction = true;
    m_function = function.get();
    m_locals = {};
    for (const std::string& parameter : function->parameters)
        m_locals.declare(parameter);
    if (function->open)
        ++m_locals.count;
    if (accept(TokenKind::With)) {
        function->body = parseBlockUntil({TokenKind::End}, false);
    } else {
        expect(TokenKind::Of, "or `with` before the body of the function");
        function->byCases = true;
        parsePatternFunction(*function, begin);
    }
    expect(TokenKind::End, "to end the function");
    function->localCount = m_locals.count;
    checkRecursion(*function->body, true, *function);
    function->text = sourceText(first);
    function->digest = digestOf(*function);
    defineFunction(name, {function, nullptr, nullptr}, nameSpan);
}

/// `fn f(a, b) of case (p, q) => … case _ => … end` is a match over the list of its parameters.
void RecursiveParser::parsePatternFunction(UserFunction& function, std::uint32_t begin) {
    std::vector<ExprPtr> parameters;
    for (std::uint32_t slot = 0; slot < function.parameters.size(); ++slot) {
        auto local = std::make_shared<PathExpr>(PathRoot::Local, std::vector<PathSegment>(),
                                                since(begin), source());
        local->slot = slot;
        local->local = function.parameters[slot];
        parameters.push_back(std::move(local));
    }
    std::vector<Case> cases;
    bool complete = false;
    while (!complete) {
        expect(TokenKind::Case, "to begin a case; the last one must be `case _ =>`");
        Case arm;
        auto pattern = std::make_shared<Pattern>();
        const std::uint32_t patternBegin = peek().span.begin;
        complete = accept(TokenKind::Underscore);
        if (!complete) {
            expect(TokenKind::LeftParen, "before the patterns of the parameters");
            pattern->kind = Pattern::Kind::Tuple;
            do {
                pattern->items.push_back(parseItemPattern());
            } while (accept(TokenKind::Comma));
            expect(TokenKind::RightParen, "after the patterns of the parameters");
            checkArity("case", pattern->items.size(), parameters.size(), parameters.size(),
                       since(patternBegin));
        }
        pattern->span = since(patternBegin);
        arm.pattern = pattern;
        arm.guard = complete ? nullptr : parseGuard();
        expect(TokenKind::Arrow, "before the result of the case");
        arm.body = parseBlockUntil({TokenKind::Case, TokenKind::End}, false);
        const bool takesApart = std::ranges::any_of(pattern->items, [](const PatternPtr& item) {
            return item->kind == Pattern::Kind::Extract || item->kind == Pattern::Kind::Record;
        });
        if (takesApart) {
            auto named = std::make_shared<Pattern>();
            named->kind = Pattern::Kind::Assign;
            named->span = pattern->span;
            named->name = "_";
            named->slot = m_locals.shadow("_");
            named->inner = pattern;
            arm.body = rebindParameters(function, named->slot, arm.body);
            arm.pattern = named;
        }
        cases.push_back(std::move(arm));
    }
    auto target = std::make_shared<ListExpr>(std::move(parameters), since(begin), source());
    function.body =
        std::make_shared<MatchExpr>(std::move(target), std::move(cases), since(begin), source());
}

/// Parameters stand for what their patterns extracted.
ExprPtr RecursiveParser::rebindParameters(const UserFunction& function, std::uint32_t resultSlot,
                                          ExprPtr body) {
    std::vector<ExprPtr> statements;
    for (std::uint32_t slot = 0; slot < function.parameters.size(); ++slot) {
        PathSegment index;
        index.form = PathSegment::Form::Index;
        index.index = makeLiteral(Value::u64(slot), *body);
        index.span = body->span;
        auto from = std::make_shared<PathExpr>(PathRoot::Local, std::vector<PathSegment>{index},
                                               body->span, source());
        from->slot = resultSlot;
        from->local = "_";
        auto to = std::make_shared<PathExpr>(PathRoot::Local, std::vector<PathSegment>(),
                                             body->span, source());
        to->slot = slot;
        to->local = function.parameters[slot];
        statements.push_back(
            std::make_shared<LetExpr>(std::move(to), std::move(from), body->span, source()));
    }
    const Span span = body->span;
    statements.push_back(std::move(body));
    return std::make_shared<BlockExpr>(std::move(statements), span, source());
}

/// `recur` is only allowed where nothing is left to do after it.
void RecursiveParser::checkRecursion(const Expr& expr, bool tail,
                                     const UserFunction& function) const {
    if (expr.kind == ExprKind::Recur && !tail)
        throw failureAt(expr.span, ErrorCode::InvalidSyntax,
                        "`recur` must be the last thing that the function does",
                        "carry the result along in a parameter");
    if (const auto* block = tryAs<BlockExpr>(&expr)) {
        for (std::size_t i = 0; i < block->statements.size(); ++i)
            checkRecursion(*block->statements[i], tail && i + 1 == block->statements.size(),
                           function);
        return;
    }
    if (const auto* match = tryAs<MatchExpr>(&expr)) {
        checkRecursion(*match->target, false, function);
        for (const Case& arm : match->cases) {
            if (arm.guard != nullptr)
                checkRecursion(*arm.guard, false, function);
            checkRecursion(*arm.body, tail, function);
        }
        return;
    }
    forEachChild(expr, [&](const ExprPtr& child) { checkRecursion(*child, false, function); });
}

/// `intrinsic fn f(a) as module::name` gives a native function another name.
void RecursiveParser::parseIntrinsic() {
    take();
    expect(TokenKind::Fn, "after `intrinsic`");
    const Span nameSpan = peek().span;
    const std::string name = identifier("the name of a function");
    UserFunction parameters;
    parseParameters(parameters);
    expect(TokenKind::As, "before the native function");
    const Span span = peek().span;
    const std::vector<std::string> path = modulePath("the name of a native function");
    const std::string written = fmt::format("{}", fmt::join(path, "::"));
    const std::string canonical = findImplicitFunction(written);
    FunctionRef function;
    function.native = findFunction(canonical);
    function.aggregate = findAggregate(canonical);
    if (!function.known())
        throw failureAt(span, ErrorCode::UnknownName,
                        fmt::format("unknown native function `{}`", written));
    defineFunction(name, function, nameSpan);
}

} // namespace fuseboard
