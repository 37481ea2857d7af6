// SPDX-License-Identifier: Apache-2.0
#include "app/layout/dot_strings.h"

#include <array>
#include <charconv>
#include <utility>

namespace fuseboard {

namespace {

void appendUtf8(std::string& out, unsigned long code) {
    const auto put = [&](unsigned long byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// Appends what `&name;` stands for; false: it stands for itself.
bool appendEntity(std::string& out, std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, char>, 6> kNamed{
        {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}}};
    for (const auto& [known, character] : kNamed)
        if (known == name) {
            out += character;
            return true;
        }
    if (!name.starts_with('#'))
        return false;
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
    name.remove_prefix(hexadecimal ? 1 : 0);
    unsigned long code = 0;
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(name.data(), end, code, hexadecimal ? 16 : 10);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (read.ec != std::errc() || read.ptr != end || code == 0 || code > 0x10FFFF || surrogate)
        return false;
    appendUtf8(out, code);
    return true;
}

bool breaksLine(std::string_view tag) {
    std::string name;
    for (const char c : tag.substr(0, tag.find_first_of(" \t\r\n/", 1)))
        name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return name == "br" || name == "/tr";
}

} // namespace

std::string fromLatin1(std::string_view bytes) {
    std::string out;
    for (const char c : bytes)
        appendUtf8(out, static_cast<unsigned char>(c));
    return out;
}

std::string textOfHtml(std::string_view html) {
    std::string out;
    for (std::size_t i = 0; i < html.size();) {
        const char stop = html[i] == '<' ? '>' : html[i] == '&' ? ';' : '\0';
        const std::size_t end = stop == '\0' ? std::string_view::npos : html.find(stop, i);
        if (end == std::string_view::npos) {
            out += html[i++];
            continue;
        }
        const std::string_view inner = html.substr(i + 1, end - i - 1);
        if (stop == '>' && breaksLine(inner) && !out.empty() && out.back() != '\n')
            out += '\n';
        if (stop == ';' && !appendEntity(out, inner)) {
            out += html[i++];
            continue;
        }
        i = end + 1;
    }
    const auto first = out.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {};
    return out.substr(first, out.find_last_not_of(" \t\r\n") - first + 1);
}

} // namespace fuseboard
