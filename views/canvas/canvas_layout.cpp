// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/canvas_layout.h"

#include "views/canvas/graph_layout.h"
#include "views/document/graph_edits.h"

#include <algorithm>
#include <utility>

namespace fuseboard {

namespace {

bool isPlaced(const Graph& graph, const std::map<Item, CardShape>& shapes) {
    return std::all_of(shapes.begin(), shapes.end(), [&](const auto& entry) {
        return positionOf(graph, entry.first).has_value();
    });
}

} // namespace

CanvasLayout::CanvasLayout(GraphDocument& document, QObject* parent)
    : QObject(parent), m_document(document) {
    connect(&document, &GraphDocument::contentReset, this, [this] {
        m_automatic = std::exchange(m_prepared, {});
        m_preparing = false;
    });
    connect(&document, &GraphDocument::graphChanged, this, [this] {
        update();
        Q_EMIT changed();
    });
    connect(&document, &GraphDocument::optimizedChanged, this, [this] {
        updateOptimised();
        Q_EMIT optimisedChanged();
    });
    update();
}

QRectF CanvasLayout::decodeBox(const std::string& inputPort) const {
    const auto at = m_decode.find(inputPort);
    return at == m_decode.end() ? QRectF() : at->second;
}

void CanvasLayout::compute(const GraphPtr& graph, std::function<void(Positions)> then) {
    std::map<Item, CardShape> shapes = shapesOf(*graph, m_document.catalogue(), Side::Drawn);
    if (!m_ask)
        return then(layOutGraph(*graph, shapes));
    LayoutQuestion question = layoutQuestion(*graph, shapes);
    m_ask(std::move(question.request),
          [graph, shapes = std::move(shapes), items = std::move(question.items),
           then = std::move(then)](const std::optional<LayoutResult>& answer) {
              Positions worker;
              if (answer && answer->topLeft.size() == items.size()) {
                  for (std::size_t i = 0; i < items.size(); ++i)
                      worker[items[i]] = {answer->topLeft[i].x, answer->topLeft[i].y};
              }
              then(layOutGraph(*graph, shapes, worker));
          });
}

void CanvasLayout::prepare(const GraphPtr& graph, std::function<void()> then) {
    m_prepared.clear();
    m_preparing = false;
    if (isPlaced(*graph, shapesOf(*graph, m_document.catalogue(), Side::Drawn)))
        return then();
    m_preparing = true;
    compute(graph, [this, then = std::move(then)](Positions positions) {
        m_prepared = std::move(positions);
        m_preparing = false;
        then();
    });
}

void CanvasLayout::layOut() {
    if (m_preparing)
        return;
    const GraphPtr asked = m_document.graph();
    compute(asked, [this, asked](Positions positions) {
        if (m_document.graph() != asked) // edited meanwhile
            return layOut();
        m_document.layOut({positions.begin(), positions.end()});
        Q_EMIT laidOut();
    });
}

void CanvasLayout::update() {
    const Graph& graph = *m_document.graph();
    const std::map<Item, CardShape> shapes = shapesOf(graph, m_document.catalogue(), Side::Drawn);
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
    const std::map<Item, CardShape> shapes =
        shapesOf(graph, m_document.catalogue(), Side::Optimised);
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
