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
                if (request.layout == nullptr)
                    return fail(ErrorCode::Unsupported,
                                "pictures need the layout worker, which is missing",
                                "it is installed beside the program as fuseboard-layout");
                FB_TRY_ASSIGN(const std::string dot, dotText(request, true));
                return request.layout->render(dot, "svg");
            }};
}

} // namespace fuseboard
