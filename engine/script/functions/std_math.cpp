// SPDX-License-Identifier: Apache-2.0
// std::math: rounding, smaller and greater.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <cmath>
#include <limits>

namespace fuseboard {

namespace {

using namespace native;

// Saturating, NaN to 0: what a cast means in Tremor.
Value toInteger(double rounded) {
    if (std::isnan(rounded))
        return Value::u64(0);
    if (rounded < 0) {
        return rounded <= -9223372036854775808.0
                   ? Value::i64(std::numeric_limits<std::int64_t>::min())
                   : Value::i64(static_cast<std::int64_t>(rounded));
    }
    return rounded >= 18446744073709551616.0 ? Value::u64(std::numeric_limits<std::uint64_t>::max())
                                             : Value::u64(static_cast<std::uint64_t>(rounded));
}
template <double (*Round)(double)> bool rounded(Arguments a, FunctionContext& c, Value& r) {
    if (a[0].isInteger())
        return give(r, a[0]);
    double number = 0;
    return numberAt(a, 0, c, number) && give(r, toInteger(Round(number)));
}
double down(double v) {
    return std::floor(v);
}
double up(double v) {
    return std::ceil(v);
}
double nearest(double v) {
    return std::round(v);
}
double towardsZero(double v) {
    return std::trunc(v);
}

bool fitsI64(const Value& v) {
    return v.kind() == Kind::I64 || (v.kind() == Kind::U64 && v.asI64() >= 0);
}
// Both u64 or both i64 keep their kind; anything mixed becomes a float.
template <bool Greater> bool extreme(Arguments a, FunctionContext& c, Value& r) {
    double x = 0, y = 0;
    if (!numberAt(a, 0, c, x) || !numberAt(a, 1, c, y))
        return false;
    if (a[0].kind() == Kind::U64 && a[1].kind() == Kind::U64)
        return give(r, (a[0].asU64() >= a[1].asU64()) == Greater ? a[0] : a[1]);
    if (fitsI64(a[0]) && fitsI64(a[1]))
        return give(r, (a[0].asI64() >= a[1].asI64()) == Greater ? a[0] : a[1]);
    return give(r, Value::f64((Greater ? x >= y : x <= y) ? x : y));
}

constexpr FunctionSpec rounding(std::string_view name, std::string_view summary,
                                std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(number) -> integer",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .mayRaise = false,
            .safeKinds = {kNumber},
            .resultKinds = kInteger,
            .costNs = 4,
            .body = body};
}

constexpr FunctionSpec kFunctions[] = {
    rounding("std::math::floor", "The greatest integer that is not above the number.",
             "std::math::floor(-1.5) == -2", rounded<down>),
    rounding("std::math::ceil", "The least integer that is not below the number.",
             "std::math::ceil(1.2) == 2", rounded<up>),
    rounding("std::math::round", "The nearest integer; halves go away from zero.",
             "std::math::round(2.5) == 3", rounded<nearest>),
    rounding("std::math::trunc", "The number without its fraction.", "std::math::trunc(-1.9) == -1",
             rounded<towardsZero>),
    {.name = "std::math::max",
     .signature = "(a: number, b: number) -> number",
     .summary = "The greater of two numbers.",
     .example = "std::math::max(1, 2) == 2",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kNumber, kNumber},
     .resultKinds = kNumber,
     .costNs = 4,
     .body = extreme<true>},
    {.name = "std::math::min",
     .signature = "(a: number, b: number) -> number",
     .summary = "The smaller of two numbers.",
     .example = "std::math::min(1, 2) == 1",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kNumber, kNumber},
     .resultKinds = kNumber,
     .costNs = 4,
     .body = extreme<false>},
};

} // namespace

std::span<const FunctionSpec> stdMathFunctions() {
    return kFunctions;
}

} // namespace fuseboard
