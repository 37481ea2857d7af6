// SPDX-License-Identifier: Apache-2.0
// std::type: the kinds of values.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <limits>

namespace fuseboard {

namespace {

using namespace native;

template <std::uint16_t Mask> bool hasKind(Arguments a, FunctionContext&, Value& r) {
    return give(r, Value::boolean((maskOf(a[0].kind()) & Mask) != 0));
}
// As in Tremor, an integer above the signed range is a number but no integer.
bool isInteger(Arguments a, FunctionContext&, Value& r) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return give(
        r, Value::boolean(a[0].isInteger() && (a[0].kind() == Kind::I64 || a[0].asU64() <= kMax)));
}
bool asString(Arguments a, FunctionContext&, Value& r) {
    return give(r, Value::string(kindName(a[0].kind())));
}

constexpr FunctionSpec question(std::string_view name, std::string_view summary,
                                std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(value) -> bool",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .mayRaise = false,
            .safeKinds = {kAny},
            .resultKinds = kBool,
            .costNs = 2,
            .body = body};
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::type::as_string",
     .signature = "(value) -> string",
     .summary =
         "Name of the value's kind: null, bool, integer, float, string, bytes, array or record.",
     .example = R"(std::type::as_string(1.5) == "float")",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kAny},
     .resultKinds = kString,
     .costNs = 3,
     .body = asString},
    question("std::type::is_null", "Whether the value is null.", "std::type::is_null(null) == true",
             hasKind<kNull>),
    question("std::type::is_bool", "Whether the value is true or false.",
             "std::type::is_bool(false) == true", hasKind<kBool>),
    question("std::type::is_integer", "Whether the value is an integer of the signed 64-bit range.",
             "std::type::is_integer(1) == true", isInteger),
    question("std::type::is_float", "Whether the value is a floating-point number.",
             "std::type::is_float(1) == false", hasKind<kFloat>),
    question("std::type::is_number", "Whether the value is an integer or a float.",
             "std::type::is_number(1.5) == true", hasKind<kNumber>),
    question("std::type::is_string", "Whether the value is a string.",
             R"(std::type::is_string("a") == true)", hasKind<kString>),
    question("std::type::is_array", "Whether the value is a list.",
             "std::type::is_array([1]) == true", hasKind<kArray>),
    question("std::type::is_record", "Whether the value is a record.",
             R"(std::type::is_record({"a": 1}) == true)", hasKind<kRecord>),
    question("std::type::is_binary", "Whether the value is bytes.",
             "std::type::is_binary(<< 1 >>) == true", hasKind<kBytes>),
};

} // namespace

std::span<const FunctionSpec> stdTypeFunctions() {
    return kFunctions;
}

} // namespace fuseboard
