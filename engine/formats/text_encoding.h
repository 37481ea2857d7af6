// SPDX-License-Identifier: Apache-2.0
// UTF-8 checks with positions, for messages and for text that simdjson does not see.
#pragma once

#include <cstddef>
#include <string_view>

namespace fuseboard {

/// The length of the longest valid UTF-8 beginning of `text` (RFC 3629: no surrogates, no overlong
/// forms); text.size() when all of it is valid.
[[nodiscard]] std::size_t validUtf8Prefix(std::string_view text);
[[nodiscard]] bool isValidUtf8(std::string_view text);
/// Column (from 1, in code points) of byte `offset`, where text before it may be invalid.
[[nodiscard]] std::size_t columnOf(std::string_view line, std::size_t offset);

} // namespace fuseboard
