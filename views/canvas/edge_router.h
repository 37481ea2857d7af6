// SPDX-License-Identifier: Apache-2.0
// Orthogonal ways for edges around the cards of a canvas. Plain geometry.
#pragma once

#include "views/canvas/box_index.h"

#include <QPainterPath>
#include <QPointF>
#include <QRectF>

#include <map>
#include <optional>
#include <vector>

namespace fuseboard {

/// Corner points of an edge from its writer to its reader; at least two.
using Route = std::vector<QPointF>;

/// Where an edge begins or ends: a card and the x of its port on the lower or upper border.
struct RouteEnd {
    QRectF box;
    double portX = 0;
    std::size_t fan = 1; ///< edges that share this end
};

/// Routes the edges of one canvas one after the other, so that long ones beside a column do not
/// cover each other.
class EdgeRouter {
public:
    explicit EdgeRouter(const std::vector<QRectF>& boxes);
    [[nodiscard]] Route route(const RouteEnd& from, const RouteEnd& to);

private:
    [[nodiscard]] bool blocksVertical(double x, double y1, double y2, const QRectF& except1,
                                      const QRectF& except2) const;
    [[nodiscard]] bool blocksHorizontal(double y, double x1, double x2, const QRectF& except1,
                                        const QRectF& except2) const;
    [[nodiscard]] bool isFree(const Route& route, const RouteEnd& from, const RouteEnd& to) const;
    [[nodiscard]] std::optional<Route> direct(const RouteEnd& from, const RouteEnd& to) const;
    [[nodiscard]] Route besideColumn(const RouteEnd& from, const RouteEnd& to);
    [[nodiscard]] Route around(const RouteEnd& from, const RouteEnd& to);
    [[nodiscard]] double freeLane(double x, double y1, double y2, double direction);

    struct Stretch {
        double y1, y2;
    };
    BoxIndex m_boxes;
    std::multimap<double, Stretch> m_lanes; ///< vertical stretches in use, by x
};

/// The route with its corners rounded. `shorten`: taken off the end, for an arrow head.
[[nodiscard]] QPainterPath roundedPath(const Route& route, double shorten);
/// The middle of the longest vertical stretch (else of the longest one).
[[nodiscard]] QPointF labelAnchor(const Route& route);

} // namespace fuseboard
