// SPDX-License-Identifier: Apache-2.0
// Layered layout of one or several parts whose boxes of the same rank stand at the same height.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/layout_service.h"

namespace fuseboard {

/// The first part is laid out freely; each further one takes the heights of the ranks that it
/// shares, pushed down where its own arrows demand it. Parts of more than kMaxDotBoxes boxes are
/// placed by a plain method in linear time per sweep, because network simplex would take minutes.
[[nodiscard]] Result<LayoutResult> layeredLayout(const LayoutRequest& request);

inline constexpr std::size_t kMaxDotBoxes = 2'000;

} // namespace fuseboard
