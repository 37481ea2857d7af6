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

EdgeRouter::EdgeRouter(std::vector<QRectF> boxes) : m_boxes(std::move(boxes)) {
    std::sort(m_boxes.begin(), m_boxes.end(),
              [](const QRectF& a, const QRectF& b) { return a.top() < b.top(); });
    for (const QRectF& box : m_boxes)
        m_tallest = std::max(m_tallest, box.height());
}

bool EdgeRouter::blocksVertical(double x, double y1, double y2, const QRectF& except1,
                                const QRectF& except2) const {
    if (y1 > y2)
        std::swap(y1, y2);
    auto at = std::lower_bound(m_boxes.begin(), m_boxes.end(), y1 - m_tallest - kClearance,
                               [](const QRectF& box, double y) { return box.top() < y; });
    for (; at != m_boxes.end() && at->top() < y2; ++at) {
        if (*at == except1 || *at == except2 || at->bottom() <= y1)
            continue;
        if (x > at->left() - kClearance && x < at->right() + kClearance)
            return true;
    }
    return false;
}

bool EdgeRouter::blocksHorizontal(double y, double x1, double x2, const QRectF& except1,
                                  const QRectF& except2) const {
    if (x1 > x2)
        std::swap(x1, x2);
    auto at = std::lower_bound(m_boxes.begin(), m_boxes.end(), y - m_tallest - kClearance,
                               [](const QRectF& box, double top) { return box.top() < top; });
    for (; at != m_boxes.end() && at->top() < y + kClearance; ++at) {
        if (*at == except1 || *at == except2 || at->bottom() < y - kClearance)
            continue;
        if (at->left() < x2 && at->right() > x1)
            return true;
    }
    return false;
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
        return std::any_of(m_lanes.begin(), m_lanes.end(), [&](const Lane& lane) {
            return std::fabs(lane.x - at) < kLaneSpacing - 1 && lane.y1 < y2 && y1 < lane.y2;
        });
    };
    for (int tries = 0; tries < 200; ++tries) {
        if (!taken(x) && !blocksVertical(x, y1, y2, {}, {}))
            break;
        x += direction * kLaneSpacing;
    }
    m_lanes.push_back({x, y1, y2});
    return x;
}

Route EdgeRouter::besideColumn(const RouteEnd& from, const RouteEnd& to) {
    const QRectF &s = from.box, &t = to.box;
    const double y1 = s.center().y(), y2 = t.center().y();
    // Cards of the column between both ends push the lane out; to the right only if the left is
    // where neither end is.
    const bool right = s.center().x() > t.center().x() + t.width();
    double border = right ? std::max(s.right(), t.right()) : std::min(s.left(), t.left());
    for (const QRectF& box : m_boxes) {
        if (box.top() > std::max(y1, y2))
            break;
        const bool inColumn = box.left() < std::max(s.right(), t.right()) &&
                              box.right() > std::min(s.left(), t.left());
        if (inColumn && box.bottom() > std::min(y1, y2))
            border = right ? std::max(border, box.right()) : std::min(border, box.left());
    }
    const double direction = right ? 1 : -1;
    const double x =
        freeLane(border + direction * kLaneDistance, std::min(y1, y2), std::max(y1, y2), direction);
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
                m_lanes.push_back({a.x(), std::min(a.y(), b.y()), std::max(a.y(), b.y())});
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
