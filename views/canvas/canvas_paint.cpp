// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/canvas_paint.h"

#include "views/theme/theme.h"

#include <QPainter>

#include <cmath>

namespace fuseboard {

double baselineIn(const QRectF& rect, const QFontMetricsF& metrics) {
    return std::round(rect.center().y() + (metrics.ascent() - metrics.descent()) / 2);
}

void drawElided(QPainter& painter, const QRectF& rect, const QString& text) {
    if (text.isEmpty() || rect.width() <= 0)
        return;
    const QFontMetricsF metrics(painter.font());
    painter.drawText(QPointF(rect.left(), baselineIn(rect, metrics)),
                     metrics.elidedText(text, Qt::ElideRight, rect.width()));
}

QFont titleFont(double scale, bool disabled) {
    QFont font = themed(TextStyle::Title13);
    if (scale < 0.99)
        font.setPixelSize(12);
    if (disabled)
        font.setWeight(QFont::Normal);
    return font;
}

double enterPixels(QPainter& painter, const QPointF& at, double scale) {
    if (scale >= 1) {
        painter.translate(at);
        return 1;
    }
    // A transform that only moves lets Qt draw text from its glyph cache; scaling there and back
    // would give the same picture slowly.
    const QPointF origin = painter.worldTransform().map(at);
    painter.setWorldTransform(QTransform::fromTranslate(origin.x(), origin.y()));
    return scale;
}

void paintHatching(QPainter& painter, const QRectF& rect, Hatching kind) {
    QPainterPath path;
    path.addRect(rect);
    paintHatching(painter, path, kind);
}

void paintHatching(QPainter& painter, const QPainterPath& path, Hatching kind) {
    painter.save();
    painter.setClipPath(path, Qt::IntersectClip);
    const QRectF rect = path.boundingRect();
    painter.fillRect(rect, themed(Token::BpSoft));
    const double period = kind == Hatching::Edge ? 5 : 4;
    painter.setPen(QPen(themed(Token::Bp), period / 2, Qt::SolidLine, Qt::FlatCap));
    // Stripes at 45°: a period across the stripe is a period × √2 along the border.
    const double step = period * std::sqrt(2.0);
    for (double x = rect.left() - rect.height(); x < rect.right() + rect.height(); x += step)
        painter.drawLine(QPointF(x - 2, rect.bottom() + 2),
                         QPointF(x + rect.height() + 2, rect.top() - 2));
    painter.restore();
}

} // namespace fuseboard
