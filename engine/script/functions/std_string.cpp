// SPDX-License-Identifier: Apache-2.0
// std::string: text is UTF-8; lengths and indices count code points.
#include "engine/formats/json_text.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/functions/unicode_case.h"
#include "engine/script/interpreter.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

using namespace native;

bool isEmpty(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::boolean(text.empty()));
}
bool len(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::u64(countCodePoints(text)));
}
bool bytes(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::u64(text.size()));
}

// An empty `from` matches before every code point and at the end.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    if (from.empty()) {
        for (std::size_t at = 0; at < text.size() && out.size() <= kMaxValueBytes;) {
            const std::size_t begin = at;
            (void)nextCodePoint(text, at);
            out.append(to).append(text.substr(begin, at - begin));
        }
        return out.append(to);
    }
    std::size_t at = 0;
    for (std::size_t hit = text.find(from);
         hit != std::string_view::npos && out.size() <= kMaxValueBytes; hit = text.find(from, at)) {
        out.append(text.substr(at, hit - at)).append(to);
        at = hit + from.size();
    }
    return out.append(text.substr(at));
}
bool replace(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, from, to;
    return stringAt(a, 0, c, text) && stringAt(a, 1, c, from) && stringAt(a, 2, c, to) &&
           giveText(r, replaced(text, from, to), c);
}

// Unicode White_Space.
bool isSpace(char32_t code) {
    return (code >= 9 && code <= 13) || code == 32 || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}
std::string_view trimmedStart(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        if (!isSpace(nextCodePoint(text, at)))
            return text.substr(begin);
    }
    return {};
}
std::string_view trimmedEnd(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();)
        if (!isSpace(nextCodePoint(text, at)))
            end = at;
    return text.substr(0, end);
}
// Results are views of the argument.
bool trim(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::string(trimmedEnd(trimmedStart(text))));
}
bool trimStart(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::string(trimmedStart(text)));
}
bool trimEnd(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::string(trimmedEnd(text)));
}

bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
}
template <char First, char Last> Value flippedAscii(std::string_view text, Arena& arena) {
    char* to = arena.allocateArray<char>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        to[i] = text[i] >= First && text[i] <= Last ? static_cast<char>(text[i] ^ 0x20) : text[i];
    return Value::string({to, text.size()});
}
/// ASCII letters from First to Last change their case; any other text goes through `convert`.
template <char First, char Last>
bool giveFlipped(Arguments a, FunctionContext& c, Value& r,
                 std::string (*convert)(std::string_view)) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    if (isAscii(text)) [[likely]]
        return give(r, flippedAscii<First, Last>(text, c.arena));
    return giveText(r, convert(text), c);
}
bool lowercase(Arguments a, FunctionContext& c, Value& r) {
    return giveFlipped<'A', 'Z'>(a, c, r, toLowercase);
}
bool uppercase(Arguments a, FunctionContext& c, Value& r) {
    return giveFlipped<'a', 'z'>(a, c, r, toUppercase);
}
bool capitalize(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    if (text.empty())
        return give(r, a[0]);
    std::size_t rest = 0;
    (void)nextCodePoint(text, rest);
    std::string out = toUppercase(text.substr(0, rest));
    return giveText(r, out.append(text.substr(rest)), c);
}

// Byte offset of the code point `index`, or `otherwise` past the end.
std::size_t offsetOf(std::string_view text, std::uint64_t index, std::size_t otherwise) {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index)
        (void)nextCodePoint(text, at);
    return at < text.size() ? at : otherwise;
}
bool substr(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    std::uint64_t start = 0, end = 0;
    if (!stringAt(a, 0, c, text) || !unsignedAt(a, 1, c, start) || !unsignedAt(a, 2, c, end))
        return false;
    const std::size_t from = offsetOf(text, start, 0);
    const std::size_t to = offsetOf(text, end, text.size());
    return give(r, from > to ? a[0] : Value::string(text.substr(from, to - from)));
}

bool split(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, separator;
    if (!stringAt(a, 0, c, text) || !stringAt(a, 1, c, separator))
        return false;
    std::vector<Value> parts;
    if (separator.empty()) {
        // Between every two code points, and at both ends.
        parts.push_back(Value::string(""));
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t begin = at;
            (void)nextCodePoint(text, at);
            parts.push_back(Value::string(text.substr(begin, at - begin)));
        }
        parts.push_back(Value::string(""));
        return give(r, makeArray(c.arena, parts));
    }
    std::size_t at = 0;
    for (std::size_t hit = text.find(separator); hit != std::string_view::npos;
         hit = text.find(separator, at)) {
        parts.push_back(Value::string(text.substr(at, hit - at)));
        at = hit + separator.size();
    }
    parts.push_back(Value::string(text.substr(at)));
    return give(r, makeArray(c.arena, parts));
}
bool contains(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, part;
    return stringAt(a, 0, c, text) && stringAt(a, 1, c, part) &&
           give(r, Value::boolean(text.find(part) != std::string_view::npos));
}
bool fromUtf8Lossy(Arguments a, FunctionContext& c, Value& r) {
    if (!a[0].isBytes() && !a[0].isString())
        return wrongArgument(c, 0, "bytes", a[0]);
    const std::string_view raw = a[0].asString();
    if (isValidUtf8(raw))
        return give(r, Value::string(raw));
    std::string out;
    for (std::size_t at = 0; at < raw.size();)
        appendUtf8(nextCodePoint(raw, at), out);
    return giveText(r, out, c);
}
bool intoBinary(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    return stringAt(a, 0, c, text) && give(r, Value::bytes(text));
}
bool reverse(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    char* to = c.arena.allocateArray<char>(text.size());
    std::size_t left = text.size();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        (void)nextCodePoint(text, at);
        left -= at - begin;
        std::copy_n(text.data() + begin, at - begin, to + left);
    }
    return give(r, Value::string({to, text.size()}));
}

// --- format --------------------------------------------------------------------------------------

bool appendArgument(Arguments a, std::size_t& next, std::size_t position, FunctionContext& c,
                    std::string& out) {
    if (next == a.size())
        return failed(c, ErrorCode::InvalidArgument, "nothing is given for the placeholder at {}",
                      position);
    const Value& value = a[next++];
    if (value.isString())
        out.append(value.asString());
    else
        printJson(value, out);
    return true;
}
// Positions in messages count code points, as the language counts them elsewhere.
bool formatChar(std::string_view text, std::size_t& at, Arguments a, std::size_t& next,
                FunctionContext& c, std::string& out) {
    const char now = text[at];
    const char after = at + 1 < text.size() ? text[at + 1] : '\0';
    const std::size_t position = countCodePoints(text.substr(0, at));
    if (now == '\\') {
        if (at + 1 == text.size())
            return failed(c, ErrorCode::InvalidArgument, "bad escape sequence at {}", position);
        if (after != '{' && after != '}')
            out.push_back('\\');
        out.push_back(after);
        at += 2;
        return true;
    }
    at += 2;
    if (now == after) {
        out.push_back(now);
        return true;
    }
    if (now == '{' && after == '}')
        return appendArgument(a, next, position, c, out);
    if (now == '{')
        return failed(c, ErrorCode::InvalidArgument,
                      "the placeholder at {} is not closed; write {{{{ for a brace", position);
    return failed(c, ErrorCode::InvalidArgument,
                  "the brace at {} closes nothing; write }}}} for a brace", position);
}
bool format(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    std::string out;
    std::size_t next = 1;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\' && text[at] != '{' && text[at] != '}') {
            out.push_back(text[at++]);
            continue;
        }
        if (!formatChar(text, at, a, next, c, out))
            return false;
    }
    if (next != a.size())
        return failed(c, ErrorCode::InvalidArgument, "{} arguments have no placeholder",
                      a.size() - next);
    return giveText(r, out, c);
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::string::format",
     .signature = "(template: string, values...) -> string",
     .summary = "Fills each {} of the template with the next value.",
     .example = R"(std::string::format("{} of {}", 1, "a") == "1 of a")",
     .minArguments = 1,
     .maxArguments = 255,
     .resultKinds = kString,
     .costNs = 120,
     .body = format},
    {.name = "std::string::is_empty",
     .signature = "(text: string) -> bool",
     .summary = "Whether the text has no characters.",
     .example = R"(std::string::is_empty("") == true)",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kBool,
     .costNs = 3,
     .body = isEmpty},
    {.name = "std::string::len",
     .signature = "(text: string) -> integer",
     .summary = "Number of code points.",
     .example = R"(std::string::len("grün") == 4)",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kUnsigned,
     .costNs = 8,
     .body = len},
    {.name = "std::string::bytes",
     .signature = "(text: string) -> integer",
     .summary = "Number of bytes in UTF-8.",
     .example = R"(std::string::bytes("grün") == 5)",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kUnsigned,
     .costNs = 3,
     .body = bytes},
    {.name = "std::string::replace",
     .signature = "(text: string, from: string, to: string) -> string",
     .summary = "Replaces every occurrence of one text by another.",
     .example = R"(std::string::replace("a-b-c", "-", "+") == "a+b+c")",
     .minArguments = 3,
     .maxArguments = 3,
     .safeKinds = {},
     .resultKinds = kString,
     .costNs = 60,
     .body = replace},
    {.name = "std::string::trim",
     .signature = "(text: string) -> string",
     .summary = "Removes white space at both ends.",
     .example = R"(std::string::trim("  a b ") == "a b")",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kString,
     .costNs = 15,
     .body = trim},
    {.name = "std::string::trim_start",
     .signature = "(text: string) -> string",
     .summary = "Removes white space at the beginning.",
     .example = R"(std::string::trim_start("  a ") == "a ")",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kString,
     .costNs = 8,
     .body = trimStart},
    {.name = "std::string::trim_end",
     .signature = "(text: string) -> string",
     .summary = "Removes white space at the end.",
     .example = R"(std::string::trim_end(" a  ") == " a")",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kString,
     .costNs = 15,
     .body = trimEnd},
    {.name = "std::string::lowercase",
     .signature = "(text: string) -> string",
     .summary = "The text in lower case.",
     .example = R"(std::string::lowercase("ÄbC") == "äbc")",
     .minArguments = 1,
     .maxArguments = 1,
     .safeKinds = {},
     .resultKinds = kString,
     .costNs = 25,
     .body = lowercase},
    {.name = "std::string::uppercase",
     .signature = "(text: string) -> string",
     .summary = "The text in upper case.",
     .example = R"(std::string::uppercase("äbc") == "ÄBC")",
     .minArguments = 1,
     .maxArguments = 1,
     .safeKinds = {},
     .resultKinds = kString,
     .costNs = 25,
     .body = uppercase},
    {.name = "std::string::capitalize",
     .signature = "(text: string) -> string",
     .summary = "The text with its first letter in upper case.",
     .example = R"(std::string::capitalize("élan") == "Élan")",
     .minArguments = 1,
     .maxArguments = 1,
     .safeKinds = {},
     .resultKinds = kString,
     .costNs = 40,
     .body = capitalize},
    {.name = "std::string::substr",
     .signature = "(text: string, start: integer, end: integer) -> string",
     .summary = "The code points from start up to, but not including, end.",
     .example = R"(std::string::substr("snowman", 0, 4) == "snow")",
     .minArguments = 3,
     .maxArguments = 3,
     .mayRaise = false,
     .safeKinds = {kString, kUnsigned, kUnsigned},
     .resultKinds = kString,
     .costNs = 20,
     .body = substr},
    {.name = "std::string::split",
     .signature = "(text: string, separator: string) -> array",
     .summary = "The parts of the text between the separators.",
     .example = R"(std::string::split("a,b", ",") == ["a", "b"])",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kString, kString},
     .resultKinds = kArray,
     .costNs = 80,
     .body = split},
    {.name = "std::string::contains",
     .signature = "(text: string, part: string) -> bool",
     .summary = "Whether the part occurs in the text.",
     .example = R"(std::string::contains("snowman", "now") == true)",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kString, kString},
     .resultKinds = kBool,
     .costNs = 15,
     .body = contains},
    {.name = "std::string::from_utf8_lossy",
     .signature = "(data: bytes) -> string",
     .summary = "Bytes as text; what is not UTF-8 becomes U+FFFD.",
     .example = R"(std::string::from_utf8_lossy(<< 104:8, 105:8 >>) == "hi")",
     .minArguments = 1,
     .maxArguments = 1,
     .safeKinds = {},
     .resultKinds = kString,
     .costNs = 30,
     .body = fromUtf8Lossy},
    {.name = "std::string::into_binary",
     .signature = "(text: string) -> bytes",
     .summary = "The bytes of the text.",
     .example = R"(std::string::into_binary("hi") == << 104:8, 105:8 >>)",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kBytes,
     .costNs = 3,
     .body = intoBinary},
    {.name = "std::string::reverse",
     .signature = "(text: string) -> string",
     .summary = "The code points in reverse order.",
     .example = R"(std::string::reverse("abc") == "cba")",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kString},
     .resultKinds = kString,
     .costNs = 25,
     .body = reverse},
};

} // namespace

std::span<const FunctionSpec> stdStringFunctions() {
    return kFunctions;
}

} // namespace fuseboard
