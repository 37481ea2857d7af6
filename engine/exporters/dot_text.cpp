// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/dot_text.h"

#include "engine/exporters/exported_graph.h"
#include "engine/formats/json_text.h"
#include "engine/graph/config_json.h"
#include "engine/graph/graph_names.h"
#include "engine/operators/operator_body.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

// For texts whose backslashes are escapes of labels already.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out += '\\';
        if (c != '\0')
            out += c;
    }
    return out + "\"";
}

// Graphviz keeps a doubled backslash as it is, and a single one cannot stand before a quote: so all
// are doubled, as in labels, and the importer halves them.
std::string exact(std::string_view text) {
    std::string doubled;
    for (const char c : text) {
        if (c == '\\')
            doubled += '\\';
        doubled += c;
    }
    return quoted(doubled);
}

class DotWriter {
public:
    DotWriter(const ExportedGraph& exported, bool forPicture)
        : m_exported(exported), m_graph(exported.graph()), m_forPicture(forPicture) {}

    Result<std::string> write() {
        m_out = fmt::format("// {} ({}), plan {}\n", m_graph.name(), m_exported.kind(),
                            m_exported.planHash());
        m_out += fmt::format("digraph {} {{\n", exact(m_graph.name()));
        attributes();
        for (const std::string& port : m_graph.inputs())
            boundary(port, true);
        for (const NodeIndex n : m_graph.nodes())
            FB_TRY(node(n));
        for (const std::string& port : m_graph.outputs())
            boundary(port, false);
        for (const EdgeIndex e : edgesByOrigin(m_graph))
            edge(m_graph.edge(e));
        if (m_forPicture)
            groups();
        return std::move(m_out) + "}\n";
    }

private:
    static std::string boundaryName(const std::string& port, bool input) {
        return fmt::format("[{}] {}", input ? "in" : "out", port);
    }

    void attributes() {
        if (m_forPicture) {
            m_out += "    rankdir=TB; fontname=\"Inter\"; bgcolor=\"transparent\";\n"
                     "    node [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f7f9\", "
                     "color=\"#8a94a6\", fontname=\"Inter\", fontsize=11];\n"
                     "    edge [color=\"#5b6577\", fontname=\"Inter\", fontsize=9];\n";
            return;
        }
        const GraphProperties& p = m_graph.properties();
        m_out += fmt::format("    event_order={}; at_end={}; on_error={};",
                             nameOf(kEventOrderNames, p.eventOrder), nameOf(kAtEndNames, p.atEnd),
                             nameOf(kOnErrorNames, p.onError));
        m_out += p.clock.empty() ? "\n" : fmt::format(" clock={};\n", exact(p.clock));
    }

    void boundary(const std::string& port, bool input) {
        m_out += fmt::format("    {} [{}label={}, shape={}];\n", exact(boundaryName(port, input)),
                             m_forPicture ? ""
                             : input      ? "port=input, "
                                          : "port=output, ",
                             exact(port), input ? "invhouse" : "house");
    }

    Status node(NodeIndex n) {
        const NodeData& node = m_graph.node(n);
        if (m_forPicture) {
            const OperatorInfo* info = builtinCatalogue().find(node.operatorName);
            std::string detail = info == nullptr || info->detail == nullptr
                                     ? std::string()
                                     : info->detail(node.config);
            if (detail.size() > 48)
                detail = detail.substr(0, detail.find_last_of(' ', 48)) + " …";
            m_out += fmt::format("    {} [label={}, tooltip={}];\n", exact(node.id),
                                 exact(node.label + (detail.empty() ? "" : "\n" + detail)),
                                 exact(m_exported.originOf(n)));
            return {};
        }
        m_out += fmt::format("    {} [label={}, operator={}", exact(node.id), exact(node.label),
                             exact(node.operatorName));
        for (const auto& [name, parameter] : node.config.all()) {
            FB_TRY_ASSIGN(const std::string text, attributeText(node, parameter));
            m_out += fmt::format(",\n        {}={}", name, exact(text));
        }
        if (!node.note.empty())
            m_out += ", note=" + exact(node.note);
        m_out += node.disabled ? ", disabled=true" : "";
        m_out += node.bypassed ? ", bypassed=true" : "";
        m_out += "];\n";
        return {};
    }

    /// A function of the program that the tree calls, or nullptr.
    static const UserFunction* functionIn(const Expr& tree) {
        if (const auto* call = tryAs<UserCallExpr>(&tree))
            return call->function.get();
        const UserFunction* found = nullptr;
        forEachChild(tree, [&](const ExprPtr& child) {
            if (found == nullptr && child != nullptr)
                found = functionIn(*child);
        });
        return found;
    }

    static Status refuseFunctions(const NodeData& node, const ExprPtr& tree) {
        const UserFunction* function = tree == nullptr ? nullptr : functionIn(*tree);
        if (function == nullptr)
            return {};
        return fail(refusal(node, "DOT",
                            fmt::format("the function `{}` is defined by the program, which a DOT "
                                        "file has no place for",
                                        function->name),
                            "export a pipeline file instead"));
    }

    static Status refuseFunctions(const NodeData& node, const GroupBy& group) {
        FB_TRY(refuseFunctions(node, group.expression));
        for (const GroupByPtr& item : group.items)
            FB_TRY(refuseFunctions(node, *item));
        return {};
    }

    static Status refuseFunctions(const NodeData& node, const Parameter& parameter) {
        if (const auto* expression = std::get_if<Expression>(&parameter))
            return refuseFunctions(node, expression->tree);
        if (const auto* group = std::get_if<GroupByText>(&parameter))
            return group->tree == nullptr ? Status() : refuseFunctions(node, *group->tree);
        if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter))
            for (const NamedExpression& branch : *branches)
                FB_TRY(refuseFunctions(node, branch.expression.tree));
        return {};
    }

    static Result<std::string> attributeText(const NodeData& node, const Parameter& parameter) {
        FB_TRY(refuseFunctions(node, parameter));
        if (const auto* expression = std::get_if<Expression>(&parameter))
            return textOfExpression(*expression);
        if (const auto* group = std::get_if<GroupByText>(&parameter))
            return textOfGroupBy(*group);
        std::string text;
        if (const auto* value = std::get_if<OwnedValue>(&parameter))
            return (*value)->isString() ? std::string((*value)->asString()) : printJson(**value);
        if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
            for (const NamedExpression& branch : *branches)
                text += branch.name + ": " +
                        (branch.expression.tree == nullptr ? branch.expression.text
                                                           : printExpr(*branch.expression.tree)) +
                        "\n";
            return text;
        }
        for (const WindowSpec& window : std::get<std::vector<WindowSpec>>(parameter)) {
            if (window.kind == WindowSpec::Kind::State || window.maxGroups != 0)
                return fail(refusal(node, "DOT", "a window has a script or a limit of groups",
                                    "export a pipeline file instead"));
            text +=
                fmt::format("{}{} = {}{}{}", text.empty() ? "" : ", ", window.name, window.amount,
                            window.kind == WindowSpec::Kind::Size ? " rows" : " ns",
                            window.aligned ? " aligned" : "");
        }
        return text;
    }

    void edge(const Edge& edge) {
        const auto end = [&](const Endpoint& point, bool from) {
            return exact(point.isBoundary() ? boundaryName(point.port, from)
                                            : m_graph.node(point.node).id);
        };
        m_out += fmt::format("    {} -> {}", end(edge.from, true), end(edge.to, false));
        std::string more;
        const auto add = [&](std::string_view key, const std::string& value) {
            more += fmt::format("{}{}={}", more.empty() ? "" : ", ", key, exact(value));
        };
        const bool fromPort = !edge.from.isBoundary() && edge.from.port != "out";
        const bool toPort = !edge.to.isBoundary() && edge.to.port != "in";
        if (fromPort)
            add(m_forPicture ? "taillabel" : "tailport", edge.from.port);
        if (toPort)
            add(m_forPicture ? "headlabel" : "headport", edge.to.port);
        if (edge.fusion != FusionChoice::Automatic && !m_forPicture)
            add("fusion", std::string(nameOf(kFusionNames, edge.fusion)));
        m_out += more.empty() ? ";\n" : fmt::format(" [{}];\n", more);
    }

    void groups() {
        for (std::size_t g = 0; g < m_graph.groups().size(); ++g) {
            const FusedGroup& group = m_graph.groups()[g];
            if (group.members.size() < 2)
                continue;
            m_out += fmt::format(
                "    subgraph \"cluster_{}\" {{\n        label={}; style=\"rounded,"
                "filled\"; fillcolor=\"#e8f1ff\"; color=\"#4a7fd6\";\n       ",
                g + 1,
                exact(group.loops > 1 ? fmt::format("fused · {} loops", group.loops) : "fused"));
            for (const NodeIndex n : group.members)
                m_out += " " + exact(m_graph.node(n).id) + ";";
            m_out += "\n    }\n";
        }
    }

    const ExportedGraph& m_exported;
    const Graph& m_graph;
    bool m_forPicture;
    std::string m_out;
};

} // namespace

Result<std::string> dotText(const ExportRequest& request, bool forPicture) {
    const ExportedGraph exported(request);
    return DotWriter(exported, forPicture).write();
}

Result<std::string> pictureOf(const ExportRequest& request, std::string_view format) {
    if (request.layout == nullptr)
        return fail(ErrorCode::Unsupported, "pictures need the layout worker, which is missing",
                    "it is installed beside the program as fuseboard-layout");
    FB_TRY_ASSIGN(const std::string dot, dotText(request, true));
    return request.layout->render(dot, format);
}

} // namespace fuseboard
