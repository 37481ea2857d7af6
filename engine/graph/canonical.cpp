// SPDX-License-Identifier: Apache-2.0
// The canonical text of a plan and its hash. Nodes are numbered in the order in which a walk from
// the input ports along the declared order of edges meets them, so that ids and labels do not
// count.
#include "engine/base/stable_hash.h"
#include "engine/formats/json_text.h"
#include "engine/graph/verifier.h"
#include "engine/script/parser.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace fuseboard {

namespace {

class Numbering {
public:
    explicit Numbering(const Graph& graph) : m_graph(graph), m_number(graph.nodeEnd(), kNone) {
        for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
            walk(graph.inputEdges(port));
        for (const NodeIndex n : graph.nodes())
            visit(n);
    }
    [[nodiscard]] std::uint32_t of(NodeIndex n) const { return m_number[n]; }
    [[nodiscard]] const std::vector<NodeIndex>& order() const { return m_order; }

private:
    void walk(const std::vector<EdgeIndex>& edges) {
        for (const EdgeIndex e : edges)
            if (const Endpoint& to = m_graph.edge(e).to; !to.isBoundary())
                visit(to.node);
    }
    // Depth first with an explicit stack: graphs may be deeper than the thread's stack.
    void visit(NodeIndex start) {
        std::vector<NodeIndex> stack{start};
        while (!stack.empty()) {
            const NodeIndex n = stack.back();
            stack.pop_back();
            if (m_number[n] != kNone)
                continue;
            m_number[n] = static_cast<std::uint32_t>(m_order.size());
            m_order.push_back(n);
            const auto& out = m_graph.outEdges(n);
            for (auto e = out.rbegin(); e != out.rend(); ++e)
                if (const Endpoint& to = m_graph.edge(*e).to; !to.isBoundary())
                    stack.push_back(to.node);
        }
    }
    const Graph& m_graph;
    std::vector<std::uint32_t> m_number;
    std::vector<NodeIndex> m_order;
};

/// The functions that nodes call, by name. Their identities cover those that they call.
class Functions {
public:
    explicit Functions(const Graph& graph) {
        for (const NodeIndex n : graph.nodes())
            for (const auto& [name, parameter] : graph.node(n).config.all())
                collect(parameter);
    }
    [[nodiscard]] const std::set<std::pair<std::string, std::string>>& digests() const {
        return m_digests;
    }

private:
    void collect(const Parameter& parameter) {
        if (const auto* expression = std::get_if<Expression>(&parameter)) {
            collect(expression->tree);
        } else if (const auto* group = std::get_if<GroupByText>(&parameter)) {
            collect(group->tree);
        } else if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
            for (const WindowSpec& window : *windows) {
                collect(window.script);
                collect(window.tickScript);
            }
        } else if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
            for (const NamedExpression& branch : *branches)
                collect(branch.expression.tree);
        }
    }
    void collect(const GroupByPtr& by) {
        if (by == nullptr)
            return;
        collect(by->expression);
        for (const GroupByPtr& item : by->items)
            collect(item);
    }
    void collect(const ExprPtr& tree) {
        if (tree == nullptr)
            return;
        if (const auto* call = tryAs<UserCallExpr>(tree.get()))
            m_digests.emplace(call->function->name, call->function->digest);
        forEachChild(*tree, [&](const ExprPtr& child) { collect(child); });
    }
    std::set<std::pair<std::string, std::string>> m_digests;
};

std::string textOf(const ExprPtr& tree) {
    return tree == nullptr ? "null" : printExpr(*tree);
}

std::string textOf(const WindowSpec& window) {
    std::string state;
    printSortedJson(*window.initialState, state);
    return fmt::format("window {} {} {}{} {} {} {} {}", window.name, static_cast<int>(window.kind),
                       window.amount, window.aligned ? " aligned" : "", window.maxGroups, state,
                       textOf(window.script), textOf(window.tickScript));
}

std::string textOf(const Parameter& parameter) {
    std::string text;
    if (const auto* value = std::get_if<OwnedValue>(&parameter)) {
        printSortedJson(**value, text);
    } else if (const auto* expression = std::get_if<Expression>(&parameter)) {
        text = textOf(expression->tree);
    } else if (const auto* group = std::get_if<GroupByText>(&parameter)) {
        text = group->tree == nullptr ? "null" : printGroupBy(*group->tree);
    } else if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
        for (const WindowSpec& window : *windows)
            text += textOf(window) + ";";
    } else if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
        for (const NamedExpression& branch : *branches)
            text += branch.name + ": " + textOf(branch.expression.tree) + ";";
    }
    return text;
}

std::string textOf(const Config& config) {
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : config.all())
        sorted.emplace(name, textOf(value));
    std::string text;
    for (const auto& [name, value] : sorted)
        text += fmt::format(" {}={}", name, value);
    return text;
}

} // namespace

std::string canonicalText(const Graph& graph) {
    const Numbering numbering(graph);
    const GraphProperties& p = graph.properties();
    std::string text = fmt::format("properties {} {} {}\n", static_cast<int>(p.eventOrder),
                                   static_cast<int>(p.atEnd), static_cast<int>(p.onError));
    const auto addEdges = [&](const std::vector<EdgeIndex>& edges) {
        for (const EdgeIndex e : edges) {
            const Edge& edge = graph.edge(e);
            const std::string to =
                edge.to.isBoundary() ? "port" : std::to_string(numbering.of(edge.to.node));
            text += fmt::format("  {} -> {}.{}\n", edge.from.isBoundary() ? "" : edge.from.port, to,
                                edge.to.port);
        }
    };
    const Functions functions(graph);
    for (const auto& [name, digest] : functions.digests())
        text += fmt::format("function {} {}\n", name, digest);
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port) {
        text += fmt::format("input {}\n", graph.inputs()[port]);
        addEdges(graph.inputEdges(port));
    }
    for (const NodeIndex n : numbering.order()) {
        const NodeData& node = graph.node(n);
        text += fmt::format("node {}{}{}{}\n", node.operatorName, textOf(node.config),
                            node.disabled ? " disabled" : "", node.bypassed ? " bypassed" : "");
        addEdges(graph.outEdges(n));
    }
    std::vector<std::string> groups;
    for (const FusedGroup& group : graph.groups()) {
        std::vector<std::uint32_t> members;
        for (const NodeIndex n : group.members)
            members.push_back(numbering.of(n));
        std::sort(members.begin(), members.end());
        groups.push_back(fmt::format("group {} {}\n", fmt::join(members, ","),
                                     fmt::join(group.inputPorts, ",")));
    }
    std::sort(groups.begin(), groups.end());
    for (const std::string& group : groups)
        text += group;
    return text;
}

std::string planHash(const Graph& graph) {
    return stableHashText(canonicalText(graph));
}

} // namespace fuseboard
