// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/abort_scope.h"

namespace fuseboard {

bool needsOneStage(const Graph& graph, const Catalogue& catalogue) {
    if (graph.properties().onError != OnError::AbortEvent)
        return false;
    bool multiplies = false, aborts = false;
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        multiplies = multiplies || graph.inputEdges(port).size() > 1;
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        multiplies = multiplies || graph.outEdges(n).size() > 1;
        if (node.bypassed || node.disabled)
            continue;
        const Contract contract = catalogue.find(node.operatorName)->contract(node.config);
        multiplies = multiplies || contract.cardinality == Cardinality::ZeroOrMore ||
                     contract.cardinality == Cardinality::ManyToFew;
        aborts = aborts || (contract.mayRaise && abortsEvent(graph, contract));
    }
    return multiplies && aborts;
}

} // namespace fuseboard
