// SPDX-License-Identifier: Apache-2.0
// The reading half of json_text.h: recursive descent with exact places. Rows of data take the fast
// way (ndjson_decoder.cpp); this one also says why a row was refused.
#include "engine/formats/json_text.h"

#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"
#include "engine/formats/row_decoder.h"
#include "engine/formats/text_encoding.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace fuseboard {

namespace {

class JsonReader {
public:
    JsonReader(std::string_view text, Arena& arena) : m_text(text), m_arena(arena) {}

    void skipByteOrderMark() {
        if (m_text.starts_with("\xEF\xBB\xBF"))
            m_at = 3;
    }

    bool document(Value& out) {
        // Values keep 32-bit sizes.
        if (m_text.size() > std::numeric_limits<std::uint32_t>::max())
            return refuse(0, "more than 4 GiB of text");
        const std::size_t valid = isValidUtf8(m_text) ? m_text.size() : validUtf8Prefix(m_text);
        if (valid != m_text.size())
            return refuse(valid, "invalid UTF-8");
        skipSpace();
        if (!value(out))
            return false;
        skipSpace();
        return m_at == m_text.size() || refuse(m_at, "unexpected text after the value");
    }

    std::size_t failedAt() const { return m_failedAt; }
    const char* reason() const { return m_reason; }
    bool tooDeep() const { return m_tooDeep; }

private:
    bool refuse(std::size_t offset, const char* reason) {
        m_failedAt = offset;
        m_reason = reason;
        return false;
    }
    bool more() const { return m_at < m_text.size(); }
    char here() const { return more() ? m_text[m_at] : '\0'; }
    void skipSpace() {
        while (more() && (here() == ' ' || here() == '\n' || here() == '\r' || here() == '\t'))
            ++m_at;
    }

    bool value(Value& out) {
        switch (here()) {
        case '{': return container(out, &JsonReader::record);
        case '[': return container(out, &JsonReader::array);
        case '"': {
            std::string_view text;
            if (!string(text))
                return false;
            out = Value::string(text);
            return true;
        }
        case 't': return literal("true", Value::boolean(true), out);
        case 'f': return literal("false", Value::boolean(false), out);
        case 'n': return literal("null", Value::null(), out);
        default: return number(out);
        }
    }

    bool container(Value& out, bool (JsonReader::*read)(Value&)) {
        if (m_depth == kMaxNesting) {
            m_tooDeep = true;
            return refuse(m_at, "more than 256 containers inside each other");
        }
        ++m_depth;
        ++m_at;
        const bool good = (this->*read)(out);
        --m_depth;
        return good;
    }

    bool literal(std::string_view word, Value meaning, Value& out) {
        if (m_text.substr(m_at, word.size()) != word)
            return refuse(m_at, "expected a value");
        m_at += word.size();
        out = meaning;
        return true;
    }

    bool number(Value& out) {
        if (here() != '-' && !json_number::isDigit(here()))
            return refuse(m_at, more() ? "expected a value" : "unexpected end");
        const char* const end =
            json_number::read<true>(m_text.data() + m_at, m_text.data() + m_text.size(), out);
        if (end == nullptr)
            return refuse(m_at, "malformed number");
        m_at = static_cast<std::size_t>(end - m_text.data());
        return true;
    }

    bool string(std::string_view& out) {
        const std::size_t open = m_at++;
        const std::size_t begin = m_at;
        bool escaped = false;
        for (; more() && here() != '"'; ++m_at) {
            if (static_cast<unsigned char>(here()) < 0x20)
                return refuse(m_at, "unescaped control character in a string");
            if (here() != '\\')
                continue;
            escaped = true;
            ++m_at;
            if (!more())
                break;
        }
        if (!more())
            return refuse(open, "string without its closing quote");
        const std::string_view raw = m_text.substr(begin, m_at - begin);
        ++m_at;
        if (!escaped) {
            out = raw;
            return true;
        }
        char* to = static_cast<char*>(m_arena.allocate(raw.size() + 1, 1));
        std::size_t length = 0;
        const auto failure = json_string::unescape(raw, to, length);
        if (failure.reason != nullptr)
            return refuse(begin + failure.offset, failure.reason);
        out = {to, length};
        return true;
    }

    bool record(Value& out) {
        const std::size_t first = m_fields.size();
        skipSpace();
        if (here() != '}') {
            for (;;) {
                if (here() != '"')
                    return refuse(m_at, "expected a key in quotes");
                Field field;
                if (!string(field.key))
                    return false;
                skipSpace();
                if (here() != ':')
                    return refuse(m_at, "expected ':' after a key");
                ++m_at;
                skipSpace();
                if (!value(field.value))
                    return false;
                m_fields.push_back(field);
                skipSpace();
                if (here() != ',')
                    break;
                ++m_at;
                skipSpace();
            }
            if (here() != '}')
                return refuse(m_at, "expected ',' or '}'");
        }
        ++m_at;
        out = json_string::assembleRecord(m_arena, m_fields, first, m_scratch);
        return true;
    }

    bool array(Value& out) {
        const std::size_t first = m_items.size();
        skipSpace();
        if (here() != ']') {
            for (;;) {
                Value item;
                if (!value(item))
                    return false;
                m_items.push_back(item);
                skipSpace();
                if (here() != ',')
                    break;
                ++m_at;
                skipSpace();
            }
            if (here() != ']')
                return refuse(m_at, "expected ',' or ']'");
        }
        ++m_at;
        out = makeArray(m_arena, std::span(m_items).subspan(first));
        m_items.resize(first);
        return true;
    }

    std::string_view m_text;
    Arena& m_arena;
    std::size_t m_at = 0;
    std::size_t m_depth = 0;
    std::size_t m_failedAt = 0;
    const char* m_reason = "";
    bool m_tooDeep = false;
    std::vector<Field> m_fields;
    std::vector<Value> m_items;
    RecordBuilder m_scratch;
};

Place placeOf(std::string_view text, std::size_t offset, std::string file) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t begin =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const std::string_view line = text.substr(begin, text.find('\n', offset) - begin);
    Place place;
    place.file = std::move(file);
    place.line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1);
    place.column = static_cast<std::uint32_t>(columnOf(line, offset - begin));
    if (line.size() <= 1024)
        place.sourceLine = excerpt(line, 1024);
    return place;
}

/// A document that ends too early is at fault behind what is there, not on an empty line after it.
std::size_t lastIfAtEnd(std::string_view text, std::size_t offset) {
    if (offset < text.size())
        return offset;
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    return last == std::string_view::npos ? 0 : last + 1;
}

} // namespace

Result<Value> parseJson(std::string_view text, Arena& arena, std::string file) {
    JsonReader reader(text, arena);
    reader.skipByteOrderMark();
    Value value;
    if (reader.document(value))
        return value;
    const auto code = reader.tooDeep() ? ErrorCode::LimitExceeded : ErrorCode::InvalidSyntax;
    return fail(Error(code, std::string("not valid JSON: ") + reader.reason())
                    .at(placeOf(text, lastIfAtEnd(text, reader.failedAt()), std::move(file))));
}

Result<Value> parseJsonLine(std::string_view line, Arena& arena) {
    JsonReader reader(line, arena);
    Value value;
    if (reader.document(value))
        return value;
    const auto code = reader.tooDeep() ? ErrorCode::LimitExceeded : ErrorCode::InvalidSyntax;
    return fail(code, std::string("not valid JSON: ") + reader.reason() + " at column " +
                          std::to_string(columnOf(line, reader.failedAt())));
}

} // namespace fuseboard
