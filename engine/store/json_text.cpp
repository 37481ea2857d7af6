// SPDX-License-Identifier: Apache-2.0
#include "engine/store/json_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <iterator>

namespace fuseboard {

namespace {

/// Bytes of the well-formed UTF-8 sequence at the front of `text` (RFC 3629), or 0.
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first < 0xC2   ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return 0;
    }
    const std::uint8_t second = byte(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || beyond ? 0 : length;
}

void appendUtf8(std::string& out, std::uint32_t unit) {
    if (unit < 0x80) {
        out.push_back(static_cast<char>(unit));
    } else if (unit < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (unit >> 6)));
        out.push_back(static_cast<char>(0x80 | (unit & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xE0 | (unit >> 12)));
        out.push_back(static_cast<char>(0x80 | ((unit >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (unit & 0x3F)));
    }
}

/// Takes an escape, without its backslash, off the front of `json`; false if it is none of ours.
bool takeEscape(std::string_view& json, std::string& out) {
    if (json.empty())
        return false;
    const char kind = json.front();
    json.remove_prefix(1);
    if (kind != 'u') {
        out.push_back(kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'r' ? '\r' : kind);
        return true;
    }
    std::uint32_t unit = 0;
    const char* const end = json.data() + std::min<std::size_t>(4, json.size());
    if (std::from_chars(json.data(), end, unit, 16).ptr != json.data() + 4)
        return false;
    json.remove_prefix(4);
    appendUtf8(out, unit);
    return true;
}

/// Takes a string, without its opening quote, off the front of `json`.
bool takeString(std::string_view& json, std::string& out) {
    while (!json.empty()) {
        const char c = json.front();
        json.remove_prefix(1);
        if (c == '"')
            return true;
        if (c != '\\')
            out.push_back(c);
        else if (!takeEscape(json, out))
            return false;
    }
    return false;
}

} // namespace

void appendJsonString(std::string& out, std::string_view text) {
    out.push_back('"');
    while (!text.empty()) {
        const char c = text.front();
        const std::size_t length = sequenceLength(text);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<std::uint8_t>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out.push_back('"');
}

std::string jsonString(std::string_view text) {
    std::string out;
    appendJsonString(out, text);
    return out;
}

std::string jsonList(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1)
            out.push_back(',');
        appendJsonString(out, text);
    }
    return out + "]";
}

std::vector<std::string> textsOfJsonList(std::string_view json) {
    std::vector<std::string> texts;
    while (!json.empty()) {
        const char c = json.front();
        json.remove_prefix(1);
        if (c != '"')
            continue;
        std::string text;
        if (!takeString(json, text))
            break;
        texts.push_back(std::move(text));
    }
    return texts;
}

} // namespace fuseboard
