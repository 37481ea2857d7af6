// SPDX-License-Identifier: Apache-2.0
// The look of the standard widgets, as a style sheet made from the tokens of one theme.
#pragma once

#include <QString>

namespace fuseboard {

class Theme;

[[nodiscard]] QString makeStyleSheet(const Theme& theme);

} // namespace fuseboard
