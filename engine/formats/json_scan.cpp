// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_scan.h"

#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"
#include "engine/formats/json_text.h"

#include <cstring>
#include <span>

namespace fuseboard {

const char* JsonScanner::escapedEnd(const char* begin, const char* slash, bool& escaped) const {
    escaped = true;
    const char* stop = slash;
    while (stop != nullptr && *stop == '\\') {
        // The byte behind is taken whatever it is, but for a newline or another control character.
        if (static_cast<unsigned char>(stop[1]) < 32)
            return nullptr;
        stop = byte_scan::find(stop + 2, m_end, [](auto bytes) { return bytes.special(); });
    }
    if (stop == nullptr || *stop != '"')
        return nullptr;
    std::size_t length = 0;
    const std::string_view raw(begin, static_cast<std::size_t>(stop - begin));
    return json_string::unescape(raw, nullptr, length).reason == nullptr ? stop : nullptr;
}

/// `p` is behind the opening quote; returns what is behind the closing one.
template <bool kConvert> const char* JsonScanner::string(const char* p, std::string_view& out) {
    bool escaped = false;
    const char* const close = stringEnd(p, escaped);
    if (close == nullptr)
        return nullptr;
    if constexpr (kConvert) {
        out = {p, static_cast<std::size_t>(close - p)};
        if (escaped && !json_string::unescapeInto(out, *m_arena, out))
            return nullptr;
    }
    return close + 1;
}

template <bool kConvert>
const char* JsonScanner::value(const char* p, std::size_t depth, Value& out) {
    const auto word = [&](std::string_view text, Value meaning) {
        out = meaning;
        return std::memcmp(p, text.data(), text.size()) == 0 ? p + text.size() : nullptr;
    };
    switch (*p) {
    case '{': return depth < kMaxNesting ? record<kConvert>(p + 1, depth + 1, out) : nullptr;
    case '[': return depth < kMaxNesting ? array<kConvert>(p + 1, depth + 1, out) : nullptr;
    case '"': {
        std::string_view text;
        p = string<kConvert>(p + 1, text);
        out = Value::string(text);
        return p;
    }
    case 't': return word("true", Value::boolean(true));
    case 'f': return word("false", Value::boolean(false));
    case 'n': return word("null", Value::null());
    default: return json_number::read<kConvert, true>(p, m_end, out);
    }
}

/// `p` is behind the opening brace.
template <bool kConvert>
const char* JsonScanner::record(const char* p, std::size_t depth, Value& out) {
    const std::size_t first = m_fields.size();
    p = skipSpace(p);
    if (*p != '}') {
        for (;; p = skipSpace(p + 1)) {
            Field field;
            if (*p != '"' || (p = string<kConvert>(p + 1, field.key)) == nullptr)
                return nullptr;
            p = skipSpace(p);
            if (*p != ':')
                return nullptr;
            p = value<kConvert>(skipSpace(p + 1), depth, field.value);
            if (p == nullptr)
                return nullptr;
            if constexpr (kConvert)
                m_fields.push_back(field);
            p = skipSpace(p);
            if (*p != ',')
                break;
        }
        if (*p != '}')
            return nullptr;
    }
    if constexpr (kConvert)
        out = json_string::assembleRecord(*m_arena, m_fields, first, m_scratch);
    return p + 1;
}

/// `p` is behind the opening bracket.
template <bool kConvert>
const char* JsonScanner::array(const char* p, std::size_t depth, Value& out) {
    const std::size_t first = m_items.size();
    p = skipSpace(p);
    if (*p != ']') {
        for (;; p = skipSpace(p + 1)) {
            Value item;
            p = value<kConvert>(p, depth, item);
            if (p == nullptr)
                return nullptr;
            if constexpr (kConvert)
                m_items.push_back(item);
            p = skipSpace(p);
            if (*p != ',')
                break;
        }
        if (*p != ']')
            return nullptr;
    }
    if constexpr (kConvert) {
        out = makeArray(*m_arena, std::span(m_items).subspan(first));
        m_items.resize(first);
    }
    return p + 1;
}

const char* JsonScanner::skip(const char* p, std::size_t depth) {
    Value unused;
    return value<false>(p, depth, unused);
}

const char* JsonScanner::read(const char* p, std::size_t depth, Value& out) {
    m_fields.clear();
    m_items.clear();
    return value<true>(p, depth, out);
}

} // namespace fuseboard
