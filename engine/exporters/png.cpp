// SPDX-License-Identifier: Apache-2.0
// A picture of a graph as PNG, laid out by the worker.
#include "engine/exporters/dot_text.h"

namespace fuseboard {

ExportTarget pngTarget() {
    return {"png",
            "PNG picture",
            ".png",
            "A picture of the graph, fused groups with their hulls.",
            true,
            true,
            [](const ExportRequest& request) -> Result<std::string> {
                return pictureOf(request, "png");
            }};
}

} // namespace fuseboard
