// SPDX-License-Identifier: Apache-2.0
#include "engine/script/function.h"

#include "engine/script/functions/builtin_functions.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

/// Sorted by name, made at the first look-up.
const std::vector<const FunctionSpec*>& sortedFunctions() {
    static const std::vector<const FunctionSpec*> kSorted = [] {
        std::vector<const FunctionSpec*> all;
        for (const auto& module : builtinFunctions())
            for (const FunctionSpec& function : module)
                all.push_back(&function);
        std::ranges::sort(all, {}, &FunctionSpec::name);
        return all;
    }();
    return kSorted;
}

} // namespace

const FunctionSpec* findFunction(std::string_view canonicalName) {
    const auto& all = sortedFunctions();
    const auto at = std::ranges::lower_bound(all, canonicalName, {}, &FunctionSpec::name);
    return at != all.end() && (*at)->name == canonicalName ? *at : nullptr;
}

std::span<const FunctionSpec* const> allFunctions() {
    return sortedFunctions();
}

} // namespace fuseboard
