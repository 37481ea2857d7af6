// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/canvas_layout.h"

#include "views/canvas/graph_layout.h"
#include "views/document/graph_edits.h"

#include <algorithm>

namespace fuseboard {

CanvasLayout::CanvasLayout(GraphDocument& document, QObject* parent)
    : QObject(parent), m_document(document) {
    connect(&document, &GraphDocument::contentReset, this, [this] { m_automatic.clear(); });
    connect(&document, &GraphDocument::graphChanged, this, [this] {
        update();
        Q_EMIT changed();
    });
    connect(&document, &GraphDocument::optimizedChanged, this, [this] {
        updateOptimised();
        Q_EMIT changed();
    });
    update();
}

QRectF CanvasLayout::decodeBox(const std::string& inputPort) const {
    const auto at = m_decode.find(inputPort);
    return at == m_decode.end() ? QRectF() : at->second;
}

void CanvasLayout::setComputed(std::map<Item, Position> positions) {
    m_automatic = std::move(positions);
    update();
    Q_EMIT changed();
}

std::vector<std::pair<Item, Position>> CanvasLayout::freshLayout() const {
    const Graph& graph = *m_document.graph();
    const auto positions = layOutGraph(graph, shapesOf(graph, m_document.catalogue()));
    return {positions.begin(), positions.end()};
}

void CanvasLayout::update() {
    const Graph& graph = *m_document.graph();
    const std::map<Item, CardShape> shapes = shapesOf(graph, m_document.catalogue());
    const bool incomplete = std::any_of(shapes.begin(), shapes.end(), [&](const auto& entry) {
        return !m_automatic.contains(entry.first) && !positionOf(graph, entry.first);
    });
    if (incomplete) {
        for (auto& [item, position] : layOutGraph(graph, shapes))
            m_automatic.emplace(item, position);
    }
    auto& boxes = m_boxes[int(Side::Drawn)];
    boxes.clear();
    for (const auto& [item, shape] : shapes) {
        const std::optional<Position> saved = positionOf(graph, item);
        const Position position = saved ? *saved : m_automatic.at(item);
        boxes[item] = {QRectF(QPointF(position.x, position.y), sizeOf(shape)), shape};
    }
    updateOptimised();
}

void CanvasLayout::updateOptimised() {
    auto& boxes = m_boxes[int(Side::Optimised)];
    boxes.clear();
    m_decode.clear();
    const Graph& graph = *m_document.graph(Side::Optimised);
    const std::map<Item, CardShape> shapes = shapesOf(graph, m_document.catalogue());
    const auto& drawn = m_boxes[int(Side::Drawn)];
    std::map<Item, Position> fallback;
    for (const auto& [item, shape] : shapes) {
        const QSizeF size = sizeOf(shape);
        auto at = drawn.find(item);
        if (at == drawn.end()) {
            for (const Item& origin : m_document.counterparts().of(Side::Optimised, item)) {
                if (at = drawn.find(origin); at != drawn.end())
                    break;
            }
        }
        if (at != drawn.end()) {
            const QPointF center = at->second.rect.center();
            boxes[item] = {QRectF(center - QPointF(size.width() / 2, size.height() / 2), size),
                           shape};
            continue;
        }
        if (fallback.empty())
            fallback = layOutGraph(graph, shapes);
        const Position position = fallback.at(item);
        boxes[item] = {QRectF(QPointF(position.x, position.y), size), shape};
    }
    for (const FusedGroup& group : graph.groups()) {
        for (const std::string& port : group.inputPorts) {
            const auto source = boxes.find(Item::input(port));
            if (source == boxes.end())
                continue;
            const QRectF& above = source->second.rect;
            const QRectF decode(above.left(), above.bottom() + 12, kCompactSize.width(),
                                kCompactSize.height());
            const bool isFree = std::none_of(boxes.begin(), boxes.end(), [&](const auto& entry) {
                return entry.second.rect.intersects(decode.adjusted(0, 4, 0, 10));
            });
            if (isFree)
                m_decode[port] = decode;
        }
    }
}

} // namespace fuseboard
