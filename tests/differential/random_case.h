// SPDX-License-Identifier: Apache-2.0
// A random pipeline over all operators with random input, the same for the same seed.
#pragma once

#include "engine/graph/graph.h"

#include <cstdint>
#include <string>

namespace fuseboard {

struct RandomCase {
    std::string pipeline; ///< in the compact form of tests/support
    std::string input;    ///< NDJSON
    GraphProperties properties;
};

[[nodiscard]] RandomCase randomCase(std::uint64_t seed);

} // namespace fuseboard
