// SPDX-License-Identifier: Apache-2.0
// Definitions. Each is checked where it stands and read again, with values for its arguments,
// wherever it is used.
#include "engine/script/constant.h"
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {
constexpr int kMaxInstanceDepth = 64;
constexpr const char* kKindNames[kDefinitionKinds] = {"operator", "script", "pipeline", "connector",
                                                      "flow"};
} // namespace

// --- constants, args and with ------------------------------------------------------------------

bool RecursiveParser::unknownArguments() const {
    for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
        if (scope->arguments && std::ranges::any_of(scope->arguments->items,
                                                    [](const auto& item) { return !item.value; }))
            return true;
    }
    return false;
}

OwnedValue RecursiveParser::fold(const Expr& expr) {
    auto value = foldConstant(expr);
    if (value)
        return std::move(*value);
    // Without values for the arguments nothing can be said yet.
    if (unknownArguments())
        return {};
    throw ParseFailure{std::move(value).error()};
}

ExprPtr RecursiveParser::parseConstant(const char* where) {
    const Restore keepRules(rules);
    const Restore keepLocals(m_locals);
    rules.where = where;
    rules.event = rules.state = rules.group = rules.aggregates = false;
    m_locals = {};
    return parseComplex();
}

Settings RecursiveParser::parseSettings() {
    Settings settings;
    do {
        const Span span = peek().span;
        std::string name = identifier("the name of a setting");
        if (std::ranges::find(settings, name, &Settings::value_type::first) != settings.end())
            throw failureAt(span, ErrorCode::InvalidArgument,
                            fmt::format("`{}` is set twice", name));
        expect(TokenKind::Assign, "after the name of the setting");
        ExprPtr value = parseConstant("a setting");
        fold(*value);
        settings.emplace_back(std::move(name), std::move(value));
    } while (accept(TokenKind::Comma) && at(TokenKind::Identifier));
    return settings;
}

Settings RecursiveParser::parseDefinitionWith() {
    if (!accept(TokenKind::With))
        return {};
    Settings settings = parseSettings();
    expect(TokenKind::End, "after the settings");
    return settings;
}

/// The values that a `create` gives are settled here: they belong to this scope.
Settings RecursiveParser::parseWith() {
    Settings settings = parseDefinitionWith();
    for (auto& [name, value] : settings)
        value = std::make_shared<LiteralExpr>(fold(*value), value->span, value->source);
    return settings;
}

/// `args a, b = e` with the values of `creation`. Older scripts have them under `with`.
void RecursiveParser::enterArguments(const Creation& creation, bool oldParameters) {
    const bool old = oldParameters && at(TokenKind::With) && m_program.options().oldDialects;
    if (old)
        notice("parameters of a script are now written under `args`", peek().span);
    if (!old && !at(TokenKind::Args)) {
        if (!creation.given.empty())
            throw ParseFailure{Error(creation.missing.code,
                                     fmt::format("unknown argument `{}`", creation.given[0].first),
                                     "the definition has no `args`")
                                   .at(creation.missing.place)};
        return;
    }
    take();
    Arguments arguments;
    do {
        const Span span = peek().span;
        Arguments::Item item;
        item.name = identifier("the name of an argument");
        if (arguments.find(item.name) != nullptr)
            throw failureAt(span, ErrorCode::InvalidArgument,
                            fmt::format("the argument `{}` is named twice", item.name));
        ExprPtr fallback = accept(TokenKind::Assign) ? parseConstant("an argument") : nullptr;
        const auto given =
            std::ranges::find(creation.given, item.name, &Settings::value_type::first);
        if (given != creation.given.end())
            item.value = fold(*given->second);
        else if (fallback != nullptr)
            item.value = fold(*fallback);
        else if (!creation.checking)
            throw ParseFailure{Error(ErrorCode::InvalidArgument,
                                     fmt::format("the argument `{}` has no value", item.name),
                                     fmt::format("give it with `with {} = … end`", item.name))
                                   .at(creation.missing.place)};
        arguments.items.push_back(std::move(item));
    } while (accept(TokenKind::Comma) && at(TokenKind::Identifier));
    for (const auto& [name, value] : creation.given) {
        if (arguments.find(name) != nullptr)
            continue;
        std::vector<std::string> names;
        for (const auto& item : arguments.items)
            names.push_back(item.name);
        ParseFailure failure = unknown("argument", name, names, {});
        failure.error.place = creation.missing.place;
        throw failure;
    }
    m_scope->arguments = std::move(arguments);
}

// --- define ------------------------------------------------------------------------------------

void RecursiveParser::parseDefine() {
    take();
    Definition definition;
    definition.file = m_file;
    definition.scope = m_scope;
    const bool oldWindow = at(TokenKind::Tumbling) || at(TokenKind::Sliding);
    if (oldWindow && m_program.options().oldDialects) {
        notice("`define tumbling window name` is now written `define window name from tumbling`",
               peek().span);
        const bool sliding = take().kind == TokenKind::Sliding;
        expect(TokenKind::Window, "after the kind of the window");
        const Span span = peek().span;
        return defineWindow(identifier("the name of a window"), sliding, span);
    }
    if (at(TokenKind::Identifier) && at(TokenKind::ColonColon, 1) &&
        m_program.options().oldDialects) {
        notice("`define kind operator name` is now written `define operator name from kind`",
               peek().span);
        definition.oldKind = operatorKind();
        if (!at(TokenKind::Operator))
            throw unexpected("`operator` after its kind");
    }
    const TokenKind kind = peek().kind;
    if (!atAny({TokenKind::Window, TokenKind::Operator, TokenKind::Script, TokenKind::Pipeline,
                TokenKind::Connector, TokenKind::Flow}))
        throw unexpected("window, operator, script, pipeline, connector or flow");
    take();
    definition.span = peek().span;
    definition.name = identifier("a name");
    if (kind == TokenKind::Window) {
        expect(TokenKind::From, "before the kind of the window");
        if (!at(TokenKind::Tumbling) && !at(TokenKind::Sliding))
            throw unexpected("`tumbling` or `sliding`");
        const bool sliding = take().kind == TokenKind::Sliding;
        return defineWindow(definition.name, sliding, definition.span);
    }
    definition.at = m_at;
    const auto index = kind == TokenKind::Operator    ? DefinitionKind::Operator
                       : kind == TokenKind::Script    ? DefinitionKind::Script
                       : kind == TokenKind::Pipeline  ? DefinitionKind::Pipeline
                       : kind == TokenKind::Connector ? DefinitionKind::Connector
                                                      : DefinitionKind::Flow;
    define(index, std::move(definition));
}

void RecursiveParser::define(DefinitionKind kind, Definition definition) {
    auto& known = m_scope->definitions[static_cast<std::size_t>(kind)];
    const auto [place, fresh] = known.emplace(definition.name, definition);
    checkDefinition(kind, definition);
    if (!fresh)
        throw failureAt(definition.span, ErrorCode::InvalidGraph,
                        fmt::format("the {} `{}` is defined twice",
                                    kKindNames[static_cast<std::size_t>(kind)], definition.name));
}

/// Reads the definition once without values, which finds its mistakes and its end.
void RecursiveParser::checkDefinition(DefinitionKind kind, const Definition& definition) {
    RecursiveParser reader(m_program, m_file, m_program.makeScope(m_scope), m_at);
    reader.m_depth = m_depth;
    const NestingGuard guard(reader);
    Creation creation;
    creation.checking = true;
    Query query;
    Flow flow;
    switch (kind) {
    case DefinitionKind::Operator: reader.readOperator(definition, creation); break;
    case DefinitionKind::Script: reader.readScript(definition, creation); break;
    case DefinitionKind::Pipeline: reader.readPipeline(creation, query); break;
    case DefinitionKind::Connector: reader.readConnector(definition, creation); break;
    case DefinitionKind::Flow: reader.readFlow(creation, flow); break;
    }
    m_at = reader.m_at;
}

/// A parser that stands after the name of a definition, in a scope of its own.
RecursiveParser RecursiveParser::instance(const Definition& definition, Span use) {
    if (m_program.instanceDepth >= kMaxInstanceDepth)
        throw failureAt(use, ErrorCode::LimitExceeded,
                        fmt::format("`{}` contains itself, or definitions nest more than {} deep",
                                    definition.name, kMaxInstanceDepth));
    RecursiveParser reader(m_program, definition.file, m_program.makeScope(definition.scope),
                           definition.at);
    return reader;
}

// --- the kinds ---------------------------------------------------------------------------------

void RecursiveParser::defineWindow(std::string name, bool sliding, Span span) {
    auto window = std::make_shared<WindowDefinition>();
    window->name = name;
    window->sliding = sliding;
    window->source = source();
    if (accept(TokenKind::With))
        window->settings = parseSettings();
    if (accept(TokenKind::State)) {
        window->state = parseConstant("the state of a window");
        fold(*window->state);
    }
    const Restore keepRules(rules);
    rules = ExpressionRules{};
    rules.where = "a window script";
    rules.group = false;
    while (accept(TokenKind::Script)) {
        ExprPtr* script = &window->script;
        if (accept(TokenKind::From)) {
            const Span port = peek().span;
            if (identifier("the name `tick`") != "tick")
                throw failureAt(port, ErrorCode::UnknownName,
                                "a window script can only be `from tick`");
            rules.event = false;
            script = &window->tickScript;
        }
        if (*script != nullptr)
            failHere("the window has this script already");
        *script = readScriptBody(window->localCount, nullptr);
        rules.event = true;
    }
    expect(TokenKind::End, "to end the window");
    window->span = span;
    if (!m_scope->windows.emplace(name, window).second)
        throw failureAt(span, ErrorCode::InvalidGraph,
                        fmt::format("the window `{}` is defined twice", name));
}

std::string RecursiveParser::operatorKind() {
    std::string kind = identifier("the kind of an operator");
    expect(TokenKind::ColonColon, "in the kind of the operator");
    return kind + "::" + identifier("the kind of an operator");
}

OperatorDefinition RecursiveParser::readOperator(const Definition& from, const Creation& creation) {
    OperatorDefinition definition;
    definition.name = from.name;
    definition.kind = from.oldKind;
    definition.span = from.span;
    definition.source = source();
    if (definition.kind.empty()) {
        expect(TokenKind::From, "before the kind of the operator");
        definition.kind = operatorKind();
    }
    if (at(TokenKind::Args)) {
        enterArguments(creation);
        if (!at(TokenKind::With))
            throw unexpected("`with` after the arguments");
        definition.settings = parseDefinitionWith();
        return definition;
    }
    // Older programs override the settings themselves.
    definition.settings = parseDefinitionWith();
    for (const auto& [name, value] : creation.given) {
        const auto known =
            std::ranges::find(definition.settings, name, &Settings::value_type::first);
        if (known == definition.settings.end() || !m_program.options().oldDialects)
            throw ParseFailure{Error(ErrorCode::UnknownName,
                                     fmt::format("unknown argument `{}`", name),
                                     "declare it with `args` in the definition")
                                   .at(creation.missing.place)};
        notice(fmt::format("`{}` overrides a setting; today it would be one of the `args`", name),
               from.span);
        known->second = value;
    }
    return definition;
}

ExprPtr RecursiveParser::readScriptBody(std::uint32_t& localCount, std::string* text) {
    const Restore keepLocals(m_locals);
    m_locals = {};
    const std::size_t first = m_at;
    ExprPtr body = parseBlockUntil({TokenKind::End, TokenKind::Script}, true);
    if (text != nullptr)
        *text = sourceText(first);
    localCount = std::max(localCount, m_locals.count);
    return body;
}

ScriptDefinition RecursiveParser::readScript(const Definition& from, const Creation& creation) {
    ScriptDefinition definition;
    definition.name = from.name;
    definition.span = from.span;
    definition.source = source();
    enterArguments(creation, true);
    if (accept(TokenKind::State)) {
        definition.state = parseConstant("the initial state");
        fold(*definition.state);
    }
    rules = ExpressionRules{};
    rules.where = "a script";
    rules.group = false;
    rules.lateLocals = true;
    std::vector<std::pair<std::string, ExprPtr>> others;
    while (at(TokenKind::Script) && at(TokenKind::From, 1)) {
        take();
        take();
        const Span span = peek().span;
        std::string port = identifier("the name of a port");
        const bool twice =
            std::ranges::find(others, port, &decltype(others)::value_type::first) != others.end();
        if (port == "in" || twice)
            throw failureAt(span, ErrorCode::InvalidGraph,
                            fmt::format("the port `{}` has a script already", port),
                            port == "in" ? "the plain `script` serves `in`" : "");
        others.emplace_back(std::move(port), readScriptBody(definition.localCount, nullptr));
    }
    expect(TokenKind::Script, "before the body of the script");
    definition.bodies.emplace_back("in", readScriptBody(definition.localCount, &definition.text));
    std::ranges::move(others, std::back_inserter(definition.bodies));
    expect(TokenKind::End, "to end the script");
    return definition;
}

std::vector<std::string> RecursiveParser::ports() {
    std::vector<std::string> names;
    do {
        const Span span = peek().span;
        names.push_back(identifier("the name of a port"));
        if (std::ranges::count(names, names.back()) > 1)
            throw failureAt(span, ErrorCode::InvalidGraph,
                            fmt::format("the port `{}` is named twice", names.back()));
    } while (accept(TokenKind::Comma) && at(TokenKind::Identifier));
    return names;
}

void RecursiveParser::readPipeline(const Creation& creation, Query& query) {
    m_checking = creation.checking;
    const Restore keepDepth(m_program.instanceDepth);
    ++m_program.instanceDepth;
    query.source = source();
    if (accept(TokenKind::From))
        query.inputs = ports();
    if (accept(TokenKind::Into))
        query.outputs = ports();
    enterArguments(creation);
    expect(TokenKind::Pipeline, "before the statements of the pipeline");
    readQuery(query, TokenKind::End);
    expect(TokenKind::End, "to end the pipeline");
}

ConnectorDefinition RecursiveParser::readConnector(const Definition& from,
                                                   const Creation& creation) {
    ConnectorDefinition definition;
    definition.name = from.name;
    definition.span = from.span;
    definition.source = source();
    expect(TokenKind::From, "before the kind of the connector");
    definition.kind = identifier("the kind of a connector");
    enterArguments(creation);
    const Settings settings = parseDefinitionWith();
    Arena arena(1024);
    RecordBuilder config;
    std::vector<OwnedValue> values; // keeps what the record refers to
    values.reserve(settings.size());
    for (const auto& [name, expr] : settings) {
        values.push_back(fold(*expr));
        config.set(name, *values.back());
    }
    definition.config = OwnedValue(config.build(arena));
    return definition;
}

} // namespace fuseboard
