// SPDX-License-Identifier: Apache-2.0
#include "views/document/plan_facts.h"

#include "optimizer/analysis/graph_shapes.h"
#include "optimizer/cost/workload.h"

namespace fuseboard {

namespace {

std::map<std::string, NodeFacts>
factsOfSide(const Graph& graph, const Catalogue& catalogue,
            std::span<const std::shared_ptr<const Schema>> inputSchemas,
            std::span<const FieldTree> inputFields, const CostTable& costs) {
    std::map<std::string, NodeFacts> facts;
    const auto order = graph.topologicalOrder();
    if (!order)
        return facts;
    const EventShapes shapes = computeEventShapes(graph, catalogue, *order, inputSchemas);
    const Workload load = estimateWorkload(graph, catalogue, *order, costs, inputFields);
    for (const NodeIndex n : graph.nodes()) {
        NodeFacts& node = facts[graph.node(n).id];
        node.received = shapes.received[n];
        node.sent = shapes.sent[n];
        const NodeLoad& expected = load.nodes[n];
        if (expected.rowsIn > 0)
            node.estimate = {expected.workNs / expected.rowsIn, expected.rowsOut / expected.rowsIn,
                             expected.bytesOut};
    }
    return facts;
}

} // namespace

const NodeFacts* PlanFacts::find(Side side, const std::string& nodeId) const {
    const auto at = sides[int(side)].find(nodeId);
    return at == sides[int(side)].end() ? nullptr : &at->second;
}

PlanFacts factsOf(const OptimizedGraph& optimized, const Catalogue& catalogue,
                  std::span<const std::shared_ptr<const Schema>> inputSchemas,
                  const CostTable& costs) {
    PlanFacts facts;
    facts.sides[int(Side::Drawn)] = factsOfSide(optimized.graph.at(optimized.naivePosition),
                                                catalogue, inputSchemas, {}, costs);
    facts.sides[int(Side::Optimised)] =
        factsOfSide(optimized.graph, catalogue, inputSchemas, optimized.inputFields, costs);
    return facts;
}

} // namespace fuseboard
