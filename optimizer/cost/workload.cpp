// SPDX-License-Identifier: Apache-2.0
#include "optimizer/cost/workload.h"

#include "optimizer/analysis/node_contract.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr double kFieldBytes = 48;  // key view, value and its share of text
constexpr double kErrShare = 0.001; // of the rows of a node leave on `err`
constexpr double kUnknownCostNs = 100;

double leaves(const FieldTree& tree) {
    if (tree.children.empty())
        return 1;
    double count = 0;
    for (const auto& [key, child] : tree.children)
        count += leaves(child);
    return count;
}

double rowsPerRow(const Contract& contract, const CostTable& costs) {
    switch (contract.cardinality) {
    case Cardinality::One: return 1;
    case Cardinality::ZeroOrOne: return costs.defaultSelectivity;
    case Cardinality::ZeroOrMore: return costs.defaultFanOut;
    case Cardinality::ManyToFew: return costs.windowReduction;
    }
    return 1;
}

double bytesSent(const NodeData& node, double bytesIn) {
    const Expression* target = node.bypassed ? nullptr : node.config.expression("target");
    const auto* record = target == nullptr ? nullptr : tryAs<RecordExpr>(target->tree.get());
    return record == nullptr ? bytesIn
                             : kFieldBytes * static_cast<double>(record->entries.size() + 1);
}

/// Rows of one edge: those of a node with several ways out are spread over its ports.
double rowsOnEdge(const Graph& graph, EdgeIndex e, const Workload& load) {
    const Endpoint& from = graph.edge(e).from;
    if (from.isBoundary())
        return load.inputs[*graph.findInput(from.port)].rowsOut;
    const double rows = load.nodes[from.node].rowsOut;
    if (from.port == "err")
        return rows * kErrShare;
    return rows;
}

void estimateInputs(const Graph& graph, const CostTable& costs,
                    std::span<const FieldTree> inputFields, Workload& load) {
    load.inputs.resize(graph.inputs().size());
    for (std::uint32_t port = 0; port < load.inputs.size(); ++port) {
        NodeLoad& input = load.inputs[port];
        const bool pruned = port < inputFields.size() && !inputFields[port].whole;
        input.rowsIn = input.rowsOut = costs.inputRows;
        input.bytesOut =
            pruned ? std::min(costs.rowBytes, kFieldBytes * (leaves(inputFields[port]) + 1))
                   : costs.rowBytes;
        input.workNs = input.rowsIn * costs.rowBytes * costs.decodeByteNs;
        load.inputRows += graph.inputEdges(port).empty() ? 0 : input.rowsIn;
    }
    load.inputRows = std::max(load.inputRows, 1.0);
}

} // namespace

Workload estimateWorkload(const Graph& graph, const Catalogue& catalogue,
                          const std::vector<NodeIndex>& order, const CostTable& costs,
                          std::span<const FieldTree> inputFields) {
    Workload load;
    load.nodes.resize(graph.nodeEnd());
    estimateInputs(graph, costs, inputFields, load);
    for (const NodeIndex n : order) {
        const NodeData& node = graph.node(n);
        NodeLoad& at = load.nodes[n];
        double bytesIn = 0;
        for (const EdgeIndex e : graph.inEdges(n)) {
            const Endpoint& from = graph.edge(e).from;
            // Fan-outs that join again multiply; no pipeline means more rows than this.
            at.rowsIn = std::min(at.rowsIn + rowsOnEdge(graph, e, load), 1e15);
            bytesIn = std::max(bytesIn, from.isBoundary()
                                            ? load.inputs[*graph.findInput(from.port)].bytesOut
                                            : load.nodes[from.node].bytesOut);
        }
        const OperatorInfo& info = operatorOf(graph, n, catalogue);
        const Contract contract = contractOf(graph, n, catalogue);
        const double cost = contract.passthrough     ? 0
                            : info.costNs == nullptr ? kUnknownCostNs
                                                     : info.costNs(node.config);
        at.rowsOut = std::min(at.rowsIn * rowsPerRow(contract, costs), 1e15);
        at.bytesOut = bytesSent(node, bytesIn);
        at.workNs = at.rowsIn * cost * costs.workFactor;
        at.stateBytes = contract.state == StateKind::None  ? 0
                        : contract.state == StateKind::Key ? costs.stateBytesPerKeyed
                                                           : costs.stateBytesPerNode;
    }
    return load;
}

} // namespace fuseboard
