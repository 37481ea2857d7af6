// SPDX-License-Identifier: Apache-2.0
// std::path: look-ups that fall back to a default.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

namespace fuseboard {

namespace {

using namespace native;

/// One step down; nullptr when the segment is not there or does not fit.
const Value* step(const Value& at, const Value& segment) {
    if (at.isRecord() && segment.isString())
        return at.find(segment.asString());
    if (at.isArray() && segment.kind() == Kind::U64 && segment.asU64() < at.size())
        return &at.items()[segment.asU64()];
    return nullptr;
}
bool tryDefault(Arguments a, FunctionContext& c, Value& r) {
    if (a[0].isNull())
        return give(r, a[2]);
    if (!a[0].isRecord() && !a[0].isArray())
        return wrongArgument(c, 0, "a record, a list or null", a[0]);
    std::span<const Value> segments;
    if (!arrayAt(a, 1, c, segments))
        return false;
    const Value* at = &a[0];
    for (const Value& segment : segments) {
        at = step(*at, segment);
        if (at == nullptr)
            return give(r, a[2]);
    }
    return give(r, *at);
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::path::try_default",
     .signature = "(base: record, path: array, default) -> any",
     .summary = "What stands at the path of keys and indices, or the default.",
     .example = R"(std::path::try_default({"a": [1]}, ["a", 3], "none") == "none")",
     .minArguments = 3,
     .maxArguments = 3,
     .mayRaise = false,
     .safeKinds = {kRecord | kArray | kNull, kArray, kAny},
     .costNs = 20,
     .body = tryDefault},
};

} // namespace

std::span<const FunctionSpec> stdPathFunctions() {
    return kFunctions;
}

} // namespace fuseboard
