// SPDX-License-Identifier: Apache-2.0
// union: several edges into one port, merged in row order.
#include "engine/operators/operator_body.h"

namespace fuseboard {

OperatorSpec passthroughOperator();

OperatorSpec unionOperator() {
    OperatorSpec spec = passthroughOperator();
    spec.name = "union";
    spec.title = "Union";
    spec.icon = "merge";
    spec.summary = "Merges rows of several edges in their order.";
    spec.help = "Connect any number of edges to its input. Rows leave in the order of the source "
                "events that they come from; no edge waits for another one's next event.";
    spec.inPalette = true;
    spec.detail = [](const Config&) -> std::string { return "merge, in row order"; };
    return spec;
}

} // namespace fuseboard
