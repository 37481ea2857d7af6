// SPDX-License-Identifier: Apache-2.0
#include "optimizer/analysis/node_contract.h"

#include <algorithm>
#include <unordered_set>

namespace fuseboard {

const OperatorInfo& operatorOf(const Graph& graph, NodeIndex n, const Catalogue& catalogue) {
    const OperatorInfo* info = catalogue.find(graph.node(n).operatorName);
    FB_CHECK(info != nullptr);
    return *info;
}

Contract contractOf(const Graph& graph, NodeIndex n, const Catalogue& catalogue) {
    const NodeData& node = graph.node(n);
    Contract contract = operatorOf(graph, n, catalogue).contract(node.config);
    if (!node.bypassed)
        return contract;
    Contract forwarding;
    forwarding.inputs = std::move(contract.inputs);
    forwarding.outputs = std::move(contract.outputs);
    forwarding.anyOutput = contract.anyOutput;
    forwarding.mayRaise = false;
    forwarding.passthrough = true;
    return forwarding;
}

bool isPlainSelect(const NodeData& node) {
    if (node.operatorName != "select" || node.bypassed || node.disabled)
        return false;
    const auto* windows = node.config.windows("windows");
    const Expression* target = node.config.expression("target");
    return target != nullptr && target->tree != nullptr &&
           node.config.groupBy("group_by") == nullptr && (windows == nullptr || windows->empty());
}

bool isFilter(const NodeData& node) {
    const Expression* where = node.config.expression("where");
    return node.operatorName == "filter" && !node.bypassed && !node.disabled && where != nullptr &&
           where->tree != nullptr;
}

bool forwardsEveryRow(const NodeData& node, const Contract& contract) {
    if (contract.passthrough)
        return true;
    if (!isPlainSelect(node) || node.config.expression("where") != nullptr ||
        node.config.expression("having") != nullptr)
        return false;
    const auto* path = tryAs<PathExpr>(node.config.expression("target")->tree.get());
    return path != nullptr && path->root == PathRoot::Event && path->segments.empty();
}

bool errorsAreRead(const Graph& graph, NodeIndex n, const Contract& contract) {
    if (!contract.mayRaise)
        return false;
    if (graph.properties().onError != OnError::ToErr && !contract.errorsToErr)
        return false;
    return std::ranges::any_of(graph.outEdges(n),
                               [&](EdgeIndex e) { return graph.edge(e).from.port == "err"; });
}

NodeIndex raisingNodeAbove(const Graph& graph, NodeIndex n, const Catalogue& catalogue) {
    std::unordered_set<NodeIndex> seen{n};
    std::vector<NodeIndex> todo{n};
    while (!todo.empty()) {
        const NodeIndex at = todo.back();
        todo.pop_back();
        for (const EdgeIndex e : graph.inEdges(at)) {
            const NodeIndex above = graph.edge(e).from.node;
            if (above == kNone || !seen.insert(above).second)
                continue;
            if (!graph.node(above).disabled && contractOf(graph, above, catalogue).mayRaise)
                return above;
            todo.push_back(above);
        }
    }
    return kNone;
}

std::string_view nameOf(const NodeData& node) {
    return node.label.empty() ? std::string_view(node.id) : std::string_view(node.label);
}

std::string_view stateText(StateKind state) {
    switch (state) {
    case StateKind::None: return "no state";
    case StateKind::Node: return "state";
    case StateKind::Key: return "state by key";
    }
    return "state";
}

} // namespace fuseboard
