// SPDX-License-Identifier: Apache-2.0
// What must hold of every optimised graph, on random pipelines, and of every grouping, on random
// fusion problems.
#include "engine/base/clock.h"
#include "engine/formats/json_text.h"
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"
#include "optimizer/fusion/search.h"
#include "optimizer/optimizer.h"
#include "tests/property/random_pipeline.h"
#include "tests/property/row_walk.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace fuseboard {
namespace {

constexpr std::uint64_t kSeeds = 400;
/// Contraction may cost this much more than the exact search on a graph of up to 12 nodes, and this
/// much more on average.
constexpr double kWorstFactor = 2.0;
constexpr double kMeanFactor = 1.03;

OptimizeOptions optionsFor(std::uint64_t seed) {
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    options.verifyAll = true;
    if (seed % 2 == 0) {
        auto schema =
            parseCompactSchema("x float\ny float\nz int\ns string\nr record\nr.a number\n");
        EXPECT_TRUE(schema);
        options.inputSchemas.push_back(std::make_shared<const Schema>(*std::move(schema)));
    }
    return options;
}

Graph graphFor(std::uint64_t seed) {
    const std::string text = randomPipeline(seed, 3 + static_cast<int>(seed % 14));
    auto graph = parseCompactGraph(text, builtinCatalogue());
    EXPECT_TRUE(graph) << (graph ? "" : graph.error().message) << "\n" << text;
    return *std::move(graph);
}

TEST(OptimizerProperty, TheGraphVerifiesAfterEveryPassAlone) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        for (const PassInfo& pass : defaultPipeline()) {
            OptimizeOptions options = optionsFor(seed);
            options.only = {std::string(pass.name)};
            const auto optimized = optimize(graphFor(seed), options);
            ASSERT_TRUE(optimized) << "seed " << seed << ": " << optimized.error().message;
        }
    }
}

/// A node that sends nothing was kept for the errors of a node above it. That one may go in the
/// same run, after which a second run removes both.
bool keptASilentNode(const OptimizedGraph& optimized) {
    for (const PassRecord& pass : optimized.passes)
        for (const Rewrite& rewrite : pass.rewrites)
            if (!rewrite.applied && rewrite.kind.ends_with("node removed"))
                return true;
    return false;
}

TEST(OptimizerProperty, OptimisingTwiceChangesNothingMore) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto once = optimize(graphFor(seed), optionsFor(seed));
        ASSERT_TRUE(once) << "seed " << seed << ": " << once.error().message;
        if (keptASilentNode(*once))
            continue;
        const auto twice = optimize(once->graph, optionsFor(seed));
        ASSERT_TRUE(twice) << "seed " << seed;
        ASSERT_EQ(canonicalText(once->graph), canonicalText(twice->graph))
            << "seed " << seed << "\n"
            << printCompactGraph(graphFor(seed)) << "\n"
            << printCompactGraph(once->graph) << "\n"
            << printCompactGraph(twice->graph);
    }
}

/// Nodes that an applied rewrite took away for good.
std::set<std::string> removedNodes(const OptimizedGraph& optimized) {
    std::set<std::string> removed;
    for (const PassRecord& pass : optimized.passes)
        for (const Rewrite& rewrite : pass.rewrites)
            if (rewrite.applied && rewrite.after.empty())
                removed.insert(rewrite.before.begin(), rewrite.before.end());
    return removed;
}

TEST(OptimizerProperty, EveryNaiveNodeIsAccountedFor) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto optimized = optimize(graphFor(seed), optionsFor(seed));
        ASSERT_TRUE(optimized);
        const std::set<std::string> removed = removedNodes(*optimized);
        const Graph naive = optimized->graph.at(optimized->naivePosition);
        for (const NodeIndex n : naive.nodes()) {
            const auto now = optimized->graph.current({Element::Kind::Node, n});
            EXPECT_TRUE(now.has_value() || removed.contains(naive.node(n).id))
                << "seed " << seed << ", node " << naive.node(n).id;
        }
        for (const NodeIndex n : optimized->graph.nodes())
            EXPECT_FALSE(optimized->graph.originsByNode()[n].empty());
    }
}

TEST(OptimizerProperty, SnapshotsGoBackToTheNaiveGraph) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto optimized = optimize(graphFor(seed), optionsFor(seed));
        ASSERT_TRUE(optimized);
        ASSERT_EQ(printCompactGraph(optimized->graph.at(optimized->naivePosition)),
                  printCompactGraph(graphFor(seed)))
            << "seed " << seed;
    }
}

// --- rows and errors
// -----------------------------------------------------------------------------------

std::vector<Value> randomEvents(std::uint64_t seed, bool clean, Arena& arena) {
    std::mt19937_64 random(seed);
    const auto number = [&] { return static_cast<double>(random() % 400) / 8; };
    std::vector<Value> events;
    for (int i = 0; i < 40; ++i) {
        std::string text = fmt::format(R"({{"x":{:.3f},"y":{:.3f},"z":{},"s":"t{}")", number(),
                                       number(), random() % 60, random() % 9);
        if (clean || random() % 6 != 0)
            text += fmt::format(R"(,"r":{{"a":{}}})", random() % 30);
        if (!clean && random() % 5 == 0)
            text += R"(,"x":null)";
        // The values are views into the text.
        auto value = parseJsonLine(makeString(arena, text + "}").asString(), arena);
        EXPECT_TRUE(value);
        events.push_back(*value);
    }
    return events;
}

/// Errors of nodes that reach an output: the others are no results.
std::vector<bool> nodesThatCount(const Graph& graph) {
    std::vector<bool> counts(graph.nodeEnd(), false);
    const auto order = graph.topologicalOrder();
    for (auto n = order->rbegin(); n != order->rend(); ++n)
        for (const EdgeIndex e : graph.outEdges(*n)) {
            const Endpoint& to = graph.edge(e).to;
            counts[*n] = counts[*n] || to.isBoundary() || counts[to.node];
        }
    return counts;
}

TEST(OptimizerProperty, RowsTheirOrderAndErrorsStay) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto optimized = optimize(graphFor(seed), optionsFor(seed));
        ASSERT_TRUE(optimized);
        Arena arena(64 * 1024);
        // What a declared schema promises holds of every event.
        const auto events = randomEvents(seed, seed % 2 == 0, arena);
        const Graph naive = optimized->graph.at(optimized->naivePosition);
        const std::vector<bool> counts = nodesThatCount(naive);
        const WalkResult before = walkRows(naive, naive, counts, events);
        const WalkResult after = walkRows(optimized->graph, naive, counts, events);
        const std::string graphs = fmt::format("seed {}\n{}\n{}", seed, printCompactGraph(naive),
                                               printCompactGraph(optimized->graph));
        ASSERT_EQ(before.rows, after.rows) << graphs;
        ASSERT_EQ(before.errors, after.errors) << graphs;
    }
}

// --- fusion
// ---------------------------------------------------------------------------------------

FusionProblem randomProblem(std::uint64_t seed, std::uint32_t count) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    FusionProblem problem;
    problem.inputRows = 1e6;
    for (std::uint32_t u = 0; u < count; ++u) {
        FusionUnit& unit = problem.units.emplace_back();
        unit.workNs = 1e6 * (1 + below(1000));
        unit.rowsOut = 1e4 * (1 + below(300));
        unit.bytesOut = 20 + below(400);
        unit.sequential = below(4) == 0;
        unit.stateBytes = unit.sequential ? 1e6 * below(30) : 0;
        unit.fusible = below(12) != 0;
        unit.decoder = u == 0 && below(2) == 0;
        if (u == 0)
            continue;
        for (std::uint32_t i = 0; i < 1 + below(2); ++i) {
            const std::uint32_t reach = std::min(u, 1 + below(4));
            problem.links.push_back({.from = u - reach, .to = u, .forbidden = below(15) == 0});
        }
    }
    problem.index();
    return problem;
}

TEST(FusionProperty, ContractionComesCloseToTheExactSearch) {
    const CostTable costs;
    double sum = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const FusionProblem problem =
            randomProblem(seed, 3 + static_cast<std::uint32_t>(seed % 10));
        const auto exact = exactGrouping(problem, costs);
        ASSERT_TRUE(exact) << "seed " << seed;
        const Grouping contracted = contractedGrouping(problem, costs);
        ASSERT_TRUE(isLegal(problem, *exact)) << "seed " << seed;
        ASSERT_TRUE(isLegal(problem, contracted)) << "seed " << seed;
        const double best = costOf(problem, *exact, costs).ns(costs);
        const double found = costOf(problem, contracted, costs).ns(costs);
        const double apart = costOf(problem, separateGrouping(problem), costs).ns(costs);
        ASSERT_LE(best, found * (1 + 1e-9)) << "seed " << seed;
        ASSERT_LE(found, apart * (1 + 1e-9)) << "seed " << seed;
        ASSERT_LE(found, best * kWorstFactor) << "seed " << seed;
        sum += found / best;
    }
    EXPECT_LE(sum / kSeeds, kMeanFactor);
}

/// Every partition of few units, legal ones only.
double cheapestOfAll(const FusionProblem& problem, const CostTable& costs) {
    double best = costOf(problem, separateGrouping(problem), costs).ns(costs);
    Grouping grouping(problem.units.size(), 0);
    const std::function<void(std::uint32_t)> place = [&](std::uint32_t u) {
        if (u == grouping.size()) {
            if (isLegal(problem, grouping))
                best = std::min(best, costOf(problem, grouping, costs).ns(costs));
            return;
        }
        for (std::uint32_t stage = 0; stage <= u; ++stage) {
            if (stage < u && grouping[stage] != stage)
                continue;
            grouping[u] = stage;
            place(u + 1);
        }
    };
    place(0);
    return best;
}

TEST(FusionProperty, TheExactSearchIsExact) {
    // Brute force also tries stages that are not connected: those never beat connected ones here,
    // because a stage saves only along links.
    const CostTable costs;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        const FusionProblem problem = randomProblem(seed, 3 + static_cast<std::uint32_t>(seed % 5));
        const auto exact = exactGrouping(problem, costs);
        ASSERT_TRUE(exact);
        EXPECT_NEAR(costOf(problem, *exact, costs).ns(costs) / cheapestOfAll(problem, costs), 1,
                    1e-6)
            << "seed " << seed;
    }
}

// Seconds for a problem, the least of several runs.
double leastSeconds(const FusionProblem& problem) {
    double least = 1e9;
    for (int run = 0; run < 5; ++run) {
        const std::uint64_t begin = threadCpuNs();
        const Grouping grouping = bestGrouping(problem, CostTable{});
        least = std::min(least, static_cast<double>(threadCpuNs() - begin) * 1e-9);
        EXPECT_EQ(grouping.size(), problem.units.size());
    }
    return least;
}

TEST(FusionProperty, TimePerNodeStaysFlat) {
    const FusionProblem small = randomProblem(7, 5'000), large = randomProblem(7, 20'000);
    double ratio = 1e9;
    for (int attempt = 0; attempt < 4 && ratio > 2; ++attempt)
        ratio = std::min(ratio, (leastSeconds(large) / 20'000) / (leastSeconds(small) / 5'000));
    EXPECT_LE(ratio, 2.0);
    EXPECT_TRUE(isAcyclic(large, bestGrouping(large, CostTable{})));
}

TEST(FusionProperty, HubsAreNoTrap) {
    const auto hub = [](std::uint32_t count) {
        FusionProblem problem;
        for (std::uint32_t u = 0; u <= count; ++u)
            problem.units.push_back({.workNs = 1e6, .rowsOut = 1e6, .bytesOut = 100});
        for (std::uint32_t u = 1; u <= count; ++u)
            problem.links.push_back({.from = 0, .to = u});
        problem.index();
        return problem;
    };
    const double small = leastSeconds(hub(5'000)) / 5'000,
                 large = leastSeconds(hub(20'000)) / 20'000;
    EXPECT_LE(large / small, 3.0);
}

} // namespace
} // namespace fuseboard
