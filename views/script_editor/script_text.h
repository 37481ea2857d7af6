// SPDX-License-Identifier: Apache-2.0
// Positions of the parser (bytes of UTF-8, lines and columns) in the text of an editor (UTF-16).
#pragma once

#include "engine/base/error.h"

#include <QString>
#include <QTextLayout>

#include <utility>
#include <vector>

namespace fuseboard {

/// Colours of the syntax: ranges over the whole text, in order.
[[nodiscard]] QList<QTextLayout::FormatRange> syntaxFormats(const QString& text);

/// Where an error stands in `text` and how long the word there is; length 0: not known.
[[nodiscard]] std::pair<int, int> rangeOf(const Place& place, const QString& text);

/// The bracket that belongs to the one at or before `position`; -1 for both: there is none.
[[nodiscard]] std::pair<int, int> matchingBrackets(const QString& text, int position);

} // namespace fuseboard
