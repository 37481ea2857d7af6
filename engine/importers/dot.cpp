// SPDX-License-Identifier: Apache-2.0
// DOT files to graphs. Any DOT file opens:
// - A node with `operator=NAME` of an operator that runs here becomes that operator; attributes
// named
//   like its parameters configure it (`where`, `count`, `group_by`, `windows="10s, 1min"`,
//   `branches` with a line `port: condition` each). Every other node becomes a passthrough with the
//   note "no operator".
// - A node with `port=input` or `port=output` is a boundary port named by its label or name.
// Without
//   any, nodes that nothing leads to are fed by `in`, and those that lead nowhere feed `out`.
// - `tailport` and `headport` (also `a:p -> b:q`) are ports of operators; compass points are not.
//   On passthroughs they only say where a line is drawn, and are left out.
// - The node's name is its id. Edges of undirected graphs run as they are written.
// - The graph's attributes `name`, `event_order`, `at_end`, `on_error`, `clock` set its properties;
//   an edge's `fusion` pins or forbids fusion.
#include "engine/formats/json_text.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_names.h"
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/importers/query_graph.h"
#include "engine/operators/operator_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fuseboard {

namespace {

bool looksLike(std::string_view text) {
    // Skips comments: // …, # …, /* … */
    while (true) {
        const auto at = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
        if (at == std::string_view::npos)
            return false;
        text.remove_prefix(at);
        const bool block = text.starts_with("/*");
        if (!block && !text.starts_with("//") && !text.starts_with("#"))
            break;
        const auto end = text.find(block ? "*/" : "\n");
        if (end == std::string_view::npos)
            return false;
        text.remove_prefix(end + (block ? 2 : 1));
    }
    for (const std::string_view word : {"digraph", "graph", "strict"})
        if (text.starts_with(word))
            return text.find('{') != std::string_view::npos;
    return false;
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

/// "10s", "1.5 min", "250" (nanoseconds).
std::optional<std::uint64_t> durationOf(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 12> kUnits{{{"", 1},
                                                                                 {"ns", 1},
                                                                                 {"us", 1e3},
                                                                                 {"µs", 1e3},
                                                                                 {"ms", 1e6},
                                                                                 {"s", 1e9},
                                                                                 {"sec", 1e9},
                                                                                 {"secs", 1e9},
                                                                                 {"m", 60e9},
                                                                                 {"min", 60e9},
                                                                                 {"h", 3600e9},
                                                                                 {"d", 86400e9}}};
    const std::string clean = trimmed(text);
    double amount = 0;
    const auto [end, error] = std::from_chars(clean.data(), clean.data() + clean.size(), amount);
    const std::string unit =
        trimmed(std::string_view(clean).substr(static_cast<std::size_t>(end - clean.data())));
    if (error != std::errc() || !(amount >= 0))
        return std::nullopt;
    for (const auto& [name, factor] : kUnits)
        if (name == unit && amount * factor < 9e18)
            return static_cast<std::uint64_t>(std::llround(amount * factor));
    return std::nullopt;
}

/// Graphviz hands a doubled backslash on as it stands; in texts of ours it is one.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\')
            ++i;
    }
    return out;
}

std::string attribute(const Value& object, std::string_view name) {
    const Value* found = object.find("attributes")->find(name);
    return found == nullptr ? std::string() : unescaped(found->asString());
}

std::string member(const Value& object, std::string_view name) {
    const Value* found = object.find(name);
    return found != nullptr && found->isString() ? unescaped(found->asString()) : std::string();
}

/// The port without a compass point: "p:ne" is p, "n" is none.
std::string portOf(const std::string& text) {
    static constexpr std::array<std::string_view, 10> kCompass{"n",  "ne", "e",  "se", "s",
                                                               "sw", "w",  "nw", "c",  "_"};
    const std::string port = text.substr(0, text.find(':'));
    return std::find(kCompass.begin(), kCompass.end(), port) == kCompass.end() ? port
                                                                               : std::string();
}

// --- attributes to parameters
// -----------------------------------------------------------------------

Result<std::vector<WindowSpec>> windowsOf(const std::string& text) {
    std::vector<WindowSpec> windows;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        WindowSpec window;
        window.name = trimmed(std::string_view(text).substr(at, end - at));
        std::string length = window.name;
        if (const auto equals = length.find('='); equals != std::string::npos) {
            window.name = trimmed(std::string_view(length).substr(0, equals));
            length = trimmed(std::string_view(length).substr(equals + 1));
        }
        at = end + 1;
        if (length.ends_with("aligned")) {
            window.aligned = true;
            length = trimmed(length.substr(0, length.size() - 7));
        }
        if (length.ends_with("rows")) {
            window.kind = WindowSpec::Kind::Size;
            length = trimmed(length.substr(0, length.size() - 4));
        }
        const auto amount = durationOf(length);
        if (!amount || *amount == 0)
            return fail(ErrorCode::InvalidSyntax, fmt::format("\"{}\" is no window", window.name),
                        "10s, 10s aligned, 100 rows or NAME = 10s");
        window.amount = *amount;
        windows.push_back(std::move(window));
    }
    return windows;
}

Result<std::vector<NamedExpression>> branchesOf(const std::string& name, const std::string& text) {
    std::vector<NamedExpression> branches;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = trimmed(std::string_view(text).substr(at, end - at));
        at = end + 1;
        if (line.empty())
            continue;
        const auto colon = line.find(':');
        if (colon == std::string::npos)
            return fail(ErrorCode::InvalidSyntax, fmt::format("\"{}\" is no branch", line),
                        "one line for each branch: PORT: CONDITION");
        FB_TRY_ASSIGN(Expression when,
                      parseExpression(name, trimmed(line.substr(colon + 1)), ExpressionUse::Plain));
        branches.push_back({trimmed(line.substr(0, colon)), std::move(when)});
    }
    return branches;
}

Result<Parameter> plainValue(const ParameterSpec& spec, const std::string& text) {
    if (spec.type == ParameterType::Text || spec.type == ParameterType::Choice)
        return OwnedValue(Value::string(text));
    if (spec.type == ParameterType::Bool)
        return OwnedValue(Value::boolean(text == "true" || text == "1" || text == "yes"));
    if (spec.type == ParameterType::Duration) {
        if (const auto duration = durationOf(text))
            return OwnedValue(Value::u64(*duration));
        return fail(ErrorCode::InvalidSyntax, fmt::format("\"{}\" is no duration", text),
                    "a number with a unit: 5s, 100ms");
    }
    Arena arena;
    auto value = parseJsonLine(text, arena);
    if (value && (spec.type == ParameterType::Fields || value->isNumber()))
        return OwnedValue(*value);
    return fail(ErrorCode::InvalidSyntax, fmt::format("\"{}\" is no number", text));
}

Result<Parameter> parameterOf(const ParameterSpec& spec, const std::string& id,
                              const std::string& text, bool windowed) {
    const std::string name = fmt::format("node {}, {}", id, spec.name);
    switch (spec.type) {
    case ParameterType::Expression:
        return parseExpression(name, text,
                               windowed ? ExpressionUse::Windowed : ExpressionUse::Plain);
    case ParameterType::Script: return parseScriptBody(name, text);
    case ParameterType::Windows: return windowsOf(text);
    case ParameterType::Branches: return branchesOf(name, text);
    case ParameterType::GroupBy: {
        FB_TRY_ASSIGN(GroupByPtr tree, parseGroupBy(name, text));
        return GroupByText{text, std::move(tree)};
    }
    default: return plainValue(spec, text);
    }
}

// --- the graph
// --------------------------------------------------------------------------------------

class DotGraph {
public:
    DotGraph(const Value& dot, ImportedPipeline& result, const std::string& file)
        : m_dot(dot), m_result(result), m_file(file) {}

    void run() {
        setProperties();
        for (const Value& node : m_dot.find("nodes")->items())
            addNode(node);
        for (const Value& edge : m_dot.find("edges")->items())
            addEdge(edge);
        if (m_ports.empty())
            addImplicitPorts();
        if (!m_dot.find("directed")->asBool())
            notice("the graph is not directed: edges run as they are written");
        if (m_dot.find("more")->asBool())
            notice("the file holds further graphs, which were left out");
        if (m_withoutOperator > 0)
            notice(fmt::format("{} of {} nodes have no operator and only pass rows on",
                               m_withoutOperator, m_result.graph.nodeCount()));
    }

private:
    struct Port {
        bool input = false;
        std::string name;
    };

    void notice(std::string message) {
        m_result.notices.push_back({std::move(message), {m_file, 0, 0, {}}});
    }

    void setProperties() {
        Graph& graph = m_result.graph;
        if (const std::string name = member(m_dot, "name"); !name.empty())
            graph.setName(name);
        GraphProperties properties;
        const auto read = [&](const char* key, const auto& names, auto& value) {
            if (const auto found = enumeratorOf<std::remove_reference_t<decltype(value)>>(
                    names, attribute(m_dot, key)))
                value = *found;
        };
        read("event_order", kEventOrderNames, properties.eventOrder);
        read("at_end", kAtEndNames, properties.atEnd);
        read("on_error", kOnErrorNames, properties.onError);
        properties.clock = attribute(m_dot, "clock");
        graph.setProperties(std::move(properties));
    }

    void addNode(const Value& dot) {
        const std::string name = member(dot, "name");
        const std::string port = attribute(dot, "port");
        if (port == "input" || port == "output") {
            addPort(dot, name, port == "input");
            return;
        }
        NodeData node;
        node.id = m_result.graph.freeId(name.empty() ? "dot" : name);
        node.label = attribute(dot, "label");
        if (node.label.empty() || node.label == "\\N")
            node.label = name;
        node.note = attribute(dot, "note");
        node.statement = "dot";
        node.disabled = attribute(dot, "disabled") == "true";
        node.bypassed = attribute(dot, "bypassed") == "true";
        const std::string wanted = attribute(dot, "operator");
        const OperatorInfo* info = builtinCatalogue().find(wanted);
        if (info != nullptr) {
            node.operatorName = info->name;
            configure(node, *info, dot);
        } else {
            ++m_withoutOperator;
            node.operatorName = "passthrough";
            const std::string why =
                wanted.empty() ? "no operator"
                               : fmt::format("no operator: \"{}\" is unknown here", wanted);
            node.note += (node.note.empty() ? "" : "; ") + why;
        }
        m_isOperator.push_back(info != nullptr);
        m_nodes.emplace(name, m_result.graph.addNode(std::move(node)));
    }

    void configure(NodeData& node, const OperatorInfo& info, const Value& dot) {
        for (const ParameterSpec& spec : info.parameters) {
            const std::string text = attribute(dot, spec.name);
            if (text.empty())
                continue;
            const bool windowed = !attribute(dot, "windows").empty() && spec.name == "target";
            auto parameter = parameterOf(spec, node.id, text, windowed);
            if (parameter) {
                node.config.set(spec.name, std::move(*parameter));
                continue;
            }
            Error error = std::move(parameter).error();
            error.node = node.id;
            m_result.problems.push_back(std::move(error));
            if (spec.type == ParameterType::Expression || spec.type == ParameterType::Script) {
                Expression kept;
                kept.text = text;
                node.config.set(spec.name, std::move(kept));
            }
        }
    }

    void addPort(const Value& dot, const std::string& name, bool input) {
        std::string label = attribute(dot, "label");
        if (label.empty() || label == "\\N")
            label = name;
        Graph& graph = m_result.graph;
        if (input ? !graph.findInput(label) : !graph.findOutput(label))
            input ? graph.addInput(label) : graph.addOutput(label);
        m_ports.emplace(name, Port{input, label});
    }

    [[nodiscard]] std::optional<Endpoint> endOf(const Value& edge, const char* key,
                                                bool from) const {
        const std::string name = member(edge, key);
        if (const auto port = m_ports.find(name); port != m_ports.end()) {
            if (port->second.input != from)
                return std::nullopt;
            return Endpoint{kNone, port->second.name};
        }
        const NodeIndex node = m_nodes.at(name);
        const std::string port = portOf(member(edge, from ? "from_port" : "to_port"));
        const bool given = m_isOperator[node] && !port.empty();
        return Endpoint{node, given ? port : from ? "out" : "in"};
    }

    void addEdge(const Value& dot) {
        auto from = endOf(dot, "from", true), to = endOf(dot, "to", false);
        if (!from || !to) {
            m_result.problems.push_back(
                Error(
                    ErrorCode::InvalidGraph,
                    fmt::format("the edge from \"{}\" to \"{}\" leaves an output port or enters an "
                                "input port, and was left out",
                                member(dot, "from"), member(dot, "to")))
                    .at({m_file, 0, 0, {}}));
            return;
        }
        const EdgeIndex edge = m_result.graph.addEdge(std::move(*from), std::move(*to));
        if (const auto fusion = enumeratorOf<FusionChoice>(kFusionNames, attribute(dot, "fusion"));
            fusion && *fusion != FusionChoice::Automatic)
            m_result.graph.setFusion(edge, *fusion);
    }

    void addImplicitPorts() {
        Graph& graph = m_result.graph;
        graph.addInput("in");
        graph.addOutput("out");
        for (const NodeIndex n : graph.nodes()) {
            const OperatorInfo* info = builtinCatalogue().find(graph.node(n).operatorName);
            const Contract contract = info->contract(graph.node(n).config);
            if (graph.inEdges(n).empty() && !contract.inputs.empty())
                graph.addEdge({kNone, "in"}, {n, contract.inputs.front()});
            if (graph.outEdges(n).empty() && !contract.outputs.empty())
                graph.addEdge({n, contract.outputs.front()}, {kNone, "out"});
        }
    }

    const Value& m_dot;
    ImportedPipeline& m_result;
    const std::string& m_file;
    std::map<std::string, NodeIndex> m_nodes;
    std::vector<bool> m_isOperator; ///< by node index
    std::map<std::string, Port> m_ports;
    std::size_t m_withoutOperator = 0;
};

/// The lexer of DOT files tells a line, perhaps one behind the last, and what it stands near. The
/// column and the text of the line are found by that.
void completePlace(Error& error, std::string_view text) {
    if (error.place.line == 0)
        return;
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    std::size_t begin = 0;
    std::uint32_t line = 1;
    for (; line < error.place.line; ++line) {
        const std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos)
            break;
        begin = end + 1;
    }
    const bool atEnd = line < error.place.line;
    const std::string_view shown = text.substr(begin, text.find('\n', begin) - begin);
    std::size_t column = atEnd ? shown.size() : 0;
    const std::size_t quote = error.message.find(" near '");
    if (!atEnd && quote != std::string::npos) {
        const std::size_t from = quote + 7;
        const std::string near = error.message.substr(from, error.message.rfind('\'') - from);
        const std::size_t found = near.empty() ? std::string_view::npos : shown.find(near);
        column = found == std::string_view::npos ? 0 : found;
    }
    error.place.line = line;
    error.place.column = static_cast<std::uint32_t>(column) + 1;
    error.place.sourceLine = std::string(shown);
}

ImportResult import(const ImportSource& source, const ImportOptions& options) {
    const auto failed = [&](Error error) {
        completePlace(error, source.text);
        if (error.place.file.empty())
            error.place.file = source.name;
        return std::unexpected(std::vector<Error>{std::move(error)});
    };
    if (options.layout == nullptr)
        return failed(Error(ErrorCode::Unsupported,
                            "DOT files need the layout worker, which is missing",
                            "it is installed beside the program as fuseboard-layout"));
    auto json = options.layout->parseDot(source.text);
    if (!json)
        return failed(std::move(json).error());
    Arena arena;
    auto dot = parseJson(*json, arena);
    if (!dot)
        return failed(std::move(dot).error());
    if (dot->find("nodes")->size() > kMaxPipelineNodes ||
        dot->find("edges")->size() > kMaxPipelineEdges)
        return failed(Error(ErrorCode::LimitExceeded,
                            fmt::format("the graph has more than {} nodes or {} edges",
                                        kMaxPipelineNodes, kMaxPipelineEdges)));
    ImportedPipeline result;
    result.graph.setName(nameOfFile(source.name));
    DotGraph(*dot, result, source.name).run();
    for (Error& error : verify(result.graph, builtinCatalogue()))
        result.problems.push_back(std::move(error));
    return result;
}

} // namespace

Importer dotImporter() {
    return {"dot", "Graphviz graph", {".dot", ".gv"}, looksLike, import};
}

} // namespace fuseboard
