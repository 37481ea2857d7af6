// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/group_compiler.h"

namespace fuseboard {

std::string_view toString(CodeTier tier) {
    return tier == CodeTier::Calls ? "calls" : "inlined";
}

std::optional<CodeTier> codeTierFromText(std::string_view text) {
    for (const CodeTier tier : {CodeTier::Calls, CodeTier::Inlined})
        if (text == toString(tier))
            return tier;
    return std::nullopt;
}

} // namespace fuseboard
