// SPDX-License-Identifier: Apache-2.0
// UTF-8 for the lexer.
#include "engine/script/lexer_text.h"

namespace fuseboard {

namespace {
constexpr std::uint32_t kNotUtf8 = 0xFFFFFFFF;
}

CodePoint decodeUtf8(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]))
                               : 0U;
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const std::uint32_t first = byte(0);
    if (first < 0x80)
        return {first, 1};
    if (first >= 0xC2 && first < 0xE0 && follows(1))
        return {((first & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
    if (first >= 0xE0 && first < 0xF0 && follows(1) && follows(2)) {
        const std::uint32_t value =
            ((first & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
        if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF))
            return {value, 3};
    }
    if (first >= 0xF0 && first < 0xF5 && follows(1) && follows(2) && follows(3)) {
        const std::uint32_t value = ((first & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) |
                                    ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
        if (value >= 0x10000 && value <= 0x10FFFF)
            return {value, 4};
    }
    return {kNotUtf8, 1};
}

void appendUtf8(std::string& text, std::uint32_t codePoint) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (codePoint < 0x80) {
        put(codePoint);
    } else if (codePoint < 0x800) {
        put(0xC0U | (codePoint >> 6U));
        put(0x80U | (codePoint & 0x3FU));
    } else if (codePoint < 0x10000) {
        put(0xE0U | (codePoint >> 12U));
        put(0x80U | ((codePoint >> 6U) & 0x3FU));
        put(0x80U | (codePoint & 0x3FU));
    } else {
        put(0xF0U | (codePoint >> 18U));
        put(0x80U | ((codePoint >> 12U) & 0x3FU));
        put(0x80U | ((codePoint >> 6U) & 0x3FU));
        put(0x80U | (codePoint & 0x3FU));
    }
}

std::size_t findInvalidUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint next = decodeUtf8(text.substr(at, 4));
        if (next.value == kNotUtf8)
            return at;
        at += next.bytes;
    }
    return std::string_view::npos;
}

bool isIdentifierStart(std::uint32_t codePoint) {
    if (codePoint < 0x80)
        return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
    // Everything beyond ASCII except spaces, general punctuation and what is not a character.
    return codePoint >= 0xAA && codePoint != 0x1680 &&
           !(codePoint >= 0x2000 && codePoint <= 0x206F) &&
           !(codePoint >= 0x3000 && codePoint <= 0x3003) && codePoint != 0xFEFF &&
           codePoint < 0xF0000 && (codePoint & 0xFFFEU) != 0xFFFE;
}

bool isIdentifierPart(std::uint32_t codePoint) {
    return isIdentifierStart(codePoint) || codePoint == '_' ||
           (codePoint >= '0' && codePoint <= '9');
}

} // namespace fuseboard
