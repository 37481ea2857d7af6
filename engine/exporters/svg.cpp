// SPDX-License-Identifier: Apache-2.0
// A picture of a graph as SVG, laid out by the worker.
#include "engine/exporters/dot_text.h"

namespace fuseboard {

ExportTarget svgTarget() {
    return {"svg",
            "SVG picture",
            ".svg",
            "A picture of the graph, fused groups with their hulls.",
            false,
            true,
            [](const ExportRequest& request) -> Result<std::string> {
                return pictureOf(request, "svg");
            }};
}

} // namespace fuseboard
