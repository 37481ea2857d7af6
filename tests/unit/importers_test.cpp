// SPDX-License-Identifier: Apache-2.0
// Importers: what each kind of file becomes, and how bad files are told.
#include "app/layout_client/worker_layout_service.h"
#include "engine/graph/graph_diff.h"
#include "engine/graph/graph_text.h"
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/operators/operator_body.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace fuseboard {
namespace {

const std::string kSamples = FB_SOURCE_DIR "/resources/samples/";

WorkerLayoutService& layoutService() {
    static WorkerLayoutService service({.program = FB_BUILD_DIR "/bin/fuseboard-layout"});
    return service;
}

ImportResult importAs(const std::string& name, const std::string& text) {
    ImportOptions options;
    options.layout = &layoutService();
    return importText({name, text}, options);
}

std::string textOf(const std::vector<Error>& errors) {
    std::string text;
    for (const Error& error : errors)
        text += describe(error) + "\n";
    return text;
}

Graph imported(const std::string& name, const std::string& text) {
    auto result = importAs(name, text);
    EXPECT_TRUE(result) << (result ? "" : textOf(result.error()));
    return result ? std::move(result->graph) : Graph();
}

std::vector<std::string> idsOf(const Graph& graph) {
    std::vector<std::string> ids;
    for (const NodeIndex n : graph.nodes())
        ids.push_back(graph.node(n).id);
    return ids;
}

std::size_t passthroughs(const Graph& graph) {
    std::size_t count = 0;
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        if (builtinCatalogue().find(node.operatorName)->contract(node.config).passthrough)
            ++count;
    }
    return count;
}

std::string edgesOf(const Graph& graph) {
    std::string text;
    for (const EdgeIndex e : graph.edges())
        text += edgeText(graph, graph.edge(e)) + "\n";
    return text;
}

TEST(TrickleImport, InfluxExampleHasElevenNodesAndThirteenEdges) {
    const auto result = importFile(kSamples + "influx.trickle", {});
    ASSERT_TRUE(result) << textOf(result.error());
    const Graph& graph = result->graph;
    EXPECT_EQ(result->format, "trickle");
    EXPECT_EQ(graph.nodeCount(), 11U);
    EXPECT_EQ(passthroughs(graph), 7U);
    EXPECT_EQ(graph.edgeCount(), 13U);
    EXPECT_EQ(idsOf(graph),
              (std::vector<std::string>{"port/in", "port/out", "port/err", "stream/normalize",
                                        "stream/aggregate", "operator/batch", "select/1",
                                        "select/2", "select/3", "select/4", "select/5"}));
    EXPECT_EQ(graph.properties().eventOrder, EventOrder::Tremor);
    EXPECT_EQ(graph.properties().atEnd, AtEnd::Discard);
    EXPECT_EQ(graph.properties().onError, OnError::Drop);
}

TEST(TrickleImport, EdgesFollowTheStatements) {
    const Graph graph = imported("q.trickle", "create stream s;\n"
                                              "select event from in where event.a > 1 into s;\n"
                                              "select {\"b\": event.b} from s into out;\n"
                                              "select event from in into err;\n");
    EXPECT_EQ(edgesOf(graph), "port/in:out -> select/1:in\nselect/1:out -> stream/s:in\n"
                              "stream/s:out -> select/2:in\nselect/2:out -> port/out:in\n"
                              "port/in:out -> select/3:in\nselect/3:out -> port/err:in\n"
                              "[in] -> port/in:in\nport/out:out -> [out]\nport/err:out -> [err]\n");
}

TEST(TrickleImport, PortsOfAFileMayHaveNames) {
    const Graph graph = imported("q.trickle", "select event from in/a into out/b;\n");
    EXPECT_TRUE(graph.findInput("in/a"));
    EXPECT_TRUE(graph.findOutput("out/b"));
    EXPECT_TRUE(graph.findNode("port/in/a"));
}

TEST(TrickleImport, PipelinesAreInlined) {
    const Graph graph =
        imported("q.trickle", "define pipeline p\npipeline\n"
                              "  select event from in where event.a == 1 into out;\nend;\n"
                              "create pipeline p;\n"
                              "select event from in into p;\n"
                              "select event from p into out;\n");
    EXPECT_TRUE(graph.findNode("pipeline/p/port/in"));
    EXPECT_TRUE(graph.findNode("pipeline/p/select/1"));
    EXPECT_TRUE(verify(graph, builtinCatalogue()).empty());
}

TEST(TrickleImport, ShortTimeoutIsQuestioned) {
    const auto result =
        importAs("q.trickle", "define operator b from generic::batch with count = 3, timeout = 5 "
                              "end;\ncreate operator b;\nselect event from in into b;\n"
                              "select event from b into out;\n");
    ASSERT_TRUE(result) << textOf(result.error());
    ASSERT_FALSE(result->notices.empty());
    EXPECT_NE(result->notices[0].message.find("5 nanoseconds"), std::string::npos);
    EXPECT_EQ(result->notices[0].place.line, 1U);
}

TEST(TrickleImport, UnknownOperatorSaysWhatWasMeant) {
    const auto result =
        importAs("q.trickle", "define operator b from generic::bach with count = 3 end;\n"
                              "create operator b;\n");
    ASSERT_FALSE(result);
    const std::string text = textOf(result.error());
    EXPECT_NE(text.find("q.trickle:1:"), std::string::npos) << text;
    EXPECT_NE(text.find("did you mean `generic::batch`"), std::string::npos) << text;
}

TEST(TrickleImport, BadQueriesHaveAPlace) {
    for (const char* query : {"select event from in into", "select event from nowhere into out;",
                              "select event.a. from in into out;", "create stream in;"}) {
        const auto result = importAs("q.trickle", query);
        ASSERT_FALSE(result) << query;
        EXPECT_EQ(result.error()[0].place.file, "q.trickle") << query;
        EXPECT_EQ(result.error()[0].place.line, 1U) << query;
    }
}

TEST(TrickleImport, CyclesAreErrors) {
    const auto result =
        importAs("q.trickle", "create stream a;\ncreate stream b;\n"
                              "select event from a into b;\nselect event from b into a;\n");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error()[0].code, ErrorCode::InvalidGraph);
}

TEST(TroyImport, ConnectorsBecomeBindings) {
    const auto result = importAs("d.troy", R"(
define flow main
flow
  define connector source from file
  with codec = "json", config = {"path": "in.json", "mode": "read"}
  end;
  define connector sink from kafka_producer
  with codec = "json", config = {"brokers": ["a:9092"]}
  end;
  define pipeline p
  pipeline
    select event from in into out;
  end;
  create connector source;
  create connector sink;
  create pipeline p;
  connect /connector/source to /pipeline/p;
  connect /pipeline/p to /connector/sink;
end;
deploy flow main;
)");
    ASSERT_TRUE(result) << textOf(result.error());
    const Graph& graph = result->graph;
    const PortBinding& in = *graph.inputBinding(*graph.findInput("in"));
    EXPECT_EQ(in.connector, "file");
    EXPECT_EQ(in.settings->find("path")->asString(), "in.json");
    const PortBinding& out = *graph.outputBinding(*graph.findOutput("out"));
    EXPECT_EQ(out.connector, "");
    EXPECT_EQ(out.settings->find("tremor")->find("kind")->asString(), "kafka_producer");
    EXPECT_TRUE(graph.findOutput("err"));
    EXPECT_FALSE(result->notices.empty());
}

TEST(TroyImport, ConnectedPipelinesAreSpliced) {
    const Graph graph = imported("d.troy", R"(
define flow main
flow
  define pipeline p pipeline select event from in into out; end;
  create pipeline a from p;
  create pipeline b from p;
  connect /pipeline/a to /pipeline/b;
end;
deploy flow main;
)");
    EXPECT_NE(edgesOf(graph).find("pipeline/a/port/out:out -> pipeline/b/port/in:in"),
              std::string::npos)
        << edgesOf(graph);
}

TEST(DotImport, AnyGraphOpens) {
    const auto result = importAs("g.dot", "digraph g { a -> b -> c; a -> c }");
    ASSERT_TRUE(result) << textOf(result.error());
    const Graph& graph = result->graph;
    EXPECT_EQ(idsOf(graph), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(edgesOf(graph),
              "a:out -> b:in\nb:out -> c:in\na:out -> c:in\n[in] -> a:in\nc:out -> [out]\n");
    EXPECT_EQ(graph.node(0).note, "no operator");
    EXPECT_EQ(graph.node(0).operatorName, "passthrough");
    EXPECT_TRUE(result->problems.empty()) << textOf(result->problems);
}

TEST(DotImport, OperatorAttributesMakeOperators) {
    const auto result = importAs("g.gv", R"(digraph {
        f [operator=filter, where="event.a > 1"];
        r [operator=route, branches="hot: event.a > 9
cold: event.a < 2"];
        w [operator=select, target="{\"n\": aggr::stats::count()}", windows="10s aligned", group_by="event.k"];
        f -> r; r:hot -> w; r -> l [tailport=cold]; l [operator=limit, count=5];
    })");
    ASSERT_TRUE(result) << textOf(result.error());
    EXPECT_TRUE(result->problems.empty()) << textOf(result->problems);
    const Graph& graph = result->graph;
    EXPECT_EQ(graph.node(*graph.findNode("f")).operatorName, "filter");
    EXPECT_EQ(graph.node(*graph.findNode("r")).config.branches("branches")->size(), 2U);
    const auto& windows = *graph.node(*graph.findNode("w")).config.windows("windows");
    EXPECT_EQ(windows[0].amount, 10'000'000'000U);
    EXPECT_TRUE(windows[0].aligned);
    EXPECT_NE(edgesOf(graph).find("r:hot -> w:in"), std::string::npos) << edgesOf(graph);
    EXPECT_NE(edgesOf(graph).find("r:cold -> l:in"), std::string::npos) << edgesOf(graph);
}

TEST(DotImport, OddGraphsAreTold) {
    const auto cycle = importAs("g.dot", "digraph { a -> b -> a }");
    ASSERT_TRUE(cycle) << textOf(cycle.error());
    ASSERT_EQ(cycle->problems.size(), 1U);
    EXPECT_EQ(cycle->problems[0].code, ErrorCode::InvalidGraph);

    const auto undirected = importAs("g.dot", "graph { a -- b }");
    ASSERT_TRUE(undirected) << textOf(undirected.error());
    EXPECT_NE(undirected->notices[0].message.find("not directed"), std::string::npos);

    const auto html =
        importAs("g.dot", "digraph { a [label=<<b>x</b>>, operator=unknown]; a:n -> b:p:sw }");
    ASSERT_TRUE(html) << textOf(html.error());
    EXPECT_EQ(html->graph.node(0).label, "x");
    EXPECT_NE(html->graph.node(0).note.find("\"unknown\" is unknown here"), std::string::npos);

    const auto several = importAs("g.dot", "digraph a { x } digraph b { y }");
    ASSERT_TRUE(several) << textOf(several.error());
    EXPECT_EQ(several->graph.nodeCount(), 1U);

    const auto nothing = importAs("g.dot", "digraph { }");
    ASSERT_TRUE(nothing) << textOf(nothing.error());
    EXPECT_EQ(nothing->graph.nodeCount(), 0U);
}

TEST(DotImport, SyntaxErrorsHaveALine) {
    const auto broken = importAs("g.dot", "digraph {\n  a -> b\n  c -> \n}\n");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error()[0].code, ErrorCode::InvalidSyntax);
    EXPECT_EQ(broken.error()[0].place.file, "g.dot");
    EXPECT_EQ(broken.error()[0].place.line, 4U);
    EXPECT_FALSE(importAs("g.dot", ""));
    // The worker lives on after each of them.
    EXPECT_TRUE(importAs("g.dot", "digraph { a }"));
}

TEST(DotImport, LargeGraphsOpen) {
    std::string text = "digraph {\n";
    constexpr int kNodes = 50'000;
    for (int i = 1; i < kNodes; ++i)
        text += "n" + std::to_string(i / 2) + " -> n" + std::to_string(i) + ";\n";
    const auto result = importAs("g.dot", text + "}\n");
    ASSERT_TRUE(result) << textOf(result.error());
    EXPECT_EQ(result->graph.nodeCount(), static_cast<unsigned>(kNodes));
}

TEST(DotImport, NeedsTheWorker) {
    const auto result = importText({"g.dot", "digraph { a }"}, {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error()[0].code, ErrorCode::Unsupported);
}

TEST(Import, KindIsFoundByContentToo) {
    EXPECT_EQ(importerFor("x", "{\"fuseboard\": 1}")->name, "fuse-json");
    EXPECT_EQ(importerFor("x", "# c\nselect event from in into out;")->name, "trickle");
    EXPECT_EQ(importerFor("x", "/* c */ // d\nstrict digraph { }")->name, "dot");
    EXPECT_EQ(importerFor("x", "define flow f flow end; deploy flow f;")->name, "troy");
    EXPECT_EQ(importerFor("x", "hello"), nullptr);
    EXPECT_EQ(importerFor("a.fuse.json", "hello")->name, "fuse-json");
}

TEST(Import, MissingFilesAndFolders) {
    const auto missing = importFile("/nowhere/x.trickle", {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error()[0].code, ErrorCode::NotFound);
    const auto folder = importFile("/tmp", {});
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error()[0].code, ErrorCode::NotReadable);
    const auto unknown = importAs("x.bin", "hello");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error()[0].code, ErrorCode::UnknownName);
}

TEST(Import, SamplesOpenWithoutProblems) {
    for (const char* name : {"influx.trickle", "filter-and-route.fuse.json", "log-lines.fuse.json",
                             "orders-by-key.fuse.json"}) {
        const auto result = importFile(kSamples + name, {});
        ASSERT_TRUE(result) << name << textOf(result.error());
        EXPECT_TRUE(result->problems.empty()) << name << textOf(result->problems);
        EXPECT_TRUE(result->notices.empty()) << name << result->notices[0].message;
    }
}

} // namespace
} // namespace fuseboard
