// SPDX-License-Identifier: Apache-2.0
// What the layout worker does for the engine and the window. The worker is a program of its own,
// because Graphviz is neither thread-safe nor cancellable; app injects the implementation.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// A box to place. Sizes in canvas units.
struct LayoutBox {
    double width = 0, height = 0;
    std::uint32_t part = 0; ///< parts are laid out side by side as pictures of their own …
    std::string rank;       ///< … but boxes of the same non-empty rank stand at the same height
};
/// An arrow between two boxes of the same part.
struct LayoutArrow {
    std::uint32_t from = 0, to = 0; ///< positions in LayoutRequest::boxes
};
struct LayoutRequest {
    std::vector<LayoutBox> boxes;
    std::vector<LayoutArrow> arrows;
    bool leftToRight = false; ///< default: rows flow downwards; then "height" means x
    double boxGap = 40;       ///< least distance of neighbours in a rank
    double rankGap = 56;      ///< least distance of ranks
};

struct LayoutPoint {
    double x = 0, y = 0;
};
struct LayoutResult {
    std::vector<LayoutPoint> topLeft; ///< of each box; the smallest x and y of each part are 0
};

/// Thread-safe. Calls block until there is an answer, a failure, a time-out or a newer request: a
/// call that a newer one (or cancel()) replaces fails with Cancelled.
class LayoutService {
public:
    virtual ~LayoutService() = default;
    /// DOT to plain JSON:
    ///   {"name", "directed", "strict", "more", "attributes": {…},
    ///    "nodes": [{"name", "attributes": {…}}],
    ///    "edges": [{"from", "from_port", "to", "to_port", "attributes": {…}}]}
    /// Nodes and edges in order of appearance; sub-graphs are dissolved. Values are texts.
    /// `more`: further graphs follow in the text and were left alone.
    /// Errors: InvalidSyntax with the line, LimitExceeded.
    virtual Result<std::string> parseDot(std::string_view text) = 0;
    virtual Result<LayoutResult> layout(const LayoutRequest& request) = 0;
    /// A picture of DOT text. `format`: "svg" or "png".
    virtual Result<std::string> render(std::string_view dotText, std::string_view format) = 0;
    /// Ends the call that is under way, if there is one.
    virtual void cancel() = 0;
};

} // namespace fuseboard
