// SPDX-License-Identifier: Apache-2.0
// Texts of DOT files as plain UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace fuseboard {

/// Bytes of Latin-1, each of which is a character, as UTF-8.
[[nodiscard]] std::string fromLatin1(std::string_view bytes);
/// What an HTML-like label of Graphviz shows: no tags, <br/> and rows of tables as line breaks,
/// entities as their characters.
[[nodiscard]] std::string textOfHtml(std::string_view html);

} // namespace fuseboard
