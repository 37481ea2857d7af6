// SPDX-License-Identifier: Apache-2.0
// What the worker does with Graphviz. Everything here is for one thread in one process that may
// die.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/layout_service.h"

#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// DOT as the JSON that LayoutService::parseDot() promises.
[[nodiscard]] Result<std::string> dotToJson(const std::string& text);

/// A picture of DOT text.
[[nodiscard]] Result<std::string> renderDot(const std::string& text, const std::string& format);

/// Box centres by Graphviz's `dot`, ranks downwards, for one part without fixed heights: boxes as
/// in the request, arrows between positions in it. With `ranks` (one each), those are kept.
[[nodiscard]] Result<std::vector<LayoutPoint>> placeByDot(const std::vector<LayoutBox>& boxes,
                                                          const std::vector<LayoutArrow>& arrows,
                                                          const std::vector<std::uint32_t>* ranks,
                                                          double boxGap, double rankGap);

/// The last complaint of Graphviz since the last call, with the line that it names (0: none).
struct GraphvizComplaint {
    std::string message;
    std::uint32_t line = 0;
};
[[nodiscard]] GraphvizComplaint takeComplaint();

} // namespace fuseboard
