// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/hull_item.h"

#include "views/canvas/canvas_metrics.h"
#include "views/canvas/canvas_paint.h"
#include "views/theme/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr double kHullRadius = 16;
constexpr double kBridge = 24;
constexpr double kHullGap = 4; ///< between hulls of neighbours
constexpr double kNear = 64;   ///< members no further apart than this share one rectangle

QString tr(const char* text) {
    return QCoreApplication::translate("CanvasHull", text);
}

/// Takes back what would touch the hull of a neighbour above or below.
void keepApart(QRectF& part, const std::vector<QRectF>& foreign) {
    const double top = part.top() + kHullMargin, bottom = part.bottom() - kHullMargin;
    for (const QRectF& box : foreign) {
        if (box.left() > part.right() || box.right() < part.left())
            continue;
        if (box.top() >= bottom)
            part.setBottom(std::min(part.bottom(), (bottom + box.top() - kHullGap) / 2));
        else if (box.bottom() <= top)
            part.setTop(std::max(part.top(), (box.bottom() + top + kHullGap) / 2));
    }
}

/// Joins members of one column that are close together, then bridges the rest.
QPainterPath outlineOf(std::vector<QRectF> boxes, const std::vector<QRectF>& foreign) {
    std::sort(boxes.begin(), boxes.end(), [](const QRectF& a, const QRectF& b) {
        return a.top() != b.top() ? a.top() < b.top() : a.left() < b.left();
    });
    std::vector<QRectF> parts;
    for (const QRectF& box : boxes) {
        const QRectF grown = box.adjusted(-kHullMargin, -kHullMargin, kHullMargin, kHullMargin);
        const bool joins = !parts.empty() && grown.left() < parts.back().right() &&
                           grown.right() > parts.back().left() &&
                           grown.top() < parts.back().bottom() + kNear - 2 * kHullMargin;
        if (joins)
            parts.back() |= grown;
        else
            parts.push_back(grown);
    }
    for (QRectF& part : parts)
        keepApart(part, foreign);
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    for (const QRectF& part : parts)
        path.addRoundedRect(part.adjusted(0.5, 0.5, -0.5, -0.5), kHullRadius, kHullRadius);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const QPointF a = parts[i - 1].center(), b = parts[i].center();
        QPainterPath bridge;
        bridge.setFillRule(Qt::WindingFill);
        bridge.addRect(QRectF(QPointF(a.x() - kBridge / 2, std::min(a.y(), b.y())),
                              QPointF(a.x() + kBridge / 2, std::max(a.y(), b.y()))));
        bridge.addRect(QRectF(QPointF(std::min(a.x(), b.x()) - kBridge / 2, b.y() - kBridge / 2),
                              QPointF(std::max(a.x(), b.x()) + kBridge / 2, b.y() + kBridge / 2)));
        path = path.united(bridge);
    }
    return parts.size() > 1 ? path.simplified() : path;
}

} // namespace

HullItem::HullItem(GroupIndex group) : m_group(group) {
    setAcceptedMouseButtons(Qt::NoButton);
    setZValue(0);
}

void HullItem::setMembers(const std::vector<QRectF>& boxes, const std::vector<QRectF>& foreign) {
    prepareGeometryChange();
    m_path = outlineOf(boxes, foreign);
    update();
}

void HullItem::setLoops(std::uint32_t loops) {
    m_loops = loops;
    update();
}

void HullItem::setHovered(bool hovered) {
    if (hovered == m_hovered)
        return;
    m_hovered = hovered;
    update();
}

void HullItem::setHighlighted(bool highlighted) {
    if (highlighted == m_highlighted)
        return;
    m_highlighted = highlighted;
    update();
}

void HullItem::setLabelCorner(const QPointF& corner) {
    prepareGeometryChange();
    m_labelCorner = corner;
}

QRectF HullItem::boundingRect() const {
    // The label keeps its size on the screen, so it takes more of the canvas when zoomed out.
    return m_path.boundingRect().adjusted(-2, -2, 2, 2) |
           QRectF(m_labelCorner, QSizeF(240, 60)).adjusted(0, -10, 0, 10);
}

void HullItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const double scale = option->levelOfDetailFromTransform(painter->worldTransform());
    const DetailLevel level = detailAt(scale);
    painter->setRenderHint(QPainter::Antialiasing);
    QPen pen(themed(m_hovered || m_highlighted ? Token::Fused : Token::FusedLine), 1);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->setBrush(themed(Token::Hull));
    painter->drawPath(m_path);
    if (level < DetailLevel::Compact)
        return;
    painter->save();
    enterPixels(*painter, m_labelCorner, scale);
    painter->setFont(themed(TextStyle::SmallStrong));
    painter->setPen(themed(Token::Fused));
    const double baseline = std::round(QFontMetricsF(painter->font()).ascent() + 1);
    if (level == DetailLevel::Compact) {
        painter->drawText(QPointF(0, baseline), tr("fused"));
    } else {
        const QString loops =
            m_loops == 1 ? tr("fused · 1 loop") : tr("fused · %1 loops").arg(m_loops);
        painter->drawText(QPointF(0, baseline), loops);
        painter->drawText(QPointF(0, baseline + 15), tr("0 B between"));
    }
    painter->restore();
}

CalloutItem::CalloutItem(QString first, QString second)
    : m_first(std::move(first)), m_second(std::move(second)) {
    setAcceptedMouseButtons(Qt::NoButton);
    setZValue(3);
}

void CalloutItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const double scale = option->levelOfDetailFromTransform(painter->worldTransform());
    if (detailAt(scale) < DetailLevel::Metrics)
        return;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->save();
    enterPixels(*painter, QPointF(), scale);
    const QColor ink = themed(Token::BpInk);
    Theme::instance().paintIcon(*painter, QRectF(0, 0, 14, 14), QStringLiteral("warn"), ink);
    painter->setFont(themed(TextStyle::SmallMedium));
    painter->setPen(ink);
    painter->drawText(QPointF(20, 11), m_first);
    painter->setFont(themed(TextStyle::Small));
    painter->setPen(themed(Token::Ink2));
    painter->drawText(QPointF(20, 27), m_second);
    painter->restore();
}

} // namespace fuseboard
