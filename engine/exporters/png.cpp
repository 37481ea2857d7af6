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
                if (request.layout == nullptr)
                    return fail(ErrorCode::Unsupported,
                                "pictures need the layout worker, which is missing",
                                "it is installed beside the program as fuseboard-layout");
                FB_TRY_ASSIGN(const std::string dot, dotText(request, true));
                return request.layout->render(dot, "png");
            }};
}

} // namespace fuseboard
