// SPDX-License-Identifier: Apache-2.0
// The document without widgets: edits and their undo, selection, provenance, clipboard, texts.
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"
#include "tests/gui/influx_sample.h"
#include "views/document/endpoint_kinds.h"
#include "views/document/graph_document.h"
#include "views/document/graph_edits.h"
#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/document/selection.h"
#include "views/document/sentence.h"

#include <QSignalSpy>
#include <QTest>

using namespace fuseboard;

class DocumentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void undoesEveryEditBackToEmpty();
    void figuresOutliveMovesAndUndo();
    void refusesWiresThatCannotBe();
    void splicesIntoAnEdge();
    void healsWhatWasRemoved();
    void mergesMoves();
    void copiesAndPastes();
    void pastesFunctionsWithTheirCallers();
    void followsProvenanceBothWays();
    void stepsThroughPasses();
    void prunesTheSelection();
    void knowsWhenItIsClean();
    void writesFigures();
    void writesSentences();
};

namespace {

const OperatorInfo& info(const char* name) {
    const OperatorInfo* found = builtinCatalogue().find(name);
    if (found == nullptr)
        qFatal("no operator %s", name);
    return *found;
}

std::string text(const GraphDocument& document) {
    return canonicalText(*document.graph());
}

} // namespace

void DocumentTest::undoesEveryEditBackToEmpty() {
    GraphDocument document(builtinCatalogue());
    const std::string empty = text(document);
    const auto source = document.addEndpoint(*findEndpointKind("source/file"), {0, 0});
    QVERIFY(source.has_value());
    const auto filter =
        document.addNode(info("filter"), {0, 80}, {Endpoint{kNone, source->id}, {}});
    QVERIFY(filter.has_value());
    QCOMPARE(QString::fromStdString(*filter), QStringLiteral("filter/1"));
    const NodeIndex node = document.graph()->findNode(*filter).value();
    QCOMPARE(QString::fromStdString(document.graph()->node(node).label),
             QStringLiteral("filter 1"));
    const auto sink = document.addEndpoint(*findEndpointKind("sink/discard"), {0, 160});
    QVERIFY(document.connectPorts({node, "out"}, {kNone, sink->id}).has_value());
    document.rename(Item::node(*filter), "keep");
    document.setNote(*filter, "why");
    document.setDisabled({*filter}, true);
    document.setBypassed({*filter}, true);
    document.move({{Item::node(*filter), {8, 96}}});
    document.setFusion({0}, FusionChoice::Forbidden);
    GraphProperties properties;
    properties.onError = OnError::Stop;
    document.setProperties(properties);
    document.setPipelineName("orders");
    document.duplicate({Item::node(*filter)});
    document.setBinding(*source, withText(*document.graph()->inputBinding(0), "path", "a.ndjson"));
    const int commands = document.undoStack().count();
    QVERIFY(commands >= 13);
    const std::string full = text(document);
    document.remove({Item::node(*filter), *source, *sink});
    while (document.undoStack().canUndo()) {
        QVERIFY(!document.undoStack().undoText().isEmpty());
        document.undoStack().undo();
    }
    QCOMPARE(text(document), empty);
    QCOMPARE(document.graph()->nodeCount(), 0U);
    while (document.undoStack().index() < commands)
        document.undoStack().redo();
    QCOMPARE(text(document), full);
}

void DocumentTest::figuresOutliveMovesAndUndo() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setFigures(Side::Drawn, influxFigures(*document.graph(), false));
    document.move({{Item::node("select/1"), {8, 96}}});
    QVERIFY(!document.areFiguresStale());
    document.setDisabled({"select/1"}, true);
    QVERIFY(document.areFiguresStale());
    document.undoStack().undo();
    QVERIFY(!document.areFiguresStale());
    document.undoStack().redo();
    QVERIFY(document.areFiguresStale());
    document.setDisabled({"select/1"}, false); // the same work again, but nobody compares graphs
    QVERIFY(document.areFiguresStale());
}

void DocumentTest::refusesWiresThatCannotBe() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    const Graph& graph = *document.graph();
    const NodeIndex s1 = *graph.findNode("select/1"), s3 = *graph.findNode("select/3");
    const NodeIndex aggregate = *graph.findNode("stream/aggregate");
    QVERIFY(!document.canConnect({s3, "out"}, {s1, "in"}));        // a loop
    QVERIFY(!document.canConnect({s1, "out"}, {s1, "in"}));        // itself
    QVERIFY(!document.canConnect({s1, "out"}, {aggregate, "in"})); // there already
    QVERIFY(!document.canConnect({s1, "nowhere"}, {s3, "in"}));    // no such port
    QVERIFY(!document.canConnect({kNone, "nowhere"}, {s3, "in"})); // no such source
    QVERIFY(document.canConnect({s1, "out"}, {s3, "in"}).has_value());
    QVERIFY(!document.connectPorts({s3, "out"}, {s1, "in"}));
    QCOMPARE(document.undoStack().count(), 0);
}

void DocumentTest::splicesIntoAnEdge() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    const Graph before = *document.graph();
    const NodeIndex s3 = *before.findNode("select/3");
    Attachment attachment;
    attachment.into = before.outEdges(s3).front();
    const auto added = document.addNode(info("filter"), {0, 0}, attachment);
    QVERIFY(added.has_value());
    const Graph& graph = *document.graph();
    const NodeIndex node = *graph.findNode(*added);
    QCOMPARE(graph.edge(graph.inEdges(node).front()).from.node, s3);
    QCOMPARE(graph.edgeCount(), before.edgeCount() + 1);
    QCOMPARE(document.undoStack().count(), 1);
}

void DocumentTest::healsWhatWasRemoved() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.remove({Item::node("select/3")}, true);
    const Graph& graph = *document.graph();
    const NodeIndex normalize = *graph.findNode("stream/normalize");
    QCOMPARE(graph.outEdges(normalize).size(), std::size_t{1});
    QCOMPARE(graph.edge(graph.outEdges(normalize).front()).to.node,
             *graph.findNode("operator/batch"));
}

void DocumentTest::mergesMoves() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    for (int i = 1; i <= 5; ++i)
        document.move({{Item::node("select/1"), {8.0 * i, 0}}});
    QCOMPARE(document.undoStack().count(), 1);
    document.endMerge();
    document.move({{Item::node("select/1"), {80, 0}}});
    QCOMPARE(document.undoStack().count(), 2);
    document.move({{Item::node("select/1"), {80, 0}}}); // changes nothing
    QCOMPARE(document.undoStack().count(), 2);
    document.undoStack().undo();
    document.undoStack().undo();
    QVERIFY(!positionOf(*document.graph(), Item::node("select/1")));
}

void DocumentTest::copiesAndPastes() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    const QByteArray json = document.copy({Item::node("select/3"), Item::node("operator/batch")});
    QVERIFY(!json.isEmpty());
    const auto pasted = document.paste(json, {32, 32});
    QVERIFY2(pasted.has_value(), pasted ? "" : pasted.error().hint.c_str());
    QCOMPARE(pasted->size(), std::size_t{2});
    const Graph& graph = *document.graph();
    QCOMPARE(graph.nodeCount(), 13U);
    QVERIFY(graph.findNode("select/6").has_value() || graph.findNode("select/2").has_value());
    QCOMPARE(document.selection().items().size(), std::size_t{2});
    QVERIFY(!document.paste("no pipeline", {0, 0}));
    QVERIFY(!document.paste("", {0, 0}));
    document.undoStack().undo();
    QCOMPARE(document.graph()->nodeCount(), 11U);
    QVERIFY(document.copy({}).isEmpty());
}

void DocumentTest::pastesFunctionsWithTheirCallers() {
    // Two documents in which `f` means different things.
    const auto graphWith = [](const std::string& body) {
        const auto file = parsePipeline(
            R"({"fuseboard": 1, "definitions": [{"function": "f", "text": "fn f(x) with )" + body +
                R"json( end"}], "nodes": [{"id": "filter/1", "operator": "filter", "label": "f",
                "config": {"where": {"expression": "f(event.a)"}}}]})json",
            "p");
        return file ? file->graph : Graph();
    };
    GraphDocument one(builtinCatalogue()), other(builtinCatalogue());
    one.reset(graphWith("x > 1"));
    other.reset(graphWith("x > 2"));
    const QByteArray json = one.copy({Item::node("filter/1")});
    QVERIFY(!json.isEmpty());
    QVERIFY(other.paste(json, {0, 0}).has_value());
    QVERIFY(other.paste(json, {0, 0}).has_value());
    const Graph& graph = *other.graph();
    QCOMPARE(graph.definitions().functions().size(), std::size_t{2});
    QCOMPARE(graph.nodeCount(), 3U);
    const Expression* where =
        graph.node(graph.findNode("filter/2").value()).config.expression("where");
    QVERIFY(where != nullptr && where->tree != nullptr);
    QCOMPARE(QString::fromStdString(where->text), QStringLiteral("f_2(event.a)"));
    const auto saved = printPipeline(graph);
    QVERIFY2(saved.has_value(), saved ? "" : saved.error().message.c_str());
    const auto again = parsePipeline(*saved, "p");
    QVERIFY(again.has_value() && again->problems.empty());
    QCOMPARE(canonicalText(again->graph), canonicalText(graph));
    other.undoStack().undo();
    other.undoStack().undo();
    QCOMPARE(other.graph()->definitions().functions().size(), std::size_t{1});
}

void DocumentTest::followsProvenanceBothWays() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    QCOMPARE(document.passPosition(), 5);
    const Counterparts& twins = document.counterparts();
    QCOMPARE(twins.of(Side::Drawn, Item::node("select/3")), Items{Item::node("select/3")});
    const Items edge = twins.of(Side::Drawn, Item::node("stream/normalize"));
    QCOMPARE(edge.size(), std::size_t{1});
    QVERIFY(edge.front().isEdge());
    const Items back = twins.of(Side::Optimised, edge.front());
    QVERIFY(std::find(back.begin(), back.end(), Item::node("stream/normalize")) != back.end());
    QVERIFY(twins.of(Side::Drawn, Item::node("port/err")).empty());
    document.selection().select(Side::Drawn, Item::node("select/3"));
    QCOMPARE(document.highlighted(Side::Optimised), Items{Item::node("select/3")});
}

void DocumentTest::stepsThroughPasses() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    QSignalSpy moved(&document, &GraphDocument::passPositionChanged);
    QCOMPARE(document.graph(Side::Optimised)->nodeCount(), 4U);
    QCOMPARE(document.graph(Side::Optimised)->groups().size(), std::size_t{2});
    document.setPassPosition(1);
    QCOMPARE(document.graph(Side::Optimised)->nodeCount(), 4U);
    QVERIFY(document.graph(Side::Optimised)->groups().empty());
    document.setPassPosition(0);
    QCOMPARE(document.graph(Side::Optimised)->nodeCount(), 11U);
    QCOMPARE(moved.count(), 2);
    document.setOptimized(influxOptimized(*document.graph()));
    QCOMPARE(document.passPosition(), 0); // chosen by the user, so it stays
    QVERIFY(!document.isOptimizedStale());
    document.setDisabled({"select/1"}, true);
    QVERIFY(document.isOptimizedStale());
}

void DocumentTest::prunesTheSelection() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    Selection& selection = document.selection();
    selection.select(Side::Drawn, Items{Item::node("select/1"), Item::node("select/2")});
    QCOMPARE(*selection.current(), Item::node("select/2"));
    document.remove({Item::node("select/2")});
    QCOMPARE(selection.items(), Items{Item::node("select/1")});
    selection.toggle(Side::Drawn, Item::node("select/1"));
    QVERIFY(selection.empty());
}

void DocumentTest::knowsWhenItIsClean() {
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph(), "a.fuse.json");
    QVERIFY(document.isClean());
    QCOMPARE(document.displayName(), QStringLiteral("a.fuse.json"));
    document.setDisabled({"select/1"}, true);
    QVERIFY(!document.isClean());
    document.undoStack().undo();
    QVERIFY(document.isClean());
    document.undoStack().redo();
    document.setSaved("b.fuse.json");
    QVERIFY(document.isClean());
    document.undoStack().undo();
    QVERIFY(!document.isClean());
    document.reset(influxGraph(), {}, false);
    QVERIFY(!document.isClean());
}

void DocumentTest::writesSentences() {
    QCOMPARE(asSentence(QStringLiteral("cannot open it")), QStringLiteral("Cannot open it"));
    QCOMPARE(asSentence(QStringLiteral("x")), QStringLiteral("X"));
    QCOMPARE(asSentence(QString()), QString());
    for (const char* kept : {"trunc.dot:2:0: syntax error", "/tmp/a: not found", "my_file is old",
                             "select/1: no such field", "e.nd: empty"})
        QCOMPARE(asSentence(QString::fromLatin1(kept)), QString::fromLatin1(kept));
}

void DocumentTest::writesFigures() {
    QCOMPARE(countText(1000000), QStringLiteral("1,000,000"));
    QCOMPARE(amountText(521000), QStringLiteral("521 k"));
    QCOMPARE(amountText(2.44e6), QStringLiteral("2.44 M"));
    QCOMPARE(amountText(43800), QStringLiteral("43.8 k"));
    QCOMPARE(amountText(999.7e3), QStringLiteral("1.00 M"));
    QCOMPARE(durationText(380), QStringLiteral("0.38 µs"));
    QCOMPARE(durationText(3400), QStringLiteral("3.4 µs"));
    QCOMPARE(durationText(1.92e9), QStringLiteral("1.92 s"));
    QCOMPARE(durationText(0), QStringLiteral("0 µs"));
    QCOMPARE(bytesText(412e6), QStringLiteral("412 MB"));
    QCOMPARE(bytesText(2.24e9), QStringLiteral("2.24 GB"));
    QCOMPARE(bytesText(0), QStringLiteral("0 B"));
    QCOMPARE(factorText(4.7), QStringLiteral("4.7×"));
    QCOMPARE(percentText(0.47), QStringLiteral("47 %"));
}

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
