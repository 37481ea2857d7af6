// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/edge_item.h"

#include "views/canvas/canvas_metrics.h"
#include "views/canvas/canvas_paint.h"
#include "views/theme/tabular_text.h"
#include "views/theme/theme.h"

#include <QLineF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr double kLabelDistance = 12;
constexpr double kLabelRoom = 180; ///< canvas units kept for labels, which grow when zoomed out
constexpr std::uint64_t kLargeEdge = 100'000'000;

} // namespace

EdgeItem::EdgeItem(Side side, EdgeIndex edge) : m_side(side), m_edge(edge) {
    setAcceptedMouseButtons(Qt::NoButton);
    setZValue(1);
}

void EdgeItem::setFace(EdgeFace face) {
    if (face == m_face)
        return;
    m_face = std::move(face);
    updateGeometry();
    update();
}

void EdgeItem::setRoute(Route route) {
    if (route == m_route)
        return;
    m_route = std::move(route);
    updateGeometry();
    update();
}

void EdgeItem::setHighlight(std::optional<Side> accent) {
    if (accent == m_highlight)
        return;
    m_highlight = accent;
    setZValue(accent ? 1.5 : 1);
    update();
}

void EdgeItem::setFaded(bool faded) {
    if (faded == m_faded)
        return;
    m_faded = faded;
    update();
}

double EdgeItem::width() const {
    return m_face.fused ? 1.5 : edgeWidth(m_face.bytes);
}

void EdgeItem::updateGeometry() {
    prepareGeometryChange();
    m_path = roundedPath(m_route, m_face.fused ? 0 : kArrowLength - 0.5);
    m_whole = roundedPath(m_route, 0);
    m_bounds = QRectF();
    for (const QPointF& point : m_route)
        m_bounds |= QRectF(point - QPointF(1, 1), QSizeF(2, 2));
    const double reach = width() / 2 + 8;
    m_bounds.adjust(-reach, -reach, reach, reach);
    if (!m_face.label.isEmpty())
        m_bounds |= QRectF(labelAnchor(m_route) - QPointF(4, 24), QSizeF(kLabelRoom, 48));
}

QPainterPath EdgeItem::shape() const {
    QPainterPathStroker stroker;
    stroker.setWidth(std::max(10.0, width() + 4));
    return stroker.createStroke(m_path);
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const double scale = option->levelOfDetailFromTransform(painter->worldTransform());
    const DetailLevel level = detailAt(scale);
    painter->setRenderHint(QPainter::Antialiasing);
    // Zoomed out, edges keep a part of their width on the screen and at least one pixel of it.
    double width = this->width();
    if (level == DetailLevel::Blocks)
        width = std::max(width * 0.5, 1 / scale);
    else if (level < DetailLevel::Metrics)
        width = std::max(width * 0.6 / std::max(scale, 0.6), 1 / scale);
    if (m_faded || m_face.faint)
        painter->setOpacity(0.4);
    QColor color = themed(m_face.fused ? Token::Fused : Token::Bytes);
    if (m_highlight)
        color = themed(*m_highlight == Side::Drawn ? Token::Drawn : Token::Fused);
    else if (m_face.queueFull)
        color = themed(Token::Bp);
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (m_face.fused && level >= DetailLevel::Compact)
        pen.setDashPattern({2 / 1.5, 3 / 1.5});
    painter->setBrush(Qt::NoBrush);
    if (m_face.queueFull && !m_highlight && level >= DetailLevel::Compact) {
        QPainterPathStroker stroker;
        stroker.setWidth(std::max(width, 4.0));
        stroker.setCapStyle(Qt::FlatCap);
        paintHatching(*painter, stroker.createStroke(m_path), Hatching::Edge);
    } else if (level == DetailLevel::Blocks) { // there may be thousands, and no corner is seen
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(pen);
        painter->drawPolyline(m_route.data(), int(m_route.size()));
    } else {
        painter->setPen(pen);
        painter->drawPath(level >= DetailLevel::Metrics ? m_path : m_whole);
    }
    if (m_face.fused)
        return;
    if (level >= DetailLevel::Metrics)
        paintArrow(*painter, color, width);
    if (level < DetailLevel::Metrics)
        return;
    if (m_face.fusion != FusionChoice::Automatic)
        paintFusionMark(*painter);
    const bool full = level == DetailLevel::Full;
    if (!m_face.label.isEmpty() && (full || m_face.bytes.value_or(0) >= kLargeEdge))
        paintLabel(*painter, scale);
}

void EdgeItem::paintArrow(QPainter& painter, const QColor& color, double width) const {
    if (m_route.size() < 2)
        return;
    const QPointF tip = m_route.back();
    const QLineF along(tip, m_route[m_route.size() - 2]);
    if (along.length() < 0.1)
        return;
    const QPointF back = QPointF(along.dx(), along.dy()) / along.length();
    const QPointF side(-back.y(), back.x());
    const double half = std::max(width + 5, 8.0) / 2;
    const QPointF base = tip + back * kArrowLength;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPointF corners[] = {base + side * half, base - side * half, tip};
    painter.drawPolygon(corners, 3);
}

void EdgeItem::paintLabel(QPainter& painter, double scale) const {
    painter.save();
    const double unit = enterPixels(painter, labelAnchor(m_route), scale);
    painter.setFont(themed(TextStyle::Small));
    const QFontMetricsF metrics(painter.font());
    const double x = kLabelDistance * unit;
    double y = (metrics.ascent() - metrics.descent()) / 2;
    if (!m_face.secondLabel.isEmpty())
        y -= 7.5;
    painter.setPen(themed(Token::Ink2));
    drawTabular(painter, QPointF(x, std::round(y)), m_face.label);
    if (!m_face.secondLabel.isEmpty()) {
        painter.setPen(themed(Token::Ink3));
        painter.drawText(QPointF(x, std::round(y + 15)), m_face.secondLabel);
    }
    painter.restore();
}

/// A pinned edge carries a small square, a forbidden one a bar across it.
void EdgeItem::paintFusionMark(QPainter& painter) const {
    const QPointF at = labelAnchor(m_route);
    painter.setPen(QPen(themed(Token::Fused), 1.5));
    painter.setBrush(themed(Token::Canvas));
    if (m_face.fusion == FusionChoice::Pinned) {
        painter.drawRoundedRect(QRectF(at - QPointF(4, 4), QSizeF(8, 8)), 2, 2);
        return;
    }
    painter.drawLine(at + QPointF(-8, -2), at + QPointF(8, -2));
    painter.drawLine(at + QPointF(-8, 2), at + QPointF(8, 2));
}

} // namespace fuseboard
