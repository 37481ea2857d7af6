// SPDX-License-Identifier: Apache-2.0
// Influx line protocol to {measurement, tags, fields, timestamp}, with the escapes and kinds of
// Tremor's codec: a backslash takes away the meaning of a delimiter or backslash and otherwise
// stands for itself; 1i is an integer, 1 a float; tags are strings. A row without a timestamp gets
// the time of its arrival. Beyond Tremor, as InfluxDB writes them: `\=` in a tag's value, `\,` and
// `\ ` in a field's name, unsigned integers (1u), and times before 1970.
#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"
#include "engine/formats/line_decoder.h"
#include "engine/formats/text_encoding.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace fuseboard {

namespace {

/// Unicode's White_Space, which Tremor trims.
constexpr std::array<std::string_view, 25> kSpaces = {
    " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\xC2\x85", "\xC2\xA0", "\u1680",
    "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",   "\u2007",   "\u2008",
    "\u2009", "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

std::string_view trim(std::string_view text) {
    const auto mayBeSpace = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x80;
    };
    for (bool again = true; again && !text.empty() && mayBeSpace(text.front());) {
        again = false;
        for (const std::string_view space : kSpaces) {
            if (text.starts_with(space)) {
                text.remove_prefix(space.size());
                again = true;
                break;
            }
        }
    }
    for (bool again = true; again && !text.empty() && mayBeSpace(text.back());) {
        again = false;
        for (const std::string_view space : kSpaces) {
            if (text.ends_with(space)) {
                text.remove_suffix(space.size());
                again = true;
                break;
            }
        }
    }
    return text;
}

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(),
                      [](char a, char b) { return (a | 0x20) == b; });
}

/// A float as Rust reads it: JSON's grammar, and also `+1`, `1.`, `.5`, `007`, inf and nan.
bool readFloat(std::string_view text, Value& out) {
    if (json_number::readAll(text, out)) {
        out = Value::f64(out.toDouble());
        if (out.asF64() == 0 && text.front() == '-')
            out = Value::f64(-0.0);
        return true;
    }
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    if (equalsIgnoringCase(text, "inf") || equalsIgnoringCase(text, "infinity")) {
        value = std::numeric_limits<double>::infinity();
    } else if (equalsIgnoringCase(text, "nan")) {
        value = std::numeric_limits<double>::quiet_NaN();
    } else {
        // Brought to JSON's grammar: no leading zeros, digits on both sides of the point.
        std::string plain(text);
        const std::size_t mantissa = std::min(plain.find_first_of("eE"), plain.size());
        const std::size_t point = plain.substr(0, mantissa).find('.');
        if (mantissa == 0 || (mantissa == 1 && point == 0))
            return false;
        if (point != std::string::npos && point + 1 == mantissa)
            plain.insert(mantissa, "0");
        const std::size_t zeros = std::min(plain.find_first_not_of('0'), plain.size());
        plain.erase(0, zeros);
        if (plain.empty() || !json_number::isDigit(plain.front()))
            plain.insert(0, "0");
        Value number;
        if (!json_number::readAll(plain, number))
            return false;
        value = number.toDouble();
    }
    out = Value::f64(negative ? -value : value);
    return true;
}

/// Digits (with a sign, if `text` has one) as the integer type that holds them.
bool readInteger(std::string_view text, Value& out) {
    const bool negative = text.starts_with('-');
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    if (text.empty() || (!negative && !json_number::isDigit(text.front())))
        return false;
    if (negative) {
        std::int64_t value = 0;
        const auto parsed = std::from_chars(text.data(), end, value);
        out = Value::i64(value);
        return parsed.ec == std::errc{} && parsed.ptr == end;
    }
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), end, value);
    out = Value::u64(value);
    return parsed.ec == std::errc{} && parsed.ptr == end;
}

bool mayBeBool(char first) {
    return (first | 0x20) == 't' || (first | 0x20) == 'f';
}

bool readBool(std::string_view text, Value& out) {
    for (const std::string_view word : {"t", "T", "true", "True", "TRUE"})
        if (text == word) {
            out = Value::boolean(true);
            return true;
        }
    for (const std::string_view word : {"f", "F", "false", "False", "FALSE"})
        if (text == word) {
            out = Value::boolean(false);
            return true;
        }
    return false;
}

/// Characters that end a piece of text.
class Stops {
public:
    explicit constexpr Stops(std::string_view characters) {
        for (const char c : characters)
            m_is[static_cast<unsigned char>(c)] = true;
    }
    [[nodiscard]] constexpr bool has(char c) const { return m_is[static_cast<unsigned char>(c)]; }

private:
    std::array<bool, 256> m_is{};
};

constexpr Stops kAfterMeasurement(", "), kAfterTagName("= ,"), kAfterTag(" ,"),
    kAfterFieldName("="), kAfterText("\"");

class InfluxDecoder final : public LineDecoder {
public:
    explicit InfluxDecoder(const DecodeOptions& options) : LineDecoder(options) {
        const FieldTree& fields = convertedFields();
        m_measurement = fields.child("measurement") != nullptr;
        m_tags = fields.child("tags");
        m_values = fields.child("fields");
        m_timestamp = fields.child("timestamp") != nullptr;
    }

private:
    Outcome decodeLine(std::string_view line, Value& data, std::string& reason) override;
    bool decodeText(Value& data);
    bool readTags(Value& out);
    bool readFields(Value& out);
    bool readValue(Value& out);
    bool readTimestamp(Value& out);
    bool readUntil(const Stops& stops, std::string_view& out, const char* missing,
                   std::string_view escapable = {});

    bool refuse(std::size_t offset, std::string reason) {
        m_failedAt = offset;
        m_reason = std::move(reason);
        return false;
    }
    [[nodiscard]] char here() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] bool more() const { return m_at < m_text.size(); }

    bool m_measurement = true;
    const FieldTree* m_tags = nullptr;
    const FieldTree* m_values = nullptr;
    bool m_timestamp = true;
    bool m_untimed = false; // the line at hand
    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_failedAt = 0;
    std::string m_reason;
    std::vector<Field> m_fields;
    RecordBuilder m_scratch;
};

LineDecoder::Outcome InfluxDecoder::decodeLine(std::string_view line, Value& data,
                                               std::string& reason) {
    m_text = trim(line);
    m_at = 0;
    m_fields.clear();
    if (m_text.empty() || m_text.front() == '#')
        return Outcome::Nothing;
    m_untimed = false;
    if (decodeText(data))
        return m_untimed && m_timestamp ? Outcome::UntimedRow : Outcome::Row;
    const auto before = static_cast<std::size_t>(m_text.data() - line.data());
    reason = fmt::format("not valid line protocol: {} at column {}", m_reason,
                         columnOf(line, before + std::min(m_failedAt, m_text.size())));
    return Outcome::Rejected;
}

bool InfluxDecoder::decodeText(Value& data) {
    std::string_view measurement;
    if (!readUntil(kAfterMeasurement, measurement, "expected fields after the measurement"))
        return false;
    Value tags = makeRecord(arena(), {});
    if (here() == ',') {
        ++m_at;
        if (!readTags(tags))
            return false;
    }
    ++m_at;
    Value fields;
    Value timestamp;
    if (!readFields(fields) || !readTimestamp(timestamp))
        return false;
    std::array<Field, 4> made;
    std::size_t count = 0;
    if (m_measurement)
        made[count++] = {"measurement", Value::string(measurement)};
    if (m_tags != nullptr)
        made[count++] = {"tags", tags};
    if (m_values != nullptr)
        made[count++] = {"fields", fields};
    if (m_timestamp)
        made[count++] = {"timestamp", timestamp};
    data = makeRecord(arena(), std::span(made).first(count));
    return true;
}

/// Takes text up to one of `stops` (left where it is). A backslash before a stop, one of
/// `escapable` or another backslash goes, and what follows it stays.
bool InfluxDecoder::readUntil(const Stops& stops, std::string_view& out, const char* missing,
                              std::string_view escapable) {
    const std::size_t begin = m_at;
    const auto isStop = [&](char c) { return stops.has(c); };
    bool escaped = false;
    const char* at = m_text.data() + m_at;
    const char* const end = m_text.data() + m_text.size();
    while (at < end && !isStop(*at)) {
        const bool backslash = *at == '\\';
        escaped = escaped || backslash;
        at += backslash && at + 1 < end ? 2 : 1;
    }
    m_at = static_cast<std::size_t>(at - m_text.data());
    if (!more())
        return refuse(m_at, missing);
    const std::string_view raw = m_text.substr(begin, m_at - begin);
    if (!escaped) {
        out = raw;
        return true;
    }
    char* to = arena().allocateArray<char>(raw.size());
    std::size_t length = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool takesMeaning = raw[i] == '\\' && i + 1 < raw.size() &&
                                  (isStop(raw[i + 1]) || raw[i + 1] == '\\' ||
                                   escapable.find(raw[i + 1]) != std::string_view::npos);
        i += takesMeaning ? 1 : 0;
        to[length++] = raw[i];
        // A backslash that stands for itself has used up the next character as well.
        if (!takesMeaning && raw[i] == '\\' && i + 1 < raw.size())
            to[length++] = raw[++i];
    }
    out = {to, length};
    return true;
}

bool InfluxDecoder::readTags(Value& out) {
    for (;;) {
        std::string_view key;
        std::string_view text;
        const std::size_t begin = m_at;
        if (!readUntil(kAfterTagName, key, "expected '=' after a tag's name"))
            return false;
        if (here() != '=')
            return refuse(begin, "tag without a value");
        ++m_at;
        if (!readUntil(kAfterTag, text, "expected fields after the tags", "="))
            return false;
        if (m_tags != nullptr && m_tags->child(key) != nullptr)
            m_fields.push_back({key, Value::string(text)});
        if (here() == ' ')
            break;
        ++m_at;
    }
    out = json_string::assembleRecord(arena(), m_fields, 0, m_scratch);
    return true;
}

bool InfluxDecoder::readFields(Value& out) {
    for (;;) {
        std::string_view key;
        Value value;
        if (!readUntil(kAfterFieldName, key, "expected '=' after a field's name", " ,"))
            return false;
        ++m_at;
        if (!readValue(value))
            return false;
        if (m_values != nullptr && m_values->child(key) != nullptr)
            m_fields.push_back({key, value});
        if (here() != ',')
            break;
        ++m_at;
    }
    out = json_string::assembleRecord(arena(), m_fields, 0, m_scratch);
    return true;
}

bool InfluxDecoder::readValue(Value& out) {
    const std::size_t begin = m_at;
    if (here() == '"') {
        ++m_at;
        std::string_view text;
        if (!readUntil(kAfterText, text, "string without its closing quote"))
            return false;
        ++m_at;
        if (more() && here() != ',' && here() != ' ')
            return refuse(m_at, "text after a closing quote");
        out = Value::string(text);
        return true;
    }
    const char* at = m_text.data() + begin;
    const char* const end = m_text.data() + m_text.size();
    while (at < end && !kAfterTag.has(*at))
        ++at;
    m_at = static_cast<std::size_t>(at - m_text.data());
    std::string_view text = m_text.substr(begin, m_at - begin);
    if (text.empty())
        return refuse(begin, "field without a value");
    if (mayBeBool(text.front()) && readBool(text, out))
        return true;
    const bool isUnsigned = text.ends_with('u');
    const bool integer = isUnsigned || text.ends_with('i');
    if (integer && !(isUnsigned && text.starts_with('-')) &&
        readInteger(text.substr(0, text.size() - 1), out))
        return true;
    if (!integer && readFloat(text, out))
        return true;
    return refuse(begin, integer ? "malformed integer" : "value that is no number, bool or string");
}

bool InfluxDecoder::readTimestamp(Value& out) {
    if (!more()) {
        m_untimed = true;
        out = Value::u64(0); // until its arrival is known
        return true;
    }
    ++m_at; // the space
    if (!readInteger(m_text.substr(m_at), out))
        return refuse(m_at, "timestamp that is no 64-bit number");
    return true;
}

} // namespace

std::unique_ptr<RowDecoder> makeInfluxDecoder(const DecodeOptions& options) {
    return std::make_unique<InfluxDecoder>(options);
}

} // namespace fuseboard
