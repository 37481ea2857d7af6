// SPDX-License-Identifier: Apache-2.0
// select {"a": event.x, "b": f(event.y)} -> (reads a only)      =>      select {"a": event.x}
//
// Drops fields of a select's record that no reader and no `having` needs. A computed field must be
// proven unable to fail, hold no aggregate (aggregates are fed whatever happens to their value) and
// give the same value whenever it is evaluated. Works from the outputs backwards, so that what a
// dropped field read can become dead in turn.
#include "engine/script/field_use.h"
#include "engine/script/parser.h"
#include "optimizer/analysis/field_demand.h"
#include "optimizer/analysis/graph_shapes.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/fold_expression.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"
#include "optimizer/passes/substitute.h"

#include <algorithm>

namespace fuseboard {

namespace {

bool hasAggregate(const Expr& expr) {
    bool found = expr.kind == ExprKind::Aggregate;
    forEachChild(expr, [&](const ExprPtr& child) { found = found || hasAggregate(*child); });
    return found;
}

class DeadFields {
public:
    DeadFields(Graph& graph, PassContext& context, const std::vector<NodeIndex>& order)
        : m_graph(graph), m_context(context), m_order(order) {}

    std::vector<Rewrite> run() {
        (void)computeFieldDemand(m_graph, m_context.catalogue, m_order,
                                 [this](NodeIndex n, const FieldTree& sent) { visit(n, sent); });
        return std::move(m_rewrites);
    }

private:
    void visit(NodeIndex n, const FieldTree& sent) {
        const NodeData& node = m_graph.node(n);
        if (sent.whole || node.operatorName != "select" || node.bypassed || node.disabled)
            return;
        const Expression* target = node.config.expression("target");
        const auto* record = target == nullptr ? nullptr : tryAs<RecordExpr>(target->tree.get());
        if (record == nullptr || !fieldsMadeBy(target->tree, {}))
            return;
        FieldTree wanted = sent;
        if (const Expr* having = treeOf(node.config, "having"))
            addFieldUse(*having, wanted);
        if (!wanted.whole)
            dropFrom(n, *record, wanted);
    }

    void dropFrom(NodeIndex n, const RecordExpr& record, const FieldTree& wanted) {
        std::vector<RecordExpr::Entry> kept;
        std::vector<std::string> dropped;
        for (const RecordExpr::Entry& entry : record.entries) {
            const std::string key(as<LiteralExpr>(*entry.key).value->asString());
            if (wanted.child(key) != nullptr || !mayDrop(n, key, *entry.value))
                kept.push_back(entry);
            else
                dropped.push_back(key);
        }
        if (dropped.empty())
            return;
        Rewrite& rewrite = add(n, true);
        rewrite.reason = fmt::format("{}: no reader needs {}, and computing {} cannot fail",
                                     nameOf(m_graph.node(n)), fmt::join(dropped, ", "),
                                     dropped.size() == 1 ? "it" : "them");
        rewrite.predictedSavingNsPerRow = 20.0 * static_cast<double>(dropped.size());
        NodeData made = m_graph.node(n);
        const Expression before = *made.config.expression("target");
        FoldNotes notes; // what is left may be constant as a whole
        const auto left = std::make_shared<RecordExpr>(std::move(kept), record.span, record.source);
        Expression after = expressionOf(foldExpression(left, notes), before.localCount);
        after.aggregateCount = before.aggregateCount;
        made.config.set("target", std::move(after));
        m_graph.setNode(n, std::make_shared<const NodeData>(std::move(made)));
    }

    bool mayDrop(NodeIndex n, const std::string& key, const Expr& value) {
        if (hasAggregate(value))
            return refuse(n, key, "it holds an aggregate, which is fed in any case", {});
        if (repeatabilityOf(value) == Repeat::Never)
            return refuse(n, key, "it gives another value whenever it is evaluated", {});
        const ExprFacts facts = factsOf(value, {passed(n), {}});
        if (!facts.mayRaise)
            return true;
        return refuse(n, key,
                      fmt::format("it is not proven that {} (Pin schema declares what the source "
                                  "always has)",
                                  facts.missing),
                      facts.missing);
    }

    bool refuse(NodeIndex n, const std::string& key, std::string_view why, std::string missing) {
        Rewrite& rewrite = add(n, false);
        rewrite.reason =
            fmt::format("{}: no reader needs {}, but {}", nameOf(m_graph.node(n)), key, why);
        rewrite.missingFact = std::move(missing);
        return false;
    }

    /// The events that the target sees; a window that a tick closes evaluates it without one.
    Shape passed(NodeIndex n) {
        const Config& config = m_graph.node(n).config;
        const auto* windows = config.windows("windows");
        if (windows != nullptr && !windows->empty())
            return {};
        if (m_received.empty())
            m_received =
                computeShapes(m_graph, m_context.catalogue, m_order, m_context.inputSchemas);
        const Expr* where = treeOf(config, "where");
        return where == nullptr ? m_received[n] : whereTrue(*where, m_received[n]);
    }

    Rewrite& add(NodeIndex n, bool applied) {
        Rewrite& rewrite = m_rewrites.emplace_back();
        rewrite.kind = "dead field removed";
        rewrite.applied = applied;
        rewrite.before = {m_graph.node(n).id};
        rewrite.after = rewrite.before;
        return rewrite;
    }

    Graph& m_graph;
    PassContext& m_context;
    const std::vector<NodeIndex>& m_order;
    std::vector<Shape> m_received; // computed when first asked for
    std::vector<Rewrite> m_rewrites;
};

} // namespace

std::vector<Rewrite> removeDeadFields(Graph& graph, PassContext& context) {
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    return DeadFields(graph, context, *order).run();
}

} // namespace fuseboard
