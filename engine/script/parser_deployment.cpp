// SPDX-License-Identifier: Apache-2.0
// Deployment files: flows, what they create, and how it is connected.
#include "engine/script/recursive_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

void RecursiveParser::readDeployment(Deployment& deployment) {
    std::map<std::string, OwnedValue> config;
    const auto one = [&] {
        if (at(TokenKind::ConfigDirective)) {
            parseConfig(config);
            if (at(TokenKind::EndOfText))
                return;
        }
        if (parseCommonStatement())
            return;
        if (at(TokenKind::Define))
            return parseDefine();
        expect(TokenKind::Deploy, "or use or define");
        expect(TokenKind::Flow, "after `deploy`");
        Span span = peek().span;
        Flow flow;
        flow.name = identifier("the name of a flow");
        std::vector<std::string> target{flow.name};
        Creation creation;
        creation.missing = Error(ErrorCode::UnknownName, "").at(placeOf(*source(), span));
        if (accept(TokenKind::From)) {
            span = peek().span;
            target = modulePath("the name of a flow definition");
        }
        const Definition* definition = resolveDefinition(DefinitionKind::Flow, target);
        if (definition == nullptr) {
            std::vector<std::string> names;
            for (const auto& [name, known] :
                 m_scope->definitions[static_cast<std::size_t>(DefinitionKind::Flow)])
                names.push_back(name);
            throw unknown("flow", fmt::format("{}", fmt::join(target, "::")), names, span);
        }
        creation.given = parseWith();
        if (std::ranges::find(deployment.flows, flow.name, &Flow::name) != deployment.flows.end())
            throw failureAt(span, ErrorCode::InvalidGraph,
                            fmt::format("the flow `{}` is deployed twice", flow.name));
        instance(*definition, span).readFlow(creation, flow);
        deployment.flows.push_back(std::move(flow));
    };
    parseStatements(one, {TokenKind::EndOfText});
}

void RecursiveParser::readFlow(const Creation& creation, Flow& flow) {
    m_checking = creation.checking;
    const Restore keepDepth(m_program.instanceDepth);
    ++m_program.instanceDepth;
    enterArguments(creation);
    expect(TokenKind::Flow, "before the statements of the flow");
    parseStatements([&] { parseFlowStatement(flow); }, {TokenKind::End});
    expect(TokenKind::End, "to end the flow");
}

void RecursiveParser::parseFlowStatement(Flow& flow) {
    if (parseCommonStatement())
        return;
    switch (peek().kind) {
    case TokenKind::Define: return parseDefine();
    case TokenKind::Create: return parseFlowCreate(flow);
    case TokenKind::Connect: return parseConnect(flow);
    default: throw unexpected("use, define, create or connect");
    }
}

void RecursiveParser::parseFlowCreate(Flow& flow) {
    take();
    if (!at(TokenKind::Pipeline) && !at(TokenKind::Connector))
        throw unexpected("`pipeline` or `connector`");
    const bool pipeline = take().kind == TokenKind::Pipeline;
    Span span = peek().span;
    const std::string name = identifier("a name");
    if (!m_nodes.insert((pipeline ? "/pipeline/" : "/connector/") + name).second)
        throw failureAt(span, ErrorCode::InvalidGraph, fmt::format("`{}` exists already", name),
                        "choose another name");
    Creation creation;
    creation.missing = Error(ErrorCode::UnknownName, "").at(placeOf(*source(), span));
    std::vector<std::string> target{name};
    if (accept(TokenKind::From)) {
        span = peek().span;
        target = modulePath("the name of a definition");
    }
    const auto kind = pipeline ? DefinitionKind::Pipeline : DefinitionKind::Connector;
    const Definition* definition = resolveDefinition(kind, target);
    if (definition == nullptr) {
        std::vector<std::string> names;
        for (const Scope* scope = m_scope; scope != nullptr; scope = scope->parent) {
            for (const auto& [known, value] : scope->definitions[static_cast<std::size_t>(kind)])
                names.push_back(known);
        }
        throw unknown(pipeline ? "pipeline" : "connector",
                      fmt::format("{}", fmt::join(target, "::")), names, span);
    }
    creation.given = parseWith();
    if (m_checking)
        return;
    RecursiveParser reader = instance(*definition, span);
    if (pipeline) {
        auto query = std::make_shared<Query>();
        query->name = definition->name;
        reader.readPipeline(creation, *query);
        flow.pipelines.emplace_back(name, std::move(query));
    } else {
        flow.connectors.emplace_back(name, std::make_shared<ConnectorDefinition>(
                                               reader.readConnector(*definition, creation)));
    }
}

/// connect /connector/a[/port] to /pipeline/b[/port]
void RecursiveParser::parseConnect(Flow& flow) {
    const std::uint32_t begin = take().span.begin;
    FlowConnection connection;
    const auto endpoint = [&](std::string& name, std::string& port, const char* defaultPort) {
        expect(TokenKind::Slash, "before `connector` or `pipeline`");
        if (!at(TokenKind::Pipeline) && !at(TokenKind::Connector))
            throw unexpected("`connector` or `pipeline`");
        const bool connector = take().kind == TokenKind::Connector;
        expect(TokenKind::Slash, "before the name");
        const Span span = peek().span;
        name = identifier("a name");
        port =
            accept(TokenKind::Slash) ? identifier("the name of a port") : std::string(defaultPort);
        const std::string prefix = connector ? "/connector/" : "/pipeline/";
        if (!m_nodes.contains(prefix + name)) {
            std::vector<std::string> names;
            for (const std::string& node : m_nodes) {
                if (node.starts_with(prefix))
                    names.push_back(node.substr(prefix.size()));
            }
            throw unknown(connector ? "connector" : "pipeline", name, names, span);
        }
        return connector;
    };
    connection.fromConnector = endpoint(connection.from, connection.fromPort, "out");
    expect(TokenKind::To, "between the two ends");
    connection.toConnector = endpoint(connection.to, connection.toPort, "in");
    connection.span = since(begin);
    if (connection.fromConnector && connection.toConnector)
        throw failureAt(connection.span, ErrorCode::InvalidGraph,
                        "a connector cannot be connected to a connector",
                        "put a pipeline between them, such as tremor::pipelines::passthrough");
    flow.connections.push_back(std::move(connection));
}

} // namespace fuseboard
