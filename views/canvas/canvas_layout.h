// SPDX-License-Identifier: Apache-2.0
// Where everything stands on both canvases of a document: saved positions first, then those that
// the layout worker helped to find, then those of our own layout alone. Shared, so that
// counterparts stay at one height.
#pragma once

#include "engine/graph/layout_service.h"
#include "views/canvas/canvas_metrics.h"
#include "views/document/graph_document.h"
#include "views/document/item.h"

#include <QObject>
#include <QRectF>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace fuseboard {

/// Asks the layout worker without waiting. The answer comes in the GUI thread; nullopt: the worker
/// failed. A newer question takes the place of an older one, which is then never answered.
using AskLayoutWorker =
    std::function<void(LayoutRequest, std::function<void(const std::optional<LayoutResult>&)>)>;

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

    /// Without a worker everything is laid out here, at once.
    void setWorker(AskLayoutWorker ask) { m_ask = std::move(ask); }
    /// Finds positions for a graph that is to become the content of the document, which `then`
    /// makes it; at once if all its positions are saved.
    void prepare(const GraphPtr& graph, std::function<void()> then);
    /// Lays the drawn graph out afresh, saved positions disregarded: one undoable command. Does
    /// nothing while another content is being prepared.
    void layOut();

Q_SIGNALS:
    void changed();
    void optimisedChanged(); ///< while nothing has changed on the drawn side
    void laidOut();          ///< layOut() has come to its end

private:
    using Positions = std::map<Item, Position>;
    void compute(const GraphPtr& graph, std::function<void(Positions)> then);
    void update();
    void updateOptimised();

    GraphDocument& m_document;
    AskLayoutWorker m_ask;
    bool m_preparing = false;
    Positions m_prepared;  ///< of the content that comes next
    Positions m_automatic; ///< kept while the document lives: nothing jumps
    std::map<Item, Box> m_boxes[2];
    std::map<std::string, QRectF> m_decode;
};

} // namespace fuseboard
