// SPDX-License-Identifier: Apache-2.0
// Statements of queries: create and select.
#include "engine/script/constant.h"
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {
std::string quotedList(const std::vector<std::string>& names) {
    return fmt::format("`{}`", fmt::join(names, "`, `"));
}
} // namespace

void RecursiveParser::parseConfig(std::map<std::string, OwnedValue>& config) {
    while (accept(TokenKind::ConfigDirective)) {
        std::string name = identifier("the name of a setting");
        expect(TokenKind::Assign, "after the name of the setting");
        config.insert_or_assign(std::move(name), fold(*parseConstant("a setting")));
    }
}

void RecursiveParser::readQuery(Query& query, TokenKind last) {
    query.source = source();
    m_inputs = query.inputs;
    m_outputs = query.outputs;
    try {
        parseConfig(query.config);
    } catch (ParseFailure& failure) {
        m_program.report(std::move(failure.error));
        recover(m_at);
        accept(TokenKind::Semicolon);
    }
    parseStatements([&] { parseQueryStatement(query); }, {last});
    checkEndpoints(query);
}

void RecursiveParser::parseQueryStatement(Query& query) {
    if (parseCommonStatement())
        return;
    switch (peek().kind) {
    case TokenKind::Define: parseDefine(); return;
    case TokenKind::Create: parseCreate(query); return;
    case TokenKind::Select: parseSelect(query); return;
    default: throw unexpected("use, const, fn, define, create or select");
    }
}

void RecursiveParser::addNode(Query&, const std::string& name, Span span) {
    const bool boundary = std::ranges::find(m_inputs, name) != m_inputs.end() ||
                          std::ranges::find(m_outputs, name) != m_outputs.end();
    if (boundary || !m_nodes.insert(name).second)
        throw failureAt(span, ErrorCode::InvalidGraph, fmt::format("`{}` exists already", name),
                        boundary ? "it is a port of the pipeline" : "choose another name");
}

void RecursiveParser::parseCreate(Query& query) {
    const std::uint32_t begin = take().span.begin;
    const TokenKind kind = peek().kind;
    if (!atAny({TokenKind::Stream, TokenKind::Operator, TokenKind::Script, TokenKind::Pipeline}))
        throw unexpected("stream, operator, script or pipeline");
    take();
    const Span nameSpan = peek().span;
    const std::string name = identifier("a name");
    addNode(query, name, nameSpan);
    QueryStatement statement;
    statement.source = source();
    if (kind == TokenKind::Stream) {
        statement.what = CreateStream{name};
        statement.span = since(begin);
        query.statements.push_back(std::move(statement));
        return;
    }
    std::vector<std::string> target{name};
    Span targetSpan = nameSpan;
    if (accept(TokenKind::From)) {
        targetSpan = peek().span;
        target = modulePath("the name of a definition");
    }
    if (kind == TokenKind::Operator)
        return parseCreateOperator(query, name, target, targetSpan);
    const auto definitionKind =
        kind == TokenKind::Script ? DefinitionKind::Script : DefinitionKind::Pipeline;
    const Definition* definition = resolveDefinition(definitionKind, target);
    if (definition == nullptr) {
        std::vector<std::string> names;
        for (const auto& [known, value] :
             m_scope->definitions[static_cast<std::size_t>(definitionKind)])
            names.push_back(known);
        throw unknown(kind == TokenKind::Script ? "script" : "pipeline",
                      fmt::format("{}", fmt::join(target, "::")), names, targetSpan);
    }
    Creation creation;
    creation.given = parseWith();
    creation.missing = Error(ErrorCode::UnknownName, "").at(placeOf(*source(), nameSpan));
    statement.span = since(begin);
    if (m_checking)
        return;
    RecursiveParser reader = instance(*definition, targetSpan);
    if (kind == TokenKind::Script) {
        statement.what = CreateScript{
            name, std::make_shared<ScriptDefinition>(reader.readScript(*definition, creation))};
    } else {
        auto inner = std::make_shared<Query>();
        inner->name = definition->name;
        reader.readPipeline(creation, *inner);
        statement.what = CreatePipeline{name, inner};
    }
    query.statements.push_back(std::move(statement));
}

void RecursiveParser::parseCreateOperator(Query& query, const std::string& name,
                                          const std::vector<std::string>& target, Span span) {
    const Definition* definition = resolveDefinition(DefinitionKind::Operator, target);
    QueryStatement statement;
    statement.source = source();
    OperatorDefinition made;
    if (definition != nullptr) {
        Creation creation;
        creation.given = parseWith();
        creation.missing = Error(ErrorCode::UnknownName, "").at(placeOf(*source(), span));
        if (m_checking)
            return;
        made = instance(*definition, span).readOperator(*definition, creation);
    } else if (target.size() == 2 && m_program.options().oldDialects) {
        // `create operator name from generic::batch with … end` needs no definition.
        notice("an operator is now defined before it is created", span);
        made.name = name;
        made.kind = target[0] + "::" + target[1];
        made.settings = parseWith();
        made.source = source();
    } else {
        std::vector<std::string> names;
        for (const auto& [known, value] :
             m_scope->definitions[static_cast<std::size_t>(DefinitionKind::Operator)])
            names.push_back(known);
        throw unknown("operator", fmt::format("{}", fmt::join(target, "::")), names, span);
    }
    warnAboutTimeout(made);
    statement.span = since(span.begin);
    statement.what = CreateOperator{name, std::make_shared<OperatorDefinition>(std::move(made))};
    query.statements.push_back(std::move(statement));
}

/// Older programs gave the time-out of a batch in seconds; today it is nanoseconds.
void RecursiveParser::warnAboutTimeout(const OperatorDefinition& definition) {
    if (definition.kind != "generic::batch")
        return;
    for (const auto& [name, expr] : definition.settings) {
        const OwnedValue value = fold(*expr);
        if (name == "timeout" && value->kind() == Kind::U64 && value->asU64() < 1'000'000)
            m_program.notice(
                fmt::format("the time-out of `{}` is {} nanoseconds; seconds were probably "
                            "meant: std::time::nanos::from_seconds({})",
                            definition.name, value->asU64(), value->asU64()),
                expr->source, expr->span);
    }
}

// --- select ------------------------------------------------------------------------------------

QueryEndpoint RecursiveParser::endpoint(const char* defaultPort) {
    QueryEndpoint endpoint;
    const std::uint32_t begin = peek().span.begin;
    endpoint.name = identifier("the name of a stream or operator");
    endpoint.port = defaultPort;
    if (accept(TokenKind::Slash)) {
        endpoint.port = identifier("the name of a port");
        endpoint.portGiven = true;
    }
    endpoint.span = since(begin);
    return endpoint;
}

std::vector<WindowPtr> RecursiveParser::parseWindows() {
    std::vector<WindowPtr> windows;
    if (!accept(TokenKind::LeftBracket))
        return windows;
    while (!at(TokenKind::RightBracket)) {
        const Span span = peek().span;
        const auto path = modulePath("the name of a window");
        WindowPtr window = resolveWindow(path);
        if (window == nullptr) {
            std::vector<std::string> names;
            for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
                for (const auto& [name, known] : scope->windows)
                    names.push_back(name);
            }
            throw unknown("window", fmt::format("{}", fmt::join(path, "::")), names, span);
        }
        windows.push_back(std::move(window));
        if (!accept(TokenKind::Comma))
            break;
    }
    expect(TokenKind::RightBracket, "after the windows");
    return windows;
}

std::shared_ptr<GroupBy> RecursiveParser::parseGroupByItem() {
    const NestingGuard guard(*this);
    auto by = std::make_shared<GroupBy>();
    const std::uint32_t begin = peek().span.begin;
    if (accept(TokenKind::Set)) {
        by->kind = GroupBy::Kind::Set;
        expect(TokenKind::LeftParen, "after `set`");
        while (!at(TokenKind::RightParen)) {
            by->items.push_back(parseGroupByItem());
            if (!accept(TokenKind::Comma))
                break;
        }
        if (by->items.empty())
            failHere("`set` needs at least one expression");
        expect(TokenKind::RightParen, "to end `set`");
    } else if (accept(TokenKind::Each)) {
        by->kind = GroupBy::Kind::Each;
        expect(TokenKind::LeftParen, "after `each`");
        by->expression = parseComplex();
        expect(TokenKind::RightParen, "to end `each`");
    } else {
        by->expression = parseExpression();
    }
    by->span = since(begin);
    return by;
}

GroupByPtr RecursiveParser::parseGroupBy() {
    const Restore keepLocals(m_locals);
    m_locals = {};
    auto by = parseGroupByItem();
    by->localCount = m_locals.count;
    return by;
}

Expression RecursiveParser::clause(const char* where, bool aggregates) {
    const Restore keepRules(rules);
    const Restore keepLocals(m_locals);
    rules.where = where;
    rules.aggregates = aggregates;
    rules.bindings = false;
    m_locals = {};
    m_aggregates = 0;
    const std::size_t first = m_at;
    Expression expression;
    expression.tree = parseComplex();
    expression.text = sourceText(first);
    expression.localCount = m_locals.count;
    expression.aggregateCount = m_aggregates;
    return expression;
}

void RecursiveParser::parseSelect(Query& query) {
    const std::uint32_t begin = take().span.begin;
    SelectStatement select;
    select.target = clause("the target of a select", true);
    expect(TokenKind::From, "after what is selected");
    select.from = endpoint("out");
    select.windows = parseWindows();
    if (accept(TokenKind::Where))
        select.where = clause("`where`", false);
    if (accept(TokenKind::Group)) {
        expect(TokenKind::By, "after `group`");
        const Restore keepRules(rules);
        rules.where = "`group by`";
        rules.bindings = false;
        select.groupBy = parseGroupBy();
    }
    if (at(TokenKind::Having) && m_program.options().oldDialects) {
        notice("`having` is now written after `into`", take().span);
        select.having = clause("`having`", false);
    }
    expect(TokenKind::Into, "before where the select sends its events");
    select.into = endpoint("in");
    if (!select.having && accept(TokenKind::Having))
        select.having = clause("`having`", false);
    if (select.windows.empty() && select.target.aggregateCount > 0)
        throw failureAt(select.target.tree->span, ErrorCode::InvalidSyntax,
                        "aggregates need a window",
                        fmt::format("name it after the source: from {}[window]", select.from.name));
    if (!select.windows.empty()) {
        auto bound = bindWindowedTarget(std::move(select.target), select.groupBy.get());
        if (!bound)
            throw ParseFailure{std::move(bound).error()};
        select.target = std::move(*bound);
    }
    QueryStatement statement;
    statement.what = std::move(select);
    statement.span = since(begin);
    statement.source = source();
    query.statements.push_back(std::move(statement));
}

/// Every select must read from and write to something that exists.
void RecursiveParser::checkEndpoints(const Query& query) {
    std::vector<std::string> names(m_nodes.begin(), m_nodes.end());
    names.insert(names.end(), m_inputs.begin(), m_inputs.end());
    names.insert(names.end(), m_outputs.begin(), m_outputs.end());
    const auto check = [&](const QueryEndpoint& endpoint, const std::vector<std::string>& boundary,
                           const char* verb) {
        if (m_nodes.contains(endpoint.name) ||
            std::ranges::find(boundary, endpoint.name) != boundary.end())
            return;
        ParseFailure failure = unknown("stream or operator", endpoint.name, names, endpoint.span);
        if (failure.error.hint.empty())
            failure.error.hint = fmt::format("{} {}, or create it", verb, quotedList(names));
        m_program.report(std::move(failure.error));
    };
    for (const QueryStatement& statement : query.statements) {
        if (const auto* select = std::get_if<SelectStatement>(&statement.what)) {
            check(select->from, names, "read from");
            check(select->into, names, "write to");
        }
    }
}

} // namespace fuseboard
