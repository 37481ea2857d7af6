// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/text_encoding.h"

#include "engine/formats/row_decoder.h"

#include <simdjson.h>

#include <algorithm>

namespace fuseboard {

namespace {

/// Bytes of the valid sequence at `offset`, or 0.
std::size_t sequenceLength(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0U;
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80U)
        return 1;
    if (first >= 0xC2U && first <= 0xDFU)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0U && first <= 0xEFU) {
        if (!follows(1) || !follows(2))
            return 0;
        const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
        const bool surrogate = first == 0xEDU && byte(1) > 0x9FU;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        if (!follows(1) || !follows(2) || !follows(3))
            return 0;
        const bool overlong = first == 0xF0U && byte(1) < 0x90U;
        const bool tooLarge = first == 0xF4U && byte(1) > 0x8FU;
        return overlong || tooLarge ? 0 : 4;
    }
    return 0;
}

} // namespace

std::size_t validUtf8Prefix(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            return at;
        at += length;
    }
    return at;
}

bool isValidUtf8(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t columnOf(std::string_view line, std::size_t offset) {
    const auto starts = std::ranges::count_if(line.substr(0, offset), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return static_cast<std::size_t>(starts) + 1;
}

std::string excerpt(std::string_view text, std::size_t limit) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequenceLength(text, at);
        const std::string_view piece = length == 0 ? kReplacement : text.substr(at, length);
        if (out.size() + piece.size() > limit)
            break;
        out += piece;
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

} // namespace fuseboard
