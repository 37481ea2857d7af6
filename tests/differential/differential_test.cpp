// SPDX-License-Identifier: Apache-2.0
// The reference executor against every other way of running, byte for byte, on random pipelines:
// naive and optimised, one thread and several, pieces of one row and adaptive ones, queues of one
// batch and default ones. A failure names its seed; FB_SEED=n runs that one alone.
#include "engine/operators/operator_body.h"
#include "engine/runtime/comparison.h"
#include "optimizer/optimizer.h"
#include "tests/differential/random_case.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace fuseboard {
namespace {

struct Way {
    const char* name;
    bool optimized;
    std::uint32_t threads;
    bool oneRowBatches;
    std::uint64_t queueBytes;
    std::uint64_t batchBytes;
};

constexpr Way kWays[] = {
    {"naive, 1 thread", false, 1, false, 8U << 20U, 0},
    {"naive, 3 threads, one-row pieces, queues of one batch", false, 3, true, 1, 0},
    {"optimised, 1 thread, small pieces", true, 1, false, 8U << 20U, 700},
    {"optimised, 4 threads", true, 4, false, 8U << 20U, 2000},
    {"optimised, 2 threads, one-row pieces, queues of one batch", true, 2, true, 1, 0},
};

struct Outcome {
    std::string out, err;
    RunResult result;
};

std::uint64_t seeds() {
    const char* wanted = std::getenv("FB_SEEDS");
    return wanted == nullptr ? 500 : std::strtoull(wanted, nullptr, 10);
}

class Differential : public testing::Test {
protected:
    void SetUp() override {
        m_file = std::filesystem::temp_directory_path() /
                 fmt::format("fuseboard-differential-{}.ndjson", getpid());
    }
    void TearDown() override { std::filesystem::remove(m_file); }

    Outcome run(const Graph& graph, const std::vector<FieldTree>& fields, Exec exec, const Way& way,
                bool bindErr, const Graph* drawn) {
        Outcome outcome;
        RunRequest request;
        request.exec = exec;
        request.naive = drawn;
        request.inputs.emplace_back();
        request.inputs[0].source.location = m_file.string();
        request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &outcome.out});
        if (bindErr)
            request.outputs.push_back({{"err"}, "discard:", Format::Ndjson, &outcome.err});
        request.clock = "event.t:ms";
        request.threads = way.threads;
        request.oneRowBatches = way.oneRowBatches;
        request.queueBytes = way.queueBytes;
        request.batchBytes = way.batchBytes;
        auto result = runGraph(graph, fields, request, {});
        if (!result) {
            ADD_FAILURE() << describe(result.error());
            return outcome;
        }
        outcome.result = std::move(*result);
        return outcome;
    }

    void check(std::uint64_t seed) {
        const RandomCase made = randomCase(seed);
        SCOPED_TRACE(fmt::format("seed {}, order {}, at end {}, on error {}\n{}", seed,
                                 static_cast<int>(made.properties.eventOrder),
                                 static_cast<int>(made.properties.atEnd),
                                 static_cast<int>(made.properties.onError), made.pipeline));
        std::ofstream(m_file) << made.input;
        auto parsed = parseCompactGraph(made.pipeline, builtinCatalogue());
        ASSERT_TRUE(parsed.has_value()) << describe(parsed.error());
        Graph naive = std::move(*parsed);
        naive.setProperties(made.properties);
        ASSERT_TRUE(naive.markNaive().has_value());
        OptimizeOptions options;
        options.catalogue = &builtinCatalogue();
        options.verifyAll = true;
        auto optimized = optimize(naive, options);
        ASSERT_TRUE(optimized.has_value()) << describe(optimized.error());
        const bool bindErr = seed % 3 != 0;
        const Outcome reference = run(naive, {}, Exec::Reference, kWays[0], bindErr, &naive);
        for (const Way& way : kWays) {
            SCOPED_TRACE(way.name);
            const Outcome other = way.optimized
                                      ? run(optimized->graph, optimized->inputFields,
                                            Exec::Interpret, way, bindErr, &naive)
                                      : run(naive, {}, Exec::Interpret, way, bindErr, &naive);
            // Texts may name what a pruned record still holds; code and node may not differ.
            const auto failureOf = [](const Outcome& outcome) {
                const auto& failure = outcome.result.failure;
                return failure ? fmt::format("{} {}", toString(failure->code), failure->node)
                               : "none";
            };
            ASSERT_EQ(failureOf(reference), failureOf(other));
            ASSERT_EQ(reference.out, other.out);
            ASSERT_EQ(reference.err, other.err);
            std::optional<bool> identical;
            std::string reason;
            compareResults(reference.result, other.result, identical, reason);
            ASSERT_EQ(identical, true) << reason;
            m_rows += other.result.record.run.rowsOut;
        }
    }

    std::filesystem::path m_file;
    std::uint64_t m_rows = 0;
};

TEST_F(Differential, AllWaysAgreeWithTheReference) {
    if (const char* one = std::getenv("FB_SEED")) {
        check(std::strtoull(one, nullptr, 10));
        return;
    }
    for (std::uint64_t seed = 1; seed <= seeds() && !HasFatalFailure(); ++seed)
        check(seed);
    // Pipelines that let nothing through would agree on anything.
    EXPECT_GT(m_rows, seeds() * 20);
}

} // namespace
} // namespace fuseboard
