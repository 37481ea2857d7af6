// SPDX-License-Identifier: Apache-2.0
// What differs between two graphs, by the stable ids of their nodes.
#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace fuseboard {

/// "select/1:out -> batch:in"; a boundary port is "[in]".
[[nodiscard]] std::string edgeText(const Graph& graph, const Edge& edge);

struct GraphDiff {
    struct Changed {
        std::string id; ///< of the node, or text of the edge
        std::vector<std::string>
            what; ///< "operator", "config.where", "position", "fusion", "order", …
        bool operator==(const Changed&) const = default;
    };
    std::vector<std::string> addedNodes, removedNodes; ///< ids, in the order of their graph
    std::vector<Changed> changedNodes;
    std::vector<std::string> addedEdges, removedEdges; ///< edgeText()
    std::vector<Changed> changedEdges;
    std::vector<std::string>
        other; ///< "name", "property clock", "input in", "output err binding", …

    [[nodiscard]] bool empty() const;
    bool operator==(const GraphDiff&) const = default;
};

/// Positions and places of import are compared only when `withLayout`.
[[nodiscard]] GraphDiff diffGraphs(const Graph& before, const Graph& after,
                                   bool withLayout = false);

/// One line a difference: "+ node filter/1", "~ node select/2: config.where", "- edge …".
[[nodiscard]] std::string describeDiff(const GraphDiff& diff);

} // namespace fuseboard
