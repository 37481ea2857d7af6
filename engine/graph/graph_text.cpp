// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph_text.h"

#include "engine/formats/json_text.h"
#include "engine/graph/config_json.h"
#include "engine/graph/graph_names.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

// Several lines become one: the text is for reading along, the file holds the original.
std::string oneLine(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    return out;
}

std::string windowText(const WindowSpec& window) {
    switch (window.kind) {
    case WindowSpec::Kind::Size: return fmt::format("{} ({} rows)", window.name, window.amount);
    case WindowSpec::Kind::State: return fmt::format("{} (script)", window.name);
    case WindowSpec::Kind::Interval: break;
    }
    return fmt::format("{} ({} ns{})", window.name, window.amount,
                       window.aligned ? ", aligned" : "");
}

void addParameter(const std::string& name, const Parameter& parameter, std::string& out) {
    if (const auto* value = std::get_if<OwnedValue>(&parameter)) {
        out += fmt::format("    {} = {}\n", name, printJson(**value));
    } else if (const auto* expression = std::get_if<Expression>(&parameter)) {
        out += fmt::format("    {} {}\n", name, oneLine(textOfExpression(*expression)));
    } else if (const auto* group = std::get_if<GroupByText>(&parameter)) {
        out += fmt::format("    {} {}\n", name, oneLine(textOfGroupBy(*group)));
    } else if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
        for (const WindowSpec& window : *windows)
            out += fmt::format("    window {}\n", windowText(window));
    } else {
        for (const NamedExpression& branch : std::get<std::vector<NamedExpression>>(parameter))
            out += fmt::format("    {}: {}\n", branch.name,
                               oneLine(textOfExpression(branch.expression)));
    }
}

void addEdge(const Graph& graph, const Edge& edge, std::string& out) {
    out += "    -> ";
    if (!edge.from.isBoundary() && edge.from.port != "out")
        out += fmt::format("({}) ", edge.from.port);
    if (edge.to.isBoundary())
        out += "[" + edge.to.port + "]";
    else
        out += graph.node(edge.to.node).id + (edge.to.port == "in" ? "" : ":" + edge.to.port);
    if (edge.fusion != FusionChoice::Automatic)
        out += fmt::format(" {}", nameOf(kFusionNames, edge.fusion));
    out += '\n';
}

} // namespace

std::string graphText(const Graph& graph) {
    const GraphProperties& p = graph.properties();
    std::string out = fmt::format(
        "pipeline {}: {} nodes, {} edges; order {}, at end {}, on error {}{}\n",
        graph.name().empty() ? "(unnamed)" : graph.name(), graph.nodeCount(), graph.edgeCount(),
        nameOf(kEventOrderNames, p.eventOrder), nameOf(kAtEndNames, p.atEnd),
        nameOf(kOnErrorNames, p.onError), p.clock.empty() ? "" : ", clock " + p.clock);
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port) {
        out += fmt::format("input {}\n", graph.inputs()[port]);
        for (const EdgeIndex e : graph.inputEdges(port))
            addEdge(graph, graph.edge(e), out);
    }
    const auto order = graph.topologicalOrder();
    for (const NodeIndex n : order ? *order : graph.nodes()) {
        const NodeData& node = graph.node(n);
        out += fmt::format("{}  {}", node.id, node.operatorName);
        if (const GroupIndex group = graph.groupOf(n); group != kNone)
            out += fmt::format("  in group/{}", group + 1);
        out += fmt::format("{}{}\n", node.disabled ? "  disabled" : "",
                           node.bypassed ? "  bypassed" : "");
        for (const auto& [name, parameter] : node.config.all())
            addParameter(name, parameter, out);
        for (const EdgeIndex e : graph.outEdges(n))
            addEdge(graph, graph.edge(e), out);
    }
    for (const std::string& port : graph.outputs())
        out += fmt::format("output {}\n", port);
    return out;
}

} // namespace fuseboard
