// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/section_header.h"

#include <QFontMetricsF>
#include <QPainter>

namespace fuseboard {

SectionHeader::SectionHeader(const QString& title, QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setTitle(title);
}

void SectionHeader::setTitle(const QString& title) {
    m_title = title;
    setAccessibleName(title);
    update();
}

void SectionHeader::setRemark(const QString& text, const QString& icon, Token color) {
    m_remark = text;
    m_icon = icon;
    m_remarkColor = color;
    update();
}

void SectionHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(themed(TextStyle::SmallStrong));
    painter.setPen(themed(Token::Ink2));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.setFont(themed(TextStyle::Small));
    const QColor ink = themed(m_remarkColor);
    painter.setPen(ink);
    painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, m_remark);
    if (!m_icon.isEmpty()) {
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(m_remark);
        Theme::instance().paintIcon(
            painter, QRectF(this->width() - width - 16, (height() - 12) / 2.0, 12, 12), m_icon,
            ink);
    }
}

} // namespace fuseboard
