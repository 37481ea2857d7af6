// SPDX-License-Identifier: Apache-2.0
// Decompression of byte streams. Private to engine/connectors.
#pragma once

#include "engine/connectors/byte_source.h"

#include <memory>
#include <string_view>

namespace fuseboard {

/// Turns compressed bytes into plain ones, piece by piece.
class Decompressor {
public:
    virtual ~Decompressor() = default;
    struct Step {
        std::size_t consumed = 0; ///< of the input
        std::size_t produced = 0; ///< of the output
    };
    /// Takes what it can of `input` and fills the front of `output`. InvalidSyntax for damaged
    /// data.
    [[nodiscard]] virtual Result<Step> step(std::string_view input, std::span<char> output) = 0;
    /// The input has ended: whether an archive was complete there.
    [[nodiscard]] virtual bool complete() const = 0;
};

/// The bytes of `head` (at least 6, or all there is) decide; nullptr when they are no archive.
/// `formatName` receives "gzip", "zstd" or "xz".
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeDecompressor(std::string_view head,
                                                                     std::string_view& formatName);

} // namespace fuseboard
