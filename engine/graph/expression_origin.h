// SPDX-License-Identifier: Apache-2.0
// Which naive node wrote an expression. A pass that joins nodes keeps source and span of every
// part, so that a failure inside a joined node still counts as the failure of the node it was
// written in (docs: semantics of identical).
#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace fuseboard {

/// Built once a plan; immutable afterwards, so any thread may ask. Keeps no reference to the
/// graphs.
class ExpressionOrigins {
public:
    /// `naive` is `optimized` at its naive position; for a plan as drawn it is the same graph.
    ExpressionOrigins(const Graph& optimized, const Graph& naive);

    /// Id of the naive node that wrote `where`; `nodeId` itself when the node was not joined with
    /// others, or `where` is null or of unknown origin.
    [[nodiscard]] const std::string& of(const std::string& nodeId, const Expr* where) const;

private:
    struct Part {
        const Source* source;
        Span span;
        std::string origin;
    };
    std::unordered_map<std::string, std::vector<Part>> m_parts; ///< by id of a joined node
    std::vector<SourcePtr> m_sources; ///< keeps the sources that parts are told by alive
};

} // namespace fuseboard
