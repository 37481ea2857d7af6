// SPDX-License-Identifier: Apache-2.0
// select {"x": event.a.b, …} -> filter event.x > 1      =>      filter event.a.b > 1 -> select {…}
//
// The condition may read only fields that the select copies from its own event. The select works
// row by row, has no other reader, and is proven unable to fail, because rows that the filter drops
// would no longer fail in it. If the select drops rows itself, the filter would see more rows than
// before and must be proven unable to fail as well. Nothing that differs between evaluations
// (random, wall clock) may be skipped. The facts come from a declared schema or from the program.
#include "optimizer/analysis/graph_shapes.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/fold_expression.h"
#include "optimizer/passes/neighbours.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"
#include "optimizer/passes/substitute.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::string_view kPin = " (Pin schema declares what the source always has)";

struct Decision {
    ExprPtr condition; ///< in terms of the select's own event
    std::string reason, missing;
    [[nodiscard]] bool legal() const { return reason.empty(); }
};

Decision refuse(std::string reason, std::string missing = {}) {
    if (!missing.empty())
        reason += kPin;
    return {nullptr, std::move(reason), std::move(missing)};
}

// The condition as the select's reader wrote it, rewritten to the select's event.
Decision rewriteCondition(const NodeData& select, const Expression& where, const Shape& passed) {
    const Expression* target = select.config.expression("target");
    auto fields = fieldsMadeBy(target->tree, {passed, {}});
    if (!fields)
        return refuse("the fields of its target are not known by name");
    // Only copies move: a computed field would be computed twice.
    std::erase_if(*fields, [](const MadeField& field) { return !field.copied; });
    std::string refused;
    Decision decision;
    decision.condition = substituted(where.tree, *fields, refused);
    if (decision.condition == nullptr)
        return refuse(fmt::format("{} by {} from its own event", refused, nameOf(select)));
    FoldNotes notes;
    decision.condition = foldExpression(decision.condition, notes);
    if (literalValue(decision.condition.get()) != nullptr)
        return refuse("the condition does not depend on the event");
    return decision;
}

class Pushing {
public:
    Pushing(Graph& graph, PassContext& context, const std::vector<NodeIndex>& order)
        : m_graph(graph), m_context(context),
          m_received(computeShapes(graph, context.catalogue, order, context.inputSchemas)) {}

    void pushAll(const std::vector<NodeIndex>& order, std::vector<Rewrite>& rewrites) {
        for (const NodeIndex n : order) {
            if (m_context.cancelled())
                return;
            while (isFilter(m_graph.node(n)) && pushOnce(n, rewrites)) {
            }
        }
    }

private:
    bool pushOnce(NodeIndex filter, std::vector<Rewrite>& rewrites) {
        if (m_graph.inEdges(filter).size() != 1)
            return false;
        const EdgeIndex e = m_graph.inEdges(filter).front();
        const Endpoint from = m_graph.edge(e).from;
        if (from.isBoundary() || from.port != "out" || !isPlainSelect(m_graph.node(from.node)))
            return false;
        const Neighbours pair{from.node, filter, e};
        Rewrite& rewrite = rewrites.emplace_back(describePair(m_graph, pair, "filter pushed up"));
        const Decision decision = decide(pair);
        rewrite.applied = decision.legal();
        const std::string names = fmt::format("{} before {}", nameOf(m_graph.node(filter)),
                                              nameOf(m_graph.node(from.node)));
        if (!decision.legal()) {
            rewrite.reason = fmt::format("not moving {}: {}", names, decision.reason);
            rewrite.missingFact = decision.missing;
            return false;
        }
        rewrite.reason =
            fmt::format("{}: it reads only what the select copies, and the select cannot "
                        "fail; rows are dropped before they are worked on",
                        names);
        const OperatorInfo& info = operatorOf(m_graph, from.node, m_context.catalogue);
        const double work =
            info.costNs == nullptr ? 0 : info.costNs(m_graph.node(from.node).config);
        rewrite.predictedSavingNsPerRow = work * (1 - m_context.costs.defaultSelectivity);
        swap(pair, decision.condition);
        return true;
    }

    Decision decide(const Neighbours& pair) const {
        const NodeData& select = m_graph.node(pair.upper);
        const NodeData& filter = m_graph.node(pair.lower);
        const Expression& where = *filter.config.expression("where");
        const auto readers = std::ranges::count_if(m_graph.outEdges(pair.upper), [&](EdgeIndex e) {
            return m_graph.edge(e).from.port == "out";
        });
        if (readers != 1)
            return refuse(fmt::format("{} has {}", nameOf(select),
                                      counted(static_cast<std::size_t>(readers), "reader")));
        const Shape& received = m_received[pair.upper];
        const SelectFacts facts = selectFacts(select.config, received);
        Decision decision = rewriteCondition(select, where, facts.passed);
        if (!decision.legal())
            return decision;
        if (facts.mayRaise())
            return refuse(fmt::format("{} may fail on rows that the filter would drop: it is not "
                                      "proven that {}",
                                      nameOf(select), facts.missing()),
                          facts.missing());
        if (repeatabilityOf(*treeOf(select.config, "target")) == Repeat::Never)
            return refuse(
                fmt::format("{} gives another value whenever it is evaluated", nameOf(select)));
        return checkFilter(pair, std::move(decision), received);
    }

    Decision checkFilter(const Neighbours& pair, Decision decision, const Shape& received) const {
        const NodeData& select = m_graph.node(pair.upper);
        const ExprFacts condition = conditionFacts(*decision.condition, received);
        if (!condition.mayRaise)
            return decision;
        const bool drops = select.config.expression("where") != nullptr ||
                           select.config.expression("having") != nullptr;
        if (drops)
            return refuse(fmt::format("the filter may fail on rows that {} drops: it is not proven "
                                      "that {}",
                                      nameOf(select), condition.missing),
                          condition.missing);
        const Contract contract = contractOf(m_graph, pair.lower, m_context.catalogue);
        if (errorsAreRead(m_graph, pair.lower, contract))
            return refuse(
                fmt::format("the reader of its err would see other rows: it is not proven "
                            "that {}",
                            condition.missing),
                condition.missing);
        return decision;
    }

    // Rewires in place: positions in the lists of edges, and with them the order of rows, stay.
    void swap(const Neighbours& pair, const ExprPtr& condition) {
        const Expression& where = *m_graph.node(pair.lower).config.expression("where");
        NodeData made = m_graph.node(pair.lower);
        made.config.set("where", expressionOf(condition, where.localCount));
        const std::vector<EdgeIndex> above = m_graph.inEdges(pair.upper);
        const std::vector<EdgeIndex> below = m_graph.outEdges(pair.lower);
        const FusionChoice between = m_graph.edge(pair.edge).fusion;
        for (const EdgeIndex e : above)
            redirectTarget(m_graph, e, {pair.lower, "in"});
        m_graph.removeEdge(pair.edge, Element{Element::Kind::Node, pair.lower});
        for (const EdgeIndex e : below)
            if (m_graph.edge(e).from.port == "out")
                redirectOrigin(m_graph, e, {pair.upper, "out"});
        const EdgeIndex now = m_graph.addEdge({pair.lower, "out"}, {pair.upper, "in"});
        if (between != FusionChoice::Automatic)
            m_graph.setFusion(now, between);
        m_graph.setNode(pair.lower, std::make_shared<const NodeData>(std::move(made)));
        m_received[pair.lower] = m_received[pair.upper];
        m_received[pair.upper] = whereTrue(*condition, m_received[pair.lower]);
    }

    Graph& m_graph;
    PassContext& m_context;
    std::vector<Shape> m_received;
};

bool hasFilter(const Graph& graph) {
    for (NodeIndex n = 0; n < graph.nodeEnd(); ++n)
        if (graph.hasNode(n) && isFilter(graph.node(n)))
            return true;
    return false;
}

} // namespace

std::vector<Rewrite> pushFiltersUp(Graph& graph, PassContext& context) {
    std::vector<Rewrite> rewrites;
    if (!hasFilter(graph))
        return rewrites;
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    Pushing(graph, context, *order).pushAll(*order, rewrites);
    return rewrites;
}

} // namespace fuseboard
