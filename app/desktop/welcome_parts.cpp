// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/welcome_parts.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QSvgRenderer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr double kPictureHeight = 112;

/// The ring of the keyboard focus and the fill under the pointer of a row.
void paintRowState(QPainter& painter, const QAbstractButton& row) {
    if (row.underMouse() && row.isEnabled())
        painter.fillRect(row.rect().adjusted(1, 0, -1, 0), themed(Token::Hover));
    if (row.hasFocus()) {
        painter.setPen(QPen(themed(Token::Ink), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(row.rect()).adjusted(3, 2, -3, -2), 4, 4);
    }
    painter.fillRect(QRect(1, row.height() - 1, row.width() - 2, 1), themed(Token::Line));
}

void paintSmallCard(QPainter& painter, const QRectF& rect) {
    painter.setPen(QPen(themed(Token::Line3), 1));
    painter.setBrush(themed(Token::Card));
    painter.drawRoundedRect(rect, 4, 4);
    painter.fillRect(QRectF(rect.left() + 5, rect.center().y() - 1, rect.width() * 0.55, 2),
                     themed(Token::BytesStrong));
}

} // namespace

LogoTile::LogoTile() {
    setFixedSize(54, 54);
}

void LogoTile::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    static QSvgRenderer logo(QStringLiteral(":/fuseboard/org.fuseboard.Fuseboard.svg"));
    logo.render(&painter, QRectF(rect()));
}

KeyCap::KeyCap(QString key) : m_key(std::move(key)) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

int KeyCap::widthOf(const QString& key) {
    return int(std::ceil(QFontMetricsF(themed(TextStyle::Small)).horizontalAdvance(key))) + 12;
}

QSize KeyCap::sizeHint() const {
    return {widthOf(m_key), 18};
}

void KeyCap::paint(QPainter& painter, const QRectF& rect, const QString& key) {
    painter.setPen(QPen(themed(Token::Line2), 1));
    painter.setBrush(themed(Token::Field));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(themed(TextStyle::Small));
    painter.setPen(themed(Token::Ink2));
    painter.drawText(rect, Qt::AlignCenter, key);
}

void KeyCap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter, rect(), m_key);
}

StartCard::StartCard(Picture picture, const QString& title, QString text, QString key)
    : m_picture(picture), m_text(std::move(text)), m_key(std::move(key)) {
    setText(title);
    setAccessibleDescription(m_text);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(208);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StartCard::enterEvent(QEnterEvent*) {
    update();
}
void StartCard::leaveEvent(QEvent*) {
    update();
}

void StartCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool strong = hasFocus();
    const double pen = strong ? 2 : 1;
    const QRectF frame = QRectF(rect()).adjusted(pen / 2, pen / 2, -pen / 2, -pen / 2);
    QPainterPath shape;
    shape.addRoundedRect(frame, 8, 8);
    painter.fillPath(shape, themed(underMouse() ? Token::Hover : Token::Card));
    painter.save();
    painter.setClipPath(shape);
    const QRectF picture(0, 0, width(), kPictureHeight);
    painter.fillRect(picture, themed(Token::Bg));
    painter.fillRect(QRectF(0, kPictureHeight, width(), 1), themed(Token::Line));
    paintPicture(painter, picture);
    painter.restore();
    painter.setPen(QPen(themed(strong         ? Token::Ink
                               : underMouse() ? Token::Line3
                                              : Token::Line2),
                        pen));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shape);
    const int key = KeyCap::widthOf(m_key);
    KeyCap::paint(painter, QRectF(width() - 16 - key, kPictureHeight + 16, key, 18), m_key);
    painter.setFont(themed(TextStyle::Heading15));
    painter.setPen(themed(Token::Ink));
    painter.drawText(QRectF(16, kPictureHeight + 14, width() - key - 44, 22), Qt::AlignVCenter,
                     text());
    painter.setFont(themed(TextStyle::Body));
    painter.setPen(themed(Token::Ink2));
    painter.drawText(QRectF(16, kPictureHeight + 42, width() - 32, 40), Qt::TextWordWrap, m_text);
}

void StartCard::paintPicture(QPainter& painter, const QRectF& area) const {
    switch (m_picture) {
    case Picture::Example: paintExample(painter, area); break;
    case Picture::Import: paintFiles(painter, area); break;
    case Picture::Draw: paintDrawing(painter, area); break;
    }
}

void StartCard::paintExample(QPainter& painter, const QRectF& area) const {
    const double left = area.center().x() - 132;
    const auto card = [&](int i, double y) { return QRectF(left + i * 76, y, 36, 20); };
    for (int i = 0; i < 3; ++i) {
        painter.fillRect(QRectF(card(i, 22).right(), 30, 40, 4), themed(Token::Bytes));
        painter.setPen(QPen(themed(Token::PassLine), 1));
        painter.setBrush(themed(Token::PassBg));
        painter.drawRoundedRect(QRectF(card(i, 22).right() + 12, 26, 16, 12), 6, 6);
    }
    for (int i = 0; i < 4; ++i)
        paintSmallCard(painter, card(i, 22));
    for (const int i : {0, 2}) {
        painter.setPen(QPen(themed(Token::FusedLine), 1));
        painter.setBrush(themed(Token::FusedSoft));
        painter.drawRoundedRect(card(i, 70).united(card(i + 1, 70)).adjusted(-8, -8, 8, 8), 8, 8);
        QPen dots(themed(Token::Fused), 1.5, Qt::CustomDashLine);
        dots.setDashPattern({1, 2});
        painter.setPen(dots);
        painter.drawLine(QPointF(card(i, 70).right(), 80), QPointF(card(i + 1, 70).left(), 80));
    }
    painter.fillRect(QRectF(card(1, 70).right() + 8, 78, 24, 4), themed(Token::Bytes));
    for (int i = 0; i < 4; ++i)
        paintSmallCard(painter, card(i, 70));
}

void StartCard::paintFiles(QPainter& painter, const QRectF& area) const {
    const char* names[] = {"trickle", "DOT", "JSON"};
    for (int i = 0; i < 3; ++i) {
        const QRectF page(area.center().x() - 112 + i * 84, 24, 56, 64);
        QPainterPath path;
        path.moveTo(page.topLeft());
        path.lineTo(page.right() - 16, page.top());
        path.lineTo(page.right(), page.top() + 16);
        path.lineTo(page.bottomRight());
        path.lineTo(page.bottomLeft());
        path.closeSubpath();
        painter.setPen(QPen(themed(Token::Line3), 1));
        painter.setBrush(themed(Token::Card));
        painter.drawPath(path);
        painter.drawPolyline(QPolygonF({QPointF(page.right() - 16, page.top()),
                                        QPointF(page.right() - 16, page.top() + 16),
                                        QPointF(page.right(), page.top() + 16)}));
        painter.setFont(themed(TextStyle::SmallStrong));
        painter.setPen(themed(Token::Ink));
        painter.drawText(page.adjusted(0, 14, 0, 0), Qt::AlignCenter,
                         QString::fromLatin1(names[i]));
    }
}

void StartCard::paintDrawing(QPainter& painter, const QRectF& area) const {
    const QRectF from(area.center().x() - 124, 40, 84, 32), to(area.center().x() + 40, 40, 84, 32);
    paintSmallCard(painter, from);
    QPen dashes(themed(Token::Drawn), 2, Qt::CustomDashLine, Qt::FlatCap);
    dashes.setDashPattern({3, 2});
    painter.setPen(dashes);
    painter.drawLine(QPointF(from.right() + 4, 56), QPointF(to.left(), 56));
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(Token::Drawn));
    painter.drawEllipse(QPointF(from.right(), 56), 4, 4);
    dashes.setWidthF(1);
    painter.setPen(dashes);
    painter.setBrush(themed(Token::DrawnSoft));
    painter.drawRoundedRect(to, 4, 4);
    Theme::instance().paintIcon(painter, QRectF(to.center().x() - 8, 48, 16, 16),
                                QStringLiteral("plus"), themed(Token::Drawn));
}

ListFrame::ListFrame() : m_rows(new QVBoxLayout(this)) {
    m_rows->setContentsMargins(0, 1, 0, 1);
    m_rows->setSpacing(0);
}

void ListFrame::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themed(Token::Line2), 1));
    painter.setBrush(themed(Token::Card));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

RecentRow::RecentRow(QString icon, const QString& name, QString folder, QString nodes,
                     QString speedup, QString opened, bool isHeading)
    : m_icon(std::move(icon)), m_folder(std::move(folder)), m_nodes(std::move(nodes)),
      m_speedup(std::move(speedup)), m_opened(std::move(opened)), m_isHeading(isHeading) {
    setText(name);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(isHeading ? Qt::NoFocus : Qt::StrongFocus);
    setEnabled(!isHeading);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize RecentRow::sizeHint() const {
    return {600, m_isHeading ? 33 : 40};
}

void RecentRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRowState(painter, *this);
    const TextStyle style = m_isHeading ? TextStyle::SmallMedium : TextStyle::Body;
    const auto cell = [&](double left, double right, const QString& text, Token color,
                          Qt::Alignment alignment, TextStyle font) {
        painter.setFont(themed(font));
        painter.setPen(themed(color));
        const QString shown =
            QFontMetricsF(painter.font()).elidedText(text, Qt::ElideMiddle, right - left);
        painter.drawText(QRectF(left, 0, right - left, height() - 1), alignment | Qt::AlignVCenter,
                         shown);
    };
    const double end = width() - 16;
    double left = 16;
    if (!m_icon.isEmpty()) {
        Theme::instance().paintIcon(painter, QRectF(left, (height() - 16) / 2.0, 16, 16), m_icon,
                                    themed(Token::Ink2));
        left += 26;
    }
    const double folder = std::max(left + 120, width() * 0.4);
    cell(left, folder - 8, text(), m_isHeading ? Token::Ink2 : Token::Ink, Qt::AlignLeft, style);
    cell(folder, end - 270, m_folder, Token::Ink2, Qt::AlignLeft, style);
    cell(end - 262, end - 206, m_nodes, m_isHeading ? Token::Ink2 : Token::Ink, Qt::AlignRight,
         style);
    const bool known = !m_isHeading && m_speedup.endsWith(QStringLiteral("×"));
    cell(end - 196, end - 112, m_speedup, known ? Token::Ink : Token::Ink2, Qt::AlignRight,
         known ? TextStyle::BodyStrong : style);
    cell(end - 104, end, m_opened, Token::Ink2, Qt::AlignRight, style);
}

ExampleRow::ExampleRow(QString icon, const QString& title, QString detail)
    : m_icon(std::move(icon)), m_detail(std::move(detail)) {
    setText(title);
    setAccessibleDescription(m_detail);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ExampleRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRowState(painter, *this);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(Token::Sel));
    painter.drawRoundedRect(QRectF(16, 13, 32, 32), 8, 8);
    Theme::instance().paintIcon(painter, QRectF(24, 21, 16, 16), m_icon, themed(Token::Ink2));
    painter.setFont(themed(TextStyle::BodyMedium));
    painter.setPen(themed(Token::Ink));
    painter.drawText(QRectF(60, 12, width() - 76, 17), Qt::AlignVCenter, text());
    painter.setFont(themed(TextStyle::Small));
    painter.setPen(themed(Token::Ink2));
    painter.drawText(QRectF(60, 29, width() - 76, 16), Qt::AlignVCenter, m_detail);
}

} // namespace fuseboard
