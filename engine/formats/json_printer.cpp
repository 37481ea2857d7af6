// SPDX-License-Identifier: Apache-2.0
// The printing half of json_text.h: the one printer of all output.
#include "engine/formats/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

namespace fuseboard {

namespace {

template <class Integer> void printInteger(Integer value, std::string& out) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, end);
}

/// The shortest digits that read back to `value` (finite, positive), and the power of ten of the
/// first one.
struct Digits {
    std::array<char, 24> text;
    int count = 0;
    int exponent = 0;
};

Digits shortestDigits(double value) {
    Digits digits;
    char text[32]; // d.ddddde±xx
    const char* const end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    const char* p = text;
    for (; p != end && *p != 'e'; ++p)
        if (*p != '.')
            digits.text[static_cast<std::size_t>(digits.count++)] = *p;
    ++p;
    p += p != end && *p == '+' ? 1 : 0;
    std::from_chars(p, end, digits.exponent);
    return digits;
}

/// Bytes that must be escaped: quotes, backslashes and control characters.
constexpr std::array<bool, 256> kEscaped = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c)
        table[c] = true;
    table['"'] = true;
    table['\\'] = true;
    return table;
}();

void printEscape(unsigned char c, std::string& out) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
}

/// Prints a finite positive value that is a decimal number with few digits behind the point: the
/// least k with n / 10^k == value gives the shortest digits, because both are exact below 2^53 and
/// the division rounds correctly. Nothing printed, and nullptr, when there is none.
char* printShortDecimal(double value, char* at) {
    constexpr std::array<double, 5> kPowers = {1, 10, 100, 1000, 10'000};
    constexpr double kMost = 1e11; // n stays well below 2^53, where neighbours are far apart
    if (!(value < kMost) || value < 1e-3)
        return nullptr;
    for (unsigned k = 0; k < kPowers.size(); ++k) {
        const double scaled = value * kPowers[k];
        const auto n = static_cast<std::int64_t>(scaled + 0.5);
        if (static_cast<double>(n) / kPowers[k] != value)
            continue;
        const auto power = static_cast<std::int64_t>(kPowers[k]);
        at = std::to_chars(at, at + 24, n / power).ptr;
        *at++ = '.';
        std::int64_t rest = n % power;
        if (k == 0) {
            *at++ = '0';
            return at;
        }
        for (unsigned i = k; i-- > 0; rest /= 10)
            at[i] = static_cast<char>('0' + rest % 10);
        return at + k;
    }
    return nullptr;
}

struct Layout {
    bool sorted = false;
    bool pretty = false;
};

class Printer {
public:
    Printer(std::string& out, Layout layout, std::uint64_t* nonFinite)
        : m_out(out), m_layout(layout), m_nonFinite(nonFinite) {}

    void print(const Value& value) {
        switch (value.kind()) {
        case Kind::Null: m_out += "null"; break;
        case Kind::Bool: m_out += value.asBool() ? "true" : "false"; break;
        case Kind::I64: printInteger(value.asI64(), m_out); break;
        case Kind::U64: printInteger(value.asU64(), m_out); break;
        case Kind::F64:
            if (m_nonFinite != nullptr && !std::isfinite(value.asF64()))
                ++*m_nonFinite;
            printFloat(value.asF64(), m_out);
            break;
        case Kind::String: printJsonString(value.asString(), m_out); break;
        case Kind::Bytes:
            m_out += '"';
            printBase64(value.asString(), m_out);
            m_out += '"';
            break;
        case Kind::Array: printArray(value); break;
        case Kind::Record: printRecord(value); break;
        }
    }

private:
    void printArray(const Value& value) {
        m_out += '[';
        ++m_depth;
        bool first = true;
        for (const Value& item : value.items()) {
            separate(first);
            print(item);
        }
        close(']', first);
    }

    void printRecord(const Value& value) {
        m_out += '{';
        ++m_depth;
        bool first = true;
        if (m_layout.sorted) {
            std::vector<Field> fields(value.fields().begin(), value.fields().end());
            std::ranges::sort(fields, {}, &Field::key);
            for (const Field& field : fields)
                printField(field, first);
        } else {
            for (const Field& field : value.fields())
                printField(field, first);
        }
        close('}', first);
    }

    void printField(const Field& field, bool& first) {
        separate(first);
        printJsonString(field.key, m_out);
        m_out += m_layout.pretty ? ": " : ":";
        print(field.value);
    }

    void separate(bool& first) {
        if (!first)
            m_out += ',';
        first = false;
        newLine();
    }
    void close(char bracket, bool empty) {
        --m_depth;
        if (!empty)
            newLine();
        m_out += bracket;
    }
    void newLine() {
        if (!m_layout.pretty)
            return;
        m_out += '\n';
        m_out.append(m_depth * 2, ' ');
    }

    std::string& m_out;
    Layout m_layout;
    std::uint64_t* m_nonFinite;
    std::size_t m_depth = 0;
};

} // namespace

// The layout of Rust's ryu crate: a point within the digits or up to four zeros before them, `.0`
// after up to 16 digits before the point, else an exponent without plus sign.
char* printFloatTo(double value, char* at, std::uint64_t& nonFinite) {
    const auto append = [&at](std::string_view text) {
        std::memcpy(at, text.data(), text.size());
        at += text.size();
    };
    const auto zeros = [&at](int count) {
        for (; count > 0; --count)
            *at++ = '0';
    };
    if (!std::isfinite(value)) {
        ++nonFinite;
        append("null");
        return at;
    }
    if (std::signbit(value))
        *at++ = '-';
    if (value == 0) {
        append("0.0");
        return at;
    }
    if (char* const end = printShortDecimal(std::abs(value), at))
        return end;
    const Digits digits = shortestDigits(std::abs(value));
    const auto text = std::string_view(digits.text.data(), static_cast<std::size_t>(digits.count));
    const int point = digits.exponent + 1; // digits before the decimal point
    if (point > 0 && point <= 16) {
        const auto before = static_cast<std::size_t>(point);
        if (text.size() <= before) {
            append(text);
            zeros(point - digits.count);
            append(".0");
        } else {
            append(text.substr(0, before));
            *at++ = '.';
            append(text.substr(before));
        }
    } else if (point > -5 && point <= 0) {
        append("0.");
        zeros(-point);
        append(text);
    } else {
        *at++ = text[0];
        if (text.size() > 1) {
            *at++ = '.';
            append(text.substr(1));
        }
        *at++ = 'e';
        at = std::to_chars(at, at + 8, digits.exponent).ptr;
    }
    return at;
}

void printFloat(double value, std::string& out) {
    char text[kFloatBytes];
    std::uint64_t nonFinite = 0;
    out.append(text, printFloatTo(value, text, nonFinite));
}

char* printJsonStringTo(std::string_view text, char* at) {
    *at++ = '"';
    for (const char c : text) {
        *at++ = c;
        if (kEscaped[static_cast<unsigned char>(c)]) [[unlikely]] {
            std::string escape;
            printEscape(static_cast<unsigned char>(c), escape);
            std::memcpy(at - 1, escape.data(), escape.size());
            at += escape.size() - 1;
        }
    }
    *at++ = '"';
    return at;
}

void printJsonString(std::string_view text, std::string& out) {
    out += '"';
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (!kEscaped[c]) [[likely]]
            continue;
        out.append(text, begin, i - begin);
        printEscape(c, out);
        begin = i + 1;
    }
    out.append(text, begin);
    out += '"';
}

void printBase64(std::string_view bytes, std::string& out) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) -> std::uint32_t {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const std::uint32_t group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        out += kAlphabet[group >> 18];
        out += kAlphabet[(group >> 12) & 63];
        out += i + 1 < bytes.size() ? kAlphabet[(group >> 6) & 63] : '=';
        out += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
    }
}

void printJson(const Value& value, std::string& out, std::uint64_t* nonFinite) {
    Printer(out, {}, nonFinite).print(value);
}

std::string printJson(const Value& value) {
    std::string out;
    printJson(value, out);
    return out;
}

void printJsonPretty(const Value& value, std::string& out) {
    Printer(out, {.pretty = true}, nullptr).print(value);
}

void printSortedJson(const Value& value, std::string& out) {
    Printer(out, {.sorted = true}, nullptr).print(value);
}

} // namespace fuseboard
