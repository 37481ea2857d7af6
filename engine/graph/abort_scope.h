// SPDX-License-Identifier: Apache-2.0
// Under `abort_event` a failure ends what its source event has not reached yet, in other branches
// too. Stages run apart, so that only works inside one stage.
#pragma once

#include "engine/graph/graph.h"

namespace fuseboard {

/// True when all nodes have to run in one stage, in every plan: the graph aborts events, a row can
/// become several (a fan-out, or a node that sends several), and a node that does not send its
/// failures to `err` may raise.
[[nodiscard]] bool needsOneStage(const Graph& graph, const Catalogue& catalogue);

/// Whether a failure of a node with this contract ends the source event.
[[nodiscard]] inline bool abortsEvent(const Graph& graph, const Contract& contract) {
    return graph.properties().onError == OnError::AbortEvent && !contract.errorsToErr;
}

} // namespace fuseboard
