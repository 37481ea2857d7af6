// SPDX-License-Identifier: Apache-2.0
// The views around the canvases on their own: their models keep the rules of Qt, and what they show
// and change is what the document and the rows say.
#include "engine/operators/operator_body.h"
#include "tests/gui/influx_sample.h"
#include "views/code/code_pane.h"
#include "views/code/code_view.h"
#include "views/document/graph_document.h"
#include "views/document/selection.h"
#include "views/inspector/inspector_view.h"
#include "views/inspector/parameter_field.h"
#include "views/inspector/prediction_bars.h"
#include "views/latency/percentile_plot.h"
#include "views/passes/rewrite_model.h"
#include "views/problems/problems_model.h"
#include "views/runs/runs_model.h"
#include "views/runs/runs_view.h"
#include "views/script_editor/code_field.h"
#include "views/script_editor/script_editor.h"
#include "views/script_editor/script_text.h"
#include "views/stages/stage_model.h"
#include "views/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace fuseboard;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

RunRow run(RunId id, PlanSide side, double seconds) {
    RunRow row;
    row.id = id;
    row.comparisonId = 1;
    row.plan = side;
    row.status = RunStatus::Done;
    row.seconds = seconds;
    row.rowsIn = 1000;
    row.repetition = std::uint32_t(id / 2);
    return row;
}

std::vector<RunRow> sixRuns() {
    return {run(6, PlanSide::Optimized, 0.52), run(5, PlanSide::Naive, 1.03),
            run(4, PlanSide::Optimized, 0.51), run(3, PlanSide::Naive, 1.01),
            run(2, PlanSide::Optimized, 0.5),  run(1, PlanSide::Naive, 1.0)};
}

} // namespace

class DocksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void modelsKeepTheRules();
    void scriptEditorShowsErrorsInPlace();
    void bracketsMatch();
    void inspectorEditsAreCommands();
    void typedTextOutlivesTheSelection();
    void brokenTextIsKept();
    void inspectorShowsFields();
    void predictedStandsBesideMeasured();
    void stagesBringBothSidesTogether();
    void membersOfAGroupAddUpToIt();
    void codeFollowsTheSelection();
    void runsAreGroupedAndJudged();
};

void DocksTest::modelsKeepTheRules() {
    GraphDocument document(builtinCatalogue());
    RewriteModel rewrites(document);
    ProblemsModel problems(document);
    StageModel stages;
    RunsModel runs;
    const QAbstractItemModelTester testers[] = {
        QAbstractItemModelTester(&rewrites, kFatal), QAbstractItemModelTester(&problems, kFatal),
        QAbstractItemModelTester(&stages, kFatal), QAbstractItemModelTester(&runs, kFatal)};
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    rewrites.setRefusedOnly(true);
    rewrites.setRefusedOnly(false);
    Error error(ErrorCode::MissingField, "no field p999 in event.stats");
    error.node = "select/3";
    document.setProblems({error});
    QCOMPARE(problems.rowCount(), 1);
    document.setProblems({});
    QCOMPARE(problems.rowCount(), 0);
    runs.setEntries(entriesOf(sixRuns(), {}));
    QCOMPARE(runs.rowCount(), 1);
    StageTableRow row;
    row.name = QStringLiteral("select 1");
    row.before.emplace();
    stages.setRows({row, row});
    stages.setRows({});
}

void DocksTest::scriptEditorShowsErrorsInPlace() {
    ScriptEditor editor(ScriptKind::Expression);
    editor.setName(QStringLiteral("Where"));
    editor.setText(QStringLiteral("event.a +"));
    QVERIFY(editor.error().has_value());
    QVERIFY(editor.parameter().has_value());
    QVERIFY(std::get<Expression>(*editor.parameter()).tree == nullptr);
    editor.setText(QStringLiteral("event.a + 1"));
    QVERIFY(!editor.error().has_value());
    QVERIFY(std::get<Expression>(*editor.parameter()).tree != nullptr);
    QSignalSpy edited(&editor, &ScriptEditor::edited);
    QTest::keyClicks(&editor.field(), QStringLiteral("9"));
    QTRY_COMPARE(edited.size(), 1);
    const auto [at, length] = rangeOf({{}, 2, 3, {}}, QStringLiteral("ab\ncdef g"));
    QCOMPARE(at, 5);
    QCOMPARE(length, 2);
}

void DocksTest::bracketsMatch() {
    const QString text = QStringLiteral("a(b[c]{d})");
    QCOMPARE(matchingBrackets(text, 1), std::pair(1, 9));
    QCOMPARE(matchingBrackets(text, 6), std::pair(5, 3));
    QCOMPARE(matchingBrackets(QStringLiteral("(]"), 1), std::pair(-1, -1));
}

void DocksTest::inspectorEditsAreCommands() {
    GraphDocument document(builtinCatalogue());
    InspectorView inspector(document);
    const auto id = document.addNode(*builtinCatalogue().find("filter"), {0, 0});
    QVERIFY(id.has_value());
    const int before = document.undoStack().index();
    document.selection().select(Side::Drawn, Item::node(*id));
    ParameterField* where = inspector.field("where");
    QVERIFY(where != nullptr);
    auto* code = where->findChild<CodeField*>();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("event.value > 10"));
    const auto text = [&] {
        const auto node = document.graph()->findNode(*id);
        const Expression* set = document.graph()->node(*node).config.expression("where");
        return set == nullptr ? std::string() : set->text;
    };
    QTRY_COMPARE(text(), std::string("event.value > 10"));
    QCOMPARE(document.undoStack().index(), before + 1);
    document.undoStack().undo();
    QVERIFY(text() != "event.value > 10");
    QCOMPARE(code->toPlainText().toStdString(), text());
}

void DocksTest::typedTextOutlivesTheSelection() {
    GraphDocument document(builtinCatalogue());
    InspectorView inspector(document);
    const auto id = document.addNode(*builtinCatalogue().find("filter"), {0, 0});
    const auto other = document.addNode(*builtinCatalogue().find("filter"), {0, 200});
    document.selection().select(Side::Drawn, Item::node(*id));
    auto* code = inspector.field("where")->findChild<CodeField*>();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("event.value > 10"));
    document.selection().select(Side::Drawn, Item::node(*other)); // no pause, no change of focus
    const auto text = [&](const std::string& node) {
        const Graph& graph = *document.graph();
        const Expression* set = graph.node(*graph.findNode(node)).config.expression("where");
        return set == nullptr ? std::string() : set->text;
    };
    QCOMPARE(text(*id), std::string("event.value > 10"));
    QVERIFY(text(*other) != "event.value > 10");

    code = inspector.field("where")->findChild<CodeField*>();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("event.value > 20"));
    inspector.commitPending(); // what saving and running ask for
    QCOMPARE(text(*other), std::string("event.value > 20"));
    QTest::keyClicks(code, QStringLiteral("0"));
    document.undoStack().undo(); // takes the last edit back; the selection does not come into it
    QCOMPARE(document.selection().nodeIds(), std::vector<std::string>{*other});
}

std::vector<QString> labelsOf(const QWidget& widget) {
    std::vector<QString> texts;
    for (const QLabel* label : widget.findChildren<QLabel*>())
        texts.push_back(label->text());
    return texts;
}

bool holds(const std::vector<QString>& texts, const QString& wanted) {
    return std::ranges::find(texts, wanted) != texts.end();
}

void DocksTest::inspectorShowsFields() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    auto facts = std::make_shared<PlanFacts>();
    NodeFacts& node = facts->sides[int(Side::Drawn)]["select/3"];
    node.received = Shape::ofRecord({{"host", Shape::ofKinds(maskOf(Kind::String)), true},
                                     {"load", Shape::ofKinds(kNumberKinds), false}},
                                    false);
    node.sent = Shape::ofRecord({{"host", Shape{}, true}}, true);
    document.setFacts(facts);
    InspectorView inspector(document);
    document.selection().select(Side::Drawn, Item::node("select/3"));
    const std::vector<QString> texts = labelsOf(inspector);
    for (const char* wanted :
         {"In, at least 2 fields", "host", "str", "load?", "number", "Out, 1 field", "any"})
        QVERIFY2(holds(texts, QString::fromLatin1(wanted)), wanted);
}

void DocksTest::predictedStandsBesideMeasured() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    auto facts = std::make_shared<PlanFacts>();
    facts->sides[int(Side::Drawn)]["select/3"].estimate = {400, 1, 320};
    document.setFacts(facts);
    InspectorView inspector(document);
    document.selection().select(Side::Drawn, Item::node("select/3"));
    QVERIFY(inspector.findChildren<PredictionBars*>().empty()); // nothing was measured yet
    auto figures = std::make_shared<RunFigures>();
    NodeFigures& node = figures->nodes["select/3"];
    node.rowsIn = 1000;
    node.rowsOut = 500;
    node.busySeconds = 0.00025;
    document.setFigures(Side::Drawn, figures);
    const auto bars = inspector.findChildren<PredictionBars*>();
    QCOMPARE(bars.size(), 2);
    QCOMPARE(bars.front()->accessibleDescription(),
             QStringLiteral("predicted 0.40 µs, measured 0.25 µs"));
    QCOMPARE(bars.back()->accessibleDescription(), QStringLiteral("predicted 1, measured 0.5"));
}

void DocksTest::brokenTextIsKept() {
    GraphDocument document(builtinCatalogue());
    InspectorView inspector(document);
    const auto id = document.addNode(*builtinCatalogue().find("select"), {0, 0});
    document.selection().select(Side::Drawn, Item::node(*id));
    auto* code = inspector.field("target")->findChild<CodeField*>();
    code->selectAll();
    QTest::keyClicks(code, QStringLiteral("{\"a\": "));
    QTRY_VERIFY([&] {
        const auto node = document.graph()->findNode(*id);
        const Expression* set = document.graph()->node(*node).config.expression("target");
        return set != nullptr && set->tree == nullptr && set->text == "{\"a\": ";
    }());
    QCOMPARE(code->toPlainText(), QStringLiteral("{\"a\": "));
}

void DocksTest::stagesBringBothSidesTogether() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    const OptimizedPtr plan = influxOptimized(*document.graph());
    const auto record = std::make_shared<RunRecord>();
    record->run.seconds = 2;
    StageRow stage;
    stage.nodes = {"select/1"};
    stage.stageId = "select/1";
    stage.rowsIn = 100;
    stage.service.record(2000, 100);
    record->stages.push_back(stage);
    const SideRun drawn{record, document.graph()};
    const auto rows =
        stageTable(drawn, {record, std::make_shared<const Graph>(plan->graph)}, builtinCatalogue());
    QCOMPARE(rows.size(), std::size_t(1));
    QVERIFY(rows.front().before && rows.front().after);
    QCOMPARE(rows.front().before->rows, std::uint64_t(100));
    QCOMPARE(*rows.front().before->rowsPerSecond, 50.0);
    QCOMPARE(stageTable({}, {}, builtinCatalogue()).size(), std::size_t(0));
}

void DocksTest::membersOfAGroupAddUpToIt() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    const OptimizedPtr plan = influxOptimized(*document.graph());
    const auto drawn = std::make_shared<RunRecord>(), optimised = std::make_shared<RunRecord>();
    drawn->run.seconds = optimised->run.seconds = 2;
    for (const char* id : {"select/3", "operator/batch"}) {
        StageRow& stage = drawn->stages.emplace_back();
        stage.ordinal = std::uint32_t(drawn->stages.size());
        stage.stageId = id;
        stage.nodes = {id};
    }
    StageRow& group = optimised->stages.emplace_back();
    group.stageId = "select/3+operator/batch";
    group.nodes = {"select/3", "operator/batch"};
    group.rowsIn = 1000;
    group.bytesMaterialized = 4000;
    group.service.record(2000, 1000);
    group.queueWait.record(3000, 1000);
    optimised->members = {{.node = "select/3",
                           .sampledBatches = 2,
                           .rowsIn = 1000,
                           .rowsOut = 1000,
                           .sampledNs = 300},
                          {.node = "operator/batch",
                           .sampledBatches = 1,
                           .rowsIn = 1000,
                           .rowsOut = 10,
                           .sampledNs = 100}};
    optimised->edges = {{.fromStage = 7,
                         .toStage = 0,
                         .fromNode = "select/2",
                         .fromPort = "out",
                         .toNode = "select/3",
                         .toPort = "in",
                         .rows = 1000,
                         .bytes = 1},
                        {.fromStage = 0,
                         .toStage = 9,
                         .fromNode = "operator/batch",
                         .fromPort = "out",
                         .toNode = "",
                         .toPort = "out",
                         .rows = 10,
                         .bytes = 4000}};
    const auto graph = std::make_shared<const Graph>(plan->graph);
    const auto rows = stageTable({drawn, document.graph()}, {optimised, graph}, builtinCatalogue());
    QCOMPARE(rows.size(), std::size_t(2));
    const RunFigures cards = figuresOfRun(*optimised, *graph);
    double p99 = 0, bytes = 0;
    for (const StageTableRow& row : rows) {
        QVERIFY(row.after && row.ofGroup && row.group == 1);
        const NodeFigures* card = cards.find(row.drawn.front());
        QVERIFY(card != nullptr);
        QCOMPARE(*row.after->rowsPerSecond, *card->rowsPerSecond);
        QCOMPARE(*row.after->p99Us * 1e3, *card->p99Ns);
        p99 += *row.after->p99Us;
        bytes += *row.after->bytes;
    }
    QCOMPARE(*rows[0].after->p99Us, *rows[0].ofGroup->p99Us * 0.75);
    QCOMPARE(p99, *rows[0].ofGroup->p99Us);
    QCOMPARE(bytes, 4000.0);
    QCOMPARE(*rows[0].after->queueWaitUs, *rows[0].ofGroup->queueWaitUs);
    QCOMPARE(*rows[1].after->queueWaitUs, 0.0); // nothing waits inside
    QCOMPARE(*rows[1].after->rowsPerSecond, 500.0);
}

void DocksTest::codeFollowsTheSelection() {
    GraphDocument document(builtinCatalogue());
    CodeView view(document);
    QSignalSpy wanted(&view, &CodeView::wanted);
    view.show();
    QCOMPARE(wanted.size(), 0); // there is no plan to ask about
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    QCOMPARE(wanted.size(), 1);
    CodeText text;
    text.stages = {{"first", {"select/1"}, {"one"}, "over rows", {}, {{0, "a"}, {-1, "b"}}},
                   {"second",
                    {"select/3", "operator/batch"},
                    {"three", "batch"},
                    {},
                    "no reason",
                    {{0, "c"}, {1, "needle"}, {1, "e"}}}};
    view.setText(text);
    auto* stages = view.findChild<QComboBox*>();
    QCOMPARE(stages->count(), 2);
    QCOMPARE(view.pane().toPlainText(), QStringLiteral("a\nb"));
    document.selection().select(Side::Optimised, Item::node("select/3"));
    QCOMPARE(stages->currentIndex(), 1);
    QVERIFY(view.pane().findNext(QStringLiteral("needle")));
    QCOMPARE(view.pane().textCursor().selectedText(), QStringLiteral("needle"));
    QVERIFY(!view.pane().findNext(QStringLiteral("nothing like it")));
    view.setText({});
    QVERIFY(!view.pane().isVisible());
}

void DocksTest::runsAreGroupedAndJudged() {
    const auto entries = entriesOf(sixRuns(), {});
    QCOMPARE(entries.size(), std::size_t(1));
    QCOMPARE(entries.front().id, RunId(1));
    QCOMPARE(entries.front().drawn.size(), std::size_t(3));
    RunsView view;
    QSignalSpy chosen(&view, &RunsView::sidesChosen);
    view.setEntries(entries);
    QCOMPARE(chosen.size(), 1);
    MeasuredSide a{1, PlanSide::Naive, entries.front().drawn, {}, {}};
    MeasuredSide b{1, PlanSide::Optimized, entries.front().optimised, {}, {}};
    view.setSides(a, b);
    QCOMPARE(view.verdict(), QStringLiteral("B is 2.0× faster"));
    view.setSides(b, b);
    QCOMPARE(view.verdict(), QStringLiteral("No clear difference"));
    const auto ratios = ratiosOf(a, b);
    QVERIFY(!ratios.empty() && ratios.front().ratio < 0.6);
}

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    Theme::instance().install(application);
    DocksTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "docks_test.moc"
