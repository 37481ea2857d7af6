// SPDX-License-Identifier: Apache-2.0
#include "optimizer/analysis/field_demand.h"

#include "optimizer/analysis/node_contract.h"

namespace fuseboard {

namespace {

FieldTree readsOf(const Graph& graph, NodeIndex n, const Catalogue& catalogue,
                  const FieldTree& wanted) {
    const NodeData& node = graph.node(n);
    if (node.disabled)
        return {};
    if (node.bypassed)
        return wanted;
    const OperatorInfo& info = operatorOf(graph, n, catalogue);
    if (info.reads == nullptr)
        return FieldTree::all();
    if (errorsAreRead(graph, n, info.contract(node.config)))
        return FieldTree::all();
    return info.reads(node.config, wanted);
}

} // namespace

FieldDemand computeFieldDemand(const Graph& graph, const Catalogue& catalogue,
                               const std::vector<NodeIndex>& order,
                               const std::function<void(NodeIndex, const FieldTree&)>& visit) {
    FieldDemand demand;
    demand.received.resize(graph.nodeEnd());
    demand.sent.resize(graph.nodeEnd());
    demand.inputs.resize(graph.inputs().size());
    const auto addReader = [&](FieldTree& wanted, EdgeIndex e) {
        const Endpoint& to = graph.edge(e).to;
        if (wanted.whole)
            return;
        if (to.isBoundary())
            wanted = FieldTree::all();
        else
            wanted.merge(demand.received[to.node]);
    };
    for (auto n = order.rbegin(); n != order.rend(); ++n) {
        for (const EdgeIndex e : graph.outEdges(*n))
            addReader(demand.sent[*n], e);
        if (visit)
            visit(*n, demand.sent[*n]);
        demand.received[*n] = readsOf(graph, *n, catalogue, demand.sent[*n]);
    }
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        for (const EdgeIndex e : graph.inputEdges(port))
            addReader(demand.inputs[port], e);
    return demand;
}

} // namespace fuseboard
