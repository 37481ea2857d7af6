// SPDX-License-Identifier: Apache-2.0
// std::base64: RFC 4648, standard alphabet with padding.
#include "engine/formats/json_text.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

namespace fuseboard {

namespace {

using namespace native;

bool encode(Arguments a, FunctionContext& c, Value& r) {
    if (!a[0].isString() && !a[0].isBytes())
        return wrongArgument(c, 0, "bytes or a string", a[0]);
    std::string text;
    printBase64(a[0].asString(), text);
    return giveText(r, text, c);
}
bool decode(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    std::string bytes;
    if (!decodeBase64(text, bytes))
        return failed(c, ErrorCode::InvalidArgument, "\"{}\" is not base64", text.substr(0, 40));
    return give(r, Value::bytes(c.arena.copy(bytes)));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::base64::encode",
     .signature = "(data: bytes) -> string",
     .summary = "Bytes as base64 text.",
     .example = R"(std::base64::encode(<< 104:8, 105:8 >>) == "aGk=")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 40,
     .body = encode},
    {.name = "std::base64::decode",
     .signature = "(text: string) -> bytes",
     .summary = "The bytes that the base64 text holds.",
     .example = R"(std::base64::decode("aGk=") == << 104:8, 105:8 >>)",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kBytes,
     .costNs = 40,
     .body = decode},
};

} // namespace

std::span<const FunctionSpec> stdBase64Functions() {
    return kFunctions;
}

} // namespace fuseboard
