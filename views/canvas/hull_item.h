// SPDX-License-Identifier: Apache-2.0
// The hull of a fused group and the remarks beside cards.
#pragma once

#include "engine/graph/graph.h"

#include <QGraphicsItem>
#include <QPainterPath>
#include <QString>

#include <vector>

namespace fuseboard {

/// Lies below the edges. Members far apart are joined by bridges into one outline.
class HullItem : public QGraphicsItem {
public:
    enum { Type = UserType + 3 };

    explicit HullItem(GroupIndex group);
    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] GroupIndex group() const { return m_group; }
    /// `foreign`: boxes near by that belong to other hulls.
    void setMembers(const std::vector<QRectF>& boxes, const std::vector<QRectF>& foreign);
    void setLoops(std::uint32_t loops);
    void setHovered(bool hovered);
    void setHighlighted(bool highlighted);
    /// Top left corner of the label in the scene; the scene finds a free row.
    void setLabelCorner(const QPointF& corner);
    [[nodiscard]] QRectF outline() const { return m_path.boundingRect(); }

    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override { return m_path; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    GroupIndex m_group;
    QPainterPath m_path;
    QPointF m_labelCorner;
    std::uint32_t m_loops = 1;
    bool m_hovered = false, m_highlighted = false;
};

/// A warning beside the card that reads from a full queue.
class CalloutItem : public QGraphicsItem {
public:
    enum { Type = UserType + 4 };

    CalloutItem(QString first, QString second);
    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] QRectF boundingRect() const override { return {0, 0, 220, 40}; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QString m_first, m_second;
};

} // namespace fuseboard
