// SPDX-License-Identifier: Apache-2.0
// A graph as a pipeline file. The optimised graph becomes a pipeline of its own.
#include "engine/exporters/exported_graph.h"
#include "engine/graph/graph_json.h"

namespace fuseboard {

ExportTarget fuseJsonTarget() {
    return {
        "fuse-json",
        "Fuseboard pipeline",
        ".fuse.json",
        "Everything; opens again as it was.",
        false,
        false,
        [](const ExportRequest& request) { return printPipeline(ExportedGraph(request).graph()); }};
}

} // namespace fuseboard
