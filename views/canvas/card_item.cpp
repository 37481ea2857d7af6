// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/card_item.h"

#include "views/canvas/canvas_paint.h"
#include "views/theme/tabular_text.h"
#include "views/theme/theme.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace fuseboard {

namespace {

/// Room around the card for halo, badge, ports and focus outline.
constexpr double kOutside = 12;

} // namespace

CardItem::CardItem(Side side, Item item) : m_side(side), m_item(std::move(item)) {
    setAcceptedMouseButtons(Qt::NoButton); // the view handles the mouse for all items
    setZValue(2);
}

void CardItem::setFace(CardFace face) {
    if (face == m_face)
        return;
    if (face.shape != m_face.shape)
        prepareGeometryChange();
    m_face = std::move(face);
    m_elidedRoom = -1;
    setToolTip(m_face.toolTip);
    update();
}

void CardItem::setRing(CardRing ring) {
    if (ring == m_ring)
        return;
    m_ring = ring;
    update();
}

void CardItem::setHovered(bool hovered) {
    if (hovered == m_hovered)
        return;
    m_hovered = hovered;
    update();
}

void CardItem::setFocused(bool focused) {
    if (focused == m_focused)
        return;
    m_focused = focused;
    update();
}

void CardItem::setPorts(std::vector<CardPort> ports) {
    m_ports = std::move(ports);
    update();
}

void CardItem::setPortsShown(bool shown) {
    m_portsShown = shown;
    if (!shown) {
        for (CardPort& port : m_ports)
            port.mark = CardPort::Mark::Rest;
    }
    update();
}

void CardItem::markPort(const std::string& name, bool isOutput, CardPort::Mark mark) {
    for (CardPort& port : m_ports) {
        if (port.name == name && port.isOutput == isOutput)
            port.mark = mark;
    }
    update();
}

QPointF CardItem::portPoint(const CardPort& port) const {
    const QRectF rect = box();
    return {rect.left() + port.x, port.isOutput ? rect.bottom() : rect.top()};
}

const CardPort* CardItem::portAt(const QPointF& scenePoint, double reach) const {
    const CardPort* best = nullptr;
    double nearest = reach;
    for (const CardPort& port : m_ports) {
        const QPointF distance = portPoint(port) - scenePoint;
        const double length = std::hypot(distance.x(), distance.y());
        if (length <= nearest) {
            nearest = length;
            best = &port;
        }
    }
    return best;
}

QRectF CardItem::boundingRect() const {
    return QRectF(QPointF(), sizeOf(m_face.shape))
        .adjusted(-kOutside, -kOutside, kOutside, kOutside);
}

QPainterPath CardItem::shape() const {
    QPainterPath path;
    path.addRect(QRectF(QPointF(), sizeOf(m_face.shape)).adjusted(-4, -4, 4, 4));
    return path;
}

const QString& CardItem::elidedTitle(const QFontMetricsF& metrics, double room) const {
    if (m_elidedRoom != room) {
        m_elidedRoom = room;
        m_elided = metrics.elidedText(m_face.title, Qt::ElideRight, room);
    }
    return m_elided;
}

QColor CardItem::titleColor() const {
    return themed(m_face.disabled ? Token::Ink3 : Token::Ink);
}

void CardItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const double scale = option->levelOfDetailFromTransform(painter->worldTransform());
    const DetailLevel level = detailAt(scale);
    painter->setRenderHint(QPainter::Antialiasing);
    if (level == DetailLevel::Blocks) {
        if (!isPill(m_face.shape))
            paintBlock(*painter, scale);
        return;
    }
    painter->save();
    // Below 100 % everything is drawn in pixels of the screen, so that no text gets too small.
    const double unit = enterPixels(*painter, QPointF(), scale);
    const QSizeF size = sizeOf(m_face.shape) * unit;
    const QRectF rect(QPointF(), size);
    if (isPill(m_face.shape)) {
        paintPill(*painter, rect, level);
    } else {
        const double radius =
            m_face.shape == CardShape::Terminal ? rect.height() / 2 : std::max(4.0, 8 * unit);
        paintRing(*painter, rect, radius);
        paintBody(*painter, rect, radius, level);
        if (level < DetailLevel::Metrics)
            paintSmall(*painter, rect, level);
        else if (m_face.shape == CardShape::Terminal)
            paintTerminal(*painter, rect, unit, level);
        else if (m_face.shape == CardShape::Compact)
            paintCompact(*painter, rect, unit, level);
        else
            paintCard(*painter, rect, unit, level);
        if (m_face.problems > 0 && level >= DetailLevel::Compact)
            paintBadge(*painter, rect);
    }
    if (m_focused) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(themed(Token::Ink), 2));
        painter->drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 11, 11);
    }
    if (m_hovered || m_portsShown)
        paintPorts(*painter, unit);
    painter->restore();
}

void CardItem::paintBlock(QPainter& painter, double scale) const {
    Token color = Token::BytesStrong;
    if (m_face.problems > 0)
        color = Token::Err;
    else if (m_ring != CardRing::None)
        color = m_ring == CardRing::Drawn ? Token::Drawn : Token::Fused;
    else if (m_face.blocked.value_or(0) >= 0.1)
        color = Token::Bp;
    else if (m_face.busy.value_or(0) >= 0.9)
        color = Token::Busy;
    const QRectF rect(QPointF(), sizeOf(m_face.shape));
    if (scale < 0.1) { // corners of less than a pixel
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.fillRect(rect, themed(color));
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(color));
    painter.drawRoundedRect(rect, 10, 10);
}

void CardItem::paintRing(QPainter& painter, const QRectF& rect, double radius) const {
    if (m_ring == CardRing::None)
        return;
    const bool drawn = m_ring == CardRing::Drawn;
    painter.setBrush(Qt::NoBrush);
    // The halo is 3 wide, outside the ring of 1 px that paintBody() draws as part of the border.
    painter.setPen(QPen(themed(drawn ? Token::DrawnHalo : Token::FusedHalo), 3));
    painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2.5, radius + 2.5);
}

void CardItem::paintBody(QPainter& painter, const QRectF& rect, double radius,
                         DetailLevel level) const {
    QPen pen(themed(m_hovered        ? Token::Line3
                    : m_face.inGroup ? Token::FusedLine
                                     : Token::Line2),
             1);
    QRectF border = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setBrush(m_face.disabled
                         ? QBrush(Qt::NoBrush)
                         : QBrush(themed(m_face.bypassed ? Token::PassBg : Token::Card)));
    if (m_face.disabled || m_face.bypassed) {
        pen.setDashPattern({3, 2});
        if (!m_hovered)
            pen.setColor(themed(Token::Line3));
    }
    if (level == DetailLevel::Titles && m_face.busy.value_or(0) >= 0.9)
        pen.setColor(themed(Token::Busy));
    if (level == DetailLevel::Titles && m_face.blocked.value_or(0) >= 0.1)
        pen.setColor(themed(Token::Bp));
    if (m_ring != CardRing::None || m_face.problems > 0) {
        const Token color = m_ring == CardRing::Drawn   ? Token::Drawn
                            : m_ring == CardRing::Fused ? Token::Fused
                                                        : Token::Err;
        pen = QPen(themed(m_face.problems > 0 ? Token::Err : color), 2);
        border = rect; // 1 px inside and 1 px outside the border
    }
    painter.setPen(pen);
    painter.drawRoundedRect(border, radius, radius);
}

void CardItem::paintPill(QPainter& painter, const QRectF& rect, DetailLevel level) const {
    const bool selected = m_ring != CardRing::None;
    const QColor accent = themed(m_ring == CardRing::Fused ? Token::Fused : Token::Drawn);
    if (level == DetailLevel::Titles) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(selected ? accent : themed(Token::Bytes));
        const QRectF dot(rect.center().x() - 6, rect.center().y() - 2.5, 12, 5);
        painter.drawRoundedRect(dot, 2.5, 2.5);
        return;
    }
    const double radius = rect.height() / 2;
    paintRing(painter, rect, radius);
    QPen pen(selected ? accent : themed(m_hovered ? Token::Line3 : Token::PassLine),
             selected ? 2 : 1);
    if (!selected) {
        pen.setDashPattern({3, 2});
        pen.setCapStyle(Qt::FlatCap);
    }
    painter.setPen(pen);
    painter.setBrush(themed(Token::PassBg));
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    if (level < DetailLevel::Metrics)
        return;
    painter.setFont(themed(TextStyle::Small));
    const QFontMetricsF metrics(painter.font());
    QString text = m_face.title;
    const bool full = level == DetailLevel::Full;
    if (full && (m_face.shape == CardShape::Pill || m_face.unused))
        text += QStringLiteral(" · ") + m_face.detail;
    const double iconRoom = full ? 18 : 0;
    text = metrics.elidedText(text, Qt::ElideRight, rect.width() - iconRoom - 16);
    const double width = metrics.horizontalAdvance(text) + iconRoom;
    double x = rect.center().x() - width / 2;
    const QColor ink = themed(Token::PassInk);
    if (full) {
        Theme::instance().paintIcon(painter, QRectF(x, rect.center().y() - 6, 12, 12), m_face.icon,
                                    ink);
        x += iconRoom;
    }
    painter.setPen(ink);
    painter.drawText(QPointF(x, baselineIn(rect, metrics)), text);
}

void CardItem::paintCard(QPainter& painter, const QRectF& rect, double scale,
                         DetailLevel level) const {
    const bool full = level == DetailLevel::Full;
    const double inset = full ? std::round(12 * scale) : 9;
    const double iconSize = scale >= 0.99 ? 16 : 14;
    const double titleHeight = full ? std::round(18 * scale) : 17;
    QRectF row(rect.left() + inset, rect.top() + (full && scale >= 0.99 ? 7 : 5),
               rect.width() - 2 * inset, titleHeight);
    Theme::instance().paintIcon(
        painter, QRectF(row.left(), row.center().y() - iconSize / 2, iconSize, iconSize),
        m_face.icon, themed(m_face.disabled ? Token::Ink3 : Token::Ink2));
    double right = row.right();
    if (full) {
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink3));
        const QFontMetricsF metrics(painter.font());
        const double width = metrics.horizontalAdvance(m_face.kind);
        painter.drawText(QPointF(row.right() - width, baselineIn(row, metrics)), m_face.kind);
        right -= width + 8;
    }
    painter.setFont(titleFont(scale, m_face.disabled));
    painter.setPen(titleColor());
    const double left = row.left() + iconSize + 6;
    drawElided(painter, QRectF(left, row.top(), right - left, row.height()), m_face.title);
    row.moveTop(row.bottom());
    if (full) {
        row.setHeight(std::round(16 * scale));
        painter.setFont(themed(TextStyle::Mono));
        painter.setPen(themed(m_face.disabled ? Token::Ink3 : Token::Ink2));
        drawElided(painter, row, m_face.detail);
        row.moveTop(row.bottom());
    }
    row.setHeight(full ? std::round(14 * scale) : 14);
    paintMetrics(painter, row);
    paintBar(painter, rect, inset, level);
}

void CardItem::paintMetrics(QPainter& painter, const QRectF& row) const {
    if (!m_face.message.isEmpty() || m_face.metricValue.isEmpty()) {
        const bool problem = m_face.problems > 0;
        painter.setFont(themed(problem ? TextStyle::SmallMedium : TextStyle::Small));
        painter.setPen(themed(problem ? Token::Err : m_face.disabled ? Token::Ink3 : Token::Ink2));
        drawElided(painter, row, m_face.message);
        return;
    }
    const QFont strong = themed(TextStyle::SmallStrong), plain = themed(TextStyle::Small);
    const QFontMetricsF metrics(plain);
    const double baseline = baselineIn(row, metrics);
    painter.setFont(strong);
    painter.setPen(themed(Token::Ink));
    drawTabular(painter, QPointF(row.left(), baseline), m_face.metricValue);
    double x = row.left() + tabularWidth(strong, m_face.metricValue) + 3;
    const double secondWidth = tabularWidth(strong, m_face.secondValue);
    drawTabular(painter, QPointF(row.right() - secondWidth, baseline), m_face.secondValue);
    painter.setFont(plain);
    painter.setPen(themed(Token::Ink2));
    painter.drawText(QPointF(x, baseline), m_face.metricUnit);
    const double labelWidth = metrics.horizontalAdvance(m_face.secondLabel);
    painter.drawText(QPointF(row.right() - secondWidth - 3 - labelWidth, baseline),
                     m_face.secondLabel);
}

void CardItem::paintTerminal(QPainter& painter, const QRectF& rect, double scale,
                             DetailLevel level) const {
    const bool full = level == DetailLevel::Full;
    const double inset = full ? 20 * scale : 14;
    const double iconSize = scale >= 0.99 ? 16 : 14;
    const double middle = rect.top() + rect.height() * (full ? 0.46 : 0.44);
    Theme::instance().paintIcon(
        painter, QRectF(rect.left() + inset, middle - iconSize / 2, iconSize, iconSize),
        m_face.icon, themed(Token::Ink2));
    const double left = rect.left() + inset + iconSize + (full ? 10 : 6);
    const double valueWidth =
        m_face.metricValue.isEmpty()
            ? 0
            : std::max(
                  tabularWidth(themed(TextStyle::SmallStrong), m_face.metricValue),
                  full ? tabularWidth(themed(TextStyle::Small),
                                      m_face.secondLabel + QLatin1Char(' ') + m_face.secondValue)
                       : 0.0);
    const double right = rect.right() - inset;
    const double textRight = right - (valueWidth > 0 ? valueWidth + 4 : 0);
    const double lineTop = full ? rect.top() + rect.height() / 2 - 17 * scale : middle - 8;
    QRectF title(left, lineTop, textRight - left, full ? 16 * scale : 16);
    painter.setFont(titleFont(scale, false));
    painter.setPen(themed(Token::Ink));
    drawElided(painter, title, m_face.title);
    QRectF second = title.translated(0, 16 * scale);
    second.setHeight(14);
    if (full) {
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink2));
        drawElided(painter, second, m_face.detail);
    }
    painter.setFont(themed(TextStyle::SmallStrong));
    painter.setPen(themed(Token::Ink));
    drawTabular(painter, QRectF(textRight, title.top(), right - textRight, title.height()),
                Qt::AlignRight | Qt::AlignVCenter, m_face.metricValue);
    if (full && !m_face.secondValue.isEmpty()) {
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink2));
        drawTabular(painter, QRectF(textRight, second.top(), right - textRight, second.height()),
                    Qt::AlignRight | Qt::AlignVCenter,
                    m_face.secondLabel + QLatin1Char(' ') + m_face.secondValue);
    }
    paintBar(painter, rect, full ? 22 * scale : 14, level);
}

void CardItem::paintCompact(QPainter& painter, const QRectF& rect, double scale,
                            DetailLevel level) const {
    const bool full = level == DetailLevel::Full;
    const double inset = full ? 12 * scale : 9;
    const QRectF row(rect.left() + inset, rect.top(), rect.width() - 2 * inset,
                     rect.height() - (m_face.busy ? 5 : 0));
    const double iconSize = full ? 16 : 14;
    Theme::instance().paintIcon(
        painter, QRectF(row.left(), row.center().y() - iconSize / 2, iconSize, iconSize),
        m_face.icon, themed(Token::Ink2));
    painter.setFont(titleFont(scale, false));
    painter.setPen(themed(Token::Ink));
    const QFontMetricsF metrics(painter.font());
    double x = row.left() + iconSize + 6;
    painter.drawText(QPointF(x, baselineIn(row, metrics)), m_face.title);
    x += metrics.horizontalAdvance(m_face.title) + 6;
    const double valueWidth = tabularWidth(themed(TextStyle::SmallStrong), m_face.metricValue);
    painter.setFont(themed(TextStyle::SmallStrong));
    drawTabular(painter, row, Qt::AlignRight | Qt::AlignVCenter, m_face.metricValue);
    if (full) {
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink2));
        drawElided(painter, QRectF(x, row.top(), row.right() - valueWidth - 8 - x, row.height()),
                   m_face.detail);
    }
    paintBar(painter, rect, inset, level);
}

void CardItem::paintSmall(QPainter& painter, const QRectF& rect, DetailLevel level) const {
    const bool terminal = m_face.shape == CardShape::Terminal;
    const bool hasBar = level == DetailLevel::Compact && m_face.busy.has_value();
    const double inset = level == DetailLevel::Compact ? 8 : 6;
    const QRectF row = rect.adjusted(inset, 0, -inset, hasBar && rect.height() > 16 ? -4 : 0);
    QFont font = themed(TextStyle::SmallStrong);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const bool withIcon = level == DetailLevel::Compact && !terminal && rect.height() >= 26;
    double left = row.left();
    if (withIcon) {
        Theme::instance().paintIcon(painter, QRectF(left, row.center().y() - 6, 12, 12),
                                    m_face.icon, themed(Token::Ink2));
        left += 17;
    }
    const double room = row.right() - left;
    if (rect.height() >= 9) {
        const QString& text = elidedTitle(metrics, room);
        painter.setPen(titleColor());
        const bool centred = terminal || m_face.shape == CardShape::Compact;
        const double x = centred ? row.center().x() - metrics.horizontalAdvance(text) / 2 : left;
        painter.drawText(QPointF(x, baselineIn(row, metrics)), text);
    }
    if (hasBar)
        paintBar(painter, rect, terminal ? rect.height() / 2 : 8, level);
}

void CardItem::paintBar(QPainter& painter, const QRectF& rect, double inset,
                        DetailLevel level) const {
    if (!m_face.busy || m_face.disabled || m_face.problems > 0)
        return;
    const double height = level == DetailLevel::Compact ? 2 : 3;
    const double above = level == DetailLevel::Full ? 4 : 3;
    const QRectF track(rect.left() + inset, rect.bottom() - 1 - above - height + 1,
                       rect.width() - 2 * inset, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(Token::Press));
    painter.drawRoundedRect(track, height / 2, height / 2);
    const double busy = std::clamp(*m_face.busy, 0.0, 1.0);
    const double blocked = std::clamp(m_face.blocked.value_or(0), 0.0, 1.0 - busy);
    QRectF part = track;
    part.setWidth(track.width() * busy);
    painter.setBrush(themed(busy >= 0.9 ? Token::Busy : Token::BytesStrong));
    if (part.width() >= 1)
        painter.drawRoundedRect(part, height / 2, height / 2);
    if (blocked * track.width() >= 1)
        paintHatching(painter, QRectF(part.right(), track.top(), track.width() * blocked, height),
                      Hatching::Bar);
}

void CardItem::paintBadge(QPainter& painter, const QRectF& rect) const {
    const QRectF badge(rect.right() - 9, rect.top() - 9, 18, 18);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(Token::Canvas));
    painter.drawEllipse(badge.adjusted(-2, -2, 2, 2));
    painter.setBrush(themed(Token::Err));
    painter.drawEllipse(badge);
    painter.setFont(themed(TextStyle::SmallStrong));
    painter.setPen(themed(Token::OnAccent));
    drawTabular(painter, badge, Qt::AlignHCenter | Qt::AlignVCenter,
                m_face.problems > 9 ? QStringLiteral("9+") : QString::number(m_face.problems));
}

void CardItem::paintPorts(QPainter& painter, double scale) const {
    const double height = sizeOf(m_face.shape).height() * scale;
    for (const CardPort& port : m_ports) {
        const QPointF center(port.x * scale, port.isOutput ? height : 0);
        Token line = port.name == "err" ? Token::Err : Token::Line3;
        Token fill = Token::Card;
        if (port.mark != CardPort::Mark::Rest)
            line = fill = port.mark == CardPort::Mark::Good ? Token::Drawn : Token::Err;
        painter.setPen(QPen(themed(line), 1.5));
        painter.setBrush(themed(fill));
        painter.drawEllipse(center, kPortRadius - 0.75, kPortRadius - 0.75);
    }
}

} // namespace fuseboard
