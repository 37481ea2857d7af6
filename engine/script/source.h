// SPDX-License-Identifier: Apache-2.0
// A piece of program text with a name, and spans into it. Every syntax tree node carries a span, so
// that any later failure can show the line it came from.
#pragma once

#include "engine/base/error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace fuseboard {

/// Immutable; shared by all trees that were parsed from it.
struct Source {
    std::string
        name; ///< file name as given, or "node <id>, <parameter>" for an expression of a node
    std::string text;
};
using SourcePtr = std::shared_ptr<const Source>;

/// Half-open byte range in a Source. Synthetic nodes take the span of what they replace.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Line, column (code points) and text of the line where `span` begins.
[[nodiscard]] Place placeOf(const Source& source, Span span);

} // namespace fuseboard
