// SPDX-License-Identifier: Apache-2.0
#include "optimizer/fusion/search.h"

#include <gtest/gtest.h>

namespace fuseboard {
namespace {

FusionUnit stateless(double workNs, double rows = 1e6) {
    return {.workNs = workNs, .rowsOut = rows, .bytesOut = 200};
}

FusionUnit sequential(double workNs, double rows) {
    FusionUnit unit = stateless(workNs, rows);
    unit.sequential = true;
    return unit;
}

FusionUnit decoder(double workNs) {
    FusionUnit unit = stateless(workNs);
    unit.decoder = true;
    return unit;
}

FusionProblem chain(std::vector<FusionUnit> units) {
    FusionProblem problem;
    problem.units = std::move(units);
    for (std::uint32_t u = 0; u + 1 < problem.units.size(); ++u)
        problem.links.push_back({.from = u, .to = u + 1});
    problem.inputRows = 1e6;
    problem.index();
    return problem;
}

Grouping best(const FusionProblem& problem) {
    return bestGrouping(problem, CostTable{});
}

TEST(Fusion, StatelessChainIsOneStage) {
    EXPECT_EQ(best(chain({decoder(3e8), stateless(2e8), stateless(2e8)})), (Grouping{0, 0, 0}));
}

TEST(Fusion, HeavyWorkStaysOutOfAnExpensiveSequentialStage) {
    // As in the influx example: decode and select 1, select 2 alone, select 3 with the batch.
    const auto grouping = best(chain({decoder(3.5e8), stateless(4e8, 3e6), sequential(9e8, 1.5e5),
                                      stateless(9e7, 1.5e5), sequential(2e7, 5e3)}));
    EXPECT_EQ(grouping, (Grouping{0, 0, 2, 3, 3}));
}

TEST(Fusion, EveryWorkerDecodesWhateverFollows) {
    CostTable two;
    two.parallelism = 2;
    const FusionProblem problem = chain({decoder(4e8), stateless(3e7, 1e6), sequential(3.5e8, 1)});
    EXPECT_EQ(bestGrouping(problem, two), (Grouping{0, 0, 0}));
    EXPECT_EQ(contractedGrouping(problem, two), (Grouping{0, 0, 0}));
    EXPECT_EQ(costOf(problem, {0, 0, 0}, two).slowestNs, 3.8e8);
}

TEST(Fusion, BarriersAndForbiddenEdgesAreRespected) {
    FusionProblem problem = chain({stateless(1e8), stateless(1e8), stateless(1e8)});
    problem.units[1].fusible = false;
    EXPECT_EQ(best(problem), (Grouping{0, 1, 2}));
    problem.units[1].fusible = true;
    problem.links[0].forbidden = true;
    EXPECT_EQ(best(problem), (Grouping{0, 1, 1}));
}

TEST(Fusion, PinsAreKeptWhateverTheyCost) {
    FusionProblem problem = chain({stateless(9e9), sequential(9e9, 1e6)});
    EXPECT_EQ(best(problem), (Grouping{0, 1}));
    problem.links[0].pinned = true;
    EXPECT_EQ(best(problem), (Grouping{0, 0}));
    EXPECT_EQ(contractedGrouping(problem, CostTable{}), (Grouping{0, 0}));
}

TEST(Fusion, APathThatLeavesAndComesBackIsNotFused) {
    // 0 -> 1 -> 2 and 0 -> 2, where 1 is a barrier: 0 and 2 may not share a stage.
    FusionProblem problem = chain({stateless(1e8), stateless(1e8), stateless(1e8)});
    problem.units[1].fusible = false;
    problem.links.push_back({.from = 0, .to = 2});
    problem.index();
    EXPECT_EQ(best(problem), (Grouping{0, 1, 2}));
    EXPECT_FALSE(isLegal(problem, {0, 1, 0}));
}

TEST(Fusion, AStageThatDecodesHasNoOtherWayIn) {
    FusionProblem problem;
    problem.units = {decoder(1e8), decoder(1e8), stateless(1e8)};
    problem.links = {{.from = 0, .to = 2}, {.from = 1, .to = 2}};
    problem.index();
    EXPECT_EQ(best(problem), (Grouping{0, 1, 2}));
    EXPECT_FALSE(isLegal(problem, {0, 1, 0}));
}

TEST(Fusion, StateThatOutgrowsCachesCosts) {
    const CostTable costs;
    StageLoad load;
    load.workNs = load.statefulNs = 100;
    EXPECT_DOUBLE_EQ(load.totalNs(costs), 100);
    load.stateBytes = costs.l2Bytes * 2;
    EXPECT_DOUBLE_EQ(load.totalNs(costs), 100 * costs.beyondL2Factor);
    load.stateBytes = costs.l3Bytes * 2;
    EXPECT_DOUBLE_EQ(load.totalNs(costs), 100 * costs.beyondL3Factor);
}

TEST(Fusion, TheCostTableHasAHashOfItsValues) {
    CostTable a, b;
    EXPECT_EQ(a.hash(), b.hash());
    b.handOverRowNs += 1;
    EXPECT_NE(a.hash(), b.hash());
}

} // namespace
} // namespace fuseboard
