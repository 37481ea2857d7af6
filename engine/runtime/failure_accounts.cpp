// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/failure_accounts.h"

#include "engine/operators/operator_body.h"
#include "engine/value/arena.h"

namespace fuseboard {

namespace {

// Ids of nodes from which an output port or a node with side effects can be reached.
std::unordered_set<std::string> nodesThatCount(const Graph& graph) {
    std::vector<bool> counts(graph.nodeEnd(), false);
    std::vector<NodeIndex> todo;
    const auto mark = [&](NodeIndex n) {
        if (n != kNone && !counts[n]) {
            counts[n] = true;
            todo.push_back(n);
        }
    };
    for (std::uint32_t port = 0; port < graph.outputs().size(); ++port)
        for (const EdgeIndex e : graph.outputEdges(port))
            mark(graph.edge(e).from.node);
    for (const NodeIndex n : graph.nodes()) {
        const OperatorSpec* spec = findOperator(graph.node(n).operatorName);
        if (spec != nullptr && spec->contract(graph.node(n).config).sideEffects)
            mark(n);
    }
    while (!todo.empty()) {
        const NodeIndex n = todo.back();
        todo.pop_back();
        for (const EdgeIndex e : graph.inEdges(n))
            mark(graph.edge(e).from.node);
    }
    std::unordered_set<std::string> ids;
    for (const NodeIndex n : graph.nodes())
        if (counts[n])
            ids.insert(graph.node(n).id);
    return ids;
}

} // namespace

FailureAccounts::FailureAccounts(const Graph& graph, const Graph& naive)
    : m_origins(graph, naive), m_counted(nodesThatCount(naive)) {}

RowError FailureAccounts::failureAt(const std::string& nodeId, ErrorCode code,
                                    const Expr* where) const {
    RowError error;
    error.origin = m_origins.of(nodeId, where);
    error.code = code;
    error.compared = m_counted.contains(error.origin);
    if (where != nullptr && where->source != nullptr)
        error.place = placeOf(*where->source, where->span);
    return error;
}

Value errorRecord(std::string_view message, const Value& event, Arena& arena) {
    const Field fields[] = {{"error", makeString(arena, message)}, {"event", event}};
    return makeRecord(arena, fields);
}

} // namespace fuseboard
