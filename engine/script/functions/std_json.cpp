// SPDX-License-Identifier: Apache-2.0
// std::json: JSON text inside of values.
#include "engine/formats/json_text.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/interpreter.h"

namespace fuseboard {

namespace {

using namespace native;

bool decode(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    auto parsed = parseJsonLine(text, c.arena);
    if (!parsed)
        return failed(c, ErrorCode::InvalidArgument, "{}", parsed.error().message);
    return give(r, *parsed);
}
template <bool Pretty> bool encode(Arguments a, FunctionContext& c, Value& r) {
    if (!withinLimits(a[0]))
        return failed(c, ErrorCode::LimitExceeded, "the value is too large or nested too deeply");
    std::string text;
    if constexpr (Pretty)
        printJsonPretty(a[0], text);
    else
        printJson(a[0], text);
    return giveText(r, text, c);
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::json::decode",
     .signature = "(text: string) -> any",
     .summary = "The value that the JSON text holds.",
     .example = R"(std::json::decode("[1, true]") == [1, true])",
     .minArguments = 1,
     .maxArguments = 1,
     .costNs = 300,
     .body = decode},
    {.name = "std::json::encode",
     .signature = "(value) -> string",
     .summary = "The value as compact JSON.",
     .example = R"(std::json::encode([1, 2.0]) == "[1,2.0]")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 150,
     .body = encode<false>},
    {.name = "std::json::encode_pretty",
     .signature = "(value) -> string",
     .summary = "The value as JSON on several lines.",
     .example = R"(std::json::encode_pretty(true) == "true")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 200,
     .body = encode<true>},
};

} // namespace

std::span<const FunctionSpec> stdJsonFunctions() {
    return kFunctions;
}

} // namespace fuseboard
