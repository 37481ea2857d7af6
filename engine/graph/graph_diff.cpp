// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph_diff.h"

#include "engine/graph/config_json.h"
#include "engine/graph/graph_names.h"
#include "engine/script/parser.h"
#include "engine/value/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace fuseboard {

namespace {

std::string endText(const Graph& graph, const Endpoint& end) {
    return end.isBoundary() ? "[" + end.port + "]" : graph.node(end.node).id + ":" + end.port;
}

// What an expression means counts, not how it is laid out.
std::string meaningOf(const std::string& name, const Parameter& parameter) {
    if (const auto* expression = std::get_if<Expression>(&parameter))
        return expression->tree == nullptr ? expression->text : printExpr(*expression->tree);
    if (const auto* group = std::get_if<GroupByText>(&parameter))
        return group->tree == nullptr ? group->text : printGroupBy(*group->tree);
    if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
        std::string text;
        for (const NamedExpression& branch : *branches)
            text += branch.name + ": " + meaningOf(name, branch.expression) + "\n";
        return text;
    }
    Config one;
    one.set(name, parameter);
    return configToJson(one);
}

std::map<std::string, std::string> parametersOf(const Config& config) {
    std::map<std::string, std::string> texts;
    for (const auto& [name, parameter] : config.all())
        texts.emplace(name, meaningOf(name, parameter));
    return texts;
}

std::vector<std::string> changesOf(const NodeData& before, const NodeData& after, bool withLayout) {
    std::vector<std::string> what;
    const auto compare = [&](bool same, const char* name) {
        if (!same)
            what.emplace_back(name);
    };
    compare(before.operatorName == after.operatorName, "operator");
    compare(before.label == after.label, "label");
    compare(before.statement == after.statement, "statement");
    compare(before.note == after.note, "note");
    compare(before.disabled == after.disabled, "disabled");
    compare(before.bypassed == after.bypassed, "bypassed");
    if (withLayout)
        compare(before.position.has_value() == after.position.has_value() &&
                    (!before.position || (before.position->x == after.position->x &&
                                          before.position->y == after.position->y)),
                "position");
    auto old = parametersOf(before.config), now = parametersOf(after.config);
    std::set<std::string> names;
    for (const auto* side : {&old, &now})
        for (const auto& [name, text] : *side)
            names.insert(name);
    for (const std::string& name : names)
        if (!old.contains(name) || !now.contains(name) || old[name] != now[name])
            what.push_back("config." + name);
    return what;
}

void diffNodes(const Graph& before, const Graph& after, bool withLayout, GraphDiff& diff) {
    for (const NodeIndex n : before.nodes()) {
        const NodeData& old = before.node(n);
        const auto now = after.findNode(old.id);
        if (!now) {
            diff.removedNodes.push_back(old.id);
            continue;
        }
        if (auto what = changesOf(old, after.node(*now), withLayout); !what.empty())
            diff.changedNodes.push_back({old.id, std::move(what)});
    }
    for (const NodeIndex n : after.nodes())
        if (!before.findNode(after.node(n).id))
            diff.addedNodes.push_back(after.node(n).id);
}

struct EdgeFacts {
    std::vector<FusionChoice> fusion; ///< of parallel edges, in order
};

std::map<std::string, EdgeFacts> edgesOf(const Graph& graph, std::vector<std::string>& order) {
    std::map<std::string, EdgeFacts> all;
    for (const EdgeIndex e : edgesByOrigin(graph)) {
        std::string text = edgeText(graph, graph.edge(e));
        all[text].fusion.push_back(graph.edge(e).fusion);
        order.push_back(std::move(text));
    }
    return all;
}

std::string originOf(const std::string& edge) {
    return edge.substr(0, edge.find(" -> "));
}

void diffEdges(const Graph& before, const Graph& after, GraphDiff& diff) {
    std::vector<std::string> oldOrder, newOrder;
    auto old = edgesOf(before, oldOrder), now = edgesOf(after, newOrder);
    for (const std::string& text : oldOrder)
        if (!now.contains(text) || now[text].fusion.size() < old[text].fusion.size())
            diff.removedEdges.push_back(text);
    for (const std::string& text : newOrder)
        if (!old.contains(text) || old[text].fusion.size() < now[text].fusion.size())
            diff.addedEdges.push_back(text);
    for (const auto& [text, facts] : old)
        if (now.contains(text) && now[text].fusion.size() == facts.fusion.size() &&
            now[text].fusion != facts.fusion)
            diff.changedEdges.push_back({text, {"fusion"}});
    // The branches that both have must stand in the same order.
    std::map<std::string, std::vector<std::string>> oldBranches, newBranches;
    for (const std::string& text : oldOrder)
        if (now.contains(text))
            oldBranches[originOf(text)].push_back(text);
    for (const std::string& text : newOrder)
        if (old.contains(text))
            newBranches[originOf(text)].push_back(text);
    for (const auto& [origin, branches] : oldBranches)
        if (newBranches[origin] != branches && newBranches[origin].size() == branches.size())
            diff.changedEdges.push_back({origin, {"order"}});
}

void diffPorts(const std::vector<std::string>& before, const std::vector<std::string>& after,
               const char* kind, GraphDiff& diff) {
    if (before == after)
        return;
    for (const std::string& name : before)
        if (std::find(after.begin(), after.end(), name) == after.end())
            diff.other.push_back(fmt::format("{} {} removed", kind, name));
    for (const std::string& name : after)
        if (std::find(before.begin(), before.end(), name) == before.end())
            diff.other.push_back(fmt::format("{} {} added", kind, name));
    if (std::is_permutation(before.begin(), before.end(), after.begin(), after.end()))
        diff.other.push_back(fmt::format("{} order", kind));
}

bool sameBinding(const PortBinding& a, const PortBinding& b) {
    return a.connector == b.connector && a.label == b.label &&
           strictlyEqual(*a.settings, *b.settings);
}

void diffBindings(const Graph& before, const Graph& after, GraphDiff& diff) {
    for (std::uint32_t i = 0; i < before.inputs().size(); ++i)
        if (const auto port = after.findInput(before.inputs()[i]);
            port && !sameBinding(*before.inputBinding(i), *after.inputBinding(*port)))
            diff.other.push_back(fmt::format("input {} binding", before.inputs()[i]));
    for (std::uint32_t i = 0; i < before.outputs().size(); ++i)
        if (const auto port = after.findOutput(before.outputs()[i]);
            port && !sameBinding(*before.outputBinding(i), *after.outputBinding(*port)))
            diff.other.push_back(fmt::format("output {} binding", before.outputs()[i]));
}

} // namespace

std::string edgeText(const Graph& graph, const Edge& edge) {
    return endText(graph, edge.from) + " -> " + endText(graph, edge.to);
}

bool GraphDiff::empty() const {
    return *this == GraphDiff{};
}

GraphDiff diffGraphs(const Graph& before, const Graph& after, bool withLayout) {
    GraphDiff diff;
    if (before.name() != after.name())
        diff.other.emplace_back("name");
    const GraphProperties& old = before.properties();
    const GraphProperties& now = after.properties();
    if (old.eventOrder != now.eventOrder)
        diff.other.emplace_back("property event_order");
    if (old.atEnd != now.atEnd)
        diff.other.emplace_back("property at_end");
    if (old.onError != now.onError)
        diff.other.emplace_back("property on_error");
    if (old.clock != now.clock)
        diff.other.emplace_back("property clock");
    diffPorts(before.inputs(), after.inputs(), "input", diff);
    diffPorts(before.outputs(), after.outputs(), "output", diff);
    diffBindings(before, after, diff);
    diffNodes(before, after, withLayout, diff);
    diffEdges(before, after, diff);
    return diff;
}

std::string describeDiff(const GraphDiff& diff) {
    std::string text;
    for (const std::string& what : diff.other)
        text += fmt::format("~ {}\n", what);
    for (const std::string& id : diff.removedNodes)
        text += fmt::format("- node {}\n", id);
    for (const std::string& id : diff.addedNodes)
        text += fmt::format("+ node {}\n", id);
    for (const auto& [id, what] : diff.changedNodes)
        text += fmt::format("~ node {}: {}\n", id, fmt::join(what, ", "));
    for (const std::string& edge : diff.removedEdges)
        text += fmt::format("- edge {}\n", edge);
    for (const std::string& edge : diff.addedEdges)
        text += fmt::format("+ edge {}\n", edge);
    for (const auto& [edge, what] : diff.changedEdges)
        text += fmt::format("~ edge {}: {}\n", edge, fmt::join(what, ", "));
    return text;
}

} // namespace fuseboard
