// SPDX-License-Identifier: Apache-2.0
// The canvas as a user handles it: layout, wires by drag, keys, quick add, drops, the palette.
#include "engine/operators/operator_body.h"
#include "tests/gui/influx_sample.h"
#include "views/canvas/box_index.h"
#include "views/canvas/canvas_panel.h"
#include "views/canvas/canvas_scene.h"
#include "views/canvas/card_item.h"
#include "views/canvas/edge_item.h"
#include "views/canvas/edge_router.h"
#include "views/canvas/graph_layout.h"
#include "views/canvas/hull_item.h"
#include "views/canvas/quick_add.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/selection.h"
#include "views/palette/palette_model.h"
#include "views/theme/theme.h"
#include "views/widgets/plot_axis.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace fuseboard;

class CanvasTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().install(*qApp); }
    void laysOutAsInTheReference();
    void keepsCounterpartsLevel();
    void followsTheWorkersPicture();
    void asksTheWorkerForWhatIsConnected();
    void stacksWhatNothingReaches();
    void laysOutOnceTheWorkerAnswers();
    void drawsWires();
    void refusesALoopAndOffersAWayOn();
    void movesCardsOnTheGrid();
    void actsOnKeys();
    void takesDrops();
    void addsByTyping();
    void linksTwoCanvases();
    void foldsGroups();
    void survivesATheme();
    void listsThePalette();
    void choosesRoundTicks();
    void keepsHullsApartAndInView();
    void findsBoxesWithoutLookingAtAll();
    void routesAroundCards();
};

namespace {

struct Fixture {
    explicit Fixture(Graph graph = influxGraph()) : document(builtinCatalogue()) {
        document.reset(std::move(graph));
        layout = std::make_unique<CanvasLayout>(document);
        panel = std::make_unique<CanvasPanel>(*layout, Side::Drawn);
        panel->resize(800, 760);
        panel->show();
        (void)QTest::qWaitForWindowExposed(panel.get());
        view().resetZoom();
        view().setFocus();
    }
    CanvasView& view() { return panel->view(); }
    CardItem* card(const char* id) { return view().canvasScene().card(Item::node(id)); }
    QPoint port(const char* id, bool output) {
        view().centerOn(card(id)->box().center());
        for (const CardPort& port : card(id)->ports()) {
            if (port.isOutput == output)
                return view().mapFromScene(card(id)->portPoint(port));
        }
        return {};
    }
    void drag(const QPoint& from, const QPoint& to) {
        QWidget* viewport = view().viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, from);
        QTest::mouseMove(viewport, (from + to) / 2);
        QTest::mouseMove(viewport, to);
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, to);
    }

    GraphDocument document;
    std::unique_ptr<CanvasLayout> layout;
    std::unique_ptr<CanvasPanel> panel;
};

} // namespace

void CanvasTest::laysOutAsInTheReference() {
    Fixture f;
    const auto top = [&](const char* id) { return f.card(id)->box().top(); };
    QCOMPARE(top("port/in"), 88.0);
    QCOMPARE(top("select/1"), 128.0);
    QCOMPARE(top("stream/aggregate"), 208.0);
    QCOMPARE(top("select/2"), 248.0);
    QCOMPARE(top("stream/normalize"), 328.0);
    QCOMPARE(top("select/3"), 368.0);
    QCOMPARE(top("operator/batch"), 456.0);
    QCOMPARE(top("select/4"), 536.0);
    QCOMPARE(top("port/out"), 576.0);
    QCOMPARE(f.view().canvasScene().card(Item::output("out"))->box().top(), 616.0);
    QCOMPARE(f.card("select/5")->box(), QRectF(16, 328, 128, 24));
    QCOMPARE(f.card("select/1")->box().left(), 152.0);
    QCOMPARE(f.panel->heading().counts(), QStringLiteral("11 nodes · 6 passthroughs · 1 unused"));
    // An err that nothing reaches is one pill here, and nothing on the other side.
    QVERIFY(f.card("port/err") != nullptr);
    QVERIFY(f.view().canvasScene().card(Item::output("err")) == nullptr);
    f.document.setOptimized(influxOptimized(*f.document.graph()));
    QVERIFY(!f.layout->boxes(Side::Optimised).contains(Item::output("err")));
    QVERIFY(f.layout->boxes(Side::Optimised).contains(Item::output("out")));
}

void CanvasTest::keepsCounterpartsLevel() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    CanvasLayout layout(document);
    for (const auto& [item, box] : layout.boxes(Side::Optimised))
        QCOMPARE(box.rect, layout.boxes(Side::Drawn).at(item).rect);
    QCOMPARE(layout.decodeBox("in"), QRectF(152, 84, 256, 32));
}

/// Source → first → … → sink with one branch from the first to the last node.
Graph graphWithBranch() {
    Graph graph;
    const auto add = [&](const char* id) {
        NodeData node;
        node.id = node.label = id;
        node.operatorName = "filter";
        return graph.addNode(std::move(node));
    };
    const NodeIndex a = add("a"), b = add("b"), c = add("c"), d = add("d"), side = add("side");
    graph.addInput("in");
    graph.addEdge({kNone, "in"}, {a, "in"});
    for (const auto& [from, to] : {std::pair(a, b), {b, c}, {c, d}, {a, side}, {side, d}})
        graph.addEdge({from, "out"}, {to, "in"});
    return graph;
}

void CanvasTest::followsTheWorkersPicture() {
    const Graph graph = graphWithBranch();
    const auto shapes = shapesOf(graph, builtinCatalogue(), Side::Drawn);
    const double main = layOutGraph(graph, shapes).at(Item::node("a")).x;
    // The worker has put the branch right of the main chain and b two rows below a.
    std::map<Item, Position> worker{{Item::input("in"), {0, 8}}, {Item::node("a"), {0, 100}},
                                    {Item::node("b"), {0, 300}}, {Item::node("c"), {0, 400}},
                                    {Item::node("d"), {0, 500}}, {Item::node("side"), {400, 200}}};
    const auto placed = layOutGraph(graph, shapes, worker);
    for (const char* id : {"a", "b", "c", "d"})
        QCOMPARE(placed.at(Item::node(id)).x, main);
    QVERIFY(placed.at(Item::node("side")).x < main); // mirrored: branches belong left
    QVERIFY(placed.at(Item::node("a")).y < placed.at(Item::node("side")).y);
    QVERIFY(placed.at(Item::node("side")).y < placed.at(Item::node("d")).y);
    // Against its rows an edge closes a cycle; it does not upset the rest.
    worker[Item::node("side")] = {400, 600};
    const auto turned = layOutGraph(graph, shapes, worker);
    QVERIFY(turned.at(Item::node("side")).y > turned.at(Item::node("d")).y);
}

void CanvasTest::asksTheWorkerForWhatIsConnected() {
    Graph graph = graphWithBranch();
    NodeData alone;
    alone.id = alone.label = "alone";
    alone.operatorName = "filter";
    graph.addNode(std::move(alone));
    const LayoutQuestion asked =
        layoutQuestion(graph, shapesOf(graph, builtinCatalogue(), Side::Drawn));
    QCOMPARE(asked.items.size(), std::size_t(6));
    QCOMPARE(asked.request.boxes.size(), std::size_t(6));
    QCOMPARE(asked.request.arrows.size(), std::size_t(6));
    QVERIFY(std::find(asked.items.begin(), asked.items.end(), Item::node("alone")) ==
            asked.items.end());
}

void CanvasTest::stacksWhatNothingReaches() {
    Graph graph = influxGraph();
    const auto before = layOutGraph(graph, shapesOf(graph, builtinCatalogue(), Side::Drawn));
    graph.addOutput("err");
    graph.addEdge({*graph.findNode("port/err"), "out"}, {kNone, "err"});
    const auto shapes = shapesOf(graph, builtinCatalogue(), Side::Drawn);
    // Behind a passthrough that nothing reaches a sink says nothing more.
    QVERIFY(!shapes.contains(Item::output("err")));
    QCOMPARE(int(shapes.at(Item::node("port/err"))), int(CardShape::LonePill));
    QCOMPARE(int(shapes.at(Item::output("out"))), int(CardShape::Terminal));
    const auto after = layOutGraph(graph, shapes);
    for (const auto& [item, position] : before) // an unused port stretches no row
        QVERIFY(after.at(item).x == position.x && after.at(item).y == position.y);
}

void CanvasTest::laysOutOnceTheWorkerAnswers() {
    GraphDocument document(builtinCatalogue());
    CanvasLayout layout(document);
    std::function<void(const std::optional<LayoutResult>&)> answer;
    layout.setWorker([&](LayoutRequest, auto then) { answer = std::move(then); });
    const auto graph = std::make_shared<const Graph>(graphWithBranch());
    bool prepared = false;
    layout.prepare(graph, [&] { prepared = true; });
    QVERIFY(!prepared && answer);
    answer(std::nullopt); // it failed: the canvas lays out by itself
    QVERIFY(prepared);
    document.reset(Graph(*graph));
    QVERIFY(!layout.boxes(Side::Drawn).at(Item::node("a")).rect.isEmpty());

    QSignalSpy done(&layout, &CanvasLayout::laidOut);
    layout.layOut();
    QCOMPARE(document.undoStack().count(), 0);
    document.rename(Item::node("a"), QStringLiteral("first")); // edited while the worker works
    answer(std::nullopt);
    QCOMPARE(done.count(), 0); // asked again
    answer(std::nullopt);
    QCOMPARE(done.count(), 1);
    QVERIFY(document.graph()->node(*document.graph()->findNode("a")).position.has_value());
    document.undoStack().undo();
    QVERIFY(!document.graph()->node(*document.graph()->findNode("a")).position.has_value());
}

void CanvasTest::drawsWires() {
    Fixture f;
    const QPoint from = f.port("select/1", true);
    const CardItem* target = f.card("stream/normalize");
    f.drag(from, f.view().mapFromScene(target->box().center()));
    const Graph& graph = *f.document.graph();
    const NodeIndex s1 = *graph.findNode("select/1");
    QCOMPARE(graph.outEdges(s1).size(), std::size_t{2});
    f.document.undoStack().undo();
    QCOMPARE(f.document.graph()->outEdges(s1).size(), std::size_t{1});
}

void CanvasTest::refusesALoopAndOffersAWayOn() {
    Fixture f;
    const std::uint32_t edges = f.document.graph()->edgeCount();
    const QPoint from = f.port("select/3", true);
    f.drag(from, f.view().mapFromScene(f.card("stream/normalize")->box().center()));
    QCOMPARE(f.document.graph()->edgeCount(), edges);
    QTest::keyClick(&f.view(), Qt::Key_Escape);
    QCOMPARE(f.document.undoStack().count(), 0);
}

void CanvasTest::movesCardsOnTheGrid() {
    Fixture f;
    f.view().centerOn(f.card("select/2")->box().center());
    const QPoint at = f.view().mapFromScene(f.card("select/2")->box().center());
    const QPointF before = f.card("select/2")->pos();
    f.drag(at, at + QPoint(101, 3));
    QCOMPARE(f.card("select/2")->pos(), before + QPointF(104, 0));
    QCOMPARE(f.document.undoStack().count(), 1);
    QCOMPARE(f.document.selection().nodeIds(), std::vector<std::string>{"select/2"});
    f.document.undoStack().undo();
    QCOMPARE(f.card("select/2")->pos(), before);
}

void CanvasTest::actsOnKeys() {
    Fixture f;
    f.document.selection().select(Side::Drawn, Item::node("select/2"));
    QTest::keyClick(&f.view(), Qt::Key_D);
    const NodeIndex s2 = *f.document.graph()->findNode("select/2");
    QVERIFY(f.document.graph()->node(s2).disabled);
    QTest::keyClick(&f.view(), Qt::Key_Down);
    QCOMPARE(f.document.selection().nodeIds(), std::vector<std::string>{"stream/normalize"});
    QTest::keyClick(&f.view(), Qt::Key_Delete);
    QVERIFY(!f.document.graph()->findNode("stream/normalize"));
    QTest::keyClick(&f.view(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.document.selection().items().size(), std::size_t{12});
    QTest::keyClick(&f.view(), Qt::Key_Delete);
    QCOMPARE(f.document.graph()->nodeCount(), 0U);
    QTest::keyClick(&f.view(), Qt::Key_F);
    while (f.document.undoStack().canUndo())
        f.document.undoStack().undo();
    QCOMPARE(f.document.graph()->nodeCount(), 11U);
}

void CanvasTest::takesDrops() {
    Fixture f{Graph()};
    QMimeData data;
    data.setData(kOperatorMimeType, "filter");
    const auto drop = [&](const QPointF& at) {
        QDragEnterEvent enter(at.toPoint(), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(f.view().viewport(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(f.view().viewport(), &event);
    };
    drop({200, 100});
    drop({200, 300});
    data.setData(kOperatorMimeType, "source/file");
    drop({200, 40});
    QCOMPARE(f.document.graph()->nodeCount(), 2U);
    QCOMPARE(f.document.graph()->inputs().size(), std::size_t{1});
    QSignalSpy files(&f.view(), &CanvasView::filesDropped);
    QMimeData urls;
    urls.setUrls({QUrl::fromLocalFile("/data/a.trickle")});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &urls, Qt::LeftButton, {});
    QApplication::sendEvent(f.view().viewport(), &enter);
    QDropEvent event({10, 10}, Qt::CopyAction, &urls, Qt::LeftButton, {});
    QApplication::sendEvent(f.view().viewport(), &event);
    QCOMPARE(files.count(), 1);
}

void CanvasTest::addsByTyping() {
    Fixture f;
    const QPoint from = f.port("select/1", true);
    f.drag(from, QPoint(f.view().viewport()->width() - 60, from.y() + 8));
    auto* popup = f.view().findChild<QuickAdd*>();
    QVERIFY(popup != nullptr && popup->isVisible());
    QTest::keyClicks(QApplication::focusWidget(), "filt");
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    const Graph& graph = *f.document.graph();
    const auto added = graph.findNode("filter/1");
    QVERIFY(added.has_value());
    QCOMPARE(graph.edge(graph.inEdges(*added).front()).from.node, *graph.findNode("select/1"));
    QVERIFY(!popup->isVisible());

    QuickAddRequest request;
    request.catalogue = &builtinCatalogue();
    request.needsInput = true;
    const auto all = quickAddEntries(request, {}, false);
    const auto firstUnfit =
        std::find_if(all.begin(), all.end(), [](const auto& e) { return !e.fits; });
    QVERIFY(std::none_of(firstUnfit, all.end(), [](const auto& e) { return e.fits; }));
    QVERIFY(firstUnfit != all.end() && !firstUnfit->remark.isEmpty());
}

void CanvasTest::linksTwoCanvases() {
    Fixture f;
    CanvasPanel other(*f.layout, Side::Optimised);
    other.resize(800, 760);
    other.show();
    f.view().linkWith(&other.view());
    f.view().setZoom(0.5);
    QCOMPARE(other.view().zoom(), 0.5);
    other.view().setZoom(0.8);
    QCOMPARE(f.view().zoom(), 0.8);
    f.view().unlink();
    f.view().setZoom(1);
    QCOMPARE(other.view().zoom(), 0.8);
}

void CanvasTest::foldsGroups() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    CanvasLayout layout(document);
    CanvasPanel panel(layout, Side::Optimised);
    panel.show();
    CanvasScene& scene = panel.view().canvasScene();
    QVERIFY(scene.card(Item::node("select/3"))->isVisible());
    panel.view().toggleFolding();
    QVERIFY(!scene.card(Item::node("select/3"))->isVisible());
    QVERIFY(scene.isFolded(1));
    panel.view().toggleFolding();
    QVERIFY(scene.card(Item::node("select/3"))->isVisible());
}

void CanvasTest::survivesATheme() {
    QSignalSpy changed(&Theme::instance(), &Theme::changed);
    Theme::instance().setMode(Theme::Mode::Dark);
    QCOMPARE(themed(Token::Canvas), QColor("#121418"));
    Theme::instance().setMode(Theme::Mode::Light);
    QCOMPARE(themed(Token::Canvas), QColor("#f1f3f5"));
    QCOMPARE(changed.count(), 2);
}

void CanvasTest::listsThePalette() {
    PaletteModel model(builtinCatalogue());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("Sources"));
    const int all = model.rowCount();
    model.setFilter("filter");
    QVERIFY(model.rowCount() >= 1);
    const QModelIndex first = model.index(0, 0, model.index(0, 0));
    QCOMPARE(first.data(PaletteModel::NameRole).toString(), QStringLiteral("filter"));
    const std::unique_ptr<QMimeData> data(model.mimeData({first}));
    QCOMPARE(data->data(kOperatorMimeType), QByteArray("filter"));
    model.setFilter("no such thing");
    QCOMPARE(model.rowCount(), 0);
    model.setFilter({});
    QCOMPARE(model.rowCount(), all);
}

void CanvasTest::choosesRoundTicks() {
    PlotAxis axis;
    axis.from = 0;
    axis.to = 2;
    QCOMPARE(axis.ticks(4).size(), std::size_t{5});
    axis.scale = AxisScale::Log10;
    axis.from = 30;
    axis.to = 20000;
    const auto ticks = axis.ticks(5);
    QCOMPARE(ticks.size(), std::size_t{3});
    QCOMPARE(ticks.front().value, 100.0);
    QVERIFY(std::fabs(axis.fromUnit(axis.toUnit(777)) - 777) < 1e-6);
}

void CanvasTest::keepsHullsApartAndInView() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.layOut({{Item::node("select/2"), Position{152, 368 - 24 - 64}}});
    auto plan = std::make_shared<OptimizedGraph>(*influxOptimized(*document.graph()));
    FusedGroup first, second;
    first.members = {*plan->graph.findNode("select/1"), *plan->graph.findNode("select/2")};
    second.members = {*plan->graph.findNode("select/3"), *plan->graph.findNode("operator/batch")};
    plan->graph.setGroups({first, second});
    document.setOptimized(plan);
    CanvasLayout layout(document);
    CanvasPanel panel(layout, Side::Optimised);
    panel.resize(440, 800);
    panel.show();
    CanvasView& view = panel.view();
    view.fit();
    const auto& hulls = view.canvasScene().hulls();
    QCOMPARE(hulls.size(), std::size_t{2});
    QVERIFY(hulls[0]->outline().bottom() + 2 < hulls[1]->outline().top());
    for (const HullItem* hull : hulls) {
        const int right = view.mapFromScene(hull->outline().topRight()).x();
        QVERIFY2(right + 100 <= view.viewport()->width(), qPrintable(QString::number(right)));
    }
}

void CanvasTest::findsBoxesWithoutLookingAtAll() {
    std::vector<QRectF> boxes;
    for (int i = 0; i < 10'000; ++i) {
        boxes.emplace_back(i * 300.0, 0, 256, 64);
        boxes.emplace_back(0, i * 100.0 + 200, 256, 64);
    }
    const BoxIndex index(boxes);
    int asked = 0;
    const auto count = [&](const QRectF&) {
        ++asked;
        return false;
    };
    QVERIFY(!index.any(1'500'000, 0, 1'500'100, 10, count));
    QCOMPARE(asked, 1);
    asked = 0;
    QVERIFY(!index.any(0, 500'000, 256, 500'300, count));
    QVERIFY(asked >= 3 && asked <= 8);
    QVERIFY(!index.any(300, 500'000, 400, 500'300, [](const QRectF&) { return true; }));
    QVERIFY(index.any(250, 500'000, 400, 500'300, [](const QRectF&) { return true; }));
}

void CanvasTest::routesAroundCards() {
    const QRectF top(0, 0, 256, 64), middle(0, 100, 256, 64), bottom(0, 200, 256, 64);
    EdgeRouter router({top, middle, bottom});
    QCOMPARE(router.route({top, 128, 1}, {middle, 128, 1}).size(), std::size_t{2});
    const Route around = router.route({top, 128, 2}, {bottom, 128, 2});
    QCOMPARE(around.size(), std::size_t{4});
    QCOMPARE(around[1].x(), -72.0);
}

QTEST_MAIN(CanvasTest)
#include "canvas_test.moc"
