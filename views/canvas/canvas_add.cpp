// SPDX-License-Identifier: Apache-2.0
// How things get onto a canvas: quick add, drops, the context menu.
#include "views/canvas/canvas_scene.h"
#include "views/canvas/canvas_view.h"
#include "views/canvas/card_item.h"
#include "views/canvas/edge_item.h"
#include "views/canvas/hull_item.h"
#include "views/canvas/quick_add.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/graph_edits.h"
#include "views/document/node_text.h"
#include "views/document/selection.h"

#include <QContextMenuEvent>
#include <QCursor>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QUrl>

#include <cmath>

namespace fuseboard {

namespace {

double snap(double value) {
    return std::round(value / kGrid) * kGrid;
}

QStringList localFiles(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

} // namespace

/// Behind the selected node, if it has no reader yet.
std::optional<std::pair<Endpoint, QPointF>> CanvasView::placeBehindSelection() const {
    const std::vector<std::string> ids = m_document.selection().nodeIds();
    if (ids.size() != 1 || m_document.selection().side() != m_side)
        return std::nullopt;
    const auto node = m_scene->graph().findNode(ids.front());
    const CardItem* card = m_scene->card(Item::node(ids.front()));
    if (!node || card == nullptr || !m_scene->graph().outEdges(*node).empty())
        return std::nullopt;
    const auto ports = outputPorts(m_scene->graph(), m_document.catalogue(), *node);
    if (ports.empty())
        return std::nullopt;
    const QRectF box = card->box();
    return std::pair(Endpoint{*node, ports.front()},
                     QPointF(box.center().x(), box.bottom() + kGapBetweenCards));
}

void CanvasView::openQuickAdd() {
    if (!isEditable())
        return;
    if (const auto behind = placeBehindSelection())
        return showQuickAdd(behind->second, behind->first, std::nullopt);
    const QPoint pointer = viewport()->mapFromGlobal(QCursor::pos());
    const QPoint at = viewport()->rect().contains(pointer) ? pointer : viewport()->rect().center();
    showQuickAdd(mapToScene(at), std::nullopt, std::nullopt);
}

void CanvasView::addFromPalette(const QString& name) {
    if (!isEditable())
        return;
    const EndpointKind* kind = findEndpointKind(name.toStdString());
    const auto behind = placeBehindSelection();
    if (behind && (kind == nullptr || !kind->isSource)) {
        Attachment attachment;
        attachment.from = behind->first;
        return addByName(name, behind->second, attachment);
    }
    // Several added in a row do not cover each other.
    QPointF point = mapToScene(viewport()->rect().center());
    while (m_scene->cardAt(point, 0) != nullptr)
        point.ry() += kCardSize.height() + kGapBetweenCards;
    addByName(name, point, {});
}

void CanvasView::showQuickAdd(const QPointF& scenePoint, const std::optional<Endpoint>& from,
                              const std::optional<Endpoint>& to) {
    if (m_quickAdd == nullptr)
        m_quickAdd = new QuickAdd(this);
    m_quickAdd->disconnect(this);
    const Graph& graph = m_scene->graph();
    QuickAddRequest request;
    request.catalogue = &m_document.catalogue();
    if (from) {
        const QString name =
            from->isBoundary() ? tr("the source") : titleOf(graph.node(from->node));
        request.title = tr("Add after %1").arg(name);
        request.needsInput = true;
        for (const EdgeIndex index : graph.edges()) {
            if (graph.edge(index).from == *from)
                request.type = m_document.edgeType(graph, graph.edge(index));
        }
    } else if (to) {
        const QString name = to->isBoundary() ? tr("the sink") : titleOf(graph.node(to->node));
        request.title = tr("Add before %1").arg(name);
        request.needsOutput = true;
    } else {
        request.title = tr("Add to the pipeline");
    }
    connect(m_quickAdd, &QuickAdd::chosen, this, [this, scenePoint, from, to](const QString& name) {
        Attachment attachment;
        attachment.from = from;
        attachment.to = to;
        addByName(name, scenePoint, attachment);
        setFocus();
    });
    connect(m_quickAdd, &QuickAdd::cancelled, this, [this] { setFocus(); });
    const QPoint at = mapFromScene(scenePoint);
    m_quickAdd->open(request, at + QPoint(8, -28));
}

void CanvasView::addByName(const QString& name, const QPointF& scenePoint,
                           const Attachment& attachment) {
    const std::string key = name.toStdString();
    Attachment where = attachment;
    // Cards hang from the point below a writer and stand on the point above a reader.
    const QSizeF size = findEndpointKind(key) != nullptr ? kTerminalSize : kCardSize;
    QPointF corner = scenePoint - QPointF(size.width() / 2, 0);
    if (attachment.to)
        corner.ry() -= size.height();
    else if (!attachment.from)
        corner.ry() -= size.height() / 2;
    corner = QPointF(snap(corner.x()), snap(corner.y()));
    if (const EndpointKind* kind = findEndpointKind(key); kind != nullptr) {
        if (const auto added = m_document.addEndpoint(*kind, corner, where); !added)
            Q_EMIT failed(QString::fromStdString(added.error().message));
        return;
    }
    const OperatorInfo* info = m_document.catalogue().find(key);
    if (info == nullptr)
        return;
    if (const auto added = m_document.addNode(*info, corner, where); !added)
        Q_EMIT failed(QString::fromStdString(added.error().message));
}

/// The edge that a node dropped here would be spliced into.
EdgeIndex CanvasView::spliceTarget(const QPointF& scenePoint) const {
    const EdgeItem* edge = m_scene->edgeAt(scenePoint, 8 / m_scale);
    return edge == nullptr ? kNone : edge->edge();
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
    const bool isOperator =
        isEditable() && event->mimeData()->hasFormat(QString::fromLatin1(kOperatorMimeType));
    if (isOperator || !localFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
    event->acceptProposedAction();
    if (!event->mimeData()->hasFormat(QString::fromLatin1(kOperatorMimeType)))
        return;
    const EdgeIndex target = spliceTarget(mapToScene(event->position().toPoint()));
    if (target == m_dropEdge)
        return;
    m_dropEdge = target;
    for (QGraphicsItem* item : m_scene->items()) {
        if (auto* edge = qgraphicsitem_cast<EdgeItem*>(item))
            edge->setHighlight(edge->edge() == target && target != kNone ? std::optional(m_side)
                                                                         : std::nullopt);
    }
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent* event) {
    m_dropEdge = kNone;
    QGraphicsView::dragLeaveEvent(event);
}

void CanvasView::dropEvent(QDropEvent* event) {
    const QString type = QString::fromLatin1(kOperatorMimeType);
    const QPointF point = mapToScene(event->position().toPoint());
    m_dropEdge = kNone;
    if (event->mimeData()->hasFormat(type) && isEditable()) {
        Attachment attachment;
        const QString name = QString::fromUtf8(event->mimeData()->data(type));
        if (findEndpointKind(name.toStdString()) == nullptr)
            attachment.into = spliceTarget(point);
        event->acceptProposedAction();
        addByName(name, point, attachment);
        setFocus(Qt::MouseFocusReason);
        return;
    }
    const QStringList files = localFiles(event->mimeData());
    if (!files.isEmpty()) {
        event->acceptProposedAction();
        Q_EMIT filesDropped(files);
    }
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
    const QPointF point = mapToScene(event->pos());
    Selection& selection = m_document.selection();
    CardItem* card = m_scene->cardAt(point, 0);
    EdgeItem* edge = card == nullptr ? m_scene->edgeAt(point, 3 / m_scale) : nullptr;
    if (card != nullptr && !selection.contains(m_side, card->item()))
        selection.select(m_side, card->item());
    if (edge != nullptr && edge->edge() != kNone)
        selection.select(m_side, Item::ofEdge(edge->edge()));
    QMenu menu(this);
    const auto add = [&](const QString& text, const QKeySequence& keys, auto&& action) {
        QAction* entry = menu.addAction(text, this, std::forward<decltype(action)>(action));
        entry->setShortcut(keys);
        entry->setShortcutVisibleInContextMenu(true);
        return entry;
    };
    const bool onSomething = card != nullptr || edge != nullptr;
    if (isEditable() && onSomething) {
        if (card != nullptr && card->item().isNode()) {
            add(tr("Disable or enable"), Qt::Key_D, [this] { toggleDisabled(); });
            add(tr("Bypass or stop bypassing"), Qt::Key_B, [this] { toggleBypassed(); });
            menu.addSeparator();
        }
        if (edge != nullptr && edge->edge() != kNone) {
            const EdgeIndex index = edge->edge();
            const auto fusion = [&](const QString& text, FusionChoice choice) {
                QAction* entry = menu.addAction(
                    text, this, [this, index, choice] { m_document.setFusion({index}, choice); });
                entry->setCheckable(true);
                entry->setChecked(m_scene->graph().edge(index).fusion == choice);
            };
            fusion(tr("Let the optimiser decide"), FusionChoice::Automatic);
            fusion(tr("Always fuse across this edge"), FusionChoice::Pinned);
            fusion(tr("Never fuse across this edge"), FusionChoice::Forbidden);
            menu.addSeparator();
        }
        add(tr("Cut"), QKeySequence::Cut, [this] { cutSelection(); });
        add(tr("Copy"), QKeySequence::Copy, [this] { copySelection(); });
        add(tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), [this] { duplicateSelection(); });
        menu.addSeparator();
        add(tr("Remove"), QKeySequence::Delete, [this] { removeSelection(); });
        if (card != nullptr)
            add(tr("Remove and join"), QKeySequence(Qt::CTRL | Qt::Key_Delete),
                [this] { healSelection(); });
    } else if (isEditable()) {
        add(tr("Add operator…"), Qt::Key_Space,
            [this, point] { showQuickAdd(point, std::nullopt, std::nullopt); });
        add(tr("Paste"), QKeySequence::Paste, [this] { paste(); });
        add(tr("Select all"), QKeySequence::SelectAll, [this] { selectAll(); });
        menu.addSeparator();
        add(tr("Lay out"), Qt::Key_L, [this] { layOut(); });
    }
    if (m_side == Side::Optimised && !m_scene->graph().groups().empty())
        add(tr("Show groups folded or open"), QKeySequence(Qt::CTRL | Qt::Key_G),
            [this] { toggleFolding(); });
    if (!menu.isEmpty())
        menu.addSeparator();
    add(tr("Fit"), Qt::Key_F, [this] { fit(); });
    add(tr("Zoom to 100 %"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { resetZoom(); });
    menu.exec(event->globalPos());
}

} // namespace fuseboard
