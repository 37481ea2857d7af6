// SPDX-License-Identifier: Apache-2.0
// One edge on a canvas: a ribbon as wide as what it carried, with arrow head and label.
#pragma once

#include "views/canvas/edge_router.h"
#include "views/document/item.h"

#include <QGraphicsItem>
#include <QString>

#include <optional>

namespace fuseboard {

/// What an edge shows.
struct EdgeFace {
    std::optional<std::uint64_t> bytes; ///< decides the width
    QString label, secondLabel;         ///< "412 MB", "direct"
    bool fused = false;                 ///< inside a fused hull: dotted, no arrow, no label
    bool queueFull = false;
    bool faint = false; ///< through a disabled node
    FusionChoice fusion = FusionChoice::Automatic;
    bool operator==(const EdgeFace&) const = default;
};

class EdgeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };

    EdgeItem(Side side, EdgeIndex edge);
    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] EdgeIndex edge() const { return m_edge; }

    void setFace(EdgeFace face);
    [[nodiscard]] const EdgeFace& face() const { return m_face; }
    void setRoute(Route route);
    [[nodiscard]] const Route& route() const { return m_route; }
    void setHighlight(std::optional<Side> accent); ///< selected here or on the other side
    void setFaded(bool faded);                     ///< the pointer is on a node elsewhere

    [[nodiscard]] QRectF boundingRect() const override { return m_bounds; }
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void updateGeometry();
    void paintArrow(QPainter& painter, const QColor& color, double width) const;
    void paintLabel(QPainter& painter, double scale) const;
    void paintFusionMark(QPainter& painter) const;
    [[nodiscard]] double width() const;

    Side m_side;
    EdgeIndex m_edge;
    EdgeFace m_face;
    Route m_route;
    QPainterPath m_path;  ///< up to the arrow head
    QPainterPath m_whole; ///< to the end, for scales without arrow heads
    QRectF m_bounds;
    std::optional<Side> m_highlight;
    bool m_faded = false;
};

} // namespace fuseboard
