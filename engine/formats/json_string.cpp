// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_string.h"

#include <cstdint>
#include <cstring>

namespace fuseboard::json_string {

namespace {

/// Four hexadecimal digits at `p`, or -1.
std::int32_t hexQuad(const char* p, const char* end) {
    if (end - p < 4)
        return -1;
    std::int32_t code = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = p[i];
        std::int32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20) - 'a' + 10;
        else
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

/// Writes `code` as UTF-8 (at most 4 bytes) and returns how many bytes it took.
std::size_t putCodePoint(std::uint32_t code, char* to) {
    const auto put = [&](std::size_t i, std::uint32_t byte) { to[i] = static_cast<char>(byte); };
    if (code < 0x80) {
        put(0, code);
        return 1;
    }
    if (code < 0x800) {
        put(0, 0xC0 | (code >> 6));
        put(1, 0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        put(0, 0xE0 | (code >> 12));
        put(1, 0x80 | ((code >> 6) & 0x3F));
        put(2, 0x80 | (code & 0x3F));
        return 3;
    }
    put(0, 0xF0 | (code >> 18));
    put(1, 0x80 | ((code >> 12) & 0x3F));
    put(2, 0x80 | ((code >> 6) & 0x3F));
    put(3, 0x80 | (code & 0x3F));
    return 4;
}

/// Reads what stands after `\u`, with the second half of a pair. Returns its end or nullptr.
const char* readUnicode(const char* p, const char* end, std::uint32_t& code, const char*& reason) {
    const std::int32_t high = hexQuad(p, end);
    if (high < 0) {
        reason = "\\u needs four hexadecimal digits";
        return nullptr;
    }
    p += 4;
    code = static_cast<std::uint32_t>(high);
    if (high < 0xD800 || high > 0xDFFF)
        return p;
    reason = "half a surrogate pair";
    if (high > 0xDBFF || end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return nullptr;
    const std::int32_t low = hexQuad(p + 2, end);
    if (low < 0xDC00 || low > 0xDFFF)
        return nullptr;
    code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
    return p + 6;
}

char simpleEscape(char c) {
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

} // namespace

Failure unescape(std::string_view raw, char* to, std::size_t& length) {
    const char* p = raw.data();
    const char* const end = p + raw.size();
    std::size_t written = 0;
    char unicode[4];
    while (p != end) {
        const auto* slash =
            static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
        const std::size_t plain = static_cast<std::size_t>((slash == nullptr ? end : slash) - p);
        if (to != nullptr)
            std::memcpy(to + written, p, plain);
        written += plain;
        if (slash == nullptr)
            break;
        const auto offset = static_cast<std::size_t>(slash - raw.data());
        p = slash + 1;
        if (p == end)
            return {offset, "an escape without its character"};
        std::size_t size = 1;
        if (*p == 'u') {
            std::uint32_t code = 0;
            const char* reason = nullptr;
            p = readUnicode(p + 1, end, code, reason);
            if (p == nullptr)
                return {offset, reason};
            size = putCodePoint(code, unicode);
        } else {
            unicode[0] = simpleEscape(*p++);
            if (unicode[0] == 0)
                return {offset, "an escape that JSON does not have"};
        }
        if (to != nullptr)
            std::memcpy(to + written, unicode, size);
        written += size;
    }
    length = written;
    return {};
}

bool unescapeInto(std::string_view raw, Arena& arena, std::string_view& out) {
    char* to = static_cast<char*>(arena.allocate(raw.size() + 8, 1));
    std::size_t length = 0;
    if (unescape(raw, to, length).reason != nullptr)
        return false;
    out = {to, length};
    return true;
}

Value assembleRecord(Arena& arena, std::vector<Field>& fields, std::size_t first,
                     RecordBuilder& scratch) {
    const std::span<Field> all(fields.data() + first, fields.size() - first);
    Value made;
    if (all.size() <= kIndexedRecordSize) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::size_t same = 0;
            while (same < kept && all[same].key != all[i].key)
                ++same;
            if (same < kept)
                all[same].value = all[i].value;
            else
                all[kept++] = all[i];
        }
        made = makeRecord(arena, all.first(kept));
    } else {
        scratch.clear();
        for (const Field& field : all)
            scratch.set(field.key, field.value);
        made = scratch.build(arena);
    }
    fields.resize(first);
    return made;
}

} // namespace fuseboard::json_string
