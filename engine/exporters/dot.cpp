// SPDX-License-Identifier: Apache-2.0
// A graph as a DOT file that imports again.
#include "engine/exporters/dot_text.h"

namespace fuseboard {

ExportTarget dotTarget() {
    return {"dot",
            "Graphviz graph",
            ".dot",
            "Nodes and edges for Graphviz; imports again.",
            false,
            false,
            [](const ExportRequest& request) { return dotText(request, false); }};
}

} // namespace fuseboard
