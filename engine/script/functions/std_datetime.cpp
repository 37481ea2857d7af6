// SPDX-License-Identifier: Apache-2.0
// std::datetime: nanoseconds since 1970 as dates. A time is an integer, or a record of `timestamp`
// and `tz`, where the zone is UTC or a fixed offset.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/time_text.h"
#include "engine/script/value_ops.h"

#include <string>
#include <string_view>

namespace fuseboard {

namespace {

using namespace native;

bool zoneFrom(const Value& zone, FunctionContext& c, int& offset) {
    if (!zone.isString())
        return failed(c, ErrorCode::Unsupported,
                      "the time zone is {}; only UTC and offsets like \"+09:00\" are known",
                      showValue(zone));
    const auto parsed = parseOffset(zone.asString());
    if (!parsed)
        return failed(c, ErrorCode::InvalidArgument, "{}; {}", parsed.error().message,
                      parsed.error().hint);
    offset = *parsed;
    return true;
}
bool timeAt(Arguments a, FunctionContext& c, std::uint64_t& ns, int& offset) {
    offset = 0;
    if (a[0].kind() == Kind::U64) {
        ns = a[0].asU64();
        return true;
    }
    const Value* stamp = a[0].isRecord() ? a[0].find("timestamp") : nullptr;
    if (stamp == nullptr || stamp->kind() != Kind::U64)
        return wrongArgument(c, 0, "nanoseconds or a record with a timestamp", a[0]);
    ns = stamp->asU64();
    const Value* zone = a[0].find("tz");
    return zone == nullptr || zoneFrom(*zone, c, offset);
}

/// A day as a format spells it: most rows have the day of the row before.
struct DayText {
    static constexpr std::size_t kLongest = 64;
    std::int64_t day = -1;
    std::string format, text;
};

/// The day where clocks are ahead by `offset` seconds, of less than 100 hours; never below 0.
std::int64_t dayOf(std::uint64_t ns, int offset) {
    constexpr std::int64_t kDaySeconds = 86'400;
    return (static_cast<std::int64_t>(ns / 1'000'000'000) + offset + 10 * kDaySeconds) /
           kDaySeconds;
}

/// Whether the text is the same all day long. Letters that are not known here are said to differ.
bool saysDayOnly(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i)
        if (format[i] == '%' &&
            (++i == format.size() || !std::string_view("YmdjaAbBeFDyCuwGV").contains(format[i])))
            return false;
    return true;
}

bool printed(Arguments a, std::string_view format, FunctionContext& c, Value& r) {
    std::uint64_t ns = 0;
    int offset = 0;
    if (!timeAt(a, c, ns, offset))
        return false;
    thread_local DayText last;
    const std::int64_t day = dayOf(ns, offset);
    if (last.day == day && last.format == format)
        return giveText(r, last.text, c);
    std::string text;
    if (const auto done = formatTime(civilTime(ns, offset), format, text); !done)
        return failed(c, done.error().code, "{}", done.error().message);
    if (format.size() <= DayText::kLongest && saysDayOnly(format))
        last = {day, std::string(format), text};
    return giveText(r, text, c);
}
bool rfc3339(Arguments a, FunctionContext& c, Value& r) {
    return printed(a, "%Y-%m-%dT%H:%M:%S%.f%:z", c, r);
}
bool rfc2822(Arguments a, FunctionContext& c, Value& r) {
    return printed(a, "%a, %-d %b %Y %H:%M:%S %z", c, r);
}
bool format(Arguments a, FunctionContext& c, Value& r) {
    std::string_view form;
    return stringAt(a, 1, c, form) && printed(a, form, c, r);
}
bool parse(Arguments a, FunctionContext& c, Value& r) {
    std::string_view text, form;
    if (!stringAt(a, 0, c, text) || !stringAt(a, 1, c, form))
        return false;
    const auto ns = parseTime(text, form);
    return ns ? give(r, Value::u64(*ns)) : failed(c, ns.error().code, "{}", ns.error().message);
}
bool withTimezone(Arguments a, FunctionContext& c, Value& r) {
    std::uint64_t ns = 0;
    int ignored = 0;
    if (!timeAt(a, c, ns, ignored) || !zoneFrom(a[1], c, ignored))
        return false;
    const Field fields[] = {{"timestamp", Value::u64(ns)}, {"tz", a[1]}};
    return give(r, makeRecord(c.arena, fields));
}
template <auto Member> bool part(Arguments a, FunctionContext& c, Value& r) {
    std::uint64_t ns = 0;
    int offset = 0;
    return timeAt(a, c, ns, offset) && give(r, Value::i64(civilTime(ns, offset).*Member));
}
template <unsigned Unit> bool subsecond(Arguments a, FunctionContext& c, Value& r) {
    std::uint64_t ns = 0;
    int offset = 0;
    return timeAt(a, c, ns, offset) && give(r, Value::u64(ns % 1'000'000'000U / Unit));
}

constexpr FunctionSpec textual(std::string_view name, std::string_view summary,
                               std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(time) -> string",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .resultKinds = kString,
            .costNs = 250,
            .body = body};
}
constexpr FunctionSpec number(std::string_view name, std::string_view summary,
                              std::string_view example, FunctionBody body) {
    return {.name = name,
            .signature = "(time) -> integer",
            .summary = summary,
            .example = example,
            .minArguments = 1,
            .maxArguments = 1,
            .mayRaise = false,
            .safeKinds = {kUnsigned},
            .resultKinds = kInteger,
            .costNs = 20,
            .body = body};
}

constexpr FunctionSpec kFunctions[] = {
    textual("std::datetime::rfc3339", "The time in the form of RFC 3339.",
            R"(std::datetime::rfc3339(0) == "1970-01-01T00:00:00+00:00")", rfc3339),
    textual("std::datetime::rfc2822", "The time in the form of RFC 2822.",
            R"(std::datetime::rfc2822(0) == "Thu, 1 Jan 1970 00:00:00 +0000")", rfc2822),
    {.name = "std::datetime::format",
     .signature = "(time, format: string) -> string",
     .summary = "The time in the form that strftime letters describe.",
     .example = R"(std::datetime::format(0, "%d.%m.%Y") == "01.01.1970")",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kString,
     .costNs = 250,
     .body = format},
    {.name = "std::datetime::parse",
     .signature = "(text: string, format: string) -> integer",
     .summary = "Nanoseconds since 1970 of the time that the text spells.",
     .example = R"(std::datetime::parse("1970-01-01 00:01", "%Y-%m-%d %H:%M") == 60000000000)",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kUnsigned,
     .costNs = 200,
     .body = parse},
    {.name = "std::datetime::with_timezone",
     .signature = "(time, zone: string) -> record",
     .summary = "The time in a zone given as an offset from UTC.",
     .example = R"(std::datetime::hour(std::datetime::with_timezone(0, "+09:00")) == 9)",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kRecord,
     .costNs = 25,
     .body = withTimezone},
    number("std::datetime::year", "The year.", "std::datetime::year(0) == 1970",
           part<&CivilTime::year>),
    number("std::datetime::month", "The month, 1 to 12.", "std::datetime::month(0) == 1",
           part<&CivilTime::month>),
    number("std::datetime::iso_week", "The week by ISO 8601.", "std::datetime::iso_week(0) == 1",
           part<&CivilTime::isoWeek>),
    number("std::datetime::day_of_month", "The day, 1 to 31.",
           "std::datetime::day_of_month(0) == 1", part<&CivilTime::day>),
    number("std::datetime::day_of_year", "The day of the year, from 1.",
           "std::datetime::day_of_year(0) == 1", part<&CivilTime::dayOfYear>),
    number("std::datetime::hour", "The hour, 0 to 23.", "std::datetime::hour(7200000000000) == 2",
           part<&CivilTime::hour>),
    number("std::datetime::minute", "The minute.", "std::datetime::minute(60000000000) == 1",
           part<&CivilTime::minute>),
    number("std::datetime::second", "The second.", "std::datetime::second(2000000000) == 2",
           part<&CivilTime::second>),
    number("std::datetime::subsecond_millis", "Milliseconds of the second.",
           "std::datetime::subsecond_millis(1002000000) == 2", subsecond<1'000'000>),
    number("std::datetime::subsecond_micros", "Microseconds of the second.",
           "std::datetime::subsecond_micros(1000002000) == 2", subsecond<1'000>),
    number("std::datetime::subsecond_nanos", "Nanoseconds of the second.",
           "std::datetime::subsecond_nanos(1000000002) == 2", subsecond<1>),
};

} // namespace

std::span<const FunctionSpec> stdDatetimeFunctions() {
    return kFunctions;
}

} // namespace fuseboard
