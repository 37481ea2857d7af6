// SPDX-License-Identifier: Apache-2.0
#include "engine/importers/query_graph.h"

#include "engine/graph/config_json.h"
#include "engine/graph/graph_json.h"
#include "engine/operators/operator_body.h"
#include "engine/script/constant.h"
#include "engine/script/scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace fuseboard {

namespace {

std::string portNameOf(const QueryEndpoint& end) {
    return end.name + "/" + end.port;
}

NodeData passthrough(std::string id, std::string label, std::string statement) {
    NodeData node;
    node.id = std::move(id);
    node.operatorName = "passthrough";
    node.label = std::move(label);
    node.statement = std::move(statement);
    return node;
}

std::vector<std::string> operatorKinds() {
    std::vector<std::string> kinds;
    for (const OperatorInfo* info : builtinCatalogue().all())
        if (info->name.find("::") != std::string::npos)
            kinds.push_back(info->name);
    return kinds;
}

std::string didYouMean(std::string_view name, const std::vector<std::string>& known) {
    if (const std::string closest = closestName(name, known); !closest.empty())
        return fmt::format("did you mean `{}`?", closest);
    return fmt::format("known here: {}", fmt::join(known, ", "));
}

} // namespace

/// What the names in one query stand for.
struct QueryGraph::Scope {
    const Query* query = nullptr;
    std::string prefix;
    bool file = false;
    PipelineEnds ends;
    std::map<std::string, NodeIndex> nodes; ///< streams, operators and scripts
    std::map<std::string, PipelineEnds> pipelines;
    std::size_t selects = 0;
};

void QueryGraph::wrong(Error error, const SourcePtr& source, Span span) {
    if (error.place.line == 0 && source != nullptr)
        error.place = placeOf(*source, span);
    m_errors.push_back(std::move(error));
}

NodeIndex QueryGraph::addNode(NodeData data, const QueryStatement& at, const Scope& scope) {
    data.id = m_graph.freeId(scope.prefix + data.id);
    if (at.source != nullptr)
        data.place = placeOf(*at.source, at.span);
    data.config = adoptFunctions(std::move(data.config), m_definitions);
    return m_graph.addNode(std::move(data));
}

NodeIndex QueryGraph::addPort(const std::string& port, Scope& scope) {
    return addNode(passthrough("port/" + port, port, "port"), {}, scope);
}

PipelineEnds QueryGraph::add(const Query& query, const std::string& prefix, bool file) {
    Scope scope;
    scope.query = &query;
    scope.prefix = prefix;
    scope.file = file;
    for (const std::string& port : query.inputs)
        scope.ends.inputs.emplace(port, addPort(port, scope));
    for (const std::string& port : query.outputs)
        scope.ends.outputs.emplace(port, addPort(port, scope));
    for (const QueryStatement& statement : query.statements) {
        if (m_graph.nodeCount() > kMaxPipelineNodes) {
            wrong(Error(ErrorCode::LimitExceeded,
                        fmt::format("the pipeline has more than {} nodes", kMaxPipelineNodes)),
                  statement.source, statement.span);
            break;
        }
        addStatement(statement, scope);
    }
    if (!m_definitions.empty())
        m_graph.setDefinitions(m_definitions);
    return std::move(scope.ends);
}

void QueryGraph::addStatement(const QueryStatement& statement, Scope& scope) {
    if (const auto* stream = std::get_if<CreateStream>(&statement.what)) {
        NodeData node = passthrough("stream/" + stream->name, stream->name, "stream");
        scope.nodes.emplace(stream->name, addNode(std::move(node), statement, scope));
    } else if (const auto* create = std::get_if<CreateOperator>(&statement.what)) {
        addOperator(*create, statement, scope);
    } else if (const auto* script = std::get_if<CreateScript>(&statement.what)) {
        addScript(*script, statement, scope);
    } else if (const auto* pipeline = std::get_if<CreatePipeline>(&statement.what)) {
        addPipeline(*pipeline, statement, scope);
    } else {
        addSelect(std::get<SelectStatement>(statement.what), statement, scope);
    }
}

void QueryGraph::addOperator(const CreateOperator& create, const QueryStatement& at, Scope& scope) {
    const OperatorDefinition& definition = *create.definition;
    NodeData node;
    node.id = "operator/" + create.name;
    node.label = create.name;
    node.statement = "operator";
    node.operatorName = definition.kind;
    const OperatorInfo* info = builtinCatalogue().find(definition.kind);
    // Operators without a module are ours alone: a query cannot name them.
    if (info == nullptr || definition.kind.find("::") == std::string::npos) {
        wrong(Error(ErrorCode::UnknownName,
                    fmt::format("the operator kind `{}` is unknown here", definition.kind),
                    didYouMean(definition.kind, operatorKinds())),
              definition.source, definition.span);
    } else {
        std::vector<std::string> known;
        for (const ParameterSpec& parameter : info->parameters)
            known.push_back(parameter.name);
        for (const auto& [name, tree] : definition.settings) {
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                wrong(Error(ErrorCode::UnknownName,
                            fmt::format("`{}` has no setting `{}`", definition.kind, name),
                            didYouMean(name, known)),
                      tree->source, tree->span);
                continue;
            }
            auto value = foldConstant(*tree);
            if (!value) {
                wrong(std::move(value).error(), tree->source, tree->span);
                continue;
            }
            node.config.set(name, std::move(*value));
        }
    }
    scope.nodes.emplace(create.name, addNode(std::move(node), at, scope));
}

void QueryGraph::addScript(const CreateScript& create, const QueryStatement& at, Scope& scope) {
    const ScriptDefinition& definition = *create.definition;
    NodeData node;
    node.id = "script/" + create.name;
    node.label = create.name;
    node.statement = "script";
    node.operatorName = "script";
    for (const auto& [port, body] : definition.bodies) {
        if (port != "in") {
            wrong(Error(ErrorCode::Unsupported,
                        fmt::format("`{}` has a script for the port `{}`; only `in` runs here",
                                    create.name, port),
                        "give each port a script of its own"),
                  body->source, body->span);
            continue;
        }
        Expression script;
        script.text = definition.text.empty() ? printExprPretty(*body) : definition.text;
        script.tree = body;
        script.localCount = definition.localCount;
        node.config.set("script", std::move(script));
    }
    if (definition.state != nullptr) {
        auto state = foldConstant(*definition.state);
        if (state)
            node.config.set("state", std::move(*state));
        else
            wrong(std::move(state).error(), definition.state->source, definition.state->span);
    }
    scope.nodes.emplace(create.name, addNode(std::move(node), at, scope));
}

void QueryGraph::addPipeline(const CreatePipeline& create, const QueryStatement&, Scope& scope) {
    PipelineEnds ends =
        add(*create.pipeline, fmt::format("{}pipeline/{}/", scope.prefix, create.name), false);
    scope.pipelines.emplace(create.name, std::move(ends));
}

WindowSpec QueryGraph::windowOf(const WindowDefinition& window) {
    WindowSpec spec;
    spec.name = window.name;
    spec.script = window.script;
    spec.tickScript = window.tickScript;
    spec.localCount = window.localCount;
    if (window.sliding)
        wrong(Error(ErrorCode::Unsupported, fmt::format("the window `{}` slides", window.name),
                    "only tumbling windows run here"),
              window.source, window.span);
    int kinds = 0;
    for (const auto& [name, tree] : window.settings) {
        const bool length = name == "size" || name == "interval";
        if (!length && name != "max_groups")
            continue; // Tremor ignores what it does not know
        auto value = foldConstant(*tree);
        if (value && (*value)->kind() != Kind::U64)
            value = fail(ErrorCode::WrongType, fmt::format("`{}` must be a whole number", name));
        if (!value) {
            wrong(std::move(value).error(), tree->source, tree->span);
            continue;
        }
        (length ? spec.amount : spec.maxGroups) = (*value)->asU64();
        if (length) {
            spec.kind = name == "size" ? WindowSpec::Kind::Size : WindowSpec::Kind::Interval;
            ++kinds;
        }
    }
    if (window.state != nullptr) {
        spec.kind = WindowSpec::Kind::State;
        ++kinds;
        if (auto state = foldConstant(*window.state))
            spec.initialState = std::move(*state);
        else
            wrong(std::move(state).error(), window.state->source, window.state->span);
    }
    if (kinds != 1)
        wrong(Error(ErrorCode::InvalidArgument,
                    fmt::format("the window `{}` needs exactly one of size, interval and state",
                                window.name)),
              window.source, window.span);
    return spec;
}

void QueryGraph::addSelect(const SelectStatement& select, const QueryStatement& at, Scope& scope) {
    NodeData node;
    ++scope.selects;
    node.id = fmt::format("select/{}", scope.selects);
    node.label = fmt::format("select {}", scope.selects);
    node.statement = "select";
    node.operatorName = "select";
    node.config.set("target", select.target);
    if (select.where)
        node.config.set("where", *select.where);
    if (select.groupBy != nullptr)
        node.config.set("group_by", GroupByText{printGroupBy(*select.groupBy), select.groupBy});
    std::vector<WindowSpec> windows;
    for (const WindowPtr& window : select.windows)
        windows.push_back(windowOf(*window));
    if (!windows.empty())
        node.config.set("windows", std::move(windows));
    if (select.having)
        node.config.set("having", *select.having);
    const NodeIndex index = addNode(std::move(node), at, scope);
    const Endpoint from = sourceOf(select.from, at, scope);
    const Endpoint to = targetOf(select.into, at, scope);
    if (!from.isBoundary())
        m_graph.addEdge(from, {index, "in"});
    if (!to.isBoundary())
        m_graph.addEdge({index, "out"}, to);
}

Endpoint QueryGraph::unknown(const QueryEndpoint& end, const QueryStatement& at,
                             const Scope& scope) {
    std::vector<std::string> known;
    for (const auto* names : {&scope.query->inputs, &scope.query->outputs})
        known.insert(known.end(), names->begin(), names->end());
    for (const auto& [name, node] : scope.nodes)
        known.push_back(name);
    for (const auto& [name, ends] : scope.pipelines)
        known.push_back(name);
    wrong(
        Error(ErrorCode::UnknownName,
              fmt::format("nothing here is named `{}`", end.portGiven ? portNameOf(end) : end.name),
              didYouMean(end.name, known)),
        at.source, end.span);
    return {};
}

Endpoint QueryGraph::portOf(NodeIndex node, const QueryEndpoint& end, const QueryStatement& at,
                            bool output) {
    const NodeData& data = m_graph.node(node);
    const OperatorInfo* info = builtinCatalogue().find(data.operatorName);
    if (info == nullptr) // told where it is defined
        return {node, end.port};
    const Contract contract = info->contract(data.config);
    const auto& ports = output ? contract.outputs : contract.inputs;
    if (!(output && contract.anyOutput) && std::ranges::find(ports, end.port) == ports.end())
        wrong(Error(ErrorCode::InvalidGraph,
                    fmt::format("{} has no {} port \"{}\"", end.name, output ? "output" : "input",
                                end.port),
                    fmt::format("its {} ports are: {}", output ? "output" : "input",
                                fmt::join(ports, ", "))),
              at.source, end.span);
    return {node, end.port};
}

Endpoint QueryGraph::portOf(const std::map<std::string, NodeIndex>& ports, const QueryEndpoint& end,
                            const QueryStatement& at, bool output) {
    if (const auto port = ports.find(end.port); port != ports.end())
        return {port->second, output ? "out" : "in"};
    std::vector<std::string> names;
    for (const auto& [name, node] : ports)
        names.push_back(name);
    wrong(Error(ErrorCode::InvalidGraph,
                fmt::format("the pipeline {} has no {} port \"{}\"", end.name,
                            output ? "output" : "input", end.port),
                fmt::format("its {} ports are: {}", output ? "output" : "input",
                            fmt::join(names, ", "))),
          at.source, end.span);
    return {};
}

// `from X` reads X's port `out`. In a file, `in/x` is a boundary port of its own.
Endpoint QueryGraph::sourceOf(const QueryEndpoint& end, const QueryStatement& at, Scope& scope) {
    if (const auto node = scope.nodes.find(end.name); node != scope.nodes.end())
        return portOf(node->second, end, at, true);
    if (const auto pipeline = scope.pipelines.find(end.name); pipeline != scope.pipelines.end())
        return portOf(pipeline->second.outputs, end, at, true);
    auto& inputs = scope.ends.inputs;
    const bool isInput = inputs.contains(end.name);
    if (isInput && end.portGiven && end.port != "out" && scope.file) {
        const std::string name = portNameOf(end);
        if (!inputs.contains(name))
            inputs.emplace(name, addPort(name, scope));
        return {inputs[name], "out"};
    }
    if (isInput)
        return portOf(inputs[end.name], end, at, true);
    if (const auto port = scope.ends.outputs.find(end.name); port != scope.ends.outputs.end())
        return portOf(port->second, end, at, true);
    return unknown(end, at, scope);
}

// `into X` writes X's port `in`. In a file, `out/x` is a boundary port of its own.
Endpoint QueryGraph::targetOf(const QueryEndpoint& end, const QueryStatement& at, Scope& scope) {
    if (const auto node = scope.nodes.find(end.name); node != scope.nodes.end())
        return portOf(node->second, end, at, false);
    if (const auto pipeline = scope.pipelines.find(end.name); pipeline != scope.pipelines.end())
        return portOf(pipeline->second.inputs, end, at, false);
    auto& outputs = scope.ends.outputs;
    const bool isOutput = outputs.contains(end.name);
    if (isOutput && end.portGiven && end.port != "in" && scope.file) {
        const std::string name = portNameOf(end);
        if (!outputs.contains(name))
            outputs.emplace(name, addPort(name, scope));
        return {outputs[name], "in"};
    }
    if (isOutput)
        return portOf(outputs[end.name], end, at, false);
    if (const auto port = scope.ends.inputs.find(end.name); port != scope.ends.inputs.end())
        return portOf(port->second, end, at, false);
    return unknown(end, at, scope);
}

Graph tremorGraph(std::string name) {
    Graph graph;
    graph.setName(std::move(name));
    GraphProperties properties;
    properties.eventOrder = EventOrder::Tremor;
    properties.atEnd = AtEnd::Discard;
    properties.onError = OnError::Drop;
    graph.setProperties(properties);
    return graph;
}

std::string nameOfFile(const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(".json"))
        name.resize(name.size() - 5);
    if (const auto dot = name.rfind('.'); dot != std::string::npos && dot > 0)
        name.resize(dot);
    return name;
}

} // namespace fuseboard
