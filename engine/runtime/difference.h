// SPDX-License-Identifier: Apache-2.0
// Where the outputs of two runs begin to differ, found by running both again in bounded memory
// (docs: semantics of identical).
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fuseboard {

/// First rows in which two outputs differ.
struct Difference {
    std::string sink;
    std::uint64_t row = 0;        ///< from 1
    std::string naive, optimized; ///< the rows, of each at most 2,000 bytes; empty: there is none
};

/// Receives the bytes of an output as they are written.
using OutputWatch = std::function<void(std::string_view)>;
/// Produces one output again, in full.
using Rerun = std::function<Status(const OutputWatch&)>;

/// Runs each side twice: once to compare the hashes of blocks, once to look at the rows around the
/// first block that differs. Nothing when a run fails or the outputs agree this time.
[[nodiscard]] std::optional<Difference> findDifference(std::string sink, const Rerun& naive,
                                                       const Rerun& optimized);

} // namespace fuseboard
