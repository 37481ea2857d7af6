// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"
#include "engine/operators/operator_body.h"

#include <utility>

namespace fuseboard {

Result<OptimizedGraph> optimizePipeline(Graph naive, const PassOptions& options) {
    OptimizeOptions optimizer;
    optimizer.catalogue = &builtinCatalogue();
    optimizer.costs = options.costs;
    optimizer.only = options.only;
    optimizer.without = options.without;
    optimizer.inputSchemas = options.schemas;
    optimizer.cancelled = options.cancelled;
    return optimize(std::move(naive), optimizer);
}

Result<OptimizedGraph> drawnPipeline(Graph naive) {
    OptimizeOptions optimizer;
    optimizer.catalogue = &builtinCatalogue();
    return asDrawn(std::move(naive), optimizer);
}

GraphCounts countGraph(const Graph& graph) {
    GraphCounts counts;
    counts.nodes = graph.nodeCount();
    counts.edges = graph.edgeCount();
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        const OperatorInfo* info = builtinCatalogue().find(node.operatorName);
        if (node.bypassed || (info != nullptr && info->contract(node.config).passthrough))
            ++counts.passthroughs;
    }
    for (const FusedGroup& group : graph.groups())
        if (group.members.size() + group.inputPorts.size() >= 2)
            ++counts.fusedGroups;
    return counts;
}

} // namespace fuseboard
