// SPDX-License-Identifier: Apache-2.0
// a -> passthrough -> b, c      =>      a -> b, c
//
// Nodes that forward every row unchanged: streams, ports and unions as declared, bypassed nodes,
// and selects of `event` without a clause. Every edge into the node is spliced, in place, with
// every edge out of it, so the order of rows stays. Disabled nodes send nothing: they are removed,
// and what only they feed is dead. Refused where the spliced edges would outnumber the old ones (in
// × out), and where rows would leave the reach of errors that abort their event.
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"

namespace fuseboard {

namespace {

Rewrite removeDisabled(Graph& graph, NodeIndex n, const Catalogue& catalogue) {
    Rewrite rewrite;
    rewrite.kind = "disabled node removed";
    rewrite.before = {graph.node(n).id};
    const std::string_view name = nameOf(graph.node(n));
    if (const NodeIndex above = raisingNodeAbove(graph, n, catalogue); above != kNone) {
        rewrite.after = rewrite.before;
        rewrite.reason =
            fmt::format("{} is disabled, but stays: without it {}, whose errors count, "
                        "might reach no output",
                        name, nameOf(graph.node(above)));
        return rewrite;
    }
    rewrite.applied = true;
    rewrite.reason = fmt::format("{} is disabled and sends nothing", name);
    graph.removeNode(n);
    return rewrite;
}

std::string_view whatItIs(const NodeData& node) {
    if (node.bypassed)
        return "is bypassed";
    return node.operatorName == "select" ? "selects the event as it is" : "forwards every row";
}

Rewrite removeForwarder(Graph& graph, NodeIndex n, const CostTable& costs) {
    const NodeData& node = graph.node(n);
    const SpliceSize size = spliceSize(graph, n);
    Rewrite rewrite;
    rewrite.kind = "passthrough removed";
    rewrite.before = {node.id};
    if (const std::string why = whyNotSplice(graph, n); !why.empty()) {
        rewrite.after = {node.id};
        rewrite.reason = fmt::format("{} {}, but {}", nameOf(node), whatItIs(node), why);
        return rewrite;
    }
    rewrite.applied = true;
    rewrite.reason = fmt::format("{} {}: {} in and {} out became {}", nameOf(node), whatItIs(node),
                                 counted(size.in, "edge"), size.out, size.in * size.out);
    rewrite.predictedSavingNsPerRow = costs.batchOverheadNs * costs.rowBytes / costs.batchBytes;
    spliceOut(graph, n);
    return rewrite;
}

} // namespace

std::vector<Rewrite> removePassthroughs(Graph& graph, PassContext& context) {
    std::vector<Rewrite> rewrites;
    for (const NodeIndex n : graph.nodes()) {
        if (context.cancelled())
            break;
        if (graph.node(n).disabled)
            rewrites.push_back(removeDisabled(graph, n, context.catalogue));
        else if (forwardsEveryRow(graph.node(n), contractOf(graph, n, context.catalogue)))
            rewrites.push_back(removeForwarder(graph, n, context.costs));
    }
    return rewrites;
}

} // namespace fuseboard
