// SPDX-License-Identifier: Apache-2.0
// What exporters share: which graph a request means, and how a refusal reads.
#pragma once

#include "engine/exporters/exporter.h"

#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// The graph that a request exports, its hash, and for each of its nodes where it came from.
class ExportedGraph {
public:
    explicit ExportedGraph(const ExportRequest& request);

    [[nodiscard]] const Graph& graph() const { return *m_graph; }
    [[nodiscard]] const std::string& planHash() const { return m_planHash; }
    /// "as drawn" or "optimised".
    [[nodiscard]] std::string_view kind() const { return m_optimized ? "optimised" : "as drawn"; }
    /// "select/1", or "select/2, from stream/a and select/2" where more than the node itself is in
    /// it.
    [[nodiscard]] std::string originOf(NodeIndex node) const;

private:
    const Graph* m_graph;
    bool m_optimized;
    std::string m_planHash;
    std::vector<std::string>
        m_origins; ///< by node index; empty where there is only the node itself
};

/// "select/2 cannot be written as DuckDB SQL: REASON", with the node.
[[nodiscard]] Error refusal(const NodeData& node, std::string_view target, std::string reason,
                            std::string hint = {});

} // namespace fuseboard
