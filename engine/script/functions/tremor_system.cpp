// SPDX-License-Identifier: Apache-2.0
// tremor::system: where and when the program runs.
#include "engine/base/clock.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <unistd.h>

#include <array>

namespace fuseboard {

namespace {

using namespace native;

bool ingestNs(Arguments, FunctionContext& c, Value& r) {
    return give(r, Value::u64(c.ingestNs));
}
bool nanotime(Arguments, FunctionContext&, Value& r) {
    return give(r, Value::u64(wallNs()));
}
bool hostname(Arguments, FunctionContext& c, Value& r) {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0)
        return give(r, Value::string("localhost"));
    return giveText(r, name.data(), c);
}
// Programs compare these with what Tremor answers, so they name the language, not this program.
bool instance(Arguments, FunctionContext&, Value& r) {
    return give(r, Value::string("tremor"));
}
bool version(Arguments, FunctionContext&, Value& r) {
    return give(r, Value::string("0.13.0"));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "tremor::system::ingest_ns",
     .signature = "() -> integer",
     .summary = "Time of the event at hand, in nanoseconds.",
     .example = "std::type::is_integer(tremor::system::ingest_ns())",
     .purity = Purity::EventTime,
     .mayRaise = false,
     .resultKinds = kUnsigned,
     .costNs = 2,
     .body = ingestNs},
    {.name = "tremor::system::nanotime",
     .signature = "() -> integer",
     .summary = "The wall clock, in nanoseconds since 1970.",
     .example = "tremor::system::nanotime() > 0",
     .purity = Purity::Impure,
     .mayRaise = false,
     .resultKinds = kUnsigned,
     .costNs = 30,
     .body = nanotime},
    {.name = "tremor::system::hostname",
     .signature = "() -> string",
     .summary = "Name of this machine.",
     .example = "std::type::is_string(tremor::system::hostname())",
     .purity = Purity::EventTime,
     .mayRaise = false,
     .resultKinds = kString,
     .costNs = 300,
     .body = hostname},
    {.name = "tremor::system::instance",
     .signature = "() -> string",
     .summary = "Name of the running instance.",
     .example = R"(tremor::system::instance() == "tremor")",
     .mayRaise = false,
     .resultKinds = kString,
     .costNs = 2,
     .body = instance},
    {.name = "tremor::system::version",
     .signature = "() -> string",
     .summary = "Version of the language that programs are read as.",
     .example = "std::type::is_string(tremor::system::version())",
     .mayRaise = false,
     .resultKinds = kString,
     .costNs = 2,
     .body = version},
};

} // namespace

std::span<const FunctionSpec> tremorSystemFunctions() {
    return kFunctions;
}

} // namespace fuseboard
