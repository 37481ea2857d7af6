// SPDX-License-Identifier: Apache-2.0
// in: {a, b, c, d} read as {a, c}      =>      in converts a and c only
//
// Changes no node: works out backwards, from what every node reads, which parts of its events each
// input has to convert. Validation of whole rows is not touched. Needs no declared fact.
#include "optimizer/analysis/field_demand.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"

#include <algorithm>

namespace fuseboard {

namespace {

std::size_t leaves(const FieldTree& tree) {
    if (tree.children.empty())
        return 1;
    std::size_t count = 0;
    for (const auto& [key, child] : tree.children)
        count += leaves(child);
    return count;
}

/// Who needs all of an event of this input.
std::string wholeReader(const Graph& graph, std::uint32_t port, const FieldDemand& demand) {
    for (const EdgeIndex e : graph.inputEdges(port)) {
        const Endpoint& to = graph.edge(e).to;
        if (to.isBoundary())
            return fmt::format("it goes to {} as it is", to.port);
        if (demand.received[to.node].whole)
            return fmt::format("{} reads it whole", nameOf(graph.node(to.node)));
    }
    return "its readers together read all of it";
}

Rewrite describeInput(const Graph& graph, std::uint32_t port, const FieldDemand& demand,
                      const CostTable& costs) {
    const FieldTree& fields = demand.inputs[port];
    Rewrite rewrite;
    rewrite.kind = "columns pruned";
    for (const EdgeIndex e : graph.inputEdges(port))
        if (const Endpoint& to = graph.edge(e).to; !to.isBoundary())
            rewrite.before.push_back(graph.node(to.node).id);
    rewrite.after = rewrite.before;
    if (fields.whole) {
        rewrite.reason = fmt::format("every field of {} is converted: {}", graph.inputs()[port],
                                     wholeReader(graph, port, demand));
        return rewrite;
    }
    rewrite.applied = true;
    rewrite.reason =
        fields.empty()
            ? fmt::format("no field of {} is read, so none is converted", graph.inputs()[port])
            : fmt::format("of {}, {} converted: {}", graph.inputs()[port],
                          leaves(fields) == 1 ? std::string("1 field is")
                                              : counted(leaves(fields), "field") + " are",
                          fields.text());
    const double kept = std::min(costs.rowBytes, 48.0 * static_cast<double>(leaves(fields) + 1));
    rewrite.predictedSavingNsPerRow = (costs.rowBytes - kept) * costs.materializedByteNs;
    return rewrite;
}

} // namespace

std::vector<Rewrite> pruneColumns(Graph& graph, PassContext& context) {
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    const FieldDemand demand = computeFieldDemand(graph, context.catalogue, *order);
    std::vector<Rewrite> rewrites;
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port) {
        context.inputFields[port] = demand.inputs[port];
        if (!graph.inputEdges(port).empty())
            rewrites.push_back(describeInput(graph, port, demand, context.costs));
    }
    return rewrites;
}

} // namespace fuseboard
