// SPDX-License-Identifier: Apache-2.0
// UTF-8 as the lexer needs it: one code point at a time, and the ones that names are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fuseboard {

struct CodePoint {
    std::uint32_t value = 0xFFFFFFFF; ///< 0xFFFFFFFF: the bytes are not UTF-8
    std::size_t bytes = 1;
};

/// The first code point of a text that is not empty. Overlong forms and surrogates are refused.
[[nodiscard]] CodePoint decodeUtf8(std::string_view text);
void appendUtf8(std::string& text, std::uint32_t codePoint);
/// Offset of the first byte that is not UTF-8, or npos.
[[nodiscard]] std::size_t findInvalidUtf8(std::string_view text);

[[nodiscard]] bool isIdentifierStart(std::uint32_t codePoint);
[[nodiscard]] bool isIdentifierPart(std::uint32_t codePoint);

} // namespace fuseboard
