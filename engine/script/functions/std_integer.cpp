// SPDX-License-Identifier: Apache-2.0
// std::integer: reading integers.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <charconv>

namespace fuseboard {

namespace {

using namespace native;

bool parse(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    if (text.starts_with('+') && digits.starts_with('-'))
        digits = {};
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size())
        return failed(c, ErrorCode::InvalidArgument, "\"{}\" is no 64-bit signed integer",
                      text.substr(0, 40));
    return give(r, Value::i64(number));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::integer::parse",
     .signature = "(text: string) -> integer",
     .summary = "The signed 64-bit integer that the text spells.",
     .example = R"(std::integer::parse("-42") == -42)",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kInteger,
     .costNs = 12,
     .body = parse},
};

} // namespace

std::span<const FunctionSpec> stdIntegerFunctions() {
    return kFunctions;
}

} // namespace fuseboard
