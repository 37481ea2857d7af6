// SPDX-License-Identifier: Apache-2.0
// Zoom, pan, background, keyboard and commands of a canvas.
#include "views/canvas/canvas_view.h"

#include "views/canvas/canvas_scene.h"
#include "views/canvas/card_item.h"
#include "views/canvas/minimap.h"
#include "views/canvas/quick_add.h"
#include "views/canvas/wire_tip.h"
#include "views/document/graph_fragment.h"
#include "views/document/selection.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <cmath>

namespace fuseboard {

namespace {

constexpr double kMinZoom = 0.05, kMaxZoom = 4;
constexpr double kZoomStep = 1.25;
constexpr double kFitMargin = 8, kTopMargin = 24;

} // namespace

CanvasView::CanvasView(CanvasLayout& layout, Side side, QWidget* parent)
    : QGraphicsView(parent), m_document(layout.document()), m_layout(layout), m_side(side),
      m_scene(std::make_unique<CanvasScene>(layout, side)), m_minimap(new Minimap(*this)),
      m_tip(new WireTip(this)) {
    setScene(m_scene.get());
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(QGraphicsView::NoAnchor);
    setResizeAnchor(QGraphicsView::NoAnchor);
    setViewportUpdateMode(QGraphicsView::SmartViewportUpdate);
    setOptimizationFlag(QGraphicsView::DontSavePainterState);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAcceptDrops(true);
    setAccessibleName(side == Side::Drawn ? tr("As drawn") : tr("Optimised"));
    connect(m_scene.get(), &CanvasScene::rebuilt, m_minimap, qOverload<>(&QWidget::update));
    connect(m_scene.get(), &CanvasScene::bandChanged, this, [this] {
        viewport()->update();
        m_minimap->update();
    });
    connect(&m_document, &GraphDocument::contentReset, this, [this] {
        cancelWire();
        m_shown = false;
    });
    connect(m_scene.get(), &CanvasScene::rebuilt, this, [this] {
        m_wire.target = nullptr;
        // A new pipeline is shown whole, once there is something to show.
        if (!m_shown && isVisible() && !m_scene->cards().empty()) {
            m_shown = true;
            fit();
        }
    });
    connect(m_tip, &WireTip::closed, this, &CanvasView::cancelWire);
    connect(&m_layout, &CanvasLayout::laidOut, this, [this] {
        if (m_side == Side::Drawn)
            fit();
    });
}

CanvasView::~CanvasView() {
    // Taking the scene away moves the scroll bars; nobody is to follow that any more.
    unlink();
    m_following = true;
    setScene(nullptr);
}

// --- zoom and pan
// ---------------------------------------------------------------------------------

double CanvasView::zoom() const {
    return m_scale;
}

void CanvasView::applyZoom(double scale, const QPointF& viewPoint) {
    scale = std::clamp(scale, kMinZoom, kMaxZoom);
    const QPointF before = mapToScene(viewPoint.toPoint());
    m_scale = scale;
    setTransform(QTransform::fromScale(scale, scale));
    const QPointF after = mapFromScene(before);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() +
                                    int(std::lround(after.x() - viewPoint.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() +
                                  int(std::lround(after.y() - viewPoint.y())));
    viewport()->update();
    Q_EMIT zoomChanged(scale);
    tellMoved();
}

void CanvasView::setZoom(double scale) {
    applyZoom(scale, QRectF(viewport()->rect()).center());
}
void CanvasView::zoomIn() {
    setZoom(m_scale * kZoomStep);
}
void CanvasView::zoomOut() {
    setZoom(m_scale / kZoomStep);
}
void CanvasView::resetZoom() {
    setZoom(1);
}

void CanvasView::fitRect(const QRectF& rect) {
    if (rect.isEmpty())
        return;
    const QSizeF room(viewport()->width() - 2 * kFitMargin, viewport()->height() - 2 * kFitMargin);
    const double scale =
        std::min({1.0, room.width() / rect.width(), room.height() / rect.height()});
    m_scale = std::clamp(scale, kMinZoom, kMaxZoom);
    setTransform(QTransform::fromScale(m_scale, m_scale));
    centerOn(rect.center());
    // What fits with room to spare starts at the top, as a page does.
    if (rect.height() * m_scale < room.height()) {
        const double spare = viewport()->height() - rect.height() * m_scale - kFitMargin;
        const int top =
            int(std::lround(mapFromScene(rect.topLeft()).y() - std::min(kTopMargin, spare)));
        verticalScrollBar()->setValue(verticalScrollBar()->value() + top);
    }
    viewport()->update();
    Q_EMIT zoomChanged(m_scale);
    tellMoved();
}

QRectF CanvasView::contentAt(double scale) const {
    const QRectF content = m_scene->contentAt(scale);
    return m_linked == nullptr ? content : content | m_linked->canvasScene().contentAt(scale);
}

void CanvasView::fit() {
    QRectF rect = contentAt(1);
    if (rect.isEmpty())
        return;
    const QSizeF space(viewport()->width() - 2 * kFitMargin, viewport()->height() - 2 * kFitMargin);
    // Labels take more of the canvas the smaller it is shown.
    for (int i = 0; i < 3; ++i)
        rect = contentAt(
            std::min({1.0, space.width() / rect.width(), space.height() / rect.height()}));
    // The main column stands in the middle, as long as nothing is cut off.
    double column = rect.center().x();
    std::map<double, int> columns;
    for (const auto& [item, card] : m_scene->cards())
        ++columns[std::round(card->box().center().x())];
    int most = 0;
    for (const auto& [x, count] : columns) {
        if (count > most) {
            most = count;
            column = x;
        }
    }
    const double half = std::max(column - rect.left(), rect.right() - column);
    const double fitted = std::min(1.0, space.height() / rect.height());
    const bool isTooLarge =
        std::max(rect.width() / space.width(), rect.height() / space.height()) > 1 / kMinZoom;
    if (2 * half * fitted <= space.width() || isTooLarge) // then rather the column than a gap
        rect = QRectF(column - half, rect.top(), 2 * half, rect.height());
    fitRect(rect);
}

void CanvasView::fitSelection() {
    QRectF rect;
    for (const Item& item : m_document.highlighted(m_side)) {
        if (const CardItem* card = m_scene->card(item); card != nullptr)
            rect |= card->box();
    }
    if (rect.isEmpty())
        fit();
    else
        fitRect(rect.adjusted(-40, -40, 40, 40));
}

void CanvasView::centreOn(const Item& item) {
    const CardItem* card = m_scene->card(item);
    if (card == nullptr)
        return;
    const QRectF visible = mapToScene(viewport()->rect()).boundingRect();
    if (!visible.intersects(card->box()))
        centerOn(card->box().center());
    else if (!visible.contains(card->box()))
        ensureVisible(card->box(), 24, 24);
    tellMoved();
}

void CanvasView::linkWith(CanvasView* other) {
    m_linked = other;
    if (other != nullptr) {
        other->m_linked = this;
        other->follow(*this);
    }
}

void CanvasView::unlink() {
    if (m_linked != nullptr)
        m_linked->m_linked = nullptr;
    m_linked = nullptr;
}

void CanvasView::follow(const CanvasView& leader) {
    m_following = true;
    const bool zoomed = m_scale != leader.m_scale;
    m_scale = leader.m_scale;
    setTransform(leader.transform());
    // The middles agree, so that the main columns do when the canvases are not equally wide.
    const QPointF middle = leader.mapToScene(leader.viewport()->rect().center());
    const QPointF top = leader.mapToScene(QPoint(0, 0));
    const QPointF mine = mapFromScene(QPointF(middle.x(), top.y()));
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() +
                                    int(std::lround(mine.x() - viewport()->width() / 2.0)));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + int(std::lround(mine.y())));
    viewport()->update();
    m_minimap->update();
    m_following = false;
    if (zoomed)
        Q_EMIT zoomChanged(m_scale);
}

void CanvasView::tellMoved() {
    m_minimap->update();
    Q_EMIT viewMoved();
    if (m_linked != nullptr && !m_following && !m_linked->m_following)
        m_linked->follow(*this);
}

void CanvasView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy);
    // The band spans the viewport, so that shifting pixels sideways would tear it.
    viewport()->update();
    if (!m_following)
        tellMoved();
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (event->modifiers() & Qt::ShiftModifier) {
        const QPoint delta = event->angleDelta();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - delta.x() - delta.y());
        return;
    }
    const double steps = event->angleDelta().y() / 120.0;
    if (steps != 0)
        applyZoom(m_scale * std::pow(kZoomStep, steps), event->position());
}

void CanvasView::placeMinimap() {
    m_minimap->move(viewport()->width() - m_minimap->width() - 12,
                    viewport()->height() - m_minimap->height() - 12);
    m_minimap->setVisible(viewport()->width() > 400 && viewport()->height() > 320);
}

void CanvasView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    // The point in the middle of the upper border stays where it is.
    const QSize old = event->oldSize();
    if (old.isValid() && m_shown && !m_following) {
        const int dx = (viewport()->width() - old.width()) / 2;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - dx);
    }
    placeMinimap();
}

void CanvasView::showEvent(QShowEvent* event) {
    QGraphicsView::showEvent(event);
    placeMinimap();
    if (!m_shown && !m_scene->cards().empty()) {
        m_shown = true;
        fit();
    }
}

bool CanvasView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            applyZoom(m_scale * (1 + gesture->value()), gesture->position());
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

// --- background
// -----------------------------------------------------------------------------------

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, themed(Token::Canvas));
    if (m_scale >= 0.195) {
        // Dots come apart again when they would get closer than 12 px on the screen.
        double spacing = kDotSpacing;
        while (spacing * m_scale < 12)
            spacing *= 2;
        // Two by two pixels each, as rectangles on the screen: there are thousands of them.
        const QTransform toScreen = painter->worldTransform();
        QVector<QRect> dots;
        const double offset = kDotSpacing / 2;
        const double left = std::floor((rect.left() - offset) / spacing) * spacing + offset;
        const double top = std::floor((rect.top() - offset) / spacing) * spacing + offset;
        for (double y = top; y < rect.bottom() + spacing; y += spacing) {
            for (double x = left; x < rect.right() + spacing; x += spacing) {
                const QPointF dot = toScreen.map(QPointF(x, y));
                dots.push_back(
                    {int(std::lround(dot.x())) - 1, int(std::lround(dot.y())) - 1, 2, 2});
            }
        }
        painter->save();
        painter->resetTransform();
        painter->setRenderHint(QPainter::Antialiasing, false);
        painter->setPen(Qt::NoPen);
        painter->setBrush(themed(Token::Dot));
        painter->drawRects(dots);
        painter->restore();
    }
    if (m_scene->cards().empty() && isEditable())
        paintHint(*painter);
    const QRectF band = m_scene->band();
    if (!band.isNull())
        painter->fillRect(QRectF(rect.left(), band.top(), rect.width(), band.height()),
                          themed(Token::Band));
}

void CanvasView::paintHint(QPainter& painter) const {
    painter.save();
    painter.resetTransform();
    painter.setFont(themed(TextStyle::Body));
    painter.setPen(themed(Token::Ink3));
    painter.drawText(viewport()->rect(), Qt::AlignCenter,
                     tr("Drag an operator onto the canvas, or press Space to add one."));
    painter.restore();
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&) {
    painter->setRenderHint(QPainter::Antialiasing);
    if (m_box) {
        QPen pen(themed(Token::Drawn), 1);
        pen.setCosmetic(true);
        painter->setPen(pen);
        QColor fill = themed(Token::DrawnHalo);
        fill.setAlphaF(fill.alphaF() * 0.5F);
        painter->setBrush(fill);
        painter->drawRect(*m_box);
    }
    if (m_mode == Mode::Wiring || m_wireRejected)
        paintWire(*painter);
    if (hasFocus() && QApplication::focusWidget() == this && m_focusItem == std::nullopt &&
        m_scene->cards().empty()) {
        painter->save();
        painter->resetTransform();
        painter->setPen(QPen(themed(Token::Ink), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(viewport()->rect().adjusted(2, 2, -2, -2));
        painter->restore();
    }
}

void CanvasView::renderTo(QPainter& painter, const QSizeF& size) {
    QRectF rect = m_scene->contentRect();
    rect.adjust(-kTopMargin, -kTopMargin, kTopMargin + 120, kTopMargin);
    painter.fillRect(QRectF(QPointF(), size), themed(Token::Canvas));
    m_scene->render(&painter, QRectF(QPointF(), size), rect);
}

// --- keyboard
// -------------------------------------------------------------------------------------

bool CanvasView::event(QEvent* event) {
    // Letters belong to the canvas while it has the focus, before any shortcut of the window.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = (key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
        static constexpr int kMine[] = {
            Qt::Key_Space, Qt::Key_F,       Qt::Key_L,      Qt::Key_D,      Qt::Key_B,
            Qt::Key_Plus,  Qt::Key_Minus,   Qt::Key_Equal,  Qt::Key_Delete, Qt::Key_Backspace,
            Qt::Key_Tab,   Qt::Key_Backtab, Qt::Key_Escape, Qt::Key_Return};
        if (plain && std::find(std::begin(kMine), std::end(kMine), key->key()) != std::end(kMine)) {
            event->accept();
            return true;
        }
    }
    // Tab would otherwise leave the canvas.
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Tab && key->modifiers() == Qt::NoModifier &&
            !m_document.selection().empty()) {
            nextCounterpart();
            return true;
        }
    }
    return QGraphicsView::event(event);
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers == Qt::ControlModifier) {
        switch (event->key()) {
        case Qt::Key_0: resetZoom(); return;
        case Qt::Key_1: fit(); return;
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoomIn(); return;
        case Qt::Key_Minus: zoomOut(); return;
        case Qt::Key_A: selectAll(); return;
        case Qt::Key_C: copySelection(); return;
        case Qt::Key_X: cutSelection(); return;
        case Qt::Key_V: paste(); return;
        case Qt::Key_D: duplicateSelection(); return;
        case Qt::Key_G: toggleFolding(); return;
        case Qt::Key_Delete: healSelection(); return;
        default: break;
        }
    }
    const bool arrow = event->key() >= Qt::Key_Left && event->key() <= Qt::Key_Down;
    if (arrow && modifiers == Qt::NoModifier)
        return hopTo(event->key());
    if (arrow && (modifiers & (Qt::ControlModifier | Qt::ShiftModifier)))
        return nudge(event->key(), modifiers == Qt::ShiftModifier);
    if ((modifiers & ~Qt::ShiftModifier) != 0) {
        QGraphicsView::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Space:
        if (!event->isAutoRepeat()) {
            m_spaceHeld = true;
            m_spacePanned = false;
        }
        return;
    case Qt::Key_F: return fit();
    case Qt::Key_L: return layOut();
    case Qt::Key_D: return toggleDisabled();
    case Qt::Key_B: return toggleBypassed();
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoomIn();
    case Qt::Key_Minus: return zoomOut();
    case Qt::Key_Delete:
    case Qt::Key_Backspace: return removeSelection();
    case Qt::Key_Escape:
        if (m_mode == Mode::Wiring || m_wireRejected)
            cancelWire();
        else
            m_document.selection().clear();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto item = currentItem())
            Q_EMIT itemActivated(m_side, *item);
        return;
    default: QGraphicsView::keyPressEvent(event);
    }
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat() && m_spaceHeld) {
        m_spaceHeld = false;
        // Space alone adds; Space with a drag has panned.
        if (!m_spacePanned)
            openQuickAdd();
        return;
    }
    QGraphicsView::keyReleaseEvent(event);
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    const bool byKey =
        event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKey) {
        m_focusItem = currentItem();
        m_scene->setFocused(m_focusItem);
    }
    viewport()->update();
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
    QGraphicsView::focusOutEvent(event);
    m_spaceHeld = false;
    m_scene->setFocused(std::nullopt);
    viewport()->update();
}

std::optional<Item> CanvasView::currentItem() const {
    const Items items = m_document.highlighted(m_side);
    const Item* current = m_document.selection().current();
    if (m_document.selection().side() == m_side && current != nullptr)
        return *current;
    return items.empty() ? std::nullopt : std::optional(items.front());
}

/// The nearest card in the direction of an arrow key; sideways distance counts double.
void CanvasView::hopTo(int key) {
    const std::optional<Item> current = currentItem();
    const CardItem* from = current ? m_scene->card(*current) : nullptr;
    const CardItem* best = nullptr;
    double shortest = 0;
    for (const auto& [item, card] : m_scene->cards()) {
        if (card == from || !card->isVisible())
            continue;
        const QPointF to = card->box().center();
        if (from == nullptr) {
            if (best == nullptr || to.y() < best->box().center().y())
                best = card;
            continue;
        }
        const QPointF d = to - from->box().center();
        const double ahead = key == Qt::Key_Down    ? d.y()
                             : key == Qt::Key_Up    ? -d.y()
                             : key == Qt::Key_Right ? d.x()
                                                    : -d.x();
        const bool vertical = key == Qt::Key_Down || key == Qt::Key_Up;
        const double aside = std::fabs(vertical ? d.x() : d.y());
        if (ahead < 4)
            continue;
        const double cost = ahead + 2 * aside;
        if (best == nullptr || cost < shortest) {
            best = card;
            shortest = cost;
        }
    }
    if (best == nullptr)
        return;
    const Item target = best->item();
    m_document.selection().select(m_side, target);
    m_focusItem = target;
    m_scene->setFocused(target);
    centreOn(target);
}

void CanvasView::nudge(int key, bool fine) {
    if (!isEditable())
        return;
    const double step = fine ? kGrid : 4 * kGrid;
    const double dx = key == Qt::Key_Left ? -step : key == Qt::Key_Right ? step : 0;
    const double dy = key == Qt::Key_Up ? -step : key == Qt::Key_Down ? step : 0;
    std::vector<std::pair<Item, Position>> moves;
    for (const Item& item : m_document.selection().items()) {
        if (const CardItem* card = m_scene->card(item); card != nullptr)
            moves.emplace_back(item, Position{card->x() + dx, card->y() + dy});
    }
    m_document.move(moves);
}

// --- commands
// -------------------------------------------------------------------------------------

void CanvasView::selectAll() {
    Items items;
    for (const auto& [item, card] : m_scene->cards())
        items.push_back(item);
    m_document.selection().select(m_side, std::move(items));
}

void CanvasView::removeSelection() {
    if (isEditable() && m_document.selection().side() == m_side)
        m_document.remove(Items(m_document.selection().items()));
}

void CanvasView::healSelection() {
    if (isEditable() && m_document.selection().side() == m_side)
        m_document.remove(Items(m_document.selection().items()), true);
}

void CanvasView::toggleDisabled() {
    const std::vector<std::string> ids = m_document.selection().nodeIds();
    if (!isEditable() || ids.empty() || m_document.selection().side() != m_side)
        return;
    const auto node = m_scene->graph().findNode(ids.front());
    m_document.setDisabled(ids, node && !m_scene->graph().node(*node).disabled);
}

void CanvasView::toggleBypassed() {
    const std::vector<std::string> ids = m_document.selection().nodeIds();
    if (!isEditable() || ids.empty() || m_document.selection().side() != m_side)
        return;
    const auto node = m_scene->graph().findNode(ids.front());
    m_document.setBypassed(ids, node && !m_scene->graph().node(*node).bypassed);
}

void CanvasView::copySelection() {
    if (m_document.selection().side() != Side::Drawn)
        return;
    const QByteArray json = m_document.copy(m_document.selection().items());
    if (json.isEmpty())
        return;
    auto* copied = new QMimeData;
    copied->setData(QString::fromLatin1(kFragmentMimeType), json);
    copied->setText(QString::fromUtf8(json));
    QGuiApplication::clipboard()->setMimeData(copied);
}

void CanvasView::cutSelection() {
    if (!isEditable())
        return;
    copySelection();
    removeSelection();
}

void CanvasView::paste() {
    const QMimeData* copied = QGuiApplication::clipboard()->mimeData();
    if (!isEditable() || copied == nullptr)
        return;
    const QString type = QString::fromLatin1(kFragmentMimeType);
    const QByteArray json = copied->hasFormat(type) ? copied->data(type) : copied->text().toUtf8();
    const Result<Items> added = m_document.paste(json, QPointF(32, 32));
    if (!added)
        Q_EMIT failed(QString::fromStdString(added.error().message));
    else if (!added->empty())
        centreOn(added->front());
}

void CanvasView::duplicateSelection() {
    if (isEditable() && m_document.selection().side() == m_side)
        m_document.duplicate(Items(m_document.selection().items()));
}

void CanvasView::layOut() {
    if (!isEditable())
        return;
    m_layout.layOut();
}

void CanvasView::toggleFolding() {
    const auto& groups = m_scene->graph().groups();
    bool anyOpen = false;
    for (GroupIndex group = 0; group < groups.size(); ++group)
        anyOpen = anyOpen || (groups[group].members.size() > 1 && !m_scene->isFolded(group));
    m_scene->setAllFolded(anyOpen);
}

/// Moves the selection to the other side, and from one counterpart to the next if there are
/// several.
void CanvasView::nextCounterpart() {
    Selection& selection = m_document.selection();
    const Items twins = m_document.counterparts().of(selection.side(), selection.items());
    if (twins.empty())
        return;
    const Side other = otherSide(selection.side());
    selection.select(other, twins.front());
    CanvasView* shown = other == m_side ? this : m_linked.data();
    if (shown != nullptr) {
        shown->setFocus(Qt::OtherFocusReason);
        shown->centreOn(twins.front());
    }
}

} // namespace fuseboard
