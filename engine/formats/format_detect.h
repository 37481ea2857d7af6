// SPDX-License-Identifier: Apache-2.0
// Which format a file is in, by its name and then by its content.
#pragma once

#include "engine/formats/row_decoder.h"

#include <optional>
#include <string_view>

namespace fuseboard {

/// By the ending, any case, with .gz, .zst and .xz ignored: ndjson jsonl json, csv, influx lp,
/// log txt. Nothing for other endings.
[[nodiscard]] std::optional<Format> formatFromPath(std::string_view path);
/// By the first lines of decompressed content (complete lines, or all there is). Falls back to
/// Lines.
[[nodiscard]] Format formatFromContent(std::string_view head);

} // namespace fuseboard
