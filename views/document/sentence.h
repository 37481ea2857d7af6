// SPDX-License-Identifier: Apache-2.0
// Messages of the engine as the window shows them.
#pragma once

#include <QString>

namespace fuseboard {

/// With a capital letter, unless the first word is not an ordinary one: names of files, nodes and
/// fields stay as they are.
[[nodiscard]] QString asSentence(const QString& message);

} // namespace fuseboard
