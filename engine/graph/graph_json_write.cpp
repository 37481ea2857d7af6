// SPDX-License-Identifier: Apache-2.0
// Writing of pipeline files and of the command line's short form.
#include "engine/formats/json_text.h"
#include "engine/graph/config_json.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_names.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string quoted(std::string_view text) {
    std::string out;
    printJsonString(text, out);
    return out;
}

std::string positionText(const Position& position) {
    return fmt::format("[{}, {}]", position.x, position.y);
}

// --- pipeline file
// ------------------------------------------------------------------------------------

class PipelineWriter {
public:
    explicit PipelineWriter(const Graph& graph)
        : m_graph(graph), m_definitions(graph.definitions()) {}

    Result<std::string> write() {
        const GraphProperties& p = m_graph.properties();
        m_out = fmt::format("{{\n  \"fuseboard\": {},\n  \"name\": {},\n", kPipelineFileVersion,
                            quoted(m_graph.name()));
        m_out += fmt::format("  \"properties\": {{\"event_order\": \"{}\", \"at_end\": \"{}\", "
                             "\"on_error\": \"{}\", \"clock\": {}}},\n",
                             nameOf(kEventOrderNames, p.eventOrder), nameOf(kAtEndNames, p.atEnd),
                             nameOf(kOnErrorNames, p.onError), quoted(p.clock));
        ports("inputs", m_graph.inputs(), true);
        ports("outputs", m_graph.outputs(), false);
        // The functions stand before the nodes, which say what else of them is needed.
        std::string head = std::exchange(m_out, {});
        FB_TRY(nodes());
        edges();
        return std::move(head) + definitions() + m_out + "}\n";
    }

private:
    void ports(const char* key, const std::vector<std::string>& names, bool input) {
        m_out += fmt::format("  \"{}\": [", key);
        for (std::uint32_t i = 0; i < names.size(); ++i) {
            const PortBinding& binding =
                input ? *m_graph.inputBinding(i) : *m_graph.outputBinding(i);
            m_out += fmt::format("{}\n    {{\"name\": {}", i == 0 ? "" : ",", quoted(names[i]));
            if (!binding.label.empty())
                m_out += ", \"label\": " + quoted(binding.label);
            if (binding.position)
                m_out += ", \"position\": " + positionText(*binding.position);
            if (!binding.connector.empty())
                m_out += ", \"connector\": " + quoted(binding.connector);
            if (!binding.settings->isNull())
                m_out += ", \"settings\": " + printJson(*binding.settings);
            m_out += '}';
        }
        m_out += names.empty() ? "],\n" : "\n  ],\n";
    }

    [[nodiscard]] std::string definitions() const {
        if (m_definitions.empty())
            return {};
        std::string out = "  \"definitions\": [";
        Definitions before;
        for (const UserFunctionPtr& function : m_definitions.functions()) {
            // As the user wrote it, if that reads back here.
            const auto own = parseFunction(function->name, function->text, before);
            const bool same = own && (*own)->digest == function->digest;
            out += fmt::format("{}\n    {{\"function\": {}, \"text\": ", before.empty() ? "" : ",",
                               quoted(function->name));
            appendJsonText(same ? function->text : printFunction(*function), 4, out);
            out += '}';
            before.add(function);
        }
        return out + "\n  ],\n";
    }

    Status nodes() {
        m_out += "  \"nodes\": [";
        const char* separator = "";
        for (const NodeIndex n : m_graph.nodes()) {
            m_out += separator;
            FB_TRY(node(m_graph.node(n)));
            separator = ",";
        }
        m_out += m_graph.nodeCount() == 0 ? "],\n" : "\n  ],\n";
        return {};
    }

    Status node(const NodeData& node) {
        m_out +=
            fmt::format("\n    {{\n      \"id\": {},\n      \"operator\": {},\n      \"label\": {}",
                        quoted(node.id), quoted(node.operatorName), quoted(node.label));
        if (!node.statement.empty())
            m_out += ",\n      \"statement\": " + quoted(node.statement);
        if (node.position)
            m_out += ",\n      \"position\": " + positionText(*node.position);
        if (!node.note.empty())
            m_out += ",\n      \"note\": " + quoted(node.note);
        if (node.disabled)
            m_out += ",\n      \"disabled\": true";
        if (node.bypassed)
            m_out += ",\n      \"bypassed\": true";
        if (!node.config.all().empty()) {
            m_out += ",\n      \"config\": ";
            if (auto status = printConfigJson(node.config, 6, m_definitions, m_out); !status) {
                Error error = std::move(status).error();
                error.node = node.id;
                return fail(std::move(error));
            }
        }
        m_out += "\n    }";
        return {};
    }

    void edges() {
        m_out += "  \"edges\": [";
        const char* separator = "";
        for (const EdgeIndex e : edgesByOrigin(m_graph)) {
            m_out += fmt::format("{}\n    {}", separator, edge(m_graph.edge(e)));
            separator = ",";
        }
        m_out += m_graph.edgeCount() == 0 ? "]\n" : "\n  ]\n";
    }

    std::string edge(const Edge& edge) const {
        std::string text = "{";
        if (edge.from.isBoundary()) {
            text += "\"from_input\": " + quoted(edge.from.port);
        } else {
            text += "\"from\": " + quoted(m_graph.node(edge.from.node).id);
            if (edge.from.port != "out")
                text += ", \"from_port\": " + quoted(edge.from.port);
        }
        if (edge.to.isBoundary()) {
            text += ", \"to_output\": " + quoted(edge.to.port);
        } else {
            text += ", \"to\": " + quoted(m_graph.node(edge.to.node).id);
            if (edge.to.port != "in")
                text += ", \"to_port\": " + quoted(edge.to.port);
        }
        if (edge.fusion != FusionChoice::Automatic)
            text += fmt::format(", \"fusion\": \"{}\"", nameOf(kFusionNames, edge.fusion));
        return text + "}";
    }

    const Graph& m_graph;
    Definitions m_definitions; ///< the graph's, and what else the texts call
    std::string m_out;
};

// --- short form
// ---------------------------------------------------------------------------------------

std::string shortEdge(const Graph& graph, const Edge& edge) {
    const auto end = [&](const Endpoint& point, const char* key, const char* portKey) {
        return point.isBoundary()
                   ? fmt::format("\"{}\":{},\"{}\":null", key, quoted(point.port), portKey)
                   : fmt::format("\"{}\":{},\"{}\":{}", key, quoted(graph.node(point.node).id),
                                 portKey, quoted(point.port));
    };
    return fmt::format("{{{},{}}}", end(edge.from, "from", "from_port"),
                       end(edge.to, "to", "to_port"));
}

std::string nameList(const std::vector<std::string>& names) {
    std::string out = "[";
    for (const std::string& name : names)
        out += (out.size() > 1 ? "," : "") + quoted(name);
    return out + "]";
}

std::string elementJson(const Graph& graph, const std::optional<Element>& element) {
    if (!element)
        return "null";
    switch (element->kind) {
    case Element::Kind::Node:
        return fmt::format("{{\"node\":{}}}", quoted(graph.node(element->index).id));
    case Element::Kind::Edge:
        return fmt::format("{{\"edge\":{}}}", shortEdge(graph, graph.edge(element->index)));
    case Element::Kind::InputPort:
        return fmt::format("{{\"port\":{}}}", quoted(graph.inputs()[element->index]));
    case Element::Kind::OutputPort: break;
    }
    return fmt::format("{{\"port\":{}}}", quoted(graph.outputs()[element->index]));
}

} // namespace

std::vector<EdgeIndex> edgesByOrigin(const Graph& graph) {
    std::vector<EdgeIndex> edges;
    edges.reserve(graph.edgeCount());
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        edges.insert(edges.end(), graph.inputEdges(port).begin(), graph.inputEdges(port).end());
    for (const NodeIndex n : graph.nodes())
        edges.insert(edges.end(), graph.outEdges(n).begin(), graph.outEdges(n).end());
    return edges;
}

Result<std::string> printPipeline(const Graph& graph) {
    return PipelineWriter(graph).write();
}

Result<std::string> printConfig(const Config& config) {
    std::string out;
    Definitions needed;
    FB_TRY(printConfigJson(config, 0, needed, out));
    if (!needed.empty())
        return fail(ErrorCode::Unsupported,
                    fmt::format("the configuration calls `{}`, which its pipeline defines",
                                needed.functions().front()->name));
    return out;
}

std::string graphToJson(const Graph& graph) {
    std::string out = fmt::format("{{\"name\":{},\"nodes\":[", quoted(graph.name()));
    const char* separator = "";
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        const GroupIndex group = graph.groupOf(n);
        out +=
            fmt::format("{}{{\"id\":{},\"operator\":{},\"label\":{},\"group\":{},\"config\":{}}}",
                        separator, quoted(node.id), quoted(node.operatorName), quoted(node.label),
                        group == kNone ? "null" : fmt::format("\"group/{}\"", group + 1),
                        configToJson(node.config));
        separator = ",";
    }
    out += "],\"edges\":[";
    separator = "";
    for (const EdgeIndex e : edgesByOrigin(graph)) {
        out += separator + shortEdge(graph, graph.edge(e));
        separator = ",";
    }
    return out + fmt::format("],\"ports\":{{\"in\":{},\"out\":{}}}}}", nameList(graph.inputs()),
                             nameList(graph.outputs()));
}

std::string provenanceToJson(const OptimizedGraph& optimized) {
    const Graph naive = optimized.graph.at(optimized.naivePosition);
    const auto origins = optimized.graph.originsByNode();
    std::string out = "{\"origins\":{";
    const char* separator = "";
    for (const NodeIndex n : optimized.graph.nodes()) {
        std::vector<std::string> ids;
        for (const NodeIndex origin : origins[n])
            ids.push_back(naive.node(origin).id);
        out += fmt::format("{}{}:{}", separator, quoted(optimized.graph.node(n).id), nameList(ids));
        separator = ",";
    }
    out += "},\"current\":{";
    separator = "";
    for (const NodeIndex n : naive.nodes()) {
        out += fmt::format(
            "{}{}:{}", separator, quoted(naive.node(n).id),
            elementJson(optimized.graph, optimized.graph.current({Element::Kind::Node, n})));
        separator = ",";
    }
    return out + "}}";
}

} // namespace fuseboard
