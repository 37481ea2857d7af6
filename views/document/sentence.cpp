// SPDX-License-Identifier: Apache-2.0
#include "views/document/sentence.h"

#include <algorithm>

namespace fuseboard {

QString asSentence(const QString& message) {
    QString text = message;
    const qsizetype space = text.indexOf(QLatin1Char(' '));
    QString word = text.left(space < 0 ? text.size() : space);
    if (word.endsWith(QLatin1Char(',')))
        word.chop(1);
    const bool isOrdinary = !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) {
        return c.isLetter() || c == QLatin1Char('-') || c == QLatin1Char('\'');
    });
    if (isOrdinary)
        text[0] = text[0].toUpper();
    return text;
}

} // namespace fuseboard
