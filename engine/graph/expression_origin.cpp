// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/expression_origin.h"

namespace fuseboard {

namespace {

template <class Visit> void forEachTree(const Parameter& parameter, const Visit& visit) {
    if (const auto* expression = std::get_if<Expression>(&parameter))
        visit(expression->tree.get());
    if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter))
        for (const NamedExpression& branch : *branches)
            visit(branch.expression.tree.get());
}

} // namespace

ExpressionOrigins::ExpressionOrigins(const Graph& optimized, const Graph& naive) {
    const auto origins = optimized.originsByNode();
    for (const NodeIndex n : optimized.nodes()) {
        if (origins[n].size() < 2)
            continue;
        std::vector<Part>& parts = m_parts[optimized.node(n).id];
        for (const NodeIndex origin : origins[n]) {
            if (!naive.hasNode(origin))
                continue;
            const NodeData& node = naive.node(origin);
            for (const auto& [name, parameter] : node.config.all())
                forEachTree(parameter, [&](const Expr* tree) {
                    if (tree == nullptr || tree->source == nullptr)
                        return;
                    parts.push_back({tree->source.get(), tree->span, node.id});
                    m_sources.push_back(tree->source);
                });
        }
    }
}

const std::string& ExpressionOrigins::of(const std::string& nodeId, const Expr* where) const {
    const auto joined = m_parts.find(nodeId);
    if (where == nullptr || joined == m_parts.end())
        return nodeId;
    const Part* best = nullptr;
    for (const Part& part : joined->second) {
        const bool inside = part.source == where->source.get() &&
                            part.span.begin <= where->span.begin &&
                            where->span.end <= part.span.end;
        // The narrowest: a script of one node may quote another's text.
        if (inside && (best == nullptr ||
                       part.span.end - part.span.begin < best->span.end - best->span.begin))
            best = &part;
    }
    return best == nullptr ? nodeId : best->origin;
}

} // namespace fuseboard
