// SPDX-License-Identifier: Apache-2.0
// std::url: percent encoding.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

namespace fuseboard {

namespace {

using namespace native;

bool isPlain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Everything but ASCII letters and digits is escaped.
bool encode(Arguments a, FunctionContext& c, Value& r) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    std::string out;
    out.reserve(text.size());
    for (const char byte : text) {
        if (isPlain(byte)) {
            out.push_back(byte);
            continue;
        }
        out.push_back('%');
        out.push_back(kHex[static_cast<unsigned char>(byte) >> 4U]);
        out.push_back(kHex[static_cast<unsigned char>(byte) & 0xFU]);
    }
    return giveText(r, out, c);
}
int hexValue(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
// A `%` that no two hexadecimal digits follow stands for itself.
bool decode(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size() && hexValue(text[at + 1]) >= 0 &&
            hexValue(text[at + 2]) >= 0) {
            out.push_back(static_cast<char>(hexValue(text[at + 1]) * 16 + hexValue(text[at + 2])));
            at += 2;
        } else {
            out.push_back(text[at]);
        }
    }
    if (!isValidUtf8(out))
        return failed(c, ErrorCode::InvalidArgument, "\"{}\" does not decode to UTF-8",
                      text.substr(0, 40));
    return giveText(r, out, c);
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::url::encode",
     .signature = "(text: string) -> string",
     .summary = "Escapes everything but ASCII letters and digits.",
     .example = R"(std::url::encode("a b/c") == "a%20b%2Fc")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 40,
     .body = encode},
    {.name = "std::url::decode",
     .signature = "(text: string) -> string",
     .summary = "Replaces percent escapes by what they stand for.",
     .example = R"(std::url::decode("a%20b") == "a b")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 40,
     .body = decode},
};

} // namespace

std::span<const FunctionSpec> stdUrlFunctions() {
    return kFunctions;
}

} // namespace fuseboard
