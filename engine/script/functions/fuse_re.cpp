// SPDX-License-Identifier: Apache-2.0
// fuse::re: what std::re does not have. Tremor takes texts apart with the extractor re|…|, which
// needs a name for its result and so cannot stand in a select.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/regex.h"

#include <algorithm>

namespace fuseboard {

namespace {

using namespace native;

bool extract(Arguments a, FunctionContext& c, Value& r) {
    std::string_view pattern, text;
    std::uint64_t group = 0;
    if (!stringAt(a, 0, c, pattern) || !stringAt(a, 1, c, text) || !unsignedAt(a, 2, c, group))
        return false;
    const auto regex = Regex::cached(pattern);
    if (!regex)
        return failed(c, ErrorCode::InvalidArgument, "{}", regex.error().message);
    if (group >= (*regex)->groupCount())
        return failed(c, ErrorCode::InvalidArgument, "the expression has {} groups, not {}",
                      (*regex)->groupCount() - 1, group);
    auto* const found = c.arena.allocateArray<std::string_view>(group + 1);
    std::fill_n(found, group + 1, std::string_view());
    const bool there =
        (*regex)->find(text, 0, {found, group + 1}) && found[group].data() != nullptr;
    return give(r, there ? Value::string(found[group]) : Value::null());
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "fuse::re::extract",
     .signature = "(re: string, text: string, group: integer) -> any",
     .summary = "What a group of the first match holds, 0 for the whole match; null if nothing.",
     .example = R"re(fuse::re::extract("size=([0-9]+)", "a?size=38", 1) == "38")re",
     .minArguments = 3,
     .maxArguments = 3,
     .resultKinds = kString | kNull,
     .costNs = 250,
     .body = extract},
};

} // namespace

std::span<const FunctionSpec> fuseReFunctions() {
    return kFunctions;
}

} // namespace fuseboard
