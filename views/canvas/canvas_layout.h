// SPDX-License-Identifier: Apache-2.0
// Where everything stands on both canvases of a document: saved positions first, then those of a
// layout worker, then those of our own layout. Shared, so that counterparts stay at one height.
#pragma once

#include "views/canvas/canvas_metrics.h"
#include "views/document/graph_document.h"
#include "views/document/item.h"

#include <QObject>
#include <QRectF>

#include <map>
#include <vector>

namespace fuseboard {

/// GUI thread only. The document must outlive it.
class CanvasLayout : public QObject {
    Q_OBJECT

public:
    explicit CanvasLayout(GraphDocument& document, QObject* parent = nullptr);

    [[nodiscard]] GraphDocument& document() { return m_document; }
    /// Box and shape of every node and port of a side.
    struct Box {
        QRectF rect;
        CardShape shape = CardShape::Card;
    };
    [[nodiscard]] const std::map<Item, Box>& boxes(Side side) const { return m_boxes[int(side)]; }
    /// The card that stands for decoding inside a fused group, below the source of that port; null
    /// rectangle: there is none, or no room for it.
    [[nodiscard]] QRectF decodeBox(const std::string& inputPort) const;

    /// Positions from elsewhere (the layout worker), for items without a saved one.
    void setComputed(std::map<Item, Position> positions);
    /// A fresh layout of the drawn graph, saved ones disregarded.
    [[nodiscard]] std::vector<std::pair<Item, Position>> freshLayout() const;

Q_SIGNALS:
    void changed();

private:
    void update();
    void updateOptimised();

    GraphDocument& m_document;
    std::map<Item, Position> m_automatic; ///< kept while the document lives: nothing jumps
    std::map<Item, Box> m_boxes[2];
    std::map<std::string, QRectF> m_decode;
};

} // namespace fuseboard
