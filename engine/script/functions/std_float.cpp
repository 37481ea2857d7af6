// SPDX-License-Identifier: Apache-2.0
// std::float: reading and classifying floats.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace fuseboard {

namespace {

using namespace native;

// Decimal notation, infinity and NaN in any case; no hexadecimal, no surrounding space.
bool parse(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text;
    if (!stringAt(a, 0, c, text))
        return false;
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative || text.starts_with('+') ? text.substr(1) : text;
    double number = 0;
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, number);
    const bool sign = digits.starts_with('-') || digits.starts_with('+');
    const bool named = digits.find('(') != std::string_view::npos; // nan(…) is C's own
    if (error == std::errc::invalid_argument || end != last || sign || named)
        return failed(c, ErrorCode::InvalidArgument, "\"{}\" is no number", text.substr(0, 40));
    if (error == std::errc::result_out_of_range)
        number = std::strtod(std::string(digits).c_str(), nullptr); // infinity or the nearest tiny
    return give(r, Value::f64(negative ? -number : number));
}
template <bool (*Test)(double)> bool test(Arguments a, FunctionContext& c, Value& r) {
    double number = 0;
    return numberAt(a, 0, c, number) && give(r, Value::boolean(Test(number)));
}
bool finite(double v) {
    return std::isfinite(v);
}
bool notANumber(double v) {
    return std::isnan(v);
}
bool infinite(double v) {
    return std::isinf(v);
}

constexpr FunctionSpec question(std::string_view name, std::string_view summary,
                                std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(number) -> bool",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .mayRaise = false,
            .safeKinds = {kNumber},
            .resultKinds = kBool,
            .costNs = 3,
            .body = body};
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::float::parse",
     .signature = "(text: string) -> float",
     .summary = "The number that the text spells.",
     .example = R"(std::float::parse("1.5e3") == 1500.0)",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kFloat,
     .costNs = 25,
     .body = parse},
    question("std::float::is_finite", "Whether the number is neither infinite nor NaN.",
             "std::float::is_finite(1.5) == true", test<finite>),
    question("std::float::is_nan", "Whether the number is NaN.",
             "std::float::is_nan(0.0 / 0.0) == true", test<notANumber>),
    question("std::float::is_infinite", "Whether the number is an infinity.",
             "std::float::is_infinite(1.0 / 0.0) == true", test<infinite>),
};

} // namespace

std::span<const FunctionSpec> stdFloatFunctions() {
    return kFunctions;
}

} // namespace fuseboard
