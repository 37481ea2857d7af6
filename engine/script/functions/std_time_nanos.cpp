// SPDX-License-Identifier: Apache-2.0
// std::time::nanos: units of time as nanoseconds.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/value_ops.h"

namespace fuseboard {

namespace {

using namespace native;

constexpr std::uint64_t kMicro = 1'000;
constexpr std::uint64_t kMilli = 1'000 * kMicro;
constexpr std::uint64_t kSecond = 1'000 * kMilli;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kWeek = 7 * kDay;

bool arithmetic(BinaryOp op, const Value& left, const Value& right, FunctionContext& c, Value& r) {
    const OpFailure failure = applyBinary(op, left, right, c.arena, r);
    return failure == OpFailure::None ||
           failed(c, errorCodeOf(failure), "{}", describeFailure(failure, op, left, right));
}
template <std::uint64_t Unit> bool from(Arguments a, FunctionContext& c, Value& r) {
    return arithmetic(BinaryOp::Multiply, a[0], Value::u64(Unit), c, r);
}
template <std::uint64_t Unit> bool to(Arguments a, FunctionContext& c, Value& r) {
    return arithmetic(BinaryOp::Divide, a[0], Value::u64(Unit), c, r);
}
// Negative times are moved down by a whole unit first, as Tremor does.
template <std::uint64_t Unit> bool truncate(Arguments a, FunctionContext& c, Value& r) {
    Value rest, from = a[0];
    if (!arithmetic(BinaryOp::Modulo, a[0], Value::u64(Unit), c, rest))
        return false;
    if (a[0].kind() == Kind::I64 &&
        !arithmetic(BinaryOp::Subtract, a[0], Value::u64(Unit), c, from))
        return false;
    return arithmetic(BinaryOp::Subtract, from, rest, c, r);
}

constexpr FunctionSpec make(std::string_view name, std::string_view signature,
                            std::string_view summary, std::string_view example,
                            std::uint16_t result, FunctionBody body) {
    return {.name = name,
            .signature = signature,
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .resultKinds = result,
            .costNs = 6,
            .body = body};
}
constexpr FunctionSpec makeFrom(std::string_view name, std::string_view summary,
                                std::string_view example, FunctionBody body) {
    return make(name, "(count: number) -> number", summary, example, kNumber, body);
}
constexpr FunctionSpec makeTo(std::string_view name, std::string_view summary,
                              std::string_view example, FunctionBody body) {
    FunctionSpec spec = make(name, "(nanos: number) -> float", summary, example, kFloat, body);
    spec.mayRaise = false;
    spec.safeKinds[0] = kNumber;
    return spec;
}
constexpr FunctionSpec makeTruncate(std::string_view name, std::string_view summary,
                                    std::string_view example, FunctionBody body) {
    return make(name, "(nanos: integer) -> integer", summary, example, kInteger, body);
}

constexpr FunctionSpec kFunctions[] = {
    makeFrom("std::time::nanos::from_weeks", "Weeks in nanoseconds.",
             "std::time::nanos::from_weeks(1) == 604800000000000", from<kWeek>),
    makeFrom("std::time::nanos::from_days", "Days in nanoseconds.",
             "std::time::nanos::from_days(1) == 86400000000000", from<kDay>),
    makeFrom("std::time::nanos::from_hours", "Hours in nanoseconds.",
             "std::time::nanos::from_hours(1) == 3600000000000", from<kHour>),
    makeFrom("std::time::nanos::from_minutes", "Minutes in nanoseconds.",
             "std::time::nanos::from_minutes(1) == 60000000000", from<kMinute>),
    makeFrom("std::time::nanos::from_seconds", "Seconds in nanoseconds.",
             "std::time::nanos::from_seconds(10) == 10000000000", from<kSecond>),
    makeFrom("std::time::nanos::from_millis", "Milliseconds in nanoseconds.",
             "std::time::nanos::from_millis(1) == 1000000", from<kMilli>),
    makeFrom("std::time::nanos::from_micros", "Microseconds in nanoseconds.",
             "std::time::nanos::from_micros(1) == 1000", from<kMicro>),
    makeTo("std::time::nanos::to_weeks", "Nanoseconds in weeks.",
           "std::time::nanos::to_weeks(604800000000000) == 1.0", to<kWeek>),
    makeTo("std::time::nanos::to_days", "Nanoseconds in days.",
           "std::time::nanos::to_days(86400000000000) == 1.0", to<kDay>),
    makeTo("std::time::nanos::to_hours", "Nanoseconds in hours.",
           "std::time::nanos::to_hours(3600000000000) == 1.0", to<kHour>),
    makeTo("std::time::nanos::to_minutes", "Nanoseconds in minutes.",
           "std::time::nanos::to_minutes(90000000000) == 1.5", to<kMinute>),
    makeTo("std::time::nanos::to_seconds", "Nanoseconds in seconds.",
           "std::time::nanos::to_seconds(1500000000) == 1.5", to<kSecond>),
    makeTo("std::time::nanos::to_millis", "Nanoseconds in milliseconds.",
           "std::time::nanos::to_millis(1000000) == 1.0", to<kMilli>),
    makeTo("std::time::nanos::to_micros", "Nanoseconds in microseconds.",
           "std::time::nanos::to_micros(1000) == 1.0", to<kMicro>),
    makeTruncate("std::time::nanos::truncate_micros", "The time without its part of a microsecond.",
                 "std::time::nanos::truncate_micros(1999) == 1000", truncate<kMicro>),
    makeTruncate("std::time::nanos::truncate_millis", "The time without its part of a millisecond.",
                 "std::time::nanos::truncate_millis(1999999) == 1000000", truncate<kMilli>),
    makeTruncate("std::time::nanos::truncate_seconds", "The time without its part of a second.",
                 "std::time::nanos::truncate_seconds(1999999999) == 1000000000", truncate<kSecond>),
    makeTruncate("std::time::nanos::truncate_minutes", "The time without its part of a minute.",
                 "std::time::nanos::truncate_minutes(61000000000) == 60000000000",
                 truncate<kMinute>),
    makeTruncate("std::time::nanos::truncate_hours", "The time without its part of an hour.",
                 "std::time::nanos::truncate_hours(3600000000001) == 3600000000000",
                 truncate<kHour>),
    makeTruncate("std::time::nanos::truncate_days", "The time without its part of a day.",
                 "std::time::nanos::truncate_days(86400000000001) == 86400000000000",
                 truncate<kDay>),
};

} // namespace

std::span<const FunctionSpec> stdTimeNanosFunctions() {
    return kFunctions;
}

} // namespace fuseboard
