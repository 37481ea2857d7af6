// SPDX-License-Identifier: Apache-2.0
// From a span to the line and column that a message shows.
#include "engine/script/source.h"

#include <algorithm>

namespace fuseboard {

Place placeOf(const Source& source, Span span) {
    const std::string_view text = source.text;
    const std::size_t at = std::min<std::size_t>(span.begin, text.size());
    const auto before = text.substr(0, at);
    const std::size_t newline = before.rfind('\n');
    const std::size_t lineBegin = newline == std::string_view::npos ? 0 : newline + 1;
    std::size_t lineEnd = text.find('\n', at);
    if (lineEnd == std::string_view::npos)
        lineEnd = text.size();
    std::string_view line = text.substr(lineBegin, lineEnd - lineBegin);
    if (line.ends_with('\r'))
        line.remove_suffix(1);

    Place place;
    place.file = source.name;
    place.line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1;
    // Columns count code points: every byte that does not continue one.
    place.column =
        1 + static_cast<std::uint32_t>(std::ranges::count_if(before.substr(lineBegin), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    place.sourceLine = std::string(line);
    return place;
}

} // namespace fuseboard
