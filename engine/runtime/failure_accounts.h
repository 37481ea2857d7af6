// SPDX-License-Identifier: Apache-2.0
// Failed rows: for which naive node each counts, and what leaves on `err` (docs: semantics of
// errors and of identical).
#pragma once

#include "engine/graph/expression_origin.h"
#include "engine/runtime/row_error.h"

#include <string>
#include <string_view>
#include <unordered_set>

namespace fuseboard {

/// Tells the naive node that a failure belongs to. Immutable; any thread may ask.
class FailureAccounts {
public:
    /// Keeps no reference to the graphs.
    FailureAccounts(const Graph& graph, const Graph& naive);

    /// A failure at `nodeId`, in the expression `where` (may be null). Key and message are the
    /// caller's.
    [[nodiscard]] RowError failureAt(const std::string& nodeId, ErrorCode code,
                                     const Expr* where) const;

private:
    ExpressionOrigins m_origins;
    std::unordered_set<std::string> m_counted; ///< ids of naive nodes whose failures count
};

/// What leaves on `err` for a failed row: the reason and the event.
[[nodiscard]] Value errorRecord(std::string_view message, const Value& event, Arena& arena);

} // namespace fuseboard
