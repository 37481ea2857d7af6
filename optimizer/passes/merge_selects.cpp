// SPDX-License-Identifier: Apache-2.0
// select {"a": event.x, "b": event.y} -> select {"c": event.a}      =>      select {"c": event.x}
//
// Two neighbouring selects that work row by row become one. Where the upper one's fields may fail,
// all of them are still evaluated, first and in order: the lower target is written in terms of the
// upper's fields only if that evaluates every field that may fail, once, in order, and before
// anything else that may fail; otherwise the upper target is evaluated into a local and the lower
// one reads that:
//     let row = {upper target}; {lower target with row for event}
// Conditions: the upper `where` stays first. A `having` above or a `where` below is evaluated
// between the targets, so it moves into `where` only if the upper target is proven unable to fail
// and copies what the condition reads. Every part keeps its own source text, so a failure is still
// the failure of the node that it was written in. No reader may stand on `err`.
#include "optimizer/analysis/graph_shapes.h"
#include "optimizer/analysis/node_contract.h"
#include "optimizer/passes/fold_expression.h"
#include "optimizer/passes/neighbours.h"
#include "optimizer/passes/passes.h"
#include "optimizer/passes/splice.h"
#include "optimizer/passes/substitute.h"

#include "engine/script/field_use.h"

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

constexpr std::string_view kPin = " (Pin schema declares what the source always has)";
/// "row", "row2", …: the local that holds what an upper select made.
std::string localName(std::uint32_t slot) {
    return slot == 0 ? std::string("row") : fmt::format("row{}", slot + 1);
}

/// Walks the lower target in the order of evaluation and follows when the upper one's fields would
/// be evaluated if they stood in its place.
class EvaluationOrder {
public:
    explicit EvaluationOrder(const std::vector<MadeField>& fields) : m_fields(fields) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (fields[i].mayRaise)
                m_waiting.push_back(i);
    }

    bool keepsErrors(const Expr& lower) { return visit(lower) && allSeen(); }

private:
    [[nodiscard]] bool allSeen() const { return m_next == m_waiting.size(); }

    bool visitChildren(const Expr& expr) {
        bool kept = true;
        forEachChild(expr, [&](const ExprPtr& child) { kept = kept && visit(*child); });
        return kept;
    }

    bool visit(const Expr& expr) {
        switch (expr.kind) {
        case ExprKind::Literal:
        case ExprKind::Constant: return true;
        case ExprKind::Record:
        case ExprKind::List: return visitChildren(expr);
        case ExprKind::Path:
            if (as<PathExpr>(expr).root == PathRoot::Event)
                return visitField(as<PathExpr>(expr));
            break;
        case ExprKind::Binary: {
            const auto& binary = as<BinaryExpr>(expr);
            if (binary.op == BinaryOp::And || binary.op == BinaryOp::Or)
                return visit(*binary.left) && allSeen() && visit(*binary.right);
            return visitChildren(expr) && allSeen();
        }
        case ExprKind::Interpolate:
        case ExprKind::Unary:
        case ExprKind::Call: return visitChildren(expr) && allSeen();
        default: break;
        }
        // What evaluates some of its parts only sometimes, or fails in between.
        return allSeen() && visitChildren(expr);
    }

    bool visitField(const PathExpr& path) {
        const auto fixed = constantPath(path);
        if (!fixed || fixed->keys.empty())
            return false;
        const auto at = std::ranges::find(m_fields, fixed->keys.front(), &MadeField::key);
        if (at == m_fields.end())
            return false;
        const auto index = static_cast<std::size_t>(at - m_fields.begin());
        const bool first = m_used.insert(index).second;
        if (!first && !at->cheap)
            return false;
        if (first && at->mayRaise) {
            if (allSeen() || m_waiting[m_next] != index)
                return false;
            ++m_next;
        }
        return path.segments.size() == 1 || (allSeen() && visitChildren(path));
    }

    const std::vector<MadeField>& m_fields;
    std::vector<std::size_t> m_waiting; // fields that may fail, in order
    std::size_t m_next = 0;
    std::set<std::size_t> m_used;
};

bool isWholeEvent(const Expr& expr) {
    const auto* path = tryAs<PathExpr>(&expr);
    return path != nullptr && path->root == PathRoot::Event && path->segments.empty();
}

struct Merged {
    std::optional<NodeData> node;
    std::string reason, missing;
    std::string how; ///< of a success
};

class Merging {
public:
    Merging(Graph& graph, PassContext& context, const std::vector<NodeIndex>& order)
        : m_graph(graph), m_context(context),
          m_received(computeShapes(graph, context.catalogue, order, context.inputSchemas)) {}

    Rewrite mergePair(const Neighbours& pair) {
        Rewrite rewrite = describePair(m_graph, pair, "selects merged");
        const std::string names = fmt::format("{} and {}", nameOf(m_graph.node(pair.upper)),
                                              nameOf(m_graph.node(pair.lower)));
        Merged merged = merge(pair);
        if (!merged.node) {
            rewrite.reason = fmt::format("{} stay apart: {}{}", names, merged.reason,
                                         merged.missing.empty() ? "" : kPin);
            rewrite.missingFact = merged.missing;
            return rewrite;
        }
        rewrite.applied = true;
        rewrite.reason = fmt::format("{} are one select: {}", names, merged.how);
        rewrite.after = {merged.node->id};
        rewrite.predictedSavingNsPerRow = m_context.costs.handOverRowNs;
        joinIntoLower(m_graph, pair, *std::move(merged.node));
        m_received[pair.lower] = m_received[pair.upper];
        spliceIfForwarding(pair.lower, rewrite);
        return rewrite;
    }

private:
    void spliceIfForwarding(NodeIndex n, Rewrite& rewrite) {
        const Contract contract = contractOf(m_graph, n, m_context.catalogue);
        if (!forwardsEveryRow(m_graph.node(n), contract) || !whyNotSplice(m_graph, n).empty())
            return;
        rewrite.reason += "; together they forward every row, so they are removed";
        rewrite.after.clear();
        spliceOut(m_graph, n);
    }

    Merged merge(const Neighbours& pair) const {
        if (std::string why = whyNotOne(m_graph, pair); !why.empty())
            return {std::nullopt, std::move(why), {}, {}};
        const NodeData& upper = m_graph.node(pair.upper);
        const NodeData& lower = m_graph.node(pair.lower);
        if (localsOf(upper) > 0 && localsOf(lower) > 0)
            return {std::nullopt, "both have locals", {}, {}};
        const SelectFacts facts = selectFacts(upper.config, m_received[pair.upper]);
        Merged merged;
        NodeData made = lower;
        if (!mergeConditions(upper, made, facts, merged))
            return merged;
        mergeTargets(upper, made, facts, merged.how);
        merged.node = std::move(made);
        return merged;
    }

    static std::uint32_t localsOf(const NodeData& node) {
        std::uint32_t count = 0;
        for (const std::string_view name : {"where", "target", "having"})
            if (const Expression* expression = node.config.expression(name))
                count = std::max(count, expression->localCount);
        return count;
    }

    // False: refused, with the reason in `merged`.
    static bool mergeConditions(const NodeData& upper, NodeData& made, const SelectFacts& facts,
                                Merged& merged) {
        const Expression* above = upper.config.expression("where");
        const Expression* having = upper.config.expression("having");
        const Expression* below = made.config.expression("where");
        ExprPtr where = above == nullptr ? nullptr : above->tree;
        if (having != nullptr || below != nullptr) {
            if (facts.target.mayRaise) {
                merged.missing = facts.target.missing;
                merged.reason =
                    fmt::format("a condition stands between them, and it is not proven that {}",
                                merged.missing);
                return false;
            }
            for (const Expression* between : {having, below}) {
                if (between == nullptr)
                    continue;
                FoldNotes notes;
                ExprPtr moved = movedUp(upper, *between, facts, merged.reason);
                moved = foldExpression(moved, notes);
                if (moved == nullptr)
                    return false;
                const Value* constant = literalValue(moved.get());
                if (constant != nullptr && constant->isBool() && constant->asBool())
                    continue;
                if (constant != nullptr) {
                    merged.reason = "the condition between them never holds";
                    return false;
                }
                where = conjunction(where, moved);
            }
        }
        if (where == nullptr)
            return true;
        std::uint32_t locals = above == nullptr ? 0 : above->localCount;
        for (const Expression* between : {having, below})
            locals = std::max(locals, between == nullptr ? 0 : between->localCount);
        made.config.set("where", expressionOf(where, locals));
        return true;
    }

    // A condition on what the upper select makes, in terms of the event that it gets.
    static ExprPtr movedUp(const NodeData& upper, const Expression& condition,
                           const SelectFacts& facts, std::string& reason) {
        if (isWholeEvent(*upper.config.expression("target")->tree))
            return condition.tree;
        auto fields = fieldsMadeBy(upper.config.expression("target")->tree, {facts.passed, {}});
        if (!fields) {
            reason =
                "a condition stands between them, and the upper's fields are not known by name";
            return nullptr;
        }
        std::erase_if(*fields, [](const MadeField& field) { return !field.copied; });
        std::string refused;
        ExprPtr moved = substituted(condition.tree, *fields, refused);
        if (moved == nullptr)
            reason = fmt::format("a condition stands between them, and {} by {} from its own event",
                                 refused, nameOf(upper));
        return moved;
    }

    static void mergeTargets(const NodeData& upper, NodeData& made, const SelectFacts& facts,
                             std::string& how) {
        const Expression& above = *upper.config.expression("target");
        const Expression below = *made.config.expression("target");
        const std::uint32_t locals = std::max(above.localCount, below.localCount);
        if (isWholeEvent(*above.tree) || isWholeEvent(*below.tree)) {
            how = "one of them leaves the event as it is";
            made.config.set("target", isWholeEvent(*above.tree) ? below : above);
            return;
        }
        FoldNotes notes;
        if (ExprPtr inlined = inlineTarget(above, below, facts)) {
            how = "the lower one reads what the upper one's fields are made of, in the same order";
            made.config.set("target", expressionOf(foldExpression(inlined, notes), locals));
            return;
        }
        how = "the upper one's fields are evaluated first, in order, then the lower one's";
        made.config.set("target",
                        expressionOf(throughLocal(above.tree, below.tree, locals), locals + 1));
    }

    static ExprPtr inlineTarget(const Expression& above, const Expression& below,
                                const SelectFacts& facts) {
        const auto fields = fieldsMadeBy(above.tree, {facts.passed, {}});
        if (!fields || repeatabilityOf(*above.tree) == Repeat::Never ||
            !EvaluationOrder(*fields).keepsErrors(*below.tree))
            return nullptr;
        std::string refused;
        return substituted(below.tree, *fields, refused);
    }

    static ExprPtr readLocal(const ExprPtr& expr, std::uint32_t slot) {
        if (const auto* path = tryAs<PathExpr>(expr.get());
            path != nullptr && path->root == PathRoot::Event) {
            std::vector<PathSegment> segments;
            for (const PathSegment& segment : path->segments) {
                PathSegment copy(segment);
                if (copy.index != nullptr)
                    copy.index = readLocal(copy.index, slot);
                if (copy.end != nullptr)
                    copy.end = readLocal(copy.end, slot);
                segments.push_back(copy);
            }
            auto made = std::make_shared<PathExpr>(PathRoot::Local, std::move(segments), path->span,
                                                   path->source);
            made->slot = slot;
            made->local = localName(slot);
            return made;
        }
        return mapChildren(expr, [&](const ExprPtr& child) { return readLocal(child, slot); });
    }

    static ExprPtr throughLocal(const ExprPtr& above, const ExprPtr& below, std::uint32_t slot) {
        std::vector<ExprPtr> statements;
        ExprPtr value = above;
        if (const auto* block = tryAs<BlockExpr>(above.get())) {
            statements.assign(block->statements.begin(), block->statements.end() - 1);
            value = block->statements.back();
        }
        auto local = std::make_shared<PathExpr>(PathRoot::Local, std::vector<PathSegment>{},
                                                value->span, value->source);
        local->slot = slot;
        local->local = localName(slot);
        statements.push_back(
            std::make_shared<LetExpr>(std::move(local), value, value->span, value->source));
        statements.push_back(readLocal(below, slot));
        return std::make_shared<BlockExpr>(std::move(statements), below->span, below->source);
    }

    Graph& m_graph;
    PassContext& m_context;
    std::vector<Shape> m_received;
};

std::optional<Neighbours> selectPair(const Graph& graph, NodeIndex n) {
    if (!graph.hasNode(n) || !isPlainSelect(graph.node(n)))
        return std::nullopt;
    const auto pair = neighboursBelow(graph, n);
    return pair && isPlainSelect(graph.node(pair->lower)) ? pair : std::nullopt;
}

} // namespace

std::vector<Rewrite> mergeSelects(Graph& graph, PassContext& context) {
    std::vector<Rewrite> rewrites;
    const std::vector<NodeIndex> nodes = graph.nodes();
    if (std::ranges::none_of(nodes, [&](NodeIndex n) { return selectPair(graph, n).has_value(); }))
        return rewrites;
    auto order = graph.topologicalOrder();
    FB_CHECK(order.has_value());
    Merging merging(graph, context, *order);
    for (const NodeIndex n : *order) {
        if (context.cancelled())
            break;
        if (const auto pair = selectPair(graph, n))
            rewrites.push_back(merging.mergePair(*pair));
    }
    return rewrites;
}

} // namespace fuseboard
