// SPDX-License-Identifier: Apache-2.0
// Pipeline files: round trips, complaints with their place in the document, the short form, diffs.
#include "engine/graph/graph_diff.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_text.h"
#include "engine/graph/verifier.h"

#include <gtest/gtest.h>

namespace fuseboard {
namespace {

constexpr std::string_view kPipeline = R"json({
  "fuseboard": 1,
  "name": "p",
  "properties": {"event_order": "natural", "at_end": "flush", "on_error": "to_err", "clock": "event.t:ms"},
  "inputs": [
    {"name": "in", "label": "data", "position": [1.5, -2], "connector": "generator", "settings": {"shape":"orders","rows":5}}
  ],
  "outputs": [
    {"name": "out"}
  ],
  "nodes": [
    {
      "id": "filter/1",
      "operator": "filter",
      "label": "filter 1",
      "statement": "drawn",
      "position": [10, 20],
      "note": "keeps few",
      "bypassed": true,
      "config": {
        "where": {"expression": "event.a > 1 and event.b == \"x\""}
      }
    },
    {
      "id": "route/1",
      "operator": "route",
      "label": "route",
      "config": {
        "branches": {"branches": [
          {"port": "hot", "when": "event.a > 5"},
          {"port": "cold", "when": "event.a < 2"}
        ]}
      }
    },
    {
      "id": "select/1",
      "operator": "select",
      "label": "select",
      "config": {
        "target": {"windowed": [
          "{",
          "  \"n\": aggr::stats::count()",
          "}"
        ]},
        "group_by": {"group_by": "set(event.k, event.l)"},
        "windows": {"windows": [
          {"name": "10 s", "interval_ns": 10000000000, "aligned": true, "max_groups": 7},
          {"name": "9", "size": 9}
        ]}
      }
    },
    {
      "id": "script/1",
      "operator": "script",
      "label": "script",
      "config": {
        "script": {"script": "let event.b = 1; event"},
        "state": {"value": {"n":0}},
        "count": 3
      }
    }
  ],
  "edges": [
    {"from_input": "in", "to": "filter/1"},
    {"from": "filter/1", "to": "route/1"},
    {"from": "route/1", "from_port": "hot", "to": "select/1", "fusion": "pinned"},
    {"from": "route/1", "from_port": "cold", "to": "script/1", "to_port": "other"},
    {"from": "select/1", "to_output": "out"},
    {"from": "script/1", "to_output": "out"}
  ]
}
)json";

std::string firstError(const std::string& text) {
    const auto file = parsePipeline(text, "p.fuse.json");
    return file ? "" : file.error()[0].message;
}

std::string withReplaced(const std::string& from, const std::string& to) {
    std::string text(kPipeline);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(GraphJson, WritesWhatItRead) {
    const auto file = parsePipeline(kPipeline, "p.fuse.json");
    ASSERT_TRUE(file) << file.error()[0].message;
    EXPECT_TRUE(file->problems.empty()) << file->problems[0].message;
    const auto text = printPipeline(file->graph);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, kPipeline);
    const auto again = parsePipeline(*text, "p.fuse.json");
    ASSERT_TRUE(again);
    EXPECT_TRUE(diffGraphs(file->graph, again->graph, true).empty());
    EXPECT_EQ(planHash(file->graph), planHash(again->graph));
}

// --- functions of the pipeline ---

std::string withFunctions(const std::string& definitions, const std::string& where) {
    return R"({"fuseboard": 1, "definitions": [)" + definitions +
           R"(], "nodes": [{"id": "filter/1", "operator": "filter", "label": "f", "config": )"
           R"({"where": {"expression": ")" +
           where + R"("}}}]})";
}

TEST(GraphJson, FunctionsArePartOfTheDocument) {
    const auto file =
        parsePipeline(withFunctions(R"({"function": "twice", "text": "fn twice(x) with x * 2 end"},
                         {"function": "m::big", "text": ["fn big(x, ...) of", "case (1) => false",
                         "case (%{ present a }) => args[0]", "case _ => twice(x) > 10", "end"]})",
                                    "m::big(event.a, true)"),
                      "p");
    ASSERT_TRUE(file) << file.error()[0].message;
    EXPECT_TRUE(file->problems.empty()) << file->problems[0].message;
    ASSERT_EQ(file->graph.definitions().functions().size(), 2U);
    const auto text = printPipeline(file->graph);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_NE(text->find("{\"function\": \"twice\", \"text\": \"fn twice(x) with x * 2 end\"}"),
              std::string::npos)
        << *text;
    const auto again = parsePipeline(*text, "p");
    ASSERT_TRUE(again) << again.error()[0].message << *text;
    EXPECT_TRUE(again->problems.empty());
    EXPECT_TRUE(diffGraphs(file->graph, again->graph, true).empty());
    EXPECT_EQ(planHash(file->graph), planHash(again->graph));
    EXPECT_EQ(*printPipeline(again->graph), *text);
}

TEST(GraphJson, APlanIsAnotherOneWhenAFunctionIs) {
    const auto hashWith = [](const std::string& body) {
        const auto file =
            parsePipeline(withFunctions(R"({"function": "g", "text": "fn g(x) with )" + body +
                                            R"( end"},)"
                                            R"({"function": "f", "text": "fn f(x) with g(x) end"})",
                                        "f(event.a)"),
                          "p");
        EXPECT_TRUE(file);
        return file ? planHash(file->graph) : "";
    };
    EXPECT_EQ(hashWith("x > 1"), hashWith("(x  >  1)"));
    EXPECT_NE(hashWith("x > 1"), hashWith("x > 2"));
}

TEST(GraphJson, AScriptMayHoldItsFunctions) {
    const auto file = parsePipeline(
        R"json({"fuseboard": 1, "nodes": [{"id": "script/1", "operator": "script", "label": "s",
            "config": {"script": {"script": "fn f(a) with a + 1 end; f(event.x)"}}}]})json",
        "p");
    ASSERT_TRUE(file) << file.error()[0].message;
    const auto text = printPipeline(file->graph);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(text->find("definitions"), std::string::npos) << *text;
    EXPECT_NE(text->find("fn f(a) with a + 1 end; f(event.x)"), std::string::npos) << *text;
}

TEST(GraphJson, NamesMistakesInDefinitions) {
    const auto first = [](const std::string& definitions) {
        return firstError(withFunctions(definitions, "true"));
    };
    EXPECT_TRUE(first("7").starts_with("definitions[0]: "));
    EXPECT_TRUE(first(R"({"function": "f"})").starts_with("definitions[0]: "));
    EXPECT_TRUE(first(R"({"function": "f", "text": "fn f(x) with x +  end"})")
                    .starts_with("definitions[0].text: "));
    EXPECT_TRUE(first(R"({"function": "f", "text": "fn g(x) with x end"})")
                    .starts_with("definitions[0].text: the text defines `g`, not `f`"));
    EXPECT_TRUE(first(R"({"function": "f", "text": "fn f(x) with g(x) end"},)"
                      R"({"function": "g", "text": "fn g(x) with x end"})")
                    .starts_with("definitions[0].text: unknown function `g`"));
    EXPECT_TRUE(first(R"({"function": "f", "text": "fn f(x) with x end"},)"
                      R"({"function": "f", "text": "fn f(x) with x end"})")
                    .starts_with("definitions[1]: the function \"f\" is there twice"));
    const auto unknown = parsePipeline(withFunctions("", "nothing(event.a)"), "p");
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->problems.size(), 1U);
}

TEST(GraphJson, KeepsTextThatDoesNotParse) {
    const auto file = parsePipeline(withReplaced("event.a > 1 and", "event.a > > 1 and"), "p");
    ASSERT_TRUE(file) << file.error()[0].message;
    ASSERT_EQ(file->problems.size(), 1U);
    EXPECT_EQ(file->problems[0].node, "filter/1");
    EXPECT_TRUE(file->problems[0].message.starts_with("nodes[0].config.where: "))
        << file->problems[0].message;
    const auto text = printPipeline(file->graph);
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("event.a > > 1 and"), std::string::npos);
}

TEST(GraphJson, DoesNotBelievePositionsFarAway) {
    const auto file = parsePipeline(withReplaced("[10, 20]", "[1e300, 20]"), "p");
    ASSERT_TRUE(file) << file.error()[0].message;
    EXPECT_FALSE(file->graph.node(*file->graph.findNode("filter/1")).position);
    ASSERT_EQ(file->notices.size(), 1U);
    EXPECT_TRUE(file->notices[0].starts_with("1 position is outside the canvas"))
        << file->notices[0];
    const auto near = parsePipeline(withReplaced("[10, 20]", "[-1000000, 20]"), "p");
    ASSERT_TRUE(near);
    EXPECT_TRUE(near->notices.empty());
    EXPECT_EQ(near->graph.node(*near->graph.findNode("filter/1")).position->x, -1000000);
}

TEST(GraphJson, NamesThePlaceOfEveryMistake) {
    EXPECT_TRUE(firstError(withReplaced("\"operator\": \"filter\"", "\"opertor\": \"filter\""))
                    .starts_with("nodes[0].opertor: "));
    EXPECT_TRUE(firstError(withReplaced("[10, 20]", "[10]")).starts_with("nodes[0].position: "));
    EXPECT_TRUE(firstError(withReplaced("\"route/1\",\n      \"operator\"",
                                        "\"filter/1\",\n      \"operator\""))
                    .starts_with("nodes[1].id: "));
    EXPECT_TRUE(firstError(withReplaced("\"to\": \"route/1\"", "\"to\": \"rout/1\""))
                    .starts_with("edges[1].to: "));
    EXPECT_TRUE(
        firstError(withReplaced("\"flush\"", "\"never\"")).starts_with("properties.at_end: "));
    EXPECT_TRUE(firstError(withReplaced("\"size\": 9", "\"size\": -9"))
                    .starts_with("nodes[2].config.windows.windows[1].size: "));
    EXPECT_TRUE(firstError(withReplaced("{\"name\": \"out\"}", "7")).starts_with("outputs[0]: "));
    EXPECT_TRUE(firstError(withReplaced("{\"expression\":", "{\"expresion\":"))
                    .starts_with("nodes[0].config.where: "));
}

TEST(GraphJson, RefusesOtherVersionsAndOtherJson) {
    const auto newer = parsePipeline(withReplaced("\"fuseboard\": 1", "\"fuseboard\": 2"), "p");
    ASSERT_FALSE(newer);
    ASSERT_EQ(newer.error().size(), 1U);
    EXPECT_EQ(newer.error()[0].code, ErrorCode::NewerVersion);
    for (const char* text :
         {"", "[]", "{}", "{\"fuseboard\": \"1\"}", "{\"fuseboard\": 0}", "{\"a\"", "null"})
        EXPECT_FALSE(parsePipeline(text, "p")) << text;
}

TEST(GraphJson, CollectsMistakesButNotWithoutEnd) {
    std::string text = "{\"fuseboard\": 1, \"nodes\": [";
    for (int i = 0; i < 1000; ++i)
        text += i == 0 ? "{}" : ",{}";
    const auto file = parsePipeline(text + "]}", "p");
    ASSERT_FALSE(file);
    EXPECT_LE(file.error().size(), 100U);
    EXPECT_GE(file.error().size(), 2U);
}

TEST(GraphJson, ConfigStandsAlone) {
    const auto file = parsePipeline(kPipeline, "p");
    ASSERT_TRUE(file);
    for (const NodeIndex n : file->graph.nodes()) {
        const auto text = printConfig(file->graph.node(n).config);
        ASSERT_TRUE(text);
        const auto again = parseConfig(*text, "x");
        ASSERT_TRUE(again) << again.error().message;
        const auto repeated = printConfig(*again);
        ASSERT_TRUE(repeated);
        EXPECT_EQ(*repeated, *text);
    }
}

TEST(GraphJson, ShortFormCountsBoundaryEdges) {
    const auto file = parsePipeline(kPipeline, "p");
    ASSERT_TRUE(file);
    const std::string text = graphToJson(file->graph);
    EXPECT_NE(text.find(R"({"from":"in","from_port":null,"to":"filter/1","to_port":"in"})"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(R"("ports":{"in":["in"],"out":["out"]})"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("branches": {"hot": "event.a > 5", "cold": "event.a < 2"})"),
              std::string::npos)
        << text;
}

TEST(GraphDiff, NamesWhatChanged) {
    const auto before = parsePipeline(kPipeline, "p");
    const auto after = parsePipeline(withReplaced("event.a > 1 and", "event.a > 2 and"), "p");
    ASSERT_TRUE(before && after);
    EXPECT_EQ(describeDiff(diffGraphs(before->graph, after->graph)),
              "~ node filter/1: config.where\n");
    Graph less = before->graph;
    less.removeNode(*less.findNode("script/1"));
    EXPECT_EQ(
        describeDiff(diffGraphs(before->graph, less)),
        "- node script/1\n- edge route/1:cold -> script/1:other\n- edge script/1:out -> [out]\n");
}

TEST(GraphDiff, LayOfTextDoesNotCount) {
    const auto before = parsePipeline(kPipeline, "p");
    const auto after = parsePipeline(withReplaced("event.a > 1 and", "event.a  >  1 and"), "p");
    ASSERT_TRUE(before && after);
    EXPECT_TRUE(diffGraphs(before->graph, after->graph).empty());
}

TEST(GraphText, ReadsFromTheSourcesDown) {
    const auto file = parsePipeline(kPipeline, "p");
    ASSERT_TRUE(file);
    const std::string text = graphText(file->graph);
    EXPECT_TRUE(text.starts_with(
        "pipeline p: 4 nodes, 6 edges; order natural, at end flush, on error to_err, clock "
        "event.t:ms\ninput in\n    -> filter/1\nfilter/1  filter  bypassed\n"))
        << text;
    EXPECT_NE(text.find("    -> (hot) select/1 pinned\n"), std::string::npos) << text;
    EXPECT_NE(text.find("    window 10 s (10000000000 ns, aligned)\n"), std::string::npos) << text;
}

} // namespace
} // namespace fuseboard
