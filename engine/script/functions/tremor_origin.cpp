// SPDX-License-Identifier: Apache-2.0
// tremor::origin: where an event came from. Sources here name no origin, so every part is null, as
// in Tremor for events without one.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

namespace fuseboard {

namespace {

using namespace native;

bool unknown(Arguments, FunctionContext&, Value& r) {
    return give(r, Value::null());
}

constexpr FunctionSpec part(std::string_view name, std::string_view summary,
                            std::string_view example) {
    return {.name = name,
            .signature = "() -> null",
            .summary = summary,
            .example = example,
            .purity = Purity::EventTime,
            .mayRaise = false,
            .resultKinds = kNull,
            .costNs = 1,
            .body = unknown};
}

constexpr FunctionSpec kFunctions[] = {
    part("tremor::origin::as_uri_string", "The event's origin as text; null without one.",
         "tremor::origin::as_uri_string() == null"),
    part("tremor::origin::as_uri_record", "The event's origin as a record; null without one.",
         "tremor::origin::as_uri_record() == null"),
    part("tremor::origin::scheme", "Scheme of the event's origin; null without one.",
         "tremor::origin::scheme() == null"),
    part("tremor::origin::host", "Host of the event's origin; null without one.",
         "tremor::origin::host() == null"),
    part("tremor::origin::port", "Port of the event's origin; null without one.",
         "tremor::origin::port() == null"),
    part("tremor::origin::path", "Path of the event's origin; null without one.",
         "tremor::origin::path() == null"),
};

} // namespace

std::span<const FunctionSpec> tremorOriginFunctions() {
    return kFunctions;
}

} // namespace fuseboard
