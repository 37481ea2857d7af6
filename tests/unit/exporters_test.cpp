// SPDX-License-Identifier: Apache-2.0
// Exporters: round trips of what imports again, the shape of scripts, and what is refused.
#include "app/layout_client/worker_layout_service.h"
#include "engine/exporters/exporter.h"
#include "engine/graph/graph_diff.h"
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/operators/operator_body.h"
#include "optimizer/optimizer.h"

#include <gtest/gtest.h>

namespace fuseboard {
namespace {

const std::string kSamples = FB_SOURCE_DIR "/resources/samples/";
constexpr const char* kTemplates[] = {"filter-and-route.fuse.json", "log-lines.fuse.json",
                                      "orders-by-key.fuse.json"};

WorkerLayoutService& layoutService() {
    static WorkerLayoutService service({.program = FB_BUILD_DIR "/bin/fuseboard-layout"});
    return service;
}

ImportOptions importOptions() {
    ImportOptions options;
    options.layout = &layoutService();
    return options;
}

Graph graphOf(ImportResult result) {
    EXPECT_TRUE(result) << (result ? "" : describe(result.error()[0]));
    if (!result)
        return {};
    EXPECT_TRUE(result->problems.empty()) << describe(result->problems[0]);
    return std::move(result->graph);
}

Graph sample(const std::string& name) {
    return graphOf(importFile(kSamples + name, importOptions()));
}

OptimizedGraph optimized(const Graph& graph) {
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    auto result = optimize(graph, options);
    EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
    return result ? std::move(*result) : OptimizedGraph();
}

Result<std::string> exported(std::string_view target, const Graph& graph) {
    ExportRequest request;
    request.graph = &graph;
    request.layout = &layoutService();
    return exportGraph(target, request);
}

std::string text(Result<std::string> result) {
    EXPECT_TRUE(result) << (result ? "" : describe(result.error()));
    return result ? *result : "";
}

bool has(const std::string& all, const std::string& part) {
    return all.find(part) != std::string::npos;
}

TEST(TrickleExport, AsDrawnImportsToAnEqualGraph) {
    const Graph graph = sample("influx.trickle");
    const std::string query = text(exported("trickle", graph));
    Graph again = graphOf(importText({"influx.trickle", query}, {}));
    EXPECT_EQ(describeDiff(diffGraphs(graph, again)), "") << query;
    EXPECT_EQ(planHash(graph), planHash(again));
}

TEST(TrickleExport, OptimisedImportsToTheSamePlan) {
    const Graph graph = sample("influx.trickle");
    const OptimizedGraph plan = optimized(graph);
    ExportRequest request;
    request.graph = &graph;
    request.optimized = &plan;
    request.useOptimized = true;
    const std::string query = text(exportGraph("trickle", request));
    EXPECT_TRUE(has(query, "plan " + planHash(plan.graph))) << query;
    const Graph again = graphOf(importText({"influx.trickle", query}, {}));
    EXPECT_EQ(planHash(optimized(again).graph), planHash(plan.graph)) << query;
}

TEST(TrickleExport, KeepsDefinitions) {
    const Graph graph = graphOf(importText(
        {"q.trickle",
         "fn twice(x) with x * 2 end;\n"
         "fn first(x, ...) of case (null) => args[0] case (%{ present a }) => x.a case _ => x "
         "end;\n"
         "define script s state 0 script let state = state + 1; event end;\ncreate script s;\n"
         "define window w from tumbling with size = 3, max_groups = 9 end;\n"
         "select {\"a\": twice(event.a), \"b\": first(event.b, 1, 2)} from in where event.a > 0 "
         "into s;\n"
         "select {\"n\": aggr::stats::count()} from s[w] group by event.a into out having event.n "
         "> 1;\n"
         "select event from s/err into err;\n"},
        {}));
    const std::string query = text(exported("trickle", graph));
    const Graph again = graphOf(importText({"q.trickle", query}, {}));
    EXPECT_EQ(describeDiff(diffGraphs(graph, again)), "") << query;
    EXPECT_TRUE(has(query, "fn twice(x)")) << query;
}

TEST(TrickleExport, RefusesWhatOnlyExistsHere) {
    const auto drawn = exported("trickle", sample("log-lines.fuse.json"));
    ASSERT_FALSE(drawn);
    EXPECT_EQ(drawn.error().code, ErrorCode::Unsupported);

    Graph graph = sample("log-lines.fuse.json");
    GraphProperties properties;
    properties.eventOrder = EventOrder::Tremor;
    properties.atEnd = AtEnd::Discard;
    properties.onError = OnError::Drop;
    graph.setProperties(properties);
    const auto refused = exported("trickle", graph);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().node, "route/status");
    EXPECT_TRUE(has(refused.error().message, "exists only here")) << refused.error().message;
}

TEST(FuseJsonExport, SamplesKeepTheirText) {
    for (const char* name : kTemplates) {
        const Graph graph = sample(name);
        const std::string json = text(exported("fuse-json", graph));
        const Graph again = graphOf(importText({"again.fuse.json", json}, {}));
        EXPECT_EQ(describeDiff(diffGraphs(graph, again, true)), "") << name;
        EXPECT_EQ(text(exported("fuse-json", again)), json) << name;
    }
}

TEST(FuseJsonExport, ImportedQueriesCanBeSaved) {
    const Graph graph = sample("influx.trickle");
    const Graph again =
        graphOf(importText({"i.fuse.json", text(exported("fuse-json", graph))}, {}));
    EXPECT_EQ(describeDiff(diffGraphs(graph, again)), "");
    EXPECT_EQ(planHash(graph), planHash(again));
}

TEST(DotExport, ImportsToTheSamePlan) {
    for (const char* name : kTemplates) {
        const Graph graph = sample(name);
        const std::string dot = text(exported("dot", graph));
        const Graph again = graphOf(importText({"g.dot", dot}, importOptions()));
        EXPECT_EQ(planHash(graph), planHash(again)) << name << "\n" << dot;
    }
}

TEST(PictureExport, MakesPictures) {
    const Graph graph = sample("orders-by-key.fuse.json");
    EXPECT_TRUE(has(text(exported("svg", graph)), "sales in ten seconds"));
    EXPECT_TRUE(text(exported("png", graph)).starts_with("\x89PNG"));
    ExportRequest request;
    request.graph = &graph;
    EXPECT_FALSE(exportGraph("svg", request));
}

TEST(ScriptExport, NamesNodesAndPlan) {
    for (const char* target : {"duckdb-sql", "polars"}) {
        for (const char* name : kTemplates) {
            const Graph graph = sample(name);
            const std::string script = text(exported(target, graph));
            EXPECT_TRUE(has(script, planHash(graph))) << name;
            for (const NodeIndex n : graph.nodes()) {
                if (graph.node(n).operatorName != "union") {
                    EXPECT_TRUE(has(script, graph.node(n).id)) << name << " " << graph.node(n).id;
                }
            }
        }
    }
}

TEST(ScriptExport, OptimisedGraphsWorkToo) {
    for (const char* target : {"duckdb-sql", "polars"}) {
        for (const char* name : kTemplates) {
            const Graph graph = sample(name);
            const OptimizedGraph plan = optimized(graph);
            ExportRequest request;
            request.graph = &graph;
            request.optimized = &plan;
            request.useOptimized = true;
            EXPECT_TRUE(has(text(exportGraph(target, request)), "(optimised)")) << name;
        }
    }
}

TEST(ScriptExport, InfluxWindowsAreRefusedByNameAndReason) {
    for (const char* target : {"duckdb-sql", "polars"}) {
        Graph graph = sample("influx.trickle");
        const auto refused = exported(target, graph);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
        EXPECT_FALSE(refused.error().node.empty());
    }
}

struct Refusal {
    const char* what;
    const char* node; ///< JSON of the one node between in and out
    const char* reason;
};

TEST(ScriptExport, RefusesByNameAndReason) {
    const Refusal refusals[] = {
        {"anchored window",
         R"json({"id": "x", "operator": "select", "config": {"target": {"windowed": "{\"n\": aggr::stats::count()}"},
             "windows": {"windows": [{"name": "w", "interval_ns": 5000}]}}})json",
         "anchored at its first event"},
        {"two windows",
         R"json({"id": "x", "operator": "select", "config": {"target": {"windowed": "{\"n\": aggr::stats::count()}"},
             "windows": {"windows": [{"name": "a", "size": 5}, {"name": "b", "size": 9}]}}})json",
         "several windows"},
        {"percentiles",
         R"json({"id": "x", "operator": "select", "config": {"target": {"windowed": "{\"n\": aggr::stats::hdr(event.v, [\"0.5\"])}"},
             "windows": {"windows": [{"name": "a", "size": 5}]}}})json",
         "aggr::stats::hdr"},
        {"each",
         R"json({"id": "x", "operator": "select", "config": {"target": {"expression": "{\"n\": group[0]}"},
             "group_by": {"group_by": "each(event.v)"}}})json",
         "each"},
        {"script",
         R"json({"id": "x", "operator": "script", "config": {"script": {"script": "event"}}})json",
         "script"},
        {"deduplicate",
         R"json({"id": "x", "operator": "deduplicate", "config": {"key": {"expression": "event.a"}}})json",
         "deduplicate"},
        {"function",
         R"json({"id": "x", "operator": "filter", "config": {"where": {"expression": "record::contains(event.a, \"b\")"}
}
})json",
         "std::record::contains"},
    };
    for (const Refusal& refusal : refusals) {
        const std::string file =
            std::string(
                R"({"fuseboard": 1, "inputs": [{"name": "in"}], "outputs": [{"name": "out"}],
            "nodes": [)") +
            refusal.node +
            R"(], "edges": [{"from_input": "in", "to": "x"}, {"from": "x", "to_output": "out"}]})";
        const auto imported = importText({"p.fuse.json", file}, {});
        ASSERT_TRUE(imported) << refusal.what << describe(imported.error()[0]);
        for (const char* target : {"duckdb-sql", "polars"}) {
            const auto refused = exported(target, imported->graph);
            ASSERT_FALSE(refused) << refusal.what << *refused;
            EXPECT_EQ(refused.error().node, "x") << refusal.what;
            EXPECT_TRUE(has(refused.error().message, refusal.reason)) << refused.error().message;
        }
    }
}

TEST(Export, UnknownTargetsNameTheKnown) {
    const auto refused = exported("cobol", sample("log-lines.fuse.json"));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(has(refused.error().hint, "duckdb-sql"));
}

} // namespace
} // namespace fuseboard
