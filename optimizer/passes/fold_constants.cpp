// SPDX-License-Identifier: Apache-2.0
// where event.x > 2 * 60      =>      where event.x > 120
// where true                  =>      (no condition)
// filter true                 =>      (spliced out)
// filter false                =>      (removed; what only it feeds is dead)
//
// Evaluates, by the interpreter itself, what depends on nothing: constants, pure functions, `match`
// on constants, interpolation, lists and records. Errors stay: an expression that would fail is
// left as it is and the refusal recorded; `false and x` becomes false, because x is never
// evaluated, while `x and false` is kept.
#include "engine/script/parser.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/fold_expression.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"

namespace fuseboard {

namespace {

Expression folded(const Expression& expression, FoldNotes& notes) {
    Expression result = expression;
    result.tree = foldExpression(expression.tree, notes);
    if (result.tree != expression.tree)
        result.text = printExpr(*result.tree);
    return result;
}

GroupByPtr folded(const GroupByPtr& by, FoldNotes& notes) {
    if (by == nullptr)
        return by;
    auto copy = std::make_shared<GroupBy>(*by);
    copy->expression = foldExpression(by->expression, notes);
    bool changed = copy->expression != by->expression;
    for (GroupByPtr& item : copy->items) {
        const GroupByPtr before = item;
        item = folded(item, notes);
        changed = changed || item != before;
    }
    return changed ? GroupByPtr(copy) : by;
}

Parameter folded(const Parameter& parameter, FoldNotes& notes) {
    if (const auto* expression = std::get_if<Expression>(&parameter))
        return expression->tree == nullptr ? parameter : folded(*expression, notes);
    if (const auto* group = std::get_if<GroupByText>(&parameter)) {
        GroupByText result = *group;
        result.tree = folded(group->tree, notes);
        if (result.tree != group->tree)
            result.text = printGroupBy(*result.tree);
        return result;
    }
    if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
        std::vector<NamedExpression> result = *branches;
        for (NamedExpression& branch : result)
            if (branch.expression.tree != nullptr)
                branch.expression = folded(branch.expression, notes);
        return result;
    }
    return parameter;
}

bool isConstantBool(const NodeData& node, std::string_view name, bool value) {
    const Expression* expression = node.config.expression(name);
    const Value* literal = expression == nullptr ? nullptr : literalValue(expression->tree.get());
    return literal != nullptr && literal->isBool() && literal->asBool() == value;
}

class NodeFolding {
public:
    NodeFolding(Graph& graph, PassContext& context, std::vector<Rewrite>& rewrites)
        : m_graph(graph), m_context(context), m_rewrites(rewrites) {}

    void run(NodeIndex n) {
        const NodeData& node = m_graph.node(n);
        if (node.disabled || node.bypassed)
            return;
        NodeData made = node;
        FoldNotes notes;
        for (const auto& [name, parameter] : node.config.all())
            made.config.set(name, folded(parameter, notes));
        record(n, notes);
        bool changed = notes.folded > 0;
        if (node.operatorName == "select")
            for (const std::string_view clause : {"where", "having"})
                changed = dropTrue(made, clause) || changed;
        if (changed)
            m_graph.setNode(n, std::make_shared<const NodeData>(std::move(made)));
        settle(n);
    }

private:
    Rewrite& add(NodeIndex n, std::string kind, bool applied, std::string reason) {
        Rewrite& rewrite = m_rewrites.emplace_back();
        rewrite.kind = std::move(kind);
        rewrite.applied = applied;
        rewrite.reason = fmt::format("{}: {}", nameOf(m_graph.node(n)), reason);
        rewrite.before = {m_graph.node(n).id};
        rewrite.after = rewrite.before;
        return rewrite;
    }

    void record(NodeIndex n, const FoldNotes& notes) {
        if (notes.folded > 0) {
            Rewrite& rewrite =
                add(n, "constants folded", true,
                    counted(notes.folded, "part") + " evaluated once instead of for each row");
            rewrite.predictedSavingNsPerRow = 6.0 * static_cast<double>(notes.folded);
        }
        for (const std::string& refusal : notes.refused)
            add(n, "constant not folded", false, refusal);
    }

    bool dropTrue(NodeData& made, std::string_view clause) {
        if (!isConstantBool(made, clause, true))
            return false;
        made.config.erase(clause);
        m_pendingClauses.emplace_back(clause);
        return true;
    }

    // What the folded conditions say about the node as a whole.
    void settle(NodeIndex n) {
        for (const std::string& clause : m_pendingClauses)
            add(n, "condition removed", true, fmt::format("{} is always true", clause));
        m_pendingClauses.clear();
        const NodeData& node = m_graph.node(n);
        const bool isCondition = node.operatorName == "filter" || node.operatorName == "select";
        if (isCondition && isConstantBool(node, "where", false)) {
            if (const NodeIndex above = raisingNodeAbove(m_graph, n, m_context.catalogue);
                above != kNone) {
                add(n, "node removed", false,
                    fmt::format("its condition is always false, but without it {}, whose errors "
                                "count, might reach no output",
                                nameOf(m_graph.node(above))));
                return;
            }
            add(n, "node removed", true, "its condition is always false, so it sends nothing")
                .after.clear();
            m_graph.removeNode(n);
            return;
        }
        const bool always = node.operatorName == "filter" && isConstantBool(node, "where", true);
        if (!always && !(node.operatorName == "select" &&
                         forwardsEveryRow(node, contractOf(m_graph, n, m_context.catalogue))))
            return;
        if (const std::string why = whyNotSplice(m_graph, n); !why.empty()) {
            add(n, "passthrough removed", false, "forwards every row, but " + why);
            return;
        }
        add(n, "passthrough removed", true, "now forwards every row").after.clear();
        spliceOut(m_graph, n);
    }

    Graph& m_graph;
    PassContext& m_context;
    std::vector<Rewrite>& m_rewrites;
    std::vector<std::string> m_pendingClauses;
};

} // namespace

std::vector<Rewrite> foldConstants(Graph& graph, PassContext& context) {
    std::vector<Rewrite> rewrites;
    NodeFolding folding(graph, context, rewrites);
    for (const NodeIndex n : graph.nodes()) {
        if (context.cancelled())
            break;
        folding.run(n);
    }
    return rewrites;
}

} // namespace fuseboard
