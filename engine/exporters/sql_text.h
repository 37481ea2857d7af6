// SPDX-License-Identifier: Apache-2.0
// Names and literals of SQL.
#pragma once

#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] std::string sqlName(std::string_view name); ///< "name"
[[nodiscard]] std::string sqlText(std::string_view text); ///< 'text'

} // namespace fuseboard
