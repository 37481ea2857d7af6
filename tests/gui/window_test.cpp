// SPDX-License-Identifier: Apache-2.0
// The way of a user through the real window: draw, wire, type, run, read, undo.
#include "app/desktop/main_window.h"
#include "engine/connectors/generator.h"
#include "engine/graph/graph_json.h"
#include "views/canvas/canvas_panel.h"
#include "views/canvas/canvas_scene.h"
#include "views/canvas/card_item.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/selection.h"
#include "views/inspector/inspector_view.h"
#include "views/inspector/parameter_field.h"
#include "views/script_editor/code_field.h"
#include "views/stages/stage_model.h"
#include "views/stages/stages_view.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <fstream>

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

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    Theme::instance().install(application);
    Theme::instance().setMode(Theme::Mode::Light);
    WindowTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "window_test.moc"
