// SPDX-License-Identifier: Apache-2.0
#include "optimizer/analysis/graph_shapes.h"

#include "optimizer/analysis/node_contract.h"

namespace fuseboard {

namespace {

Shape sentBySelect(const NodeData& node, const Shape& received) {
    if (isPlainSelect(node))
        return selectFacts(node.config, received).sent;
    const Expr* target = treeOf(node.config, "target");
    const auto* windows = node.config.windows("windows");
    if (target == nullptr)
        return {};
    // A window that a tick closes evaluates its target without an event.
    const bool windowed = windows != nullptr && !windows->empty();
    return factsOf(*target, {windowed ? Shape{} : received, {}}).shape;
}

Shape sentOnOut(const Graph& graph, NodeIndex n, const Catalogue& catalogue,
                const Shape& received) {
    const NodeData& node = graph.node(n);
    if (isFilter(node))
        return whereTrue(*treeOf(node.config, "where"), received);
    const Contract contract = contractOf(graph, n, catalogue);
    if (contract.passthrough)
        return received;
    if (node.operatorName == "select")
        return sentBySelect(node, received);
    return contract.filterOnly ? received : Shape{};
}

} // namespace

const Expr* treeOf(const Config& config, std::string_view name) {
    const Expression* expression = config.expression(name);
    return expression == nullptr ? nullptr : expression->tree.get();
}

SelectFacts selectFacts(const Config& config, const Shape& received) {
    SelectFacts facts;
    facts.passed = received;
    if (const Expr* where = treeOf(config, "where")) {
        facts.where = conditionFacts(*where, received);
        facts.passed = whereTrue(*where, received);
    }
    if (const Expr* target = treeOf(config, "target"))
        facts.target = factsOf(*target, {facts.passed, {}});
    else
        facts.target.shape = facts.passed;
    facts.sent = facts.target.shape;
    if (const Expr* having = treeOf(config, "having")) {
        facts.having = conditionFacts(*having, facts.sent);
        facts.sent = whereTrue(*having, facts.sent);
    }
    return facts;
}

EventShapes computeEventShapes(const Graph& graph, const Catalogue& catalogue,
                               const std::vector<NodeIndex>& order,
                               std::span<const std::shared_ptr<const Schema>> inputSchemas) {
    EventShapes shapes{std::vector<Shape>(graph.nodeEnd()), std::vector<Shape>(graph.nodeEnd())};
    auto& [received, sent] = shapes;
    std::vector<Shape> inputs(graph.inputs().size());
    for (std::size_t port = 0; port < inputs.size() && port < inputSchemas.size(); ++port)
        if (inputSchemas[port] != nullptr)
            inputs[port] = Shape::ofSchema(*inputSchemas[port]);
    for (const NodeIndex n : order) {
        bool first = true;
        for (const EdgeIndex e : graph.inEdges(n)) {
            const Endpoint& from = graph.edge(e).from;
            Shape arriving;
            if (from.isBoundary())
                arriving = inputs[*graph.findInput(from.port)];
            else if (from.port != "err")
                arriving = sent[from.node];
            received[n] = first ? arriving : join(received[n], arriving);
            first = false;
        }
        sent[n] = sentOnOut(graph, n, catalogue, received[n]);
    }
    return shapes;
}

std::vector<Shape> computeShapes(const Graph& graph, const Catalogue& catalogue,
                                 const std::vector<NodeIndex>& order,
                                 std::span<const std::shared_ptr<const Schema>> inputSchemas) {
    return computeEventShapes(graph, catalogue, order, inputSchemas).received;
}

} // namespace fuseboard
