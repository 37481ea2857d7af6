// SPDX-License-Identifier: Apache-2.0
// One card, source, sink or passthrough pill on a canvas.
#pragma once

#include "views/canvas/card_face.h"

#include <QFontMetricsF>
#include <QGraphicsItem>

#include <string>
#include <vector>

namespace fuseboard {

/// A port as the card shows it while the pointer is on it or a wire is being drawn.
struct CardPort {
    std::string name;
    bool isOutput = false;
    double x = 0; ///< from the card's left border
    enum class Mark : std::uint8_t { Rest, Good, Bad } mark = Mark::Rest;
};

/// How a card stands out. The ring is of its own side when selected, of the other when counterpart.
enum class CardRing : std::uint8_t { None, Drawn, Fused };

class CardItem : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };

    CardItem(Side side, Item item);
    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] const Item& item() const { return m_item; }
    [[nodiscard]] QRectF box() const { return QRectF(pos(), sizeOf(m_face.shape)); }
    [[nodiscard]] const CardFace& face() const { return m_face; }

    void setFace(CardFace face);
    void setRing(CardRing ring);
    [[nodiscard]] CardRing ring() const { return m_ring; }
    void setHovered(bool hovered);
    void setFocused(bool focused);
    void setPorts(std::vector<CardPort> ports);
    [[nodiscard]] const std::vector<CardPort>& ports() const { return m_ports; }
    void setPortsShown(bool shown); ///< while wiring
    void markPort(const std::string& name, bool isOutput, CardPort::Mark mark);
    /// Where a port is in the scene.
    [[nodiscard]] QPointF portPoint(const CardPort& port) const;
    [[nodiscard]] const CardPort* portAt(const QPointF& scenePoint, double reach) const;

    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintRing(QPainter& painter, const QRectF& rect, double radius) const;
    void paintBody(QPainter& painter, const QRectF& rect, double radius, DetailLevel level) const;
    void paintPill(QPainter& painter, const QRectF& rect, DetailLevel level) const;
    void paintBlock(QPainter& painter, double scale) const;
    void paintCard(QPainter& painter, const QRectF& rect, double scale, DetailLevel level) const;
    void paintTerminal(QPainter& painter, const QRectF& rect, double scale,
                       DetailLevel level) const;
    void paintCompact(QPainter& painter, const QRectF& rect, double scale, DetailLevel level) const;
    void paintSmall(QPainter& painter, const QRectF& rect, DetailLevel level) const;
    void paintMetrics(QPainter& painter, const QRectF& row) const;
    void paintBar(QPainter& painter, const QRectF& rect, double inset, DetailLevel level) const;
    void paintBadge(QPainter& painter, const QRectF& rect) const;
    void paintPorts(QPainter& painter, double scale) const;
    [[nodiscard]] QColor titleColor() const;

    /// The title elided to a width; kept until either changes.
    [[nodiscard]] const QString& elidedTitle(const QFontMetricsF& metrics, double room) const;

    Side m_side;
    Item m_item;
    CardFace m_face;
    std::vector<CardPort> m_ports;
    mutable QString m_elided;
    mutable double m_elidedRoom = -1;
    CardRing m_ring = CardRing::None;
    bool m_hovered = false, m_focused = false, m_portsShown = false;
};

} // namespace fuseboard
