// SPDX-License-Identifier: Apache-2.0
// Layout requests and results as JSON: the bodies of "layout" messages.
//   request: {"leftToRight":false,"boxGap":40,"rankGap":56,
//             "boxes":[[width,height,part,"rank"],…],"arrows":[[from,to],…]}
//   result:  [[x,y],…]
#pragma once

#include "engine/graph/layout_service.h"

#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] std::string printLayoutRequest(const LayoutRequest& request);
[[nodiscard]] Result<LayoutRequest> parseLayoutRequest(std::string_view json);
[[nodiscard]] std::string printLayoutResult(const LayoutResult& result);
[[nodiscard]] Result<LayoutResult> parseLayoutResult(std::string_view json);

} // namespace fuseboard
