// SPDX-License-Identifier: Apache-2.0
// Tremor deployment files (.troy) to graphs: all pipelines of all flows in one graph, connected
// pipelines spliced, connectors as bindings of boundary ports.
//
// With a single pipeline its ports keep their names and ids. With several, ids begin with
// "pipeline/NAME/" (with several flows "flow/FLOW/pipeline/NAME/"), and a boundary port is named
// after the connector that is connected to it.
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/importers/query_graph.h"
#include "engine/operators/operator_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

bool looksLike(std::string_view text) {
    return text.find("deploy flow") != std::string_view::npos ||
           text.find("define flow") != std::string_view::npos;
}

std::string textIn(const Value& record, std::string_view key) {
    const Value* found = record.isRecord() ? record.find(key) : nullptr;
    return found != nullptr && found->isString() ? std::string(found->asString()) : std::string();
}

/// Our name of a codec's format; empty: there is none here.
std::string formatOf(std::string_view codec) {
    if (codec == "json" || codec == "json-sorted" || codec.empty())
        return "ndjson";
    if (codec == "influx")
        return "influx";
    if (codec == "csv")
        return "csv";
    if (codec == "string")
        return "lines";
    return {};
}

OwnedValue settingsOf(const std::string& path, const std::string& format) {
    auto memory = std::make_shared<Arena>(512);
    std::vector<Field> fields;
    if (!path.empty())
        fields.push_back({"path", makeString(*memory, path)});
    fields.push_back({"format", makeString(*memory, format)});
    const Value record = makeRecord(*memory, fields);
    return {std::move(memory), record};
}

/// What does not run here is kept, so that nothing is lost and the window can show it.
OwnedValue keptSettings(const ConnectorDefinition& definition) {
    auto memory = std::make_shared<Arena>(1024);
    const Field inner[] = {{"kind", makeString(*memory, definition.kind)},
                           {"config", deepCopy(*definition.config, *memory)}};
    const Field outer[] = {{"tremor", makeRecord(*memory, inner)}};
    const Value record = makeRecord(*memory, outer);
    return {std::move(memory), record};
}

class Deployer {
public:
    Deployer(const Deployment& deployment, SourcePtr source, ImportedPipeline& result,
             std::vector<Error>& errors)
        : m_deployment(deployment), m_source(std::move(source)), m_result(result), m_errors(errors),
          m_builder(result.graph, result.notices, errors) {
        std::size_t pipelines = 0;
        for (const Flow& flow : deployment.flows)
            pipelines += flow.pipelines.size();
        m_single = pipelines == 1;
    }

    void run() {
        for (const Flow& flow : m_deployment.flows)
            addFlow(flow);
        if (m_deployment.flows.empty())
            m_errors.emplace_back(ErrorCode::InvalidGraph, "the file deploys no flow",
                                  "add `deploy flow NAME`");
    }

private:
    using Ends = std::map<std::string, PipelineEnds>;
    using Connectors = std::map<std::string, const ConnectorDefinition*>;

    void addFlow(const Flow& flow) {
        Ends ends;
        Connectors connectors;
        for (const auto& [name, query] : flow.pipelines) {
            std::string prefix = m_deployment.flows.size() > 1 ? "flow/" + flow.name + "/" : "";
            prefix = m_single ? "" : prefix + "pipeline/" + name + "/";
            ends.emplace(name, m_builder.add(*query, prefix, false));
        }
        for (const auto& [name, definition] : flow.connectors)
            connectors.emplace(name, definition.get());
        for (const FlowConnection& connection : flow.connections)
            connect(connection, ends, connectors);
        if (m_single && !ends.empty())
            addOpenPorts(*flow.pipelines.front().second, ends.begin()->second);
    }

    // The ports of the only pipeline that nothing is connected to stay open, for --in and --out.
    void addOpenPorts(const Query& query, const PipelineEnds& ends) {
        for (const std::string& port : query.inputs)
            if (m_result.graph.inEdges(ends.inputs.at(port)).empty())
                m_result.graph.addEdge({kNone, addBoundary(port, true)},
                                       {ends.inputs.at(port), "in"});
        for (const std::string& port : query.outputs)
            if (m_result.graph.outEdges(ends.outputs.at(port)).empty())
                m_result.graph.addEdge({ends.outputs.at(port), "out"},
                                       {kNone, addBoundary(port, false)});
    }

    std::string addBoundary(const std::string& wanted, bool input) {
        Graph& graph = m_result.graph;
        std::string name = wanted;
        for (int n = 2;
             input ? graph.findInput(name).has_value() : graph.findOutput(name).has_value(); ++n)
            name = fmt::format("{}/{}", wanted, n);
        input ? graph.addInput(name) : graph.addOutput(name);
        return name;
    }

    void wrong(const FlowConnection& connection, std::string message) {
        Error error(ErrorCode::UnknownName, std::move(message),
                    "connect names a pipeline or connector of the flow and one of its ports");
        error.place = placeOf(*m_source, connection.span);
        m_errors.push_back(std::move(error));
    }

    const NodeIndex* find(const Ends& ends, const std::string& pipeline, const std::string& port,
                          bool input) {
        const auto at = ends.find(pipeline);
        if (at == ends.end())
            return nullptr;
        const auto& ports = input ? at->second.inputs : at->second.outputs;
        const auto found = ports.find(port);
        return found == ports.end() ? nullptr : &found->second;
    }

    void connect(const FlowConnection& connection, const Ends& ends, const Connectors& connectors) {
        const NodeIndex* from = find(ends, connection.from, connection.fromPort, false);
        const NodeIndex* to = find(ends, connection.to, connection.toPort, true);
        const auto source = connectors.find(connection.from);
        const auto sink = connectors.find(connection.to);
        Graph& graph = m_result.graph;
        if (from != nullptr && to != nullptr) {
            graph.addEdge({*from, "out"}, {*to, "in"});
        } else if (source != connectors.end() && to != nullptr) {
            const std::string& wanted = m_single ? connection.toPort : connection.from;
            const std::string name =
                boundaryFor(connection.from, wanted, connection.fromPort, true);
            graph.addEdge({kNone, name}, {*to, "in"});
            graph.bindInput(*graph.findInput(name),
                            bindingOf(connection.from, *source->second, true));
        } else if (sink != connectors.end() && from != nullptr) {
            const std::string& wanted = m_single ? connection.fromPort : connection.to;
            const std::string name = boundaryFor(connection.to, wanted, connection.toPort, false);
            graph.addEdge({*from, "out"}, {kNone, name});
            graph.bindOutput(*graph.findOutput(name),
                             bindingOf(connection.to, *sink->second, false));
        } else {
            wrong(connection,
                  fmt::format("`{}/{}` and `{}/{}` cannot be connected", connection.from,
                              connection.fromPort, connection.to, connection.toPort));
        }
    }

    // One boundary port for each port of a connector: what it sends goes to all that it feeds.
    std::string boundaryFor(const std::string& connector, const std::string& wanted,
                            const std::string& port, bool input) {
        const std::string key = connector + "/" + port + (input ? "/in" : "/out");
        const auto known = m_boundaries.find(key);
        if (known != m_boundaries.end())
            return known->second;
        return m_boundaries[key] = addBoundary(wanted, input);
    }

    PortBinding bindingOf(const std::string& name, const ConnectorDefinition& definition,
                          bool input) {
        PortBinding binding;
        binding.label = name;
        const Value& config = *definition.config;
        const Value* inner = config.isRecord() ? config.find("config") : nullptr;
        const std::string format = formatOf(textIn(config, "codec"));
        const std::string path = inner == nullptr ? std::string() : textIn(*inner, "path");
        if (definition.kind == "file" && !format.empty() && !path.empty()) {
            binding.connector = "file";
            binding.settings = settingsOf(path, format);
        } else if ((definition.kind == "stdio" || definition.kind == "console") &&
                   !format.empty()) {
            binding.connector = input ? "stdin" : "stdout";
            binding.settings = settingsOf({}, format);
        } else {
            binding.label = fmt::format("{} ({}, does not run here)", name, definition.kind);
            binding.settings = keptSettings(definition);
            m_result.notices.push_back(
                {fmt::format(
                     "the connector `{}` of kind `{}` does not run here: bind its port with "
                     "--{}",
                     name, definition.kind, input ? "in" : "out"),
                 definition.source == nullptr ? Place{}
                                              : placeOf(*definition.source, definition.span)});
        }
        return binding;
    }

    const Deployment& m_deployment;
    SourcePtr m_source;
    ImportedPipeline& m_result;
    std::vector<Error>& m_errors;
    QueryGraph m_builder;
    bool m_single = false;
    std::map<std::string, std::string> m_boundaries;
};

ImportResult import(const ImportSource& source, const ImportOptions& options) {
    ImportedPipeline result;
    ParseOptions parse;
    parse.modulePath = options.modulePath;
    const auto text = std::make_shared<const Source>(Source{source.name, source.text});
    auto deployment = parseDeployment(text, parse, result.notices);
    if (!deployment)
        return std::unexpected(std::move(deployment).error());
    std::vector<Error> errors;
    result.graph = tremorGraph(nameOfFile(source.name));
    Deployer(*deployment, text, result, errors).run();
    if (errors.empty())
        errors = verify(result.graph, builtinCatalogue());
    if (!errors.empty())
        return std::unexpected(std::move(errors));
    return result;
}

} // namespace

Importer troyImporter() {
    return {"troy", "Tremor deployment", {".troy"}, looksLike, import};
}

} // namespace fuseboard
