// SPDX-License-Identifier: Apache-2.0
// std::win: facts about the windowed select at hand.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

namespace fuseboard {

namespace {

using namespace native;

bool cardinality(Arguments, FunctionContext& c, Value& r) {
    return give(r, Value::u64(c.groupCount));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::win::cardinality",
     .signature = "() -> integer",
     .summary = "Number of groups that the select holds now.",
     .example = "std::win::cardinality() >= 0",
     .purity = Purity::EventTime,
     .mayRaise = false,
     .resultKinds = kUnsigned,
     .costNs = 2,
     .body = cardinality},
};

} // namespace

std::span<const FunctionSpec> stdWinFunctions() {
    return kFunctions;
}

} // namespace fuseboard
