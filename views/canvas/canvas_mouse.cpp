// SPDX-License-Identifier: Apache-2.0
// What the mouse does on a canvas: select, move, draw wires, pan.
#include "views/canvas/canvas_scene.h"
#include "views/canvas/canvas_view.h"
#include "views/canvas/card_item.h"
#include "views/canvas/edge_item.h"
#include "views/canvas/hull_item.h"
#include "views/canvas/quick_add.h"
#include "views/canvas/wire_tip.h"
#include "views/document/graph_edits.h"
#include "views/document/node_text.h"
#include "views/document/selection.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <cmath>

namespace fuseboard {

namespace {

constexpr double kPortReach = 10; ///< pixels on the screen

double snap(double value) {
    return std::round(value / kGrid) * kGrid;
}

} // namespace

void CanvasView::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_last = event->position().toPoint();
    if (m_wireRejected)
        cancelWire();
    const bool pan =
        event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_spaceHeld);
    if (pan) {
        m_mode = Mode::Panning;
        m_spacePanned = true;
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() == Qt::LeftButton)
        pressOn(event);
}

void CanvasView::pressOn(QMouseEvent* event) {
    const QPointF point = mapToScene(m_pressed);
    const double reach = kPortReach / m_scale;
    CardItem* card = m_scene->cardAt(point, reach);
    const bool adds = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    if (card != nullptr && isEditable() && detailAt(m_scale) >= DetailLevel::Metrics) {
        if (const CardPort* port = card->portAt(point, reach); port != nullptr) {
            if (event->modifiers() & Qt::AltModifier)
                return cutPort(*card, *port);
            return startWire(*card, *port, event->modifiers() & Qt::ControlModifier);
        }
    }
    Selection& selection = m_document.selection();
    if (card != nullptr) {
        if (adds)
            selection.toggle(m_side, card->item());
        else if (!selection.contains(m_side, card->item()))
            selection.select(m_side, card->item());
        if (isEditable() && !adds)
            m_mode = Mode::Moving;
        return;
    }
    if (EdgeItem* edge = m_scene->edgeAt(point, 3 / m_scale);
        edge != nullptr && edge->edge() != kNone) {
        const Item item = Item::ofEdge(edge->edge());
        if (adds)
            selection.toggle(m_side, item);
        else
            selection.select(m_side, item);
        return;
    }
    m_mode = Mode::Boxing;
    m_boxBase = adds && selection.side() == m_side ? selection.items() : Items{};
    if (!adds)
        selection.clear();
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    const QPoint point = event->position().toPoint();
    const bool dragged = (point - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    switch (m_mode) {
    case Mode::Idle: updateHover(point); break;
    case Mode::Panning:
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (point - m_last).x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - (point - m_last).y());
        break;
    case Mode::Boxing:
        if (m_box || dragged) {
            m_box = QRectF(mapToScene(m_pressed), mapToScene(point)).normalized();
            selectBox();
            viewport()->update();
        }
        break;
    case Mode::Moving:
        if (m_moveStart.empty() && dragged)
            startMove(m_pressed);
        if (!m_moveStart.empty())
            moveCards(point);
        break;
    case Mode::Wiring: moveWire(point); break;
    }
    m_last = point;
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
    const QPoint point = event->position().toPoint();
    const Mode mode = m_mode;
    m_mode = Mode::Idle;
    switch (mode) {
    case Mode::Panning: viewport()->unsetCursor(); break;
    case Mode::Boxing:
        m_box.reset();
        viewport()->update();
        break;
    case Mode::Moving:
        if (!m_moveStart.empty()) {
            finishMove();
        } else if (!(event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier))) {
            // A click on one of several selected cards means that one.
            if (const CardItem* card = m_scene->cardAt(mapToScene(point), 0); card != nullptr)
                m_document.selection().select(m_side, card->item());
        }
        break;
    case Mode::Wiring: finishWire(point); break;
    case Mode::Idle: break;
    }
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
    const QPointF point = mapToScene(event->position().toPoint());
    m_mode = Mode::Idle;
    if (CardItem* card = m_scene->cardAt(point, 0); card != nullptr) {
        const auto element = elementOf(m_scene->graph(), card->item());
        if (element && element->kind == Element::Kind::Node) {
            const GroupIndex group = m_scene->graph().groupOf(element->index);
            if (group != kNone && m_scene->isFolded(group))
                return m_scene->toggleFolded(group);
        }
        Q_EMIT itemActivated(m_side, card->item());
        return;
    }
    if (HullItem* hull = m_scene->hullAt(point); hull != nullptr)
        return m_scene->toggleFolded(hull->group());
    if (isEditable() && m_scene->edgeAt(point, 3 / m_scale) == nullptr)
        showQuickAdd(point, std::nullopt, std::nullopt);
}

void CanvasView::updateHover(const QPoint& viewPoint) {
    const QPointF point = mapToScene(viewPoint);
    CardItem* card = m_scene->cardAt(point, kPortReach / m_scale);
    m_scene->setHovered(card);
    const bool onPort = card != nullptr && isEditable() &&
                        detailAt(m_scale) >= DetailLevel::Metrics &&
                        card->portAt(point, kPortReach / m_scale) != nullptr;
    viewport()->setCursor(m_spaceHeld ? Qt::OpenHandCursor
                          : onPort    ? Qt::CrossCursor
                                      : Qt::ArrowCursor);
    HullItem* hovered = card == nullptr ? m_scene->hullAt(point) : nullptr;
    for (QGraphicsItem* item : m_scene->items()) {
        if (auto* hull = qgraphicsitem_cast<HullItem*>(item))
            hull->setHovered(hull == hovered);
    }
}

void CanvasView::leaveEvent(QEvent* event) {
    QGraphicsView::leaveEvent(event);
    if (m_mode == Mode::Idle)
        m_scene->setHovered(nullptr);
}

void CanvasView::selectBox() {
    Items items = m_boxBase;
    for (const auto& [item, card] : m_scene->cards()) {
        if (card->isVisible() && m_box->intersects(card->box()))
            items.push_back(item);
    }
    m_document.selection().select(m_side, std::move(items));
}

// --- moving
// ---------------------------------------------------------------------------------------

void CanvasView::startMove(const QPoint&) {
    m_document.endMerge();
    for (const Item& item : m_document.selection().items()) {
        if (const CardItem* card = m_scene->card(item); card != nullptr)
            m_moveStart[item] = card->pos();
    }
}

void CanvasView::moveCards(const QPoint& viewPoint) {
    const QPointF delta = mapToScene(viewPoint) - mapToScene(m_pressed);
    for (const auto& [item, start] : m_moveStart)
        m_moveNow[item] = QPointF(snap(start.x() + delta.x()), snap(start.y() + delta.y()));
    m_scene->dragTo(m_moveNow);
}

void CanvasView::finishMove() {
    std::vector<std::pair<Item, Position>> moves;
    for (const auto& [item, position] : m_moveNow) {
        if (position != m_moveStart[item])
            moves.emplace_back(item, Position{position.x(), position.y()});
    }
    m_moveStart.clear();
    m_moveNow.clear();
    if (moves.empty()) {
        m_scene->endDrag();
        return;
    }
    m_document.move(moves);
    m_document.endMerge();
}

// --- wires
// ----------------------------------------------------------------------------------------

void CanvasView::cutPort(CardItem& card, const CardPort& port) {
    Items edges;
    for (const EdgeIndex index : m_scene->graph().edges()) {
        const Edge& edge = m_scene->graph().edge(index);
        if (m_scene->endpoint(card, port.name) == (port.isOutput ? edge.from : edge.to))
            edges.push_back(Item::ofEdge(index));
    }
    if (!edges.empty())
        m_document.remove(edges);
}

void CanvasView::startWire(CardItem& card, const CardPort& port, bool detach) {
    const std::optional<Endpoint> end = m_scene->endpoint(card, port.name);
    if (!end)
        return;
    m_wire = {};
    m_wire.anchor = card.portPoint(port);
    (port.isOutput ? m_wire.from : m_wire.to) = *end;
    if (detach && !port.isOutput) {
        // Ctrl takes hold of the wire that ends here; its other end stays.
        for (const EdgeIndex index : m_scene->graph().edges()) {
            const Edge& edge = m_scene->graph().edge(index);
            if (edge.to != *end)
                continue;
            m_wire.replaced = index;
            m_wire.from = edge.from;
            m_wire.to.reset();
            for (QGraphicsItem* item : m_scene->items()) {
                const auto* wire = qgraphicsitem_cast<EdgeItem*>(item);
                if (wire != nullptr && wire->edge() == index && !wire->route().empty())
                    m_wire.anchor = wire->route().front();
            }
            break;
        }
    }
    m_wire.tip = m_wire.anchor;
    m_mode = Mode::Wiring;
    m_scene->setWiring(true);
    card.markPort(port.name, port.isOutput, CardPort::Mark::Good);
}

std::pair<Endpoint, Endpoint> CanvasView::wireEnds(const Endpoint& other) const {
    return m_wire.from ? std::pair(*m_wire.from, other) : std::pair(other, *m_wire.to);
}

void CanvasView::moveWire(const QPoint& viewPoint) {
    m_wire.tip = mapToScene(viewPoint);
    CardItem* card = m_scene->cardAt(m_wire.tip, 16 / m_scale);
    const bool wantsInput = m_wire.from.has_value();
    const CardPort* port = nullptr;
    if (card != nullptr) {
        // Anywhere on the card means its nearest port of the right kind.
        double nearest = 1e300;
        for (const CardPort& candidate : card->ports()) {
            const QPointF d = card->portPoint(candidate) - m_wire.tip;
            if (candidate.isOutput != wantsInput && std::hypot(d.x(), d.y()) < nearest) {
                nearest = std::hypot(d.x(), d.y());
                port = &candidate;
            }
        }
    }
    if (m_wire.target != nullptr && m_wire.target != card) {
        for (const CardPort& old : std::vector<CardPort>(m_wire.target->ports()))
            m_wire.target->markPort(old.name, old.isOutput, CardPort::Mark::Rest);
    }
    m_wire.target = port == nullptr ? nullptr : card;
    m_wire.verdict.reset();
    if (port != nullptr) {
        const auto end = m_scene->endpoint(*card, port->name);
        if (end) {
            const auto [from, to] = wireEnds(*end);
            m_wire.verdict = judge(from, to);
            m_wire.tip = card->portPoint(*port);
            card->markPort(port->name, port->isOutput,
                           m_wire.verdict->allowed ? CardPort::Mark::Good : CardPort::Mark::Bad);
        }
    }
    showTip();
    viewport()->update();
}

WireVerdict CanvasView::judge(const Endpoint& from, const Endpoint& to) {
    WireVerdict verdict;
    const Status status = m_document.canConnect(from, to);
    if (status) {
        if (m_judge)
            verdict = m_judge(from, to);
        return verdict;
    }
    verdict.allowed = false;
    verdict.title = QString::fromStdString(status.error().message);
    verdict.hint = QString::fromStdString(status.error().hint);
    addFixes(verdict, from, to);
    return verdict;
}

/// Ways on from a wire that cannot be, as far as the graph alone suggests some.
void CanvasView::addFixes(WireVerdict& verdict, const Endpoint& from, const Endpoint& to) {
    const Graph& graph = m_scene->graph();
    if (const EdgeIndex wire = findWire(graph, from, to); wire != kNone) {
        verdict.fixes.push_back(
            {tr("Remove the wire"), [this, wire] { m_document.remove({Item::ofEdge(wire)}); }});
        return;
    }
    if (from.isBoundary() || to.isBoundary() || from.node == to.node)
        return;
    // A loop through a single wire back: turning that wire around makes the new one possible.
    for (const EdgeIndex index : graph.outEdges(to.node)) {
        const Edge& back = graph.edge(index);
        if (back.to.node != from.node)
            continue;
        const QString text = tr("Turn around: %1 after %2")
                                 .arg(titleOf(graph.node(to.node)), titleOf(graph.node(from.node)));
        verdict.fixes.push_back(
            {text, [this, index, from, to] { (void)m_document.rewire(index, from, to); }});
        return;
    }
}

void CanvasView::showTip() {
    if (!m_wire.verdict || m_wire.verdict->allowed) {
        m_tip->hide();
        return;
    }
    const QPoint middle = mapFromScene((m_wire.anchor + m_wire.tip) / 2);
    const QRect card =
        m_wire.target == nullptr ? QRect() : mapFromScene(m_wire.target->box()).boundingRect();
    m_tip->showVerdict(*m_wire.verdict,
                       QPoint(std::max(middle.x() + 24, card.right() + 24), middle.y()));
}

void CanvasView::finishWire(const QPoint& viewPoint) {
    m_mode = Mode::Wiring;
    moveWire(viewPoint);
    m_mode = Mode::Idle;
    if (m_wire.target == nullptr) {
        const Wire wire = m_wire;
        const bool clicked = (viewPoint - m_pressed).manhattanLength() < 8;
        cancelWire();
        if (clicked)
            return;
        if (wire.replaced != kNone)
            return m_document.remove({Item::ofEdge(wire.replaced)});
        showQuickAdd(wire.tip, wire.from, wire.to);
        return;
    }
    const CardPort* port = m_wire.target->portAt(m_wire.tip, 1);
    const auto end = port == nullptr ? std::nullopt : m_scene->endpoint(*m_wire.target, port->name);
    if (!end || !m_wire.verdict) {
        cancelWire();
        return;
    }
    if (!m_wire.verdict->allowed) {
        // The reason stays readable, and its fixes can be pressed.
        m_wireRejected = true;
        viewport()->update();
        return;
    }
    const auto [from, to] = wireEnds(*end);
    const EdgeIndex replaced = m_wire.replaced;
    cancelWire();
    const auto edge = replaced == kNone ? m_document.connectPorts(from, to)
                                        : m_document.rewire(replaced, from, to);
    if (!edge)
        Q_EMIT failed(QString::fromStdString(edge.error().message));
}

void CanvasView::cancelWire() {
    if (m_mode == Mode::Wiring)
        m_mode = Mode::Idle;
    m_wireRejected = false;
    m_wire = {};
    m_scene->setWiring(false);
    m_tip->hide();
    viewport()->update();
}

void CanvasView::paintWire(QPainter& painter) const {
    const bool bad = m_wire.verdict && !m_wire.verdict->allowed;
    const QColor color = themed(bad ? Token::Err : Token::Drawn);
    QPen pen(color, 2 / m_scale * std::min(m_scale, 1.0), Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern(bad ? QList<qreal>{2.5, 2} : QList<qreal>{3, 2});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const QPointF a = m_wire.anchor, b = m_wire.tip;
    const bool down = m_wire.from.has_value();
    QPainterPath path(a);
    if (bad) {
        path.lineTo(b);
    } else {
        const double bend = std::clamp(std::fabs(b.y() - a.y()) / 2, 40.0, 120.0) * (down ? 1 : -1);
        path.cubicTo(a + QPointF(0, bend), b - QPointF(0, m_wire.target != nullptr ? bend : 0), b);
    }
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(a, kPortRadius, kPortRadius);
    painter.drawEllipse(b, kPortRadius, kPortRadius);
    if (!bad)
        return;
    const QPointF middle = (a + b) / 2;
    painter.setBrush(themed(Token::Canvas));
    painter.setPen(QPen(color, 1.5));
    painter.drawEllipse(middle, 9, 9);
    painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(middle + QPointF(-3.5, -3.5), middle + QPointF(3.5, 3.5));
    painter.drawLine(middle + QPointF(3.5, -3.5), middle + QPointF(-3.5, 3.5));
}

} // namespace fuseboard
