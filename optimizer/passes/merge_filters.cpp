// SPDX-License-Identifier: Apache-2.0
// filter a -> filter b      =>      filter a and b
//
// Legal because `and` evaluates b only where a is true, and reports the failure of either operand
// as its filter would. The upper filter must have no other reader, the lower no other writer, and
// neither a reader on `err`.
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/neighbours.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/substitute.h"

namespace fuseboard {

namespace {

std::string whyNot(const Graph& graph, const Neighbours& pair) {
    if (std::string why = whyNotOne(graph, pair); !why.empty())
        return why;
    if (graph.node(pair.upper).config.expression("where")->localCount > 0 &&
        graph.node(pair.lower).config.expression("where")->localCount > 0)
        return "both conditions have locals";
    return {};
}

Rewrite mergePair(Graph& graph, const Neighbours& pair, const CostTable& costs) {
    Rewrite rewrite = describePair(graph, pair, "filters merged");
    const NodeData& upper = graph.node(pair.upper);
    const NodeData& lower = graph.node(pair.lower);
    const std::string names = fmt::format("{} and {}", nameOf(upper), nameOf(lower));
    if (const std::string why = whyNot(graph, pair); !why.empty()) {
        rewrite.reason = fmt::format("{} stay apart: {}", names, why);
        return rewrite;
    }
    const Expression& a = *upper.config.expression("where");
    const Expression& b = *lower.config.expression("where");
    NodeData made = lower;
    made.config.set(
        "where", expressionOf(conjunction(a.tree, b.tree), std::max(a.localCount, b.localCount)));
    rewrite.applied = true;
    rewrite.reason =
        fmt::format("{} are one condition: the second is evaluated only where the first "
                    "holds, and errors stay in order",
                    names);
    rewrite.after = {lower.id};
    rewrite.predictedSavingNsPerRow = costs.handOverRowNs;
    joinIntoLower(graph, pair, std::move(made));
    return rewrite;
}

} // namespace

std::vector<Rewrite> mergeFilters(Graph& graph, PassContext& context) {
    std::vector<Rewrite> rewrites;
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    for (const NodeIndex n : *order) {
        if (context.cancelled())
            break;
        if (!isFilter(graph.node(n)))
            continue;
        const auto pair = neighboursBelow(graph, n);
        if (pair && isFilter(graph.node(pair->lower)))
            rewrites.push_back(mergePair(graph, *pair, context.costs));
    }
    return rewrites;
}

} // namespace fuseboard
