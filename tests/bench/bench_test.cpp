// SPDX-License-Identifier: Apache-2.0
// Every workload at a small size: all of its sides that are installed here give equal results.
// Times are never judged.
#include "app/bench/bench_session.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>

namespace fuseboard {
namespace {

std::string titled(std::string name) {
    std::ranges::replace(name, '-', '_');
    return name;
}

class EachWorkload : public testing::TestWithParam<std::size_t> {
protected:
    const Workload& workload() const { return builtinWorkloads()[GetParam()]; }
};

TEST_P(EachWorkload, GivesEqualResults) {
    const auto folder = std::filesystem::path(FB_BUILD_DIR) / "test-home/bench" / workload().name;
    std::filesystem::create_directories(folder);
    BenchRequest request;
    request.rows = 2000;
    request.repetitions = 1;
    request.folder = folder.string();
    request.cli = std::string(FB_BUILD_DIR) + "/bin/fuseboard-cli";
    const auto result = performWorkload(workload(), request, {});
    ASSERT_TRUE(result) << result.error().message;
    ASSERT_EQ(result->cases.size(), workload().cases.size());
    for (std::size_t i = 0; i < result->cases.size(); ++i) {
        const CaseResult& one = result->cases[i];
        EXPECT_TRUE(workload().cases[i].piped || one.outputRows > 0) << one.name;
        for (const SideResult& side : one.sides)
            EXPECT_EQ(side.seconds.size(), side.missing.empty() ? 1U : 0U) << side.name;
    }
    EXPECT_EQ(result->figures.size(), workload().figures.size());
    std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Bench, EachWorkload,
                         testing::Range(std::size_t{0}, builtinWorkloads().size()),
                         [](const auto& chosen) {
                             return titled(builtinWorkloads()[chosen.param].name);
                         });

TEST(Workloads, AreNamedOnce) {
    std::set<std::string> names;
    for (const Workload& workload : builtinWorkloads()) {
        EXPECT_TRUE(names.insert(workload.name).second) << workload.name;
        EXPECT_FALSE(workload.about.empty()) << workload.name;
        std::set<std::string> cases;
        for (const BenchCase& one : workload.cases) {
            EXPECT_TRUE(cases.insert(one.name).second) << workload.name << ": " << one.name;
            std::set<std::string> sides;
            for (const BenchSide& side : one.sides)
                EXPECT_TRUE(sides.insert(side.name).second) << one.name << ": " << side.name;
        }
    }
}

/// Every figure finds its sides: made from times that are all there, it has a value.
TEST(Workloads, FiguresNameSidesThatAreThere) {
    for (const Workload& workload : builtinWorkloads()) {
        std::vector<CaseResult> cases;
        for (const BenchCase& one : workload.cases) {
            CaseResult result;
            result.name = one.name;
            for (const BenchSide& side : one.sides) {
                result.sides.emplace_back();
                result.sides.back().name = side.name;
                result.sides.back().seconds = {1, 2, 3};
            }
            cases.push_back(std::move(result));
        }
        for (const FigureResult& figure : benchFigures(workload, cases, 1000))
            EXPECT_TRUE(figure.value) << workload.name << ": " << figure.about;
    }
}

} // namespace
} // namespace fuseboard
