// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"
#include "optimizer/optimizer.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

namespace fuseboard {
namespace {

constexpr std::string_view kPipeline = R"(
a: passthrough
f: filter
    where event.x > 1 + 1
s: select
    target {"x": event.x}
in -> a -> f -> s -> out
)";

Graph pipeline(std::string_view text = kPipeline) {
    auto graph = parseCompactGraph(text, builtinCatalogue());
    EXPECT_TRUE(graph) << (graph ? "" : graph.error().message);
    return *std::move(graph);
}

OptimizeOptions defaults() {
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    options.verifyAll = true;
    return options;
}

TEST(OptimizerManager, EveryPassIsRecordedWithASnapshot) {
    const auto optimized = optimize(pipeline(), defaults());
    ASSERT_TRUE(optimized);
    ASSERT_EQ(optimized->passes.size(), defaultPipeline().size());
    for (std::size_t i = 0; i < optimized->passes.size(); ++i) {
        EXPECT_EQ(optimized->passes[i].name, defaultPipeline()[i].name);
        EXPECT_TRUE(optimized->passes[i].enabled);
        EXPECT_GE(optimized->passes[i].seconds, 0);
        for (const Rewrite& rewrite : optimized->passes[i].rewrites)
            EXPECT_EQ(rewrite.pass, optimized->passes[i].name);
    }
    EXPECT_EQ(printCompactGraph(optimized->graph.at(optimized->naivePosition)),
              printCompactGraph(pipeline()));
    EXPECT_EQ(optimized->graph.at(optimized->passes[0].logPosition).nodeCount(), 2U);
    EXPECT_TRUE(optimized->graph.at(optimized->passes[0].logPosition).groups().empty());
    EXPECT_EQ(optimized->graph.groups().size(), 1U);
}

TEST(OptimizerManager, SwitchedOffPassesAreRecordedAndDoNothing) {
    OptimizeOptions options = defaults();
    options.only = {"fold-constants", "fuse"};
    options.without = {"fuse"};
    const auto optimized = optimize(pipeline(), options);
    ASSERT_TRUE(optimized);
    EXPECT_EQ(optimized->graph.nodeCount(), 3U);
    EXPECT_TRUE(optimized->graph.groups().empty());
    for (const PassRecord& pass : optimized->passes)
        EXPECT_EQ(pass.enabled, pass.name == "fold-constants");
}

TEST(OptimizerManager, UnknownPassesAndCyclesAreErrors) {
    OptimizeOptions options = defaults();
    options.without = {"inline-everything"};
    const auto unknown = optimize(pipeline(), options);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::UnknownName);

    const auto cyclic = optimize(
        pipeline("a: passthrough\nb: passthrough\nin -> a -> b -> a\nb -> out\n"), defaults());
    ASSERT_FALSE(cyclic);
    EXPECT_EQ(cyclic.error().code, ErrorCode::InvalidGraph);
}

TEST(OptimizerManager, CancellingStops) {
    OptimizeOptions options = defaults();
    options.cancelled = [] { return true; };
    const auto optimized = optimize(pipeline(), options);
    ASSERT_FALSE(optimized);
    EXPECT_EQ(optimized.error().code, ErrorCode::Cancelled);
}

TEST(OptimizerManager, AsDrawnKeepsEveryNodeAndKnowsWhatIsRead) {
    const auto drawn = asDrawn(pipeline(), defaults());
    ASSERT_TRUE(drawn);
    EXPECT_EQ(drawn->graph.nodeCount(), 3U);
    EXPECT_TRUE(drawn->passes.empty());
    EXPECT_EQ(drawn->inputFields.front().text(), "x");
}

TEST(OptimizerManager, MergedNodesNameAllTheirOrigins) {
    const auto optimized = optimize(pipeline(R"(
a: filter
    where event.x > 1
b: filter
    where event.y > 1
in -> a -> b -> out
)"),
                                    defaults());
    ASSERT_TRUE(optimized);
    const auto b = optimized->graph.findNode("b");
    ASSERT_TRUE(b);
    EXPECT_EQ(optimized->graph.originsByNode()[*b], (std::vector<NodeIndex>{0, 1}));
}

TEST(OptimizerManager, AnExplodingSpliceIsRefusedWithItsNumbers) {
    std::string text = "hub: union\n";
    for (int i = 0; i < 20; ++i)
        text += fmt::format("a{}: filter\n    where event.x > {}\nin -> a{} -> hub\n", i, i, i);
    for (int i = 0; i < 20; ++i)
        text += fmt::format("b{}: filter\n    where event.x > {}\nhub -> b{} -> out\n", i, i, i);
    const auto optimized = optimize(pipeline(text), defaults());
    ASSERT_TRUE(optimized);
    EXPECT_TRUE(optimized->graph.findNode("hub"));
    const auto& rewrites = optimized->passes.front().rewrites;
    ASSERT_EQ(rewrites.size(), 1U);
    EXPECT_FALSE(rewrites.front().applied);
    EXPECT_NE(rewrites.front().reason.find("400"), std::string::npos) << rewrites.front().reason;
}

} // namespace
} // namespace fuseboard
