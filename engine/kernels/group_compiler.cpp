// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/group_compiler.h"

namespace fuseboard {

std::string_view toString(CodeTier tier) {
    return tier == CodeTier::Calls ? "calls" : "inlined";
}

} // namespace fuseboard
