// SPDX-License-Identifier: Apache-2.0
// Upper and lower case beyond ASCII.
#pragma once

#include <string>
#include <string_view>

namespace fuseboard::native {

/// Full, locale-independent case mappings (Unicode, section 3.13), final sigma included.
[[nodiscard]] std::string toUppercase(std::string_view text);
[[nodiscard]] std::string toLowercase(std::string_view text);

} // namespace fuseboard::native
