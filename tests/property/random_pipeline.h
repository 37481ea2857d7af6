// SPDX-License-Identifier: Apache-2.0
// Random pipelines in the compact form, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>

namespace fuseboard {

/// A pipeline of about `nodes` nodes of all kinds over the fields x, y, z (numbers), s (a string)
/// and r (a record), most of which reach an output. Some nodes are disabled or bypassed, some edges
/// pinned.
[[nodiscard]] std::string randomPipeline(std::uint64_t seed, int nodes);

} // namespace fuseboard
