// SPDX-License-Identifier: Apache-2.0
// Values as the language writes them.
#include "engine/script/literal_text.h"
#include "engine/script/lexer.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <cmath>

namespace fuseboard {

namespace {

/// Shortest form that reads back; the language wants a dot, also before an exponent.
std::string floatText(double value) {
    if (std::isnan(value))
        return "0.0 / 0.0";
    if (std::isinf(value))
        return value > 0 ? "1.0 / 0.0" : "-1.0 / 0.0";
    std::string text = fmt::format("{}", value);
    const std::size_t exponent = text.find('e');
    if (text.find('.') == std::string::npos)
        text.insert(std::min(exponent, text.size()), ".0");
    const std::size_t plus = text.find('+');
    if (plus != std::string::npos)
        text.erase(plus, 1);
    return text;
}

} // namespace

std::string escapeText(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '#':
            if (i + 1 < text.size() && text[i + 1] == '{')
                out += '\\';
            out += c;
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else
                out += c;
        }
    }
    return out;
}

std::string literalText(const Value& value) {
    switch (value.kind()) {
    case Kind::Null: return "null";
    case Kind::Bool: return value.asBool() ? "true" : "false";
    case Kind::I64: return std::to_string(value.asI64());
    case Kind::U64: return std::to_string(value.asU64());
    case Kind::F64: return floatText(value.asF64());
    case Kind::String: return quoteString(value.asString());
    case Kind::Bytes: {
        std::string text = "<<";
        for (const char c : value.asString())
            text += fmt::format("{}{}", text.size() > 2 ? ", " : "", static_cast<unsigned char>(c));
        return text + ">>";
    }
    case Kind::Array: {
        std::string text = "[";
        for (const Value& item : value.items())
            text += (text.size() > 1 ? ", " : "") + literalText(item);
        return text + "]";
    }
    case Kind::Record: {
        std::string text = "{";
        for (const Field& field : value.fields())
            text += (text.size() > 1 ? ", " : "") + quoteString(field.key) + ": " +
                    literalText(field.value);
        return text + "}";
    }
    }
    return "null";
}

std::string quoteString(std::string_view text) {
    return "\"" + escapeText(text) + "\"";
}

std::string quoteIdentifier(std::string_view name) {
    if (isPlainIdentifier(name))
        return std::string(name);
    return "`" + std::string(name) + "`";
}

} // namespace fuseboard
