// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/canvas_scene.h"

#include "views/canvas/card_item.h"
#include "views/canvas/edge_item.h"
#include "views/canvas/hull_item.h"
#include "views/document/graph_edits.h"
#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/document/selection.h"
#include "views/theme/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr std::size_t kIndexedItems = 5000; ///< beyond that many the scene has no index

std::vector<std::string> idsOf(const Graph& graph, const FusedGroup& group) {
    std::vector<std::string> ids;
    for (const NodeIndex node : group.members) {
        if (graph.hasNode(node))
            ids.push_back(graph.node(node).id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace

CanvasScene::CanvasScene(CanvasLayout& layout, Side side, QObject* parent)
    : QGraphicsScene(parent), m_layout(layout), m_document(layout.document()), m_side(side) {
    connect(&layout, &CanvasLayout::changed, this, &CanvasScene::rebuild);
    connect(&layout, &CanvasLayout::optimisedChanged, this, [this] {
        if (m_side == Side::Optimised)
            return rebuild();
        refreshFaces(); // nothing has moved here
        refreshHighlights();
    });
    connect(&m_document, &GraphDocument::figuresChanged, this, [this](Side changed) {
        if (changed == m_side)
            refreshFaces();
    });
    connect(&m_document, &GraphDocument::problemsChanged, this, &CanvasScene::refreshFaces);
    connect(&m_document.selection(), &Selection::changed, this, &CanvasScene::refreshHighlights);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
    rebuild();
}

CanvasScene::~CanvasScene() = default;

CardItem* CanvasScene::card(const Item& item) const {
    const auto at = m_cards.find(item);
    return at == m_cards.end() ? nullptr : at->second;
}

std::vector<const CardItem*> CanvasScene::shownCards() const {
    std::vector<const CardItem*> shown;
    const auto add = [&](const auto& cards) {
        for (const auto& [key, card] : cards) {
            if (card->isVisible())
                shown.push_back(card);
        }
    };
    add(m_cards);
    add(m_decode);
    add(m_foldedCards);
    return shown;
}

std::vector<QRectF> CanvasScene::shownBoxes() const {
    std::vector<QRectF> boxes;
    for (const CardItem* card : shownCards())
        boxes.push_back(card->box());
    return boxes;
}

CardItem* CanvasScene::cardAt(const QPointF& point, double reach) const {
    const QRectF around(point - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach));
    CardItem* nearPort = nullptr;
    for (QGraphicsItem* item : items(around, Qt::IntersectsItemBoundingRect)) {
        auto* card = qgraphicsitem_cast<CardItem*>(item);
        if (card == nullptr)
            continue;
        if (card->box().contains(point))
            return card;
        if (nearPort == nullptr && card->portAt(point, reach) != nullptr)
            nearPort = card;
    }
    return nearPort;
}

EdgeItem* CanvasScene::edgeAt(const QPointF& point, double reach) const {
    const QRectF around(point - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach));
    for (QGraphicsItem* item : items(around, Qt::IntersectsItemShape)) {
        if (auto* edge = qgraphicsitem_cast<EdgeItem*>(item))
            return edge;
    }
    return nullptr;
}

HullItem* CanvasScene::hullAt(const QPointF& point) const {
    for (HullItem* hull : m_hulls) {
        if (hull->isVisible() && hull->contains(point))
            return hull;
    }
    return nullptr;
}

std::optional<Endpoint> CanvasScene::endpoint(const CardItem& card, const std::string& port) const {
    const std::optional<Element> element = elementOf(graph(), card.item());
    if (!element)
        return std::nullopt;
    if (element->kind == Element::Kind::Node)
        return Endpoint{element->index, port};
    return Endpoint{kNone, card.item().id};
}

QRectF CanvasScene::band() const {
    const Item* current = m_document.selection().current();
    if (current == nullptr || current->isEdge())
        return {};
    const CardItem* item = nullptr;
    if (m_document.selection().side() == m_side) {
        item = card(*current);
    } else {
        for (const Item& twin : m_document.counterparts().of(otherSide(m_side), *current)) {
            if (item = card(twin); item != nullptr)
                break;
        }
    }
    // A removed passthrough leaves its gap; the band runs through it all the same.
    QRectF box;
    if (item != nullptr) {
        box = item->box();
    } else {
        const auto& boxes = m_layout.boxes(m_document.selection().side());
        const auto at = boxes.find(*current);
        if (at == boxes.end())
            return {};
        box = at->second.rect;
    }
    return box.adjusted(0, -kBandMargin, 0, kBandMargin);
}

// --- building
// -------------------------------------------------------------------------------------

void CanvasScene::rebuild() {
    m_hovered = nullptr;
    chooseIndex();
    rebuildCards();
    rebuildEdges();
    rebuildHulls();
    routeAll();
    rebuildCallouts();
    refreshHighlights();
    m_content = QRectF();
    for (const auto& [item, card] : m_cards) {
        if (card->isVisible())
            m_content |= card->box();
    }
    m_labelledRight = -1e300;
    for (const HullItem* hull : m_hulls) {
        if (hull->isVisible())
            m_labelledRight = std::max(m_labelledRight, hull->outline().right());
    }
    // Panning may leave the content far behind, but not lose it.
    setSceneRect(m_content.adjusted(-4000, -4000, 4000, 4000));
    Q_EMIT rebuilt();
}

// An edge across a large scene is in very many parts of the tree that Qt keeps, so that moving a
// few thousand of them takes seconds. Looking at all items takes milliseconds.
void CanvasScene::chooseIndex() {
    const std::size_t items = m_layout.boxes(m_side).size() + graph().edgeCount();
    const ItemIndexMethod method = items > kIndexedItems ? NoIndex : BspTreeIndex;
    if (method != itemIndexMethod())
        setItemIndexMethod(method);
}

QRectF CanvasScene::contentAt(double scale) const {
    QRectF content = m_content;
    if (detailAt(scale) >= DetailLevel::Compact)
        content.setRight(std::max(content.right(), m_labelledRight + kHullLabelDistance +
                                                       kHullLabel.width() / scale));
    return content;
}

void CanvasScene::rebuildCards() {
    const auto& boxes = m_layout.boxes(m_side);
    for (auto at = m_cards.begin(); at != m_cards.end();) {
        if (boxes.contains(at->first)) {
            ++at;
            continue;
        }
        delete at->second;
        at = m_cards.erase(at);
    }
    for (const auto& [item, box] : boxes) {
        CardItem*& card = m_cards[item];
        if (card == nullptr) {
            card = new CardItem(m_side, item);
            addItem(card);
        }
        card->setFace(faceOf(m_document, m_side, item, box.shape));
        card->setPos(box.rect.topLeft());
        card->setVisible(true);
        card->setFocused(m_focused == item);
        setPortsOf(*card);
    }
    for (const auto& [port, card] : m_decode)
        delete card;
    m_decode.clear();
    for (const auto& [group, card] : m_foldedCards)
        delete card;
    m_foldedCards.clear();
    if (m_side != Side::Optimised)
        return;
    for (const std::string& port : graph().inputs()) {
        const QRectF box = m_layout.decodeBox(port);
        if (box.isNull())
            continue;
        auto* card = new CardItem(m_side, Item::input(port));
        card->setFace(decodeFace(m_document, port));
        card->setPos(box.topLeft());
        addItem(card);
        m_decode[port] = card;
    }
    for (GroupIndex group = 0; group < graph().groups().size(); ++group) {
        const FusedGroup& members = graph().groups()[group];
        if (!isFolded(group) || members.members.empty())
            continue;
        CardItem* first = nullptr;
        for (const NodeIndex node : members.members) {
            CardItem* card = this->card(Item::node(graph().node(node).id));
            if (card == nullptr)
                continue;
            if (first == nullptr)
                first = card;
            card->setVisible(false);
        }
        if (first == nullptr)
            continue;
        auto* card = new CardItem(m_side, first->item());
        card->setFace(foldedFace(m_document, members));
        card->setPos(first->pos());
        addItem(card);
        m_foldedCards[group] = card;
    }
}

void CanvasScene::setPortsOf(CardItem& card) const {
    const std::optional<Element> element = elementOf(graph(), card.item());
    std::vector<CardPort> ports;
    const double width = sizeOf(card.face().shape).width();
    const auto spread = [&](const std::vector<std::string>& names, bool isOutput) {
        // Ordinary ports stand around the middle, `err` at the right end.
        const auto regular = double(std::count_if(names.begin(), names.end(),
                                                  [](const auto& name) { return name != "err"; }));
        const double step = std::min(48.0, (width - 80) / std::max(1.0, regular));
        double x = width / 2 - (std::max(1.0, regular) - 1) / 2 * step;
        for (const std::string& name : names) {
            if (name == "err" && regular > 0) {
                ports.push_back({name, isOutput, width - 28});
                continue;
            }
            ports.push_back({name, isOutput, x});
            x += step;
        }
    };
    if (element && element->kind == Element::Kind::Node) {
        spread(inputPorts(graph(), m_document.catalogue(), element->index), false);
        spread(outputPorts(graph(), m_document.catalogue(), element->index), true);
    } else if (element) {
        spread({card.item().id}, element->kind == Element::Kind::InputPort);
    }
    card.setPorts(std::move(ports));
}

void CanvasScene::rebuildEdges() {
    // Items are kept and get new faces: taking thousands out of a scene takes long.
    for (auto at = m_edges.begin(); at != m_edges.end();) {
        if (at->second->edge() == at->first && graph().hasEdge(at->first)) {
            ++at;
            continue;
        }
        delete at->second;
        at = m_edges.erase(at);
    }
    for (const EdgeIndex index : graph().edges()) {
        EdgeItem*& edge = m_edges[index];
        if (edge == nullptr) {
            edge = new EdgeItem(m_side, index);
            addItem(edge);
        }
        edge->setFaded(false);
        edge->setFace(edgeFace(index));
    }
    // The piece between a source and its decode card is not an edge of the graph.
    for (const auto& [port, card] : m_decode) {
        auto* edge = new EdgeItem(m_side, kNone);
        EdgeFace face;
        face.fused = true;
        edge->setFace(face);
        const QRectF source = m_cards.at(Item::input(port))->box();
        edge->setRoute({{source.center().x(), source.bottom()}, {source.center().x(), card->y()}});
        addItem(edge);
        m_edges[graph().edgeEnd() + EdgeIndex(m_edges.size()) + 1] = edge;
    }
}

bool CanvasScene::isInsideGroup(const Edge& edge) const {
    const Graph& graph = this->graph();
    if (edge.to.isBoundary())
        return false;
    const GroupIndex reader = graph.groupOf(edge.to.node);
    if (reader == kNone)
        return false;
    if (!edge.from.isBoundary())
        return graph.groupOf(edge.from.node) == reader;
    const auto& ports = graph.groups()[reader].inputPorts;
    return std::find(ports.begin(), ports.end(), edge.from.port) != ports.end();
}

EdgeFace CanvasScene::edgeFace(EdgeIndex index) const {
    const Graph& graph = this->graph();
    const Edge& edge = graph.edge(index);
    EdgeFace face;
    face.fused = m_side == Side::Optimised && isInsideGroup(edge);
    face.fusion = m_side == Side::Drawn ? edge.fusion : FusionChoice::Automatic;
    const auto isOff = [&](const Endpoint& end) {
        return !end.isBoundary() && graph.node(end.node).disabled;
    };
    face.faint = isOff(edge.from) || isOff(edge.to);
    const FiguresPtr& figures = m_document.figures(m_side);
    const EdgeFigures* measured =
        figures == nullptr || m_document.areFiguresStale() ? nullptr : figures->find(graph, edge);
    if (measured != nullptr && measured->bytes) {
        face.bytes = measured->bytes;
        face.label = bytesText(double(*measured->bytes));
        if (m_side == Side::Optimised && edge.from.isBoundary() && edge.to.isBoundary())
            face.secondLabel = tr("direct");
    } else {
        face.label = m_document.edgeType(graph, edge);
    }
    face.queueFull = measured != nullptr && measured->queueFull;
    if (face.fused)
        face.label.clear();
    return face;
}

void CanvasScene::rebuildHulls() {
    for (HullItem* hull : m_hulls)
        delete hull;
    m_hulls.clear();
    if (m_side != Side::Optimised)
        return;
    const auto& groups = graph().groups();
    for (GroupIndex group = 0; group < groups.size(); ++group) {
        const FusedGroup& members = groups[group];
        // A stage of one node alone is not a fusion.
        if (members.members.size() + members.inputPorts.size() < 2)
            continue;
        auto* hull = new HullItem(group);
        hull->setLoops(members.loops);
        addItem(hull);
        m_hulls.push_back(hull);
    }
}

void CanvasScene::rebuildCallouts() {
    for (CalloutItem* callout : m_callouts)
        delete callout;
    m_callouts.clear();
    const FiguresPtr& figures = m_document.figures(m_side);
    if (figures == nullptr || m_document.areFiguresStale())
        return;
    for (const auto& [index, item] : m_edges) {
        if (!item->face().queueFull || !graph().hasEdge(index))
            continue;
        const Edge& edge = graph().edge(index);
        const EdgeFigures* measured = figures->find(graph(), edge);
        const CardItem* reader = cardOf(edge.to, false);
        if (measured == nullptr || reader == nullptr)
            continue;
        const QString full =
            measured->queueLimit == 0
                ? tr("queue full")
                : tr("queue full, %1 of %2").arg(measured->queueLength).arg(measured->queueLimit);
        QString waits;
        if (measured->writerWaits) {
            // A passthrough hands its batches on; the one that waits is named by what it is.
            const bool isSource =
                edge.from.isBoundary() ||
                isPassthrough(m_document.catalogue(), graph().node(edge.from.node));
            const QString writer = isSource ? tr("source") : titleOf(graph().node(edge.from.node));
            waits = tr("%1 waits %2").arg(writer, percentText(*measured->writerWaits));
        }
        auto* callout = new CalloutItem(full, waits);
        callout->setPos(reader->box().right() + 16, reader->box().top() + 17);
        addItem(callout);
        m_callouts.push_back(callout);
    }
}

// --- refreshing
// -----------------------------------------------------------------------------------

void CanvasScene::refreshFaces() {
    for (const auto& [item, card] : m_cards)
        card->setFace(faceOf(m_document, m_side, item, card->face().shape));
    for (const auto& [port, card] : m_decode)
        card->setFace(decodeFace(m_document, port));
    for (const auto& [group, card] : m_foldedCards)
        card->setFace(foldedFace(m_document, graph().groups()[group]));
    for (const auto& [index, edge] : m_edges) {
        if (graph().hasEdge(index))
            edge->setFace(edgeFace(index));
    }
    rebuildCallouts();
    Q_EMIT rebuilt();
}

void CanvasScene::refreshHighlights() {
    const Items items = m_document.highlighted(m_side);
    const bool here = m_document.selection().side() == m_side;
    // A counterpart carries its own side's colour: the ring says where the card is.
    const CardRing ring = m_side == Side::Drawn ? CardRing::Drawn : CardRing::Fused;
    const auto isIn = [&](const Item& item) {
        return std::binary_search(items.begin(), items.end(), item);
    };
    for (const auto& [item, card] : m_cards)
        card->setRing(isIn(item) ? ring : CardRing::None);
    for (const auto& [group, card] : m_foldedCards) {
        const auto& members = graph().groups()[group].members;
        const bool any = std::any_of(members.begin(), members.end(), [&](NodeIndex node) {
            return isIn(Item::node(graph().node(node).id));
        });
        card->setRing(any ? ring : CardRing::None);
    }
    for (const auto& [index, edge] : m_edges)
        edge->setHighlight(isIn(Item::ofEdge(index)) ? std::optional(m_side) : std::nullopt);
    for (HullItem* hull : m_hulls) {
        const auto& members = graph().groups()[hull->group()].members;
        hull->setHighlighted(!here && std::any_of(members.begin(), members.end(), [&](NodeIndex n) {
            return isIn(Item::node(graph().node(n).id));
        }));
    }
    Q_EMIT bandChanged();
}

// --- routing
// --------------------------------------------------------------------------------------

CardItem* CanvasScene::cardOf(const Endpoint& end, bool isSource) const {
    if (end.isBoundary()) {
        if (isSource) {
            if (const auto decode = m_decode.find(end.port); decode != m_decode.end())
                return decode->second;
        }
        return card(isSource ? Item::input(end.port) : Item::output(end.port));
    }
    if (const auto folded = m_foldedCards.find(graph().groupOf(end.node));
        folded != m_foldedCards.end())
        return folded->second;
    return card(Item::node(graph().node(end.node).id));
}

double CanvasScene::portX(const CardItem& card, const std::string& port, bool isOutput) const {
    for (const CardPort& candidate : card.ports()) {
        if (candidate.isOutput == isOutput && candidate.name == port)
            return card.x() + candidate.x;
    }
    return card.box().center().x();
}

std::optional<CanvasScene::Ends> CanvasScene::endsOf(const Edge& edge) const {
    const CardItem* from = cardOf(edge.from, true);
    const CardItem* to = cardOf(edge.to, false);
    if (from == nullptr || to == nullptr || from == to)
        return std::nullopt;
    const Graph& graph = this->graph();
    Ends ends;
    ends.from = {from->box(), portX(*from, edge.from.port, true),
                 edge.from.isBoundary() ? graph.inputEdges(*graph.findInput(edge.from.port)).size()
                                        : graph.outEdges(edge.from.node).size()};
    ends.to = {to->box(), portX(*to, edge.to.port, false),
               edge.to.isBoundary() ? graph.outputEdges(*graph.findOutput(edge.to.port)).size()
                                    : graph.inEdges(edge.to.node).size()};
    return ends;
}

void CanvasScene::routeAll() {
    EdgeRouter router(shownBoxes());
    for (const auto& [index, item] : m_edges) {
        if (!graph().hasEdge(index))
            continue;
        const std::optional<Ends> ends = endsOf(graph().edge(index));
        item->setVisible(ends.has_value());
        if (ends)
            item->setRoute(router.route(ends->from, ends->to));
    }
    routeHulls();
}

std::vector<QRectF> CanvasScene::membersOf(GroupIndex index) const {
    const FusedGroup& group = graph().groups()[index];
    std::vector<QRectF> members;
    for (const NodeIndex node : group.members) {
        const CardItem* card = cardOf({node, {}}, true);
        if (card != nullptr)
            members.push_back(card->box());
    }
    for (const std::string& port : group.inputPorts) {
        if (const CardItem* source = card(Item::input(port)); source != nullptr)
            members.push_back(source->box());
        if (const auto decode = m_decode.find(port); decode != m_decode.end())
            members.push_back(decode->second->box());
    }
    return members;
}

void CanvasScene::routeHulls() {
    std::vector<QRectF> all;
    for (const HullItem* hull : m_hulls) {
        const std::vector<QRectF> members = membersOf(hull->group());
        all.insert(all.end(), members.begin(), members.end());
    }
    const BoxIndex index(all);
    const auto before = [](const QRectF& a, const QRectF& b) {
        return a.top() != b.top() ? a.top() < b.top() : a.left() < b.left();
    };
    constexpr double kReach = 2 * kHullMargin + kGrid;
    for (HullItem* hull : m_hulls) {
        std::vector<QRectF> members = membersOf(hull->group());
        std::sort(members.begin(), members.end(), before);
        std::vector<QRectF> foreign;
        for (const QRectF& box : members) {
            (void)index.any(
                box.left() - kReach, box.top() - kReach, box.right() + kReach,
                box.bottom() + kReach, [&](const QRectF& near) {
                    if (!std::binary_search(members.begin(), members.end(), near, before))
                        foreign.push_back(near);
                    return false;
                });
        }
        hull->setVisible(!members.empty());
        hull->setMembers(members, foreign);
    }
    placeHullLabels();
}

void CanvasScene::placeHullLabels() {
    const BoxIndex cards(shownBoxes());
    // Labels by the cell of their corner, which is as large as a label: others are next door.
    std::map<std::pair<double, double>, std::vector<QRectF>> taken;
    const auto cellOf = [](const QRectF& label) {
        return std::pair(std::floor(label.left() / kHullLabel.width()),
                         std::floor(label.top() / kHullLabel.height()));
    };
    const auto isByLabel = [&](const QRectF& rect) {
        const auto [x, y] = cellOf(rect);
        for (int i = 0; i < 9; ++i) {
            const auto cell = taken.find({x + i % 3 - 1, y + i / 3 - 1});
            if (cell != taken.end() &&
                std::any_of(cell->second.begin(), cell->second.end(),
                            [&](const QRectF& label) { return label.intersects(rect); }))
                return true;
        }
        return false;
    };
    for (HullItem* hull : m_hulls) {
        const QRectF outline = hull->outline();
        QRectF label(QPointF(outline.right() + kHullLabelDistance, outline.top()), kHullLabel);
        const auto isTaken = [&](const QRectF& rect) {
            const bool byCard = cards.any(rect.left(), rect.top(), rect.right(), rect.bottom(),
                                          [&](const QRectF& box) { return box.intersects(rect); });
            if (byCard || isByLabel(rect))
                return true;
            if (itemIndexMethod() == NoIndex)
                return false; // edges are not asked one by one
            for (const QGraphicsItem* item : items(rect, Qt::IntersectsItemBoundingRect)) {
                const auto* edge = qgraphicsitem_cast<const EdgeItem*>(item);
                if (edge != nullptr && edge->shape().intersects(rect))
                    return true;
            }
            return false;
        };
        for (int row = 0; row < 8 && isTaken(label); ++row)
            label.translate(0, 15);
        taken[cellOf(label)].push_back(label);
        hull->setLabelCorner(label.topLeft());
    }
}

// --- interaction
// ----------------------------------------------------------------------------------

void CanvasScene::setHovered(CardItem* card) {
    if (card == m_hovered)
        return;
    if (m_hovered != nullptr)
        m_hovered->setHovered(false);
    m_hovered = card;
    if (card != nullptr)
        card->setHovered(true);
    for (const auto& [index, edge] : m_edges) {
        bool touches = card == nullptr;
        if (!touches && graph().hasEdge(index)) {
            const Edge& wire = graph().edge(index);
            touches = cardOf(wire.from, true) == card || cardOf(wire.to, false) == card;
        }
        edge->setFaded(!touches);
    }
}

void CanvasScene::setFocused(const std::optional<Item>& item) {
    if (m_focused) {
        if (CardItem* old = card(*m_focused); old != nullptr)
            old->setFocused(false);
    }
    m_focused = item;
    if (item) {
        if (CardItem* now = card(*item); now != nullptr)
            now->setFocused(true);
    }
}

void CanvasScene::setWiring(bool wiring) {
    if (wiring == m_wiring)
        return;
    m_wiring = wiring;
    for (const auto& [item, card] : m_cards)
        card->setPortsShown(wiring);
}

void CanvasScene::dragTo(const std::map<Item, QPointF>& positions) {
    for (const auto& [item, position] : positions) {
        if (CardItem* moved = card(item); moved != nullptr)
            moved->setPos(position);
    }
    routeAll();
    Q_EMIT bandChanged();
}

void CanvasScene::endDrag() {
    rebuild();
}

bool CanvasScene::isFolded(GroupIndex group) const {
    return m_folded.contains(idsOf(graph(), graph().groups().at(group)));
}

void CanvasScene::toggleFolded(GroupIndex group) {
    const std::vector<std::string> ids = idsOf(graph(), graph().groups().at(group));
    if (!m_folded.erase(ids))
        m_folded.insert(ids);
    rebuild();
}

void CanvasScene::setAllFolded(bool folded) {
    m_folded.clear();
    if (folded) {
        for (const FusedGroup& group : graph().groups()) {
            if (group.members.size() > 1)
                m_folded.insert(idsOf(graph(), group));
        }
    }
    rebuild();
}

} // namespace fuseboard
