// SPDX-License-Identifier: Apache-2.0
// Literals of Python.
#pragma once

#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] std::string pythonText(std::string_view text); ///< "text"

} // namespace fuseboard
