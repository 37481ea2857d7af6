// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/exported_graph.h"

#include "engine/graph/verifier.h"

#include <fmt/format.h>

namespace fuseboard {

ExportedGraph::ExportedGraph(const ExportRequest& request)
    : m_graph(request.useOptimized ? &request.optimized->graph : request.graph),
      m_optimized(request.useOptimized),
      m_planHash(request.planHash.empty() ? fuseboard::planHash(*m_graph) : request.planHash) {
    m_origins.resize(m_graph->nodeEnd());
    if (!m_optimized)
        return;
    const auto origins = m_graph->originsByNode();
    const Graph naive = m_graph->at(request.optimized->naivePosition);
    for (const NodeIndex n : m_graph->nodes()) {
        if (origins[n].size() < 2)
            continue;
        std::vector<std::string> ids;
        for (const NodeIndex origin : origins[n])
            if (naive.hasNode(origin))
                ids.push_back(naive.node(origin).id);
        m_origins[n] = fmt::format(", from {}", fmt::join(ids, ", "));
    }
}

std::string ExportedGraph::originOf(NodeIndex node) const {
    return m_graph->node(node).id + m_origins[node];
}

Error refusal(const NodeData& node, std::string_view target, std::string reason, std::string hint) {
    Error error(ErrorCode::Unsupported,
                fmt::format("{} ({}) cannot be written as {}: {}", node.id, node.operatorName,
                            target, reason),
                std::move(hint));
    error.node = node.id;
    error.place = node.place;
    return error;
}

} // namespace fuseboard
