// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/chip.h"

#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace fuseboard {

Chip::Chip(const QString& icon, const QString& text, QWidget* parent)
    : QWidget(parent), m_icon(icon) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setText(text);
}

void Chip::setText(const QString& text) {
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    const double text = QFontMetricsF(themed(TextStyle::Small)).horizontalAdvance(m_text);
    return {int(std::ceil(text)) + 18 + (m_icon.isEmpty() ? 0 : 17), 22};
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themed(Token::Line2), 1));
    painter.setBrush(themed(Token::Field));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10.5, 10.5);
    double x = 9;
    if (!m_icon.isEmpty()) {
        Theme::instance().paintIcon(painter, QRectF(x, 5, 12, 12), m_icon, themed(Token::Ink3));
        x += 17;
    }
    painter.setFont(themed(TextStyle::Small));
    painter.setPen(themed(Token::Ink));
    painter.drawText(QRectF(x, 0, width() - x, height()), Qt::AlignLeft | Qt::AlignVCenter, m_text);
}

} // namespace fuseboard
