// SPDX-License-Identifier: Apache-2.0
// Schemas as JSON text: {"fields":[{"path":"a.b","type":"int","nullable":false,"required":true}]}.
#pragma once

#include "engine/base/result.h"
#include "engine/value/schema.h"

#include <string>
#include <string_view>

namespace fuseboard {

/// Reads a schema file's text; errors carry `file` and, for syntax, line and column. `nullable` is
/// false and `required` true when they are left out.
[[nodiscard]] Result<Schema> parseSchema(std::string_view text, std::string file = {});
/// The canonical text, one field a line; parseSchema() of it gives an equal schema.
[[nodiscard]] std::string printSchema(const Schema& schema);

} // namespace fuseboard
