// SPDX-License-Identifier: Apache-2.0
// Sinks that compress what they pass on. Private to engine/connectors.
#pragma once

#include "engine/connectors/byte_sink.h"

#include <memory>
#include <string_view>

namespace fuseboard {

/// `sink` behind the compression that `path` ends in (.gz, .zst, .xz), or `sink` itself.
[[nodiscard]] Result<std::unique_ptr<ByteSink>> compressedByEnding(std::unique_ptr<ByteSink> sink,
                                                                   std::string_view path);

} // namespace fuseboard
