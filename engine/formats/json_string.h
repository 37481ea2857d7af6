// SPDX-License-Identifier: Apache-2.0
// Escapes of JSON strings, and records from fields in document order: shared by the JSON decoders.
#pragma once

#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace fuseboard::json_string {

/// Where unescape() failed.
struct Failure {
    std::size_t offset = 0;
    const char* reason = nullptr; ///< nullptr: it did not fail
};

/// Checks the escapes of `raw` (between the quotes) and, if `to` is not null, writes the text there
/// (never longer than `raw`) and its length to `length`. \u pairs must be whole surrogate pairs.
[[nodiscard]] Failure unescape(std::string_view raw, char* to, std::size_t& length);

/// The text of `raw` in `arena`, readable for 8 bytes past its end. False on a bad escape.
[[nodiscard]] bool unescapeInto(std::string_view raw, Arena& arena, std::string_view& out);

/// A record of `fields` in document order: a repeated key keeps its first place and takes the last
/// value. `scratch` is only used for records with many fields.
[[nodiscard]] Value assembleRecord(Arena& arena, std::vector<Field>& fields, std::size_t first,
                                   RecordBuilder& scratch);

} // namespace fuseboard::json_string
