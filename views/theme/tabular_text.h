// SPDX-License-Identifier: Apache-2.0
// Text whose digits are all equally wide, so that columns and live figures do not jump. Qt 6.4
// cannot switch on a font's tabular digits, so each digit is centred in a cell as wide as the
// widest one.
#pragma once

#include <QFont>
#include <QPointF>
#include <QRectF>
#include <QString>

class QPainter;

namespace fuseboard {

[[nodiscard]] double tabularWidth(const QFont& font, const QString& text);
/// Draws with the painter's font and pen; `baseline` is where the text starts.
void drawTabular(QPainter& painter, const QPointF& baseline, const QString& text);
/// `alignment`: horizontal and vertical flags as in QPainter::drawText.
void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text);

} // namespace fuseboard
