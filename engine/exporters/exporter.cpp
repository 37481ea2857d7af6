// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/exporter.h"

#include <fmt/format.h>

namespace fuseboard {

Result<std::string> exportGraph(std::string_view target, const ExportRequest& request) {
    FB_CHECK(request.graph != nullptr);
    FB_CHECK(!request.useOptimized || request.optimized != nullptr);
    std::string known;
    for (const ExportTarget& candidate : exportTargets()) {
        if (candidate.name == target)
            return candidate.write(request);
        known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate.name);
    }
    return fail(ErrorCode::UnknownName, fmt::format("there is no export target \"{}\"", target),
                "one of " + known);
}

} // namespace fuseboard
