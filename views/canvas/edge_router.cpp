// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/edge_router.h"

#include "views/canvas/canvas_metrics.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr double kClearance = 4; ///< an edge that passes a card keeps at least this distance
constexpr double kLaneSpacing = 20;
constexpr double kStub = 12; ///< the straight part before the first corner

} // namespace

EdgeRouter::EdgeRouter(const std::vector<QRectF>& boxes) : m_boxes(boxes) {}

bool EdgeRouter::blocksVertical(double x, double y1, double y2, const QRectF& except1,
                                const QRectF& except2) const {
    if (y1 > y2)
        std::swap(y1, y2);
    return m_boxes.any(x - kClearance, y1, x + kClearance, y2, [&](const QRectF& box) {
        return box != except1 && box != except2 && box.top() < y2 && box.bottom() > y1 &&
               x > box.left() - kClearance && x < box.right() + kClearance;
    });
}

bool EdgeRouter::blocksHorizontal(double y, double x1, double x2, const QRectF& except1,
                                  const QRectF& except2) const {
    if (x1 > x2)
        std::swap(x1, x2);
    return m_boxes.any(x1, y - kClearance, x2, y + kClearance, [&](const QRectF& box) {
        return box != except1 && box != except2 && box.top() < y + kClearance && box.left() < x2 &&
               box.right() > x1;
    });
}

bool EdgeRouter::isFree(const Route& route, const RouteEnd& from, const RouteEnd& to) const {
    for (std::size_t i = 1; i < route.size(); ++i) {
        const QPointF a = route[i - 1], b = route[i];
        const bool blocked = a.x() == b.x()
                                 ? blocksVertical(a.x(), a.y(), b.y(), from.box, to.box)
                                 : blocksHorizontal(a.y(), a.x(), b.x(), from.box, to.box);
        if (blocked)
            return false;
    }
    return true;
}

std::optional<Route> EdgeRouter::direct(const RouteEnd& from, const RouteEnd& to) const {
    const QRectF &s = from.box, &t = to.box;
    if (t.top() < s.bottom() + 4)
        return std::nullopt;
    if (std::fabs(from.portX - to.portX) < 1) {
        Route straight{{from.portX, s.bottom()}, {from.portX, t.top()}};
        return isFree(straight, from, to) ? std::optional(straight) : std::nullopt;
    }
    std::vector<Route> choices;
    const bool left = to.portX < from.portX;
    // Out of the side and down: a branch. Down and into the side: a branch that comes back.
    if (to.portX < s.left() - 8 || to.portX > s.right() + 8)
        choices.push_back({{left ? s.left() : s.right(), s.center().y()},
                           {to.portX, s.center().y()},
                           {to.portX, t.top()}});
    if (from.portX < t.left() - 8 || from.portX > t.right() + 8) {
        Route back{{from.portX, s.bottom()},
                   {from.portX, t.center().y()},
                   {left ? t.right() : t.left(), t.center().y()}};
        choices.insert(to.fan > from.fan ? choices.begin() : choices.end(), std::move(back));
    }
    for (const double y : {t.top() - kStub, s.bottom() + kStub, (s.bottom() + t.top()) / 2}) {
        if (y > s.bottom() && y < t.top())
            choices.push_back(
                {{from.portX, s.bottom()}, {from.portX, y}, {to.portX, y}, {to.portX, t.top()}});
    }
    for (const Route& choice : choices) {
        if (isFree(choice, from, to))
            return choice;
    }
    return std::nullopt;
}

double EdgeRouter::freeLane(double x, double y1, double y2, double direction) {
    const auto taken = [&](double at) {
        const auto end = m_lanes.lower_bound(at + kLaneSpacing - 1);
        return std::any_of(m_lanes.upper_bound(at - kLaneSpacing + 1), end, [&](const auto& lane) {
            return lane.second.y1 < y2 && y1 < lane.second.y2;
        });
    };
    for (int tries = 0; tries < 200; ++tries) {
        if (!taken(x) && !blocksVertical(x, y1, y2, {}, {}))
            break;
        x += direction * kLaneSpacing;
    }
    m_lanes.insert({x, {y1, y2}});
    return x;
}

Route EdgeRouter::besideColumn(const RouteEnd& from, const RouteEnd& to) {
    const QRectF &s = from.box, &t = to.box;
    const double y1 = s.center().y(), y2 = t.center().y();
    // Cards of the column between both ends push the lane out; to the right only if the left is
    // where neither end is.
    const bool right = s.center().x() > t.center().x() + t.width();
    const double first = std::min(s.left(), t.left()), last = std::max(s.right(), t.right());
    const double top = std::min(y1, y2), bottom = std::max(y1, y2);
    double border = right ? last : first;
    (void)m_boxes.any(first, top, last, bottom, [&](const QRectF& box) {
        if (box.left() < last && box.right() > first && box.bottom() > top)
            border = right ? std::max(border, box.right()) : std::min(border, box.left());
        return false;
    });
    const double direction = right ? 1 : -1;
    const double x = freeLane(border + direction * kLaneDistance, top, bottom, direction);
    return {
        {right ? s.right() : s.left(), y1}, {x, y1}, {x, y2}, {right ? t.right() : t.left(), y2}};
}

Route EdgeRouter::around(const RouteEnd& from, const RouteEnd& to) {
    const QRectF &s = from.box, &t = to.box;
    const double y1 = s.bottom() + kStub, y2 = t.top() - kStub;
    const double x =
        freeLane(std::max(s.right(), t.right()) + 24, std::min(y1, y2), std::max(y1, y2), 1);
    return {{from.portX, s.bottom()}, {from.portX, y1},   {x, y1}, {x, y2},
            {to.portX, y2},           {to.portX, t.top()}};
}

Route EdgeRouter::route(const RouteEnd& from, const RouteEnd& to) {
    if (const std::optional<Route> found = direct(from, to)) {
        for (std::size_t i = 1; found->size() > 2 && i < found->size(); ++i) {
            const QPointF a = (*found)[i - 1], b = (*found)[i];
            if (a.x() == b.x())
                m_lanes.insert({a.x(), {std::min(a.y(), b.y()), std::max(a.y(), b.y())}});
        }
        return *found;
    }
    return to.box.center().y() > from.box.center().y() ? besideColumn(from, to) : around(from, to);
}

QPainterPath roundedPath(const Route& route, double shorten) {
    QPainterPath path;
    if (route.size() < 2)
        return path;
    Route points = route;
    QPointF& last = points.back();
    QLineF final(points[points.size() - 2], last);
    if (final.length() > shorten) {
        final.setLength(final.length() - shorten);
        last = final.p2();
    }
    path.moveTo(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const QLineF in(points[i], points[i - 1]), out(points[i], points[i + 1]);
        const double radius = std::min({kCornerRadius, in.length() / (i == 1 ? 1 : 2),
                                        out.length() / (i + 2 == points.size() ? 1 : 2)});
        if (radius < 0.5) {
            path.lineTo(points[i]);
            continue;
        }
        path.lineTo(in.pointAt(radius / in.length()));
        path.quadTo(points[i], out.pointAt(radius / out.length()));
    }
    path.lineTo(points.back());
    return path;
}

QPointF labelAnchor(const Route& route) {
    QPointF best;
    double longest = -1;
    for (const bool vertical : {true, false}) {
        for (std::size_t i = 1; i < route.size(); ++i) {
            const QLineF line(route[i - 1], route[i]);
            if ((std::fabs(line.dx()) < 0.5) == vertical && line.length() > longest) {
                longest = line.length();
                best = line.center();
            }
        }
        if (longest > 0)
            break;
    }
    return best;
}

} // namespace fuseboard
