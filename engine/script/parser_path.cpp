// SPDX-License-Identifier: Apache-2.0
// Paths, names and calls.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

namespace fuseboard {

std::string RecursiveParser::fieldName() {
    if (isKeyword(peek().kind))
        failHere(fmt::format("the field {} is a keyword", describeToken(peek().kind)),
                 fmt::format("put it in backticks: .`{}`", textOf(peek())));
    return identifier("the name of a field");
}

PathSegment RecursiveParser::parseBracket() {
    PathSegment segment;
    segment.index = parseComplex();
    segment.form = PathSegment::Form::Index;
    if (accept(TokenKind::Colon)) {
        segment.form = PathSegment::Form::Range;
        segment.end = parseComplex();
    }
    expect(TokenKind::RightBracket, "to end the index");
    return segment;
}

std::vector<PathSegment> RecursiveParser::parseSegments() {
    std::vector<PathSegment> segments;
    while (true) {
        const std::uint32_t begin = peek().span.begin;
        if (at(TokenKind::Dot) && !at(TokenKind::Dot, 1)) {
            take();
            PathSegment segment;
            segment.field = fieldName();
            segment.span = since(begin);
            segments.push_back(segment);
        } else if (accept(TokenKind::LeftBracket)) {
            PathSegment segment = parseBracket();
            segment.span = since(begin);
            segments.push_back(segment);
        } else {
            return segments;
        }
        if (segments.size() > static_cast<std::size_t>(kMaxTreeHeight))
            failHere(fmt::format("more than {} parts of a path", kMaxTreeHeight));
    }
}

ExprPtr RecursiveParser::withSegments(ExprPtr base, std::uint32_t begin) {
    if (!at(TokenKind::Dot) && !at(TokenKind::LeftBracket))
        return base;
    const NestingGuard guard(*this);
    auto segments = parseSegments();
    if (segments.empty())
        return base;
    auto path = std::make_shared<PathExpr>(PathRoot::Expression, std::move(segments), since(begin),
                                           source());
    path->base = std::move(base);
    return path;
}

ExprPtr RecursiveParser::parseRooted(PathRoot root) {
    const Token& token = take();
    const bool allowed = root == PathRoot::Event   ? rules.event
                         : root == PathRoot::State ? rules.state
                                                   : rules.group;
    if (!allowed)
        throw failureAt(
            token.span, ErrorCode::InvalidSyntax,
            fmt::format("{} cannot be read in {}", describeToken(token.kind), rules.where),
            rules.inFunction ? "pass it to the function as an argument" : "");
    auto segments = parseSegments();
    return std::make_shared<PathExpr>(root, std::move(segments), since(token.span.begin), source());
}

ExprPtr RecursiveParser::parseMeta() {
    const Token& token = take();
    if (!rules.event)
        throw failureAt(token.span, ErrorCode::InvalidSyntax,
                        fmt::format("`$` cannot be read in {}", rules.where),
                        rules.inFunction ? "pass it to the function as an argument" : "");
    std::vector<PathSegment> segments;
    if (at(TokenKind::Identifier) || isKeyword(peek().kind)) {
        // `$` alone may be followed by a keyword of the statement around it.
        if (at(TokenKind::Identifier)) {
            PathSegment first;
            first.span = peek().span;
            first.field = fieldName();
            segments.push_back(first);
            for (PathSegment& segment : parseSegments())
                segments.push_back(segment);
        }
    } else if (at(TokenKind::LeftBracket) || at(TokenKind::Dot)) {
        failHere("a name must follow `$` at once", "as in $name or $`odd name`");
    }
    return std::make_shared<PathExpr>(PathRoot::Meta, std::move(segments), since(token.span.begin),
                                      source());
}

/// `args` is the list of further arguments in an open function, else what the definition was given.
ExprPtr RecursiveParser::parseArgs() {
    const std::uint32_t begin = take().span.begin;
    if (m_function != nullptr && m_function->open) {
        auto path =
            std::make_shared<PathExpr>(PathRoot::Local, parseSegments(), since(begin), source());
        path->slot = static_cast<std::uint32_t>(m_function->parameters.size());
        path->local = "args";
        return path;
    }
    static const Arguments kNone;
    const Arguments* known = arguments();
    if (known == nullptr && !at(TokenKind::Dot) && !rules.implicit)
        known = &kNone;
    if (known == nullptr)
        throw failureAt(since(begin), ErrorCode::UnknownName, "there are no `args` here",
                        "declare them with `args name = value` in the definition");
    if (!at(TokenKind::Dot)) {
        Arena arena(256);
        RecordBuilder all;
        for (const auto& item : known->items)
            all.set(item.name, item.value ? **item.value : Value::null());
        ExprPtr value = std::make_shared<ConstantExpr>("args", OwnedValue(all.build(arena)),
                                                       since(begin), source());
        return withSegments(std::move(value), begin);
    }
    take();
    const Span nameSpan = peek().span;
    const std::string name = fieldName();
    const auto* item = known->find(name);
    if (item == nullptr) {
        std::vector<std::string> names;
        for (const auto& other : known->items)
            names.push_back(other.name);
        throw unknown("argument", name, names, nameSpan);
    }
    ExprPtr value = std::make_shared<ConstantExpr>(
        "args." + name, item->value.value_or(OwnedValue()), since(begin), source());
    return withSegments(std::move(value), begin);
}

ExprPtr RecursiveParser::parseRecur() {
    const NestingGuard guard(*this);
    const std::uint32_t begin = take().span.begin;
    auto given = parseArguments();
    if (m_function == nullptr)
        throw failureAt(since(begin), ErrorCode::InvalidSyntax,
                        "`recur` can only stand in a function");
    const std::size_t least = m_function->parameters.size();
    checkArity("recur", given.size(), least, m_function->open ? 255 : least, since(begin));
    return std::make_shared<RecurExpr>(std::move(given), since(begin), source());
}

/// A local, a constant, or a call; each perhaps in a module.
ExprPtr RecursiveParser::parseNamed() {
    const Span span = peek().span;
    std::vector<std::string> path{std::string(textOf(take()))};
    while (accept(TokenKind::ColonColon))
        path.push_back(identifier("a name after `::`"));
    if (at(TokenKind::LeftParen))
        return withSegments(makeCall(path, span.begin), span.begin);
    if (path.size() == 1) {
        if (const LocalFrame::Local* local = m_locals.find(path[0])) {
            const std::uint32_t slot = local->slot;
            auto expr = std::make_shared<PathExpr>(PathRoot::Local, parseSegments(),
                                                   since(span.begin), source());
            expr->slot = slot;
            expr->local = path[0];
            return expr;
        }
    }
    const Span nameSpan = since(span.begin);
    if (const OwnedValue* value = resolveConstant(path)) {
        std::string name = fmt::format("{}", fmt::join(path, "::"));
        return withSegments(
            std::make_shared<ConstantExpr>(std::move(name), *value, nameSpan, source()),
            span.begin);
    }
    if (path.size() == 1 && rules.lateLocals) {
        notice(fmt::format("nothing sets the local `{}` before it is read here", path[0]),
               nameSpan);
        auto expr = std::make_shared<PathExpr>(PathRoot::Local, parseSegments(), since(span.begin),
                                               source());
        expr->slot = m_locals.declare(path[0]);
        expr->local = path[0];
        return expr;
    }
    std::vector<std::string> candidates{"event", "state", "group", "window",
                                        "null",  "true",  "false"};
    for (const auto& local : m_locals.locals)
        candidates.push_back(local.name);
    for (const auto& local : m_locals.shadows)
        candidates.push_back(local.name);
    for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
        for (const auto& [name, value] : scope->constants)
            candidates.push_back(name);
    }
    throw unknown("name", fmt::format("{}", fmt::join(path, "::")), candidates, nameSpan);
}

void RecursiveParser::checkArity(std::string_view name, std::size_t given, std::size_t least,
                                 std::size_t most, Span span) const {
    if (given >= least && given <= most)
        return;
    std::string wanted = std::to_string(least);
    if (most == 255)
        wanted = fmt::format("at least {}", least);
    else if (most != least)
        wanted = fmt::format("{} to {}", least, most);
    throw failureAt(span, ErrorCode::InvalidArgument,
                    fmt::format("`{}` takes {} argument{}, {} given", name, wanted,
                                wanted == "1" ? "" : "s", given));
}

ExprPtr RecursiveParser::makeCall(const std::vector<std::string>& path, std::uint32_t begin) {
    const NestingGuard guard(*this);
    const Span nameSpan = since(begin);
    const FunctionRef function = resolveFunction(path, nameSpan);
    if (function.aggregate != nullptr) {
        if (!rules.aggregates || m_inAggregate)
            throw failureAt(nameSpan, ErrorCode::InvalidSyntax,
                            m_inAggregate
                                ? std::string("an aggregate cannot stand in an aggregate")
                                : fmt::format("an aggregate cannot stand in {}", rules.where),
                            m_inAggregate ? "" : "aggregates belong into a select over a window");
        const std::uint32_t slot = m_aggregates++;
        m_inAggregate = true;
        auto given = parseArguments();
        m_inAggregate = false;
        checkArity(function.aggregate->name, given.size(), function.aggregate->minArguments,
                   function.aggregate->maxArguments, since(begin));
        return std::make_shared<AggregateExpr>(function.aggregate, std::move(given), slot,
                                               since(begin), source());
    }
    auto given = parseArguments();
    if (function.native != nullptr) {
        checkArity(function.native->name, given.size(), function.native->minArguments,
                   function.native->maxArguments, since(begin));
        return std::make_shared<CallExpr>(function.native, std::move(given), since(begin),
                                          source());
    }
    const std::size_t least = function.user->parameters.size();
    checkArity(function.user->name, given.size(), least, function.user->open ? 255 : least,
               since(begin));
    return std::make_shared<UserCallExpr>(function.user, std::move(given), since(begin), source());
}

} // namespace fuseboard
