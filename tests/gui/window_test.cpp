// SPDX-License-Identifier: Apache-2.0
// The way of a user through the real window: draw, wire, type, run, read, undo.
#include "app/desktop/auto_layout_service.h"
#include "app/desktop/main_window.h"
#include "app/session/session.h"
#include "engine/connectors/generator.h"
#include "engine/exporters/exporter.h"
#include "engine/graph/graph_json.h"
#include "engine/operators/operator_body.h"
#include "views/canvas/canvas_panel.h"
#include "views/canvas/canvas_scene.h"
#include "views/canvas/card_item.h"
#include "views/code/code_pane.h"
#include "views/code/code_view.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/graph_edits.h"
#include "views/document/selection.h"
#include "views/inspector/inspector_view.h"
#include "views/inspector/parameter_field.h"
#include "views/script_editor/code_field.h"
#include "views/script_editor/script_editor.h"
#include "views/stages/stage_model.h"
#include "views/stages/stages_view.h"
#include "views/theme/theme.h"
#include "views/widgets/notice_bar.h"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileInfo>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <fstream>
#include <iterator>

using namespace fuseboard;

namespace {

constexpr int kRows = 2000;

void writeGenerated(const std::string& path) {
    GeneratorOptions options;
    options.shape = "metrics";
    options.rows = kRows;
    auto source = makeGenerator(options);
    QVERIFY(source.has_value());
    std::ofstream file(path, std::ios::binary);
    std::array<char, 65536> piece{};
    while (true) {
        const auto got = (*source)->read(piece);
        QVERIFY(got.has_value());
        if (*got == 0)
            break;
        file.write(piece.data(), std::streamsize(*got));
    }
    QVERIFY(file.good());
}

/// The Code tab lists what the filter runs as, made on a thread of its own.
void showsCode(MainWindow& window) {
    for (QAction* action : window.findChildren<QAction*>())
        if (action->text() == QStringLiteral("Show Code"))
            action->trigger();
    CodePane& pane = window.code().pane();
    QVERIFY(window.code().isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(pane.toPlainText().contains(QStringLiteral("event.timestamp")),
                             20'000);
    for (auto* button : window.findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Assembly"))
            button->click();
    QTRY_VERIFY_WITH_TIMEOUT(pane.toPlainText().contains(QStringLiteral("ret")), 20'000);
}

void dropOperator(CanvasView& view, const char* name, const QPoint& at) {
    QMimeData mime;
    mime.setData(QString::fromLatin1(kOperatorMimeType), name);
    QWidget* target = view.viewport();
    QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &move);
    QDropEvent drop(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &drop);
    QVERIFY(drop.isAccepted());
}

QPoint portOf(CanvasView& view, const Item& item, bool output) {
    const CardItem* card = view.canvasScene().card(item);
    if (card == nullptr)
        return {};
    for (const CardPort& port : card->ports()) {
        if (port.isOutput == output)
            return view.mapFromScene(card->portPoint(port));
    }
    return {};
}

void drawWire(CanvasView& view, const Item& from, const Item& to) {
    const QPoint start = portOf(view, from, true), end = portOf(view, to, false);
    QVERIFY(!start.isNull() && !end.isNull());
    QTest::mouseMove(view.viewport(), start);
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, start);
    QTest::mouseMove(view.viewport(), (start + end) / 2);
    QTest::mouseMove(view.viewport(), end);
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, end);
}

std::string textOf(const GraphDocument& document) {
    const auto text = printPipeline(*document.graph());
    return text ? *text : std::string("not printable");
}

int rowOf(const StageModel& model, const QString& stage) {
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row, StageModel::Stage).data().toString() == stage)
            return row;
    }
    return -1;
}

} // namespace

class WindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void drawsRunsAndUndoes();
    void opensTheExample();
    void asksTheLayoutWorkerAside();
    void pinsASchema();
    void savesWhatIsStillBeingTyped();
    void exportsEveryTarget();
    void takesDroppedFiles();
    void stopsARun();

private:
    QTemporaryDir m_folder;
};

void WindowTest::drawsRunsAndUndoes() {
    const QString data = m_folder.filePath(QStringLiteral("metrics.ndjson"));
    writeGenerated(data.toStdString());
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    window.arrange({1680, 1050});
    window.show();
    window.newPipeline();
    window.setRepetitions(1);
    GraphDocument& document = window.document();
    const std::string empty = textOf(document);
    CanvasView& view = window.canvas(Side::Drawn).view();
    QApplication::processEvents();

    dropOperator(view, "source/file", {280, 80});
    dropOperator(view, "filter", {280, 240});
    dropOperator(view, "sink/discard", {280, 420});
    QCOMPARE(document.graph()->nodeCount(), 1U);
    const Item source = Item::input(document.graph()->inputs().front());
    const Item sink = Item::output(document.graph()->outputs().front());
    const std::string id = document.graph()->node(document.graph()->nodes().front()).id;
    const Item filter = Item::node(id);
    QApplication::processEvents();
    drawWire(view, source, filter);
    drawWire(view, filter, sink);
    QCOMPARE(document.graph()->edgeCount(), 2U);

    document.selection().select(Side::Drawn, source);
    auto* path = window.inspector().findChild<QLineEdit*>(QStringLiteral("path"));
    QVERIFY(path != nullptr);
    path->setFocus();
    path->selectAll();
    QTest::keyClicks(path, data);
    QTest::keyClick(path, Qt::Key_Return);

    document.selection().select(Side::Drawn, filter);
    ParameterField* where = window.inspector().field("where");
    QVERIFY(where != nullptr);
    auto* code = where->findChild<CodeField*>();
    QVERIFY(code != nullptr);
    code->setFocus();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("event.timestamp >"));
    QTRY_VERIFY(!document.problems().empty()); // half an expression is a problem, and stays visible
    QTest::keyClicks(code, QStringLiteral(" 0"));
    QTRY_VERIFY(document.problems().empty());
    QTRY_VERIFY(document.optimized() != nullptr && !document.isOptimizedStale());

    QSignalSpy ended(&window, &MainWindow::runEnded);
    window.run();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60'000);
    QVERIFY2(ended.front().front().toBool(), qPrintable(ended.front().at(1).toString()));
    const StageModel& stages = window.stages().model();
    const int row = rowOf(stages, QStringLiteral("filter 1"));
    QVERIFY2(row >= 0, "the filter has a row in the Stages table");
    QCOMPARE(stages.index(row, StageModel::Rows).data().toString(), QStringLiteral("2,000"));
    QVERIFY(window.statusText().contains(QStringLiteral("results identical")));
    showsCode(window);

    while (document.undoStack().canUndo())
        document.undoStack().undo();
    QCOMPARE(textOf(document), empty);
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    QCOMPARE(document.graph()->edgeCount(), 2U);
    document.undoStack().clear();
}

void WindowTest::opensTheExample() {
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    window.arrange({1680, 1050});
    window.show();
    QSignalSpy opened(&window, &MainWindow::fileOpened);
    QSignalSpy planned(&window, &MainWindow::planReady);
    window.openExample();
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 20'000);
    QVERIFY2(opened.front().front().toBool(), qPrintable(opened.front().at(1).toString()));
    QTRY_VERIFY_WITH_TIMEOUT(!planned.empty(), 20'000);
    QVERIFY(planned.front().front().toBool());
    QCOMPARE(window.document().graph()->nodeCount(), 11U);
    QCOMPARE(window.document().graph(Side::Optimised)->nodeCount(), 4U);
}

void WindowTest::asksTheLayoutWorkerAside() {
    LayoutRequest two;
    two.boxes = {{256, 64, 0, {}}, {256, 64, 0, {}}};
    two.arrows = {{0, 1}};
    LayoutRequest many;
    for (std::uint32_t i = 0; i < 1500; ++i) {
        many.boxes.push_back({256, 64, 0, {}});
        for (std::uint32_t to = i + 1; to < std::min(1500U, i + 4); ++to)
            many.arrows.push_back({i, to});
    }
    int answers = 0;
    std::optional<LayoutResult> last;
    const auto take = [&](const std::optional<LayoutResult>& answer) {
        ++answers;
        last = answer;
    };
    AutoLayoutService service(nullptr, FB_BUILD_DIR "/bin/fuseboard-layout");
    service.request(many, take);
    QTest::qWait(50); // the worker is at it
    service.request(two, take);
    QTRY_COMPARE_WITH_TIMEOUT(answers, 1, 20'000);
    QVERIFY(last && last->topLeft.size() == 2);
    QVERIFY(last->topLeft[0].y < last->topLeft[1].y);
    QTest::qWait(50);
    QCOMPARE(answers, 1); // the older request is never answered

    AutoLayoutService broken(nullptr, "/bin/false");
    broken.request(two, take);
    QTRY_COMPARE_WITH_TIMEOUT(answers, 2, 20'000);
    QVERIFY(!last);
}

void WindowTest::pinsASchema() {
    const QString data = m_folder.filePath(QStringLiteral("typed.ndjson"));
    std::ofstream(data.toStdString()) << "{\"host\": \"a\", \"load\": 1}\n"
                                         "{\"host\": \"b\", \"load\": 2.5}\n";
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    window.arrange({1680, 1050});
    window.show();
    window.newPipeline();
    window.setRepetitions(1);
    GraphDocument& document = window.document();
    PortBinding binding;
    binding.connector = "file";
    binding = withText(binding, "path", data.toStdString());
    QVERIFY(
        document
            .edit(QStringLiteral("Draw"),
                  [&](Graph& graph) -> Status {
                      graph.bindInput(graph.addInput("in"), binding);
                      graph.addOutput("out");
                      graph.addEdge(
                          {kNone, "in"},
                          {addOperator(graph, *builtinCatalogue().find("filter"), {0, 100}), "in"});
                      graph.addEdge({graph.nodes().front(), "out"}, {kNone, "out"});
                      return {};
                  })
            .has_value());
    const std::string id = document.graph()->node(document.graph()->nodes().front()).id;
    const auto where =
        parseScriptText(ScriptKind::Expression, "where", "event.load > 0", nullptr, {});
    QVERIFY(where.has_value());
    document.setParameter(id, "where", *where);
    const std::string before = textOf(document);
    document.selection().select(Side::Drawn, Item::input("in"));
    QSignalSpy pinned(&window, &MainWindow::schemaPinned);
    const auto press = [&](const char* name) {
        auto* button = window.inspector().findChild<QPushButton*>(QString::fromLatin1(name));
        QVERIFY(button != nullptr);
        button->click();
    };
    press("pinSchema");
    QTRY_COMPARE_WITH_TIMEOUT(pinned.size(), 1, 20'000);
    QVERIFY(pinned.front().front().toBool());
    const auto schema = [&] { return *pinnedSchema(*document.graph()->inputBinding(0)); };
    QVERIFY(schema() != nullptr);
    const std::string load[] = {"load"};
    QVERIFY(schema()->find(load) != nullptr && schema()->find(load)->type == SchemaType::Number);
    const std::string declared = textOf(document); // as it is saved
    QVERIFY(declared.find("\"schema\"") != std::string::npos);
    const auto loaded = loadPipelineText("typed.fuse.json", declared);
    QVERIFY(loaded.has_value());
    QVERIFY(*pinnedSchema(*loaded->naive.inputBinding(0)) != nullptr);

    // The optimiser knows it, and so does the run.
    QTRY_VERIFY(document.facts() != nullptr && !document.isOptimizedStale());
    const Shape& received = document.facts()->find(Side::Drawn, id)->received;
    QVERIFY(received.find("load") != nullptr && received.find("load")->shape.is(kNumberKinds));
    const auto planned = planSession(*document.graph(), {{}, {}, 1, {}});
    QVERIFY(planned.has_value());
    QVERIFY(planned->request.comparison.run.inputs.front().source.schema != nullptr);

    document.undoStack().undo();
    QCOMPARE(textOf(document), before);
    document.undoStack().redo();
    QVERIFY(schema() != nullptr);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    press("unpinSchema");
    QVERIFY(schema() == nullptr);
    QCOMPARE(textOf(document), before);
    document.undoStack().clear();
}

void WindowTest::savesWhatIsStillBeingTyped() {
    const QString path = m_folder.filePath(QStringLiteral("typed.fuse.json"));
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    window.show();
    window.newPipeline();
    GraphDocument& document = window.document();
    const auto id = document.addNode(*builtinCatalogue().find("filter"), {0, 0});
    document.setSaved(path);
    document.selection().select(Side::Drawn, Item::node(*id));
    auto* code = window.inspector().field("where")->findChild<CodeField*>();
    code->setFocus();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("event.load > 7"));
    window.findChild<QAction*>(QStringLiteral("save"))->trigger();
    std::ifstream file(path.toStdString());
    const std::string saved((std::istreambuf_iterator<char>(file)), {});
    QVERIFY(saved.find("event.load > 7") != std::string::npos);
    QVERIFY(document.isClean());
}

/// The sample with everything bound, drawn and planned.
void openSample(MainWindow& window, const char* name) {
    QSignalSpy opened(&window, &MainWindow::fileOpened);
    QSignalSpy planned(&window, &MainWindow::planReady);
    window.openFile(QString::fromStdString(samplesFolder()) + QLatin1Char('/') +
                    QLatin1String(name));
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 20'000);
    QVERIFY2(opened.front().front().toBool(), qPrintable(opened.front().at(1).toString()));
    QTRY_VERIFY_WITH_TIMEOUT(!planned.empty(), 20'000);
}

void WindowTest::exportsEveryTarget() {
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    openSample(window, "filter-and-route.fuse.json");
    QSignalSpy exported(&window, &MainWindow::exported);
    for (const ExportTarget& target : exportTargets()) {
        for (const bool optimised : {false, true}) {
            const QString path = m_folder.filePath(
                QStringLiteral("export-%1-%2")
                    .arg(QString::fromUtf8(target.name.data(), qsizetype(target.name.size())))
                    .arg(optimised));
            exported.clear();
            window.exportTo(std::string(target.name), optimised, path);
            QTRY_COMPARE_WITH_TIMEOUT(exported.size(), 1, 60'000);
            // This sample keeps the order of events, which Tremor cannot promise.
            const bool canSayIt = target.name != "trickle";
            QVERIFY2(exported.front().front().toBool() == canSayIt,
                     qPrintable(exported.front().at(1).toString()));
            QCOMPARE(QFileInfo::exists(path), canSayIt);
        }
    }
    // What a target cannot say is refused by name and reason, and no file appears.
    openSample(window, "influx.trickle");
    const QString path = m_folder.filePath(QStringLiteral("refused.sql"));
    exported.clear();
    window.exportTo("trickle", false, m_folder.filePath(QStringLiteral("influx.trickle")));
    QTRY_COMPARE_WITH_TIMEOUT(exported.size(), 1, 60'000);
    QVERIFY2(exported.front().front().toBool(), qPrintable(exported.front().at(1).toString()));
    exported.clear();
    window.exportTo("duckdb-sql", true, path);
    QTRY_COMPARE_WITH_TIMEOUT(exported.size(), 1, 60'000);
    QVERIFY(!exported.front().front().toBool());
    QVERIFY2(window.notice().text().contains(QStringLiteral("select/2")),
             qPrintable(window.notice().text()));
    QVERIFY(!QFileInfo::exists(path));
}

void WindowTest::takesDroppedFiles() {
    qputenv("FUSEBOARD_LAYOUT_WORKER", FB_BUILD_DIR "/bin/fuseboard-layout");
    const QString dot = m_folder.filePath(QStringLiteral("small.dot"));
    std::ofstream(dot.toStdString()) << "digraph small { a -> b; a -> c; b -> d; c -> d }";
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    window.show();
    const auto drop = [&](const QString& path) {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({40, 90}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({40, 90}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &event);
    };
    QSignalSpy opened(&window, &MainWindow::fileOpened);
    drop(QString::fromStdString(samplesFolder()) + QStringLiteral("/influx.trickle"));
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 20'000);
    QCOMPARE(window.document().graph()->nodeCount(), 11U);
    drop(dot);
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 2, 20'000);
    QVERIFY2(opened.back().front().toBool(), qPrintable(opened.back().at(1).toString()));
    QCOMPARE(window.document().graph()->nodeCount(), 4U);
    // L asks the worker; the answer is one command.
    window.findChild<QAction*>(QStringLiteral("layOut"))->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(window.document().undoStack().count(), 1, 20'000);
    for (const NodeIndex node : window.document().graph()->nodes())
        QVERIFY(window.document().graph()->node(node).position.has_value());
    window.document().undoStack().clear();
    qunsetenv("FUSEBOARD_LAYOUT_WORKER");
}

void WindowTest::stopsARun() {
    MainWindow window(m_folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    openSample(window, "influx.trickle");
    window.setRunData(
        {QStringLiteral("endless"), "generate:metrics?rows=100000000&seed=1", "event.timestamp:ms"},
        {});
    QSignalSpy ended(&window, &MainWindow::runEnded);
    window.run();
    QVERIFY(window.isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(window.document().figures(Side::Drawn) != nullptr, 20'000);
    window.stopRun();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60'000);
    QVERIFY(!window.isRunning());
    QVERIFY(window.notice().text().contains(QStringLiteral("topped")));
}

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    Theme::instance().install(application);
    Theme::instance().setMode(Theme::Mode::Light);
    WindowTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "window_test.moc"
