// SPDX-License-Identifier: Apache-2.0
// The reference executor against every other way of running, byte for byte, on random pipelines:
// interpreted and compiled, naive and optimised, one thread and several, pieces of one row and
// adaptive ones, queues of one batch and default ones, under each clock. A failure names its seed;
// FB_SEED=n runs that one alone.
#include "engine/jit/llvm_compiler.h"
#include "engine/operators/operator_body.h"
#include "engine/runtime/comparison.h"
#include "optimizer/optimizer.h"
#include "tests/differential/random_case.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace fuseboard {
namespace {

struct Way {
    const char* name;
    Exec exec;
    bool optimized;
    std::uint32_t threads;
    bool oneRowBatches;
    std::uint64_t queueBytes;
    std::uint64_t batchBytes;
    bool preload = false;
    CodeTier tier = CodeTier::Calls;
};

constexpr std::uint64_t kQueue = 8U << 20U;

constexpr Way kWays[] = {
    {"naive, 1 thread", Exec::Interpret, false, 1, false, kQueue, 0},
    {"naive, 3 threads, one-row pieces, queues of one batch", Exec::Interpret, false, 3, true, 1,
     0},
    {"optimised, 1 thread, small pieces", Exec::Interpret, true, 1, false, kQueue, 700},
    {"optimised, 4 threads", Exec::Interpret, true, 4, false, kQueue, 2000},
    {"optimised, 2 threads, one-row pieces, queues of one batch", Exec::Interpret, true, 2, true, 1,
     0},
};

/// Making code takes longer than such a run: each seed takes some of these, in turn.
constexpr Way kCompiledWays[] = {
    {"compiled, optimised, 1 thread", Exec::Compile, true, 1, false, kQueue, 0},
    {"compiled, naive, 3 threads, small pieces", Exec::Compile, false, 3, false, kQueue, 700},
    {"compiled, optimised, 2 threads, one-row pieces, queues of one batch", Exec::Compile, true, 2,
     true, 1, 0},
    {"compiled, naive, 1 thread, one-row pieces", Exec::Compile, false, 1, true, kQueue, 0},
    {"compiled when ready, optimised, 2 threads, small pieces", Exec::Auto, true, 2, false, kQueue,
     300},
    {"compiled, optimised, 4 threads, small pieces", Exec::Compile, true, 4, false, kQueue, 700},
    {"compiled, packed columns, optimised, 1 thread", Exec::Compile, true, 1, false, kQueue, 0,
     true},
    {"compiled, packed columns, naive, 3 threads, small pieces", Exec::Compile, false, 3, false,
     kQueue, 700, true},
    {"compiled with kernels inlined, optimised, 2 threads, small pieces", Exec::Compile, true, 2,
     false, kQueue, 700, false, CodeTier::Inlined},
};
constexpr std::uint64_t kCompiledASeed = 2;

constexpr const char* kClocks[] = {"event.t:ms", "event.t:ms", "index", "wall"};

struct Outcome {
    std::string out, err;
    RunResult result;
};

std::uint64_t seeds() {
    const char* wanted = std::getenv("FB_SEEDS");
    return wanted == nullptr ? 500 : std::strtoull(wanted, nullptr, 10);
}

/// Rows by stage and by member: the same however the plan runs.
std::string rowsOf(const RunRecord& record) {
    std::string text;
    for (const StageRow& stage : record.stages)
        text += fmt::format("{}: {} in, {} out\n", stage.stageId, stage.rowsIn, stage.rowsOut);
    // Decoding has a row of its own once some member of its group has been timed.
    for (const MemberRow& member : record.members)
        if (!member.node.starts_with("source/"))
            text +=
                fmt::format("  {}: {} in, {} out\n", member.node, member.rowsIn, member.rowsOut);
    return text;
}

class Differential : public testing::Test {
protected:
    void SetUp() override {
        auto made = makeLlvmCompiler();
        ASSERT_TRUE(made.has_value());
        m_compiler = *std::move(made);
        m_file = std::filesystem::temp_directory_path() /
                 fmt::format("fuseboard-differential-{}.ndjson", getpid());
    }
    void TearDown() override { std::filesystem::remove(m_file); }

    Outcome run(const Graph& graph, const std::vector<FieldTree>& fields, Exec exec, const Way& way,
                bool bindErr, const Graph* drawn) {
        Outcome outcome;
        RunRequest request;
        request.exec = exec;
        request.compiler = m_compiler.get();
        request.tier = way.tier;
        request.arrivals = m_arrivals;
        request.naive = drawn;
        request.inputs.emplace_back();
        request.inputs[0].source.location = m_file.string();
        request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &outcome.out});
        if (bindErr)
            request.outputs.push_back({{"err"}, "discard:", Format::Ndjson, &outcome.err});
        request.clock = m_clock;
        request.threads = way.threads;
        request.oneRowBatches = way.oneRowBatches;
        request.queueBytes = way.queueBytes;
        request.batchBytes = way.batchBytes;
        request.preload = way.preload;
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
        m_clock = kClocks[seed / 3 % std::size(kClocks)];
        m_arrivals = std::make_shared<ArrivalLog>(); // the first run fills it
        const Outcome reference = run(naive, {}, Exec::Reference, kWays[0], bindErr, &naive);
        std::vector<Way> ways(std::begin(kWays), std::end(kWays));
        for (std::uint64_t i = 0; i < kCompiledASeed; ++i)
            ways.push_back(kCompiledWays[(seed * kCompiledASeed + i) % std::size(kCompiledWays)]);
        // A run that ends early has worked on more or less of what it then drops.
        const bool counts =
            !reference.result.failure && made.pipeline.find(": limit") == std::string::npos;
        std::map<bool, std::string> rows;
        for (const Way& way : ways) {
            SCOPED_TRACE(way.name);
            const Outcome other = way.optimized ? run(optimized->graph, optimized->inputFields,
                                                      way.exec, way, bindErr, &naive)
                                                : run(naive, {}, way.exec, way, bindErr, &naive);
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
            if (counts) {
                const std::string found = rowsOf(other.result.record);
                ASSERT_EQ(rows.emplace(way.optimized, found).first->second, found);
            }
            m_rows += other.result.record.run.rowsOut;
        }
    }

    std::unique_ptr<GroupCompiler> m_compiler;
    std::filesystem::path m_file;
    std::string m_clock;
    std::shared_ptr<ArrivalLog> m_arrivals;
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

// Code becomes ready in the middle of the input: chunks of rows and of columns follow each other.
TEST_F(Differential, CodeMayComeInTheMiddle) {
    std::string rows;
    for (int i = 0; i < 60'000; ++i)
        rows += i % 97 == 0   ? "\n"
                : i % 89 == 0 ? "no json\n"
                              : fmt::format("{{\"t\":{},\"x\":{},\"s\":\"{}\"}}\n", i * 7, i % 50,
                                            i % 3 == 0 ? "a\\n" : "b");
    std::ofstream(m_file) << rows;
    auto parsed = parseCompactGraph("f: filter\n    where event.x * 2 > 9 or event.s == \"b\"\n"
                                    "s: select\n    target {\"y\": event.x + 1, \"s\": event.s}\n"
                                    "n: generic::batch\n    count 3\n"
                                    "in -> f -> s -> out\ns -> n -> out\nf.err -> err\n",
                                    builtinCatalogue());
    ASSERT_TRUE(parsed.has_value()) << describe(parsed.error());
    Graph naive = std::move(*parsed);
    ASSERT_TRUE(naive.markNaive().has_value());
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    auto optimized = optimize(naive, options);
    ASSERT_TRUE(optimized.has_value());
    for (const char* clock : kClocks) {
        m_clock = clock;
        m_arrivals = std::make_shared<ArrivalLog>();
        const Outcome reference = run(naive, {}, Exec::Reference, kWays[0], true, &naive);
        for (const std::uint32_t threads : {1U, 2U, 4U}) {
            SCOPED_TRACE(fmt::format("{}, {} threads", clock, threads));
            const Way way{"", Exec::Auto, true, threads, false, kQueue, 3000};
            const Outcome other =
                run(optimized->graph, optimized->inputFields, way.exec, way, true, &naive);
            ASSERT_EQ(reference.out, other.out);
            ASSERT_EQ(reference.err, other.err);
        }
    }
}

// Long enough for several blocks of sums; codes that follow each other and that do not, windows
// that close, rows that are not like the others, groups that nobody knows yet.
TEST_F(Differential, PackedColumnsOfManyRows) {
    std::string rows;
    for (int i = 0; i < 150'000; ++i)
        rows += fmt::format("{{\"t\":{},\"k\":\"k{}\",\"n\":{},\"v\":{}.25,\"w\":{}}}\n", i * 3,
                            i * 7919 % (1 + i / 3000), i % 13, i * 31 % 1000,
                            i % 1009 == 0 ? "\"odd\"" : std::to_string(i));
    std::ofstream(m_file) << rows;
    const std::string sums =
        "    target {\"k\": group[0], \"s\": aggr::stats::sum(event.v), \"m\": "
        "aggr::stats::mean(event.v * (event.n + 0.1)), \"d\": aggr::stats::stdev(event.v), \"a\": "
        "aggr::stats::min(event.n), \"c\": aggr::stats::count()}\n"
        "    group_by set(event.k)\n    windows ";
    const std::string drawn[] = {
        "f: filter\n    where event.n > 3 and event.k >= \"k1\" and event.n <= 9\ns: select\n" +
            sums + "5s\nin -> f -> s -> out\ns.err -> err\n",
        "f: filter\n    where event.n == 2 or event.n == 11\ns: select\n" + sums +
            "100\nin -> f -> s -> out\ns.err -> err\n",
        "f: filter\n    where event.w % 5 != 3\ns: select\n" + sums +
            "1000\nin -> f -> s -> out\nf.err -> err\n",
    };
    for (const std::string& pipeline : drawn) {
        SCOPED_TRACE(pipeline);
        auto parsed = parseCompactGraph(pipeline, builtinCatalogue());
        ASSERT_TRUE(parsed.has_value()) << describe(parsed.error());
        Graph naive = std::move(*parsed);
        ASSERT_TRUE(naive.markNaive().has_value());
        OptimizeOptions options;
        options.catalogue = &builtinCatalogue();
        options.costs.parallelism = 1; // everything in one group
        auto optimized = optimize(naive, options);
        ASSERT_TRUE(optimized.has_value());
        m_clock = "event.t:ms";
        m_arrivals = std::make_shared<ArrivalLog>();
        const Outcome reference = run(naive, {}, Exec::Reference, kWays[0], true, &naive);
        EXPECT_FALSE(reference.out.empty());
        for (const std::uint64_t batchBytes : {std::uint64_t{0}, std::uint64_t{50'000}}) {
            const Way way{"", Exec::Compile, true, 1, false, kQueue, batchBytes, true};
            const Outcome other =
                run(optimized->graph, optimized->inputFields, way.exec, way, true, &naive);
            EXPECT_TRUE(reference.out == other.out);
            EXPECT_TRUE(reference.err == other.err);
        }
    }
}

} // namespace
} // namespace fuseboard
