// SPDX-License-Identifier: Apache-2.0
#include "views/theme/tabular_text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace fuseboard {

namespace {

double digitWidth(const QFontMetricsF& metrics) {
    double widest = 0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QChar(digit)));
    return widest;
}

/// Calls visit(text, width) for each digit and each stretch between digits.
template <class Visit>
void eachPart(const QFontMetricsF& metrics, const QString& text, Visit&& visit) {
    const double cell = digitWidth(metrics);
    qsizetype from = 0;
    while (from < text.size()) {
        if (text[from] >= u'0' && text[from] <= u'9') {
            visit(text.mid(from, 1), cell);
            ++from;
            continue;
        }
        qsizetype to = from;
        while (to < text.size() && (text[to] < u'0' || text[to] > u'9'))
            ++to;
        const QString part = text.mid(from, to - from);
        visit(part, metrics.horizontalAdvance(part));
        from = to;
    }
}

} // namespace

double tabularWidth(const QFont& font, const QString& text) {
    double width = 0;
    eachPart(QFontMetricsF(font), text, [&](const QString&, double part) { width += part; });
    return width;
}

void drawTabular(QPainter& painter, const QPointF& baseline, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    double x = baseline.x();
    eachPart(metrics, text, [&](const QString& part, double width) {
        const double slack = width - metrics.horizontalAdvance(part);
        painter.drawText(QPointF(x + slack / 2, baseline.y()), part);
        x += width;
    });
}

void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const double width = tabularWidth(painter.font(), text);
    double x = rect.left();
    if (alignment.testFlag(Qt::AlignRight))
        x = rect.right() - width;
    else if (alignment.testFlag(Qt::AlignHCenter))
        x = rect.center().x() - width / 2;
    double y = rect.top() + metrics.ascent();
    if (alignment.testFlag(Qt::AlignBottom))
        y = rect.bottom() - metrics.descent();
    else if (alignment.testFlag(Qt::AlignVCenter))
        y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    drawTabular(painter, QPointF(x, y), text);
}

} // namespace fuseboard
