// SPDX-License-Identifier: Apache-2.0
// The items of one canvas, kept in step with the document: cards, edges, hulls, remarks.
#pragma once

#include "views/canvas/canvas_layout.h"
#include "views/canvas/edge_router.h"
#include "views/document/graph_document.h"

#include <QGraphicsScene>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace fuseboard {

class CalloutItem;
class CardItem;
class EdgeItem;
class HullItem;
struct EdgeFace;

/// GUI thread only. Document and layout must outlive it.
class CanvasScene : public QGraphicsScene {
    Q_OBJECT

public:
    CanvasScene(CanvasLayout& layout, Side side, QObject* parent = nullptr);
    ~CanvasScene() override;

    [[nodiscard]] GraphDocument& document() { return m_document; }
    [[nodiscard]] Side side() const { return m_side; }
    [[nodiscard]] const Graph& graph() const { return *m_document.graph(m_side); }
    [[nodiscard]] const std::map<Item, CardItem*>& cards() const { return m_cards; }
    [[nodiscard]] CardItem* card(const Item& item) const;
    /// All that are visible, with those that stand for decoding and for folded groups.
    [[nodiscard]] std::vector<const CardItem*> shownCards() const;
    [[nodiscard]] const std::vector<HullItem*>& hulls() const { return m_hulls; }
    /// The card whose body (or port, within `reach`) is at a point; the topmost.
    [[nodiscard]] CardItem* cardAt(const QPointF& point, double reach) const;
    [[nodiscard]] EdgeItem* edgeAt(const QPointF& point, double reach) const;
    [[nodiscard]] HullItem* hullAt(const QPointF& point) const;
    /// The end of an edge that a port of a card is; nullopt for a card without node or port.
    [[nodiscard]] std::optional<Endpoint> endpoint(const CardItem& card,
                                                   const std::string& port) const;
    [[nodiscard]] QRectF contentRect() const { return m_content; }
    /// Content with the labels right of hulls, which are as large on the screen at any scale.
    [[nodiscard]] QRectF contentAt(double scale) const;
    /// The band across the canvas at the height of the highlighted card; null: none.
    [[nodiscard]] QRectF band() const;

    void setHovered(CardItem* card);
    void setFocused(const std::optional<Item>& item);
    void setWiring(bool wiring); ///< all cards show their ports
    /// Moves cards for the time of a drag; the document learns of it at its end.
    void dragTo(const std::map<Item, QPointF>& positions);
    void endDrag();
    void toggleFolded(GroupIndex group);
    [[nodiscard]] bool isFolded(GroupIndex group) const;
    void setAllFolded(bool folded);

Q_SIGNALS:
    void rebuilt();
    void bandChanged();

private:
    struct Ends {
        RouteEnd from, to;
    };
    void rebuild();
    void rebuildCards();
    void rebuildEdges();
    void rebuildHulls();
    void rebuildCallouts();
    void refreshFaces();
    void refreshHighlights();
    void routeAll();
    void setPortsOf(CardItem& card) const;
    [[nodiscard]] std::optional<Ends> endsOf(const Edge& edge) const;
    [[nodiscard]] CardItem* cardOf(const Endpoint& end, bool isSource) const;
    [[nodiscard]] double portX(const CardItem& card, const std::string& port, bool isOutput) const;
    [[nodiscard]] EdgeFace edgeFace(EdgeIndex edge) const;
    [[nodiscard]] bool isInsideGroup(const Edge& edge) const;
    [[nodiscard]] std::vector<QRectF> membersOf(GroupIndex group) const;
    [[nodiscard]] std::vector<QRectF> shownBoxes() const;
    void routeHulls();
    void chooseIndex();
    void placeHullLabels();

    CanvasLayout& m_layout;
    GraphDocument& m_document;
    Side m_side;
    std::map<Item, CardItem*> m_cards;         ///< nodes and ports
    std::map<std::string, CardItem*> m_decode; ///< by input port
    std::map<GroupIndex, CardItem*> m_foldedCards;
    std::map<EdgeIndex, EdgeItem*> m_edges;
    std::vector<HullItem*> m_hulls;
    std::vector<CalloutItem*> m_callouts;
    std::set<std::vector<std::string>> m_folded; ///< groups by the ids of their members
    CardItem* m_hovered = nullptr;
    std::optional<Item> m_focused;
    QRectF m_content;
    double m_labelledRight = -1e300; ///< right border of the hulls
    bool m_wiring = false;
};

} // namespace fuseboard
