// SPDX-License-Identifier: Apache-2.0
// What a run means, case by case: order, time, end of input, errors, limits. Each case runs on the
// reference executor and on plans with one and several threads, interpreted and compiled.
#include "engine/jit/llvm_compiler.h"
#include "engine/operators/operator_body.h"
#include "engine/runtime/run.h"
#include "tests/support/compact_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace fuseboard {
namespace {

struct Case {
    std::string pipeline;
    std::vector<std::pair<std::string, std::string>> inputs; ///< port, NDJSON
    std::string clock = "index", savedClock;
    EventOrder order = EventOrder::Natural;
    AtEnd atEnd = AtEnd::Flush;
    OnError onError = OnError::ToErr;
    std::uint64_t maxErrors = ~std::uint64_t{0}, limit = ~std::uint64_t{0};
    std::uint64_t memoryBytes = 0;
    bool bindErr = false;
    bool mergeOutputs = false;        ///< one sink for `out` and `err`
    std::vector<std::string> fused{}; ///< nodes that one stage runs
};

struct Outcome {
    std::string out, err;
    RunResult result;
};

class Runtime : public testing::Test {
protected:
    void SetUp() override {
        auto made = makeLlvmCompiler();
        ASSERT_TRUE(made.has_value());
        m_compiler = *std::move(made);
    }
    void TearDown() override {
        for (const auto& file : m_files)
            std::filesystem::remove(file);
    }

    Outcome runOne(const Case& c, Exec exec, std::uint32_t threads, bool oneRow) {
        Outcome outcome;
        auto parsed = parseCompactGraph(c.pipeline, builtinCatalogue());
        EXPECT_TRUE(parsed.has_value()) << describe(parsed.error());
        Graph graph = std::move(*parsed);
        graph.setProperties({c.order, c.atEnd, c.onError, c.savedClock});
        EXPECT_TRUE(graph.markNaive().has_value());
        if (!c.fused.empty()) {
            FusedGroup group;
            for (const std::string& id : c.fused)
                group.members.push_back(*graph.findNode(id));
            graph.setGroups({group});
        }
        RunRequest request;
        request.exec = exec;
        request.compiler = m_compiler.get();
        request.threads = threads;
        request.oneRowBatches = oneRow;
        request.queueBytes = oneRow ? 1 : 8U << 20U;
        request.clock = c.clock;
        request.maxErrors = c.maxErrors;
        request.limit = c.limit;
        request.memoryBytes = c.memoryBytes;
        for (const auto& [port, rows] : c.inputs) {
            const auto file = std::filesystem::temp_directory_path() /
                              fmt::format("fuseboard-runtime-{}-{}.ndjson", getpid(), port);
            std::ofstream(file) << rows;
            m_files.push_back(file);
            InputRequest& input = request.inputs.emplace_back();
            input.port = port;
            input.source.location = file.string();
        }
        request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &outcome.out});
        if (c.mergeOutputs)
            request.outputs[0].ports.emplace_back("err");
        if (c.bindErr)
            request.outputs.push_back({{"err"}, "discard:", Format::Ndjson, &outcome.err});
        auto result = runGraph(graph, {}, request, {});
        if (!result)
            ADD_FAILURE() << describe(result.error());
        else
            outcome.result = std::move(*result);
        return outcome;
    }

    /// Runs the case in every way, expects one answer and returns it.
    Outcome run(const Case& c) {
        Outcome reference = runOne(c, Exec::Reference, 1, false);
        struct Way {
            Exec exec;
            std::uint32_t threads;
            bool oneRow;
        };
        for (const auto& [exec, threads, oneRow] :
             {Way{Exec::Interpret, 1, false}, Way{Exec::Interpret, 3, true},
              Way{Exec::Interpret, 2, false}, Way{Exec::Compile, 1, false},
              Way{Exec::Compile, 3, true}, Way{Exec::Auto, 2, true}}) {
            SCOPED_TRACE(fmt::format("{}, {} threads{}", toString(exec), threads,
                                     oneRow ? ", one-row pieces" : ""));
            const Outcome other = runOne(c, exec, threads, oneRow);
            EXPECT_EQ(reference.out, other.out);
            EXPECT_EQ(reference.err, other.err);
            EXPECT_EQ(reference.result.errors, other.result.errors);
            EXPECT_EQ(reference.result.record.run.rejectedRows,
                      other.result.record.run.rejectedRows);
            EXPECT_EQ(failureOf(reference), failureOf(other));
        }
        return reference;
    }

    static std::string failureOf(const Outcome& outcome) {
        const auto& failure = outcome.result.failure;
        return failure ? failure->message : "none";
    }

    std::unique_ptr<GroupCompiler> m_compiler;
    std::vector<std::filesystem::path> m_files;
};

std::string numbers(int from, int to) {
    std::string text;
    for (int i = from; i <= to; ++i)
        text += fmt::format("{{\"x\":{}}}\n", i);
    return text;
}

TEST_F(Runtime, BranchesMergeInTheOrderOfEventsAndEdges) {
    Case c;
    c.pipeline = "a: select\n    target {\"a\": event.x}\n"
                 "b: select\n    target {\"b\": event.x}\n"
                 "in -> a\nin -> b\nb -> out\na -> out\n";
    c.inputs = {{"in", numbers(1, 2)}};
    EXPECT_EQ(run(c).out, "{\"a\":1}\n{\"b\":1}\n{\"a\":2}\n{\"b\":2}\n");
    // Tremor works off branches from the last to the first, but ports deliver in natural order.
    c.order = EventOrder::Tremor;
    EXPECT_EQ(run(c).out, "{\"a\":1}\n{\"b\":1}\n{\"a\":2}\n{\"b\":2}\n");
}

TEST_F(Runtime, TremorOrderIsSeenByStatefulNodes) {
    Case c;
    c.pipeline = "a: select\n    target {\"a\": event.x}\n"
                 "b: select\n    target {\"b\": event.x}\n"
                 "two: generic::batch\n    count 2\n"
                 "in -> a\nin -> b\na -> two\nb -> two\ntwo -> out\n";
    c.inputs = {{"in", numbers(1, 1)}};
    EXPECT_EQ(run(c).out, "{\"a\":1}\n{\"b\":1}\n");
    c.order = EventOrder::Tremor;
    EXPECT_EQ(run(c).out, "{\"b\":1}\n{\"a\":1}\n");
}

TEST_F(Runtime, SourcesAreNumberedByPositionThenOrdinal) {
    Case c;
    c.pipeline = "ports in, other -> out, err\nin -> out\nother -> out\n";
    c.inputs = {{"in", numbers(1, 3)}, {"other", numbers(11, 12)}};
    EXPECT_EQ(run(c).out, "{\"x\":1}\n{\"x\":11}\n{\"x\":2}\n{\"x\":12}\n{\"x\":3}\n");
}

TEST_F(Runtime, SourcesAreMergedByTimeUnderAFieldClock) {
    Case c;
    c.pipeline = "ports in, other -> out, err\nin -> out\nother -> out\n";
    c.clock = "event.x:s";
    c.inputs = {{"in", numbers(3, 5)}, {"other", numbers(1, 4)}};
    EXPECT_EQ(run(c).out,
              "{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n{\"x\":3}\n{\"x\":4}\n{\"x\":4}\n{\"x\":5}\n");
}

TEST_F(Runtime, RowsWithoutAReadableTimeAreRejected) {
    Case c;
    c.pipeline = "in -> out\n";
    c.clock = "event.x:ms";
    c.bindErr = true;
    c.inputs = {{"in", "{\"x\":1}\n\n{\"y\":2}\n{\"x\":\"z\"}\n{\"x\":3}\n"}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, "{\"x\":1}\n{\"x\":3}\n");
    EXPECT_EQ(outcome.result.record.run.rejectedRows, 2U);
    ASSERT_EQ(outcome.result.firstRejections.size(), 2U);
    EXPECT_EQ(outcome.result.firstRejections[0].line, 3U);
    EXPECT_NE(outcome.err.find("no readable time in event.x:ms"), std::string::npos);
}

TEST_F(Runtime, PortsOfOneSinkAreMergedByKey) {
    Case c;
    c.pipeline = "f: filter\n    where event.x > 0\nin -> f -> out\nf.err -> err\n";
    c.mergeOutputs = true;
    c.inputs = {{"in", "{\"x\":1}\n{\"y\":1}\nnonsense\n{\"x\":2}\n"}};
    const std::string out = run(c).out;
    const std::size_t first = out.find("{\"x\":1}"), failed = out.find("\"event\":{\"y\":1}"),
                      rejected = out.find("\"text\":\"nonsense\""), last = out.find("{\"x\":2}");
    ASSERT_NE(failed, std::string::npos) << out;
    ASSERT_NE(rejected, std::string::npos) << out;
    EXPECT_TRUE(first < failed && failed < rejected && rejected < last) << out;
}

TEST_F(Runtime, NodesActOnATickBeforeTheRowsThatItMakes) {
    // Both windows are due at the same tick: `outer` closes over its two rows, and what `inner`
    // made by that tick is the first of its next window.
    Case c;
    c.pipeline = "inner: select\n    target {\"n\": aggr::stats::count()}\n    windows 1s\n"
                 "outer: select\n    target {\"rows\": aggr::stats::count()}\n    windows 1s\n"
                 "in -> inner -> outer -> out\nin -> outer\n";
    c.clock = "event.t:ms";
    c.atEnd = AtEnd::Discard;
    c.inputs = {{"in", "{\"t\":0}\n{\"t\":100}\n{\"t\":5000}\n"}};
    EXPECT_EQ(run(c).out, "{\"rows\":2}\n{\"rows\":1}\n");
}

TEST_F(Runtime, GroupsThatOneTickClosesCloseInTheOrderTheyWereMade) {
    Case c;
    c.pipeline = "w: select\n    target {\"k\": aggr::win::first(event.k)}\n    group_by event.k\n"
                 "    windows 1s\nin -> w -> out\n";
    c.clock = "event.t:ms";
    c.atEnd = AtEnd::Discard;
    c.inputs = {{"in", "{\"t\":0,\"k\":\"z\"}\n{\"t\":0,\"k\":\"a\"}\n{\"t\":0,\"k\":\"m\"}\n"
                       "{\"t\":5000,\"k\":\"q\"}\n"}};
    EXPECT_EQ(run(c).out, "{\"k\":\"z\"}\n{\"k\":\"a\"}\n{\"k\":\"m\"}\n");
}

TEST_F(Runtime, AtTheEndANodeFlushesOnceItsInputsHave) {
    Case c;
    c.pipeline = "outer: select\n    target {\"rows\": aggr::stats::count()}\n    windows 100rows\n"
                 "inner: select\n    target {\"n\": aggr::stats::count()}\n    windows 2rows\n"
                 "in -> inner -> outer -> out\n";
    c.inputs = {{"in", numbers(1, 5)}};
    EXPECT_EQ(run(c).out, "{\"rows\":3}\n"); // two full windows and the rest
}

TEST_F(Runtime, TimeIsTheGreatestValueSoFar) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count()}\n    windows 1s\n"
                 "in -> w -> out\n";
    c.clock = "event.t:ms";
    c.atEnd = AtEnd::Discard;
    // The late row at 10 ms is one of the window that began at 5000 ms.
    c.inputs = {{"in", "{\"t\":5000}\n{\"t\":10}\n{\"t\":5900}\n{\"t\":7000}\n"}};
    EXPECT_EQ(run(c).out, "{\"n\":3}\n");
}

TEST_F(Runtime, TheClockOfTheRunWinsOverTheSavedOne) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count()}\n    windows 1s\n"
                 "in -> w -> out\n";
    c.savedClock = "event.t:ms";
    c.inputs = {{"in", "{\"t\":0}\n{\"t\":5000}\n"}};
    c.clock = "";
    EXPECT_EQ(run(c).out, "{\"n\":1}\n{\"n\":1}\n");
    c.clock = "index"; // no ticks: nothing but the end closes the window
    EXPECT_EQ(run(c).out, "{\"n\":2}\n");
}

TEST_F(Runtime, WithoutAClockTimedPipelinesGetANotice) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count()}\n    windows 1s\n"
                 "in -> w -> out\n";
    c.inputs = {{"in", numbers(1, 2)}};
    c.clock = "";
    const Outcome timed = run(c);
    ASSERT_EQ(timed.result.notices.size(), 1U);
    EXPECT_NE(timed.result.notices[0].find("no clock is given"), std::string::npos);
    c.pipeline = "in -> out\n";
    EXPECT_TRUE(run(c).result.notices.empty());
}

TEST_F(Runtime, TheLastRowMayLackItsNewlineAndItsTime) {
    Case c;
    c.pipeline = "in -> out\n";
    c.clock = "event.x:ms";
    c.bindErr = true;
    c.inputs = {{"in", "{\"x\":1}\n{\"y\":2}"}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, "{\"x\":1}\n");
    ASSERT_EQ(outcome.result.firstRejections.size(), 1U);
    EXPECT_EQ(outcome.result.firstRejections[0].line, 2U);
    EXPECT_NE(outcome.err.find(R"("text":"{\"y\":2}")"), std::string::npos) << outcome.err;
}

TEST_F(Runtime, TimeWindowsCloseByTicksAndByRows) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count(), \"w\": window}\n"
                 "    group_by event.k\n    windows 1s\nin -> w -> out\n";
    c.clock = "event.t:ms";
    c.atEnd = AtEnd::Discard;
    // The group a closes by a tick at 1000 ms; at 5000 ms it starts anew.
    c.inputs = {{"in", "{\"t\":0,\"k\":\"a\"}\n{\"t\":10,\"k\":\"a\"}\n{\"t\":2500,\"k\":\"b\"}\n"
                       "{\"t\":5000,\"k\":\"a\"}\n{\"t\":5050,\"k\":\"a\"}\n"}};
    EXPECT_EQ(run(c).out, "{\"n\":2,\"w\":\"1s\"}\n{\"n\":1,\"w\":\"1s\"}\n");
    c.atEnd = AtEnd::Flush;
    EXPECT_EQ(run(c).out,
              "{\"n\":2,\"w\":\"1s\"}\n{\"n\":1,\"w\":\"1s\"}\n{\"n\":2,\"w\":\"1s\"}\n");
}

TEST_F(Runtime, TiltedWindowsEmitFromSmallestToLargest) {
    Case c;
    c.pipeline = "w: select\n    target {\"s\": aggr::stats::sum(event.x), \"w\": window}\n"
                 "    windows 2rows, 4rows\nin -> w -> out\n";
    c.inputs = {{"in", numbers(1, 4)}};
    // The larger window counts what the smaller one closes: two so far, and the end closes it.
    EXPECT_EQ(run(c).out, "{\"s\":3.0,\"w\":\"2rows\"}\n{\"s\":7.0,\"w\":\"2rows\"}\n"
                          "{\"s\":10.0,\"w\":\"4rows\"}\n");
    c.atEnd = AtEnd::Discard;
    EXPECT_EQ(run(c).out, "{\"s\":3.0,\"w\":\"2rows\"}\n{\"s\":7.0,\"w\":\"2rows\"}\n");
}

TEST_F(Runtime, BatchesLeaveByCountByAgeAndAtTheEnd) {
    Case c;
    c.pipeline = "b: generic::batch\n    count 3\n    timeout 1000000000\n"
                 "n: select\n    target {\"rows\": array::len(event)}\nin -> b -> n -> out\n";
    c.clock = "event.x:ms";
    c.inputs = {{"in", "{\"x\":0}\n{\"x\":1}\n{\"x\":2}\n{\"x\":3}\n{\"x\":5000}\n"}};
    EXPECT_EQ(run(c).out, "{\"rows\":3}\n{\"rows\":1}\n{\"rows\":1}\n");
    c.atEnd = AtEnd::Discard;
    EXPECT_EQ(run(c).out, "{\"rows\":3}\n{\"rows\":1}\n");
}

TEST_F(Runtime, FailedRowsLeaveOnErrWithReasonAndEvent) {
    Case c;
    c.pipeline = "f: filter\n    where event.x > 1\nin -> f -> out\nf.err -> err\n";
    c.bindErr = true;
    c.inputs = {{"in", "{\"x\":1}\n{\"y\":1}\n{\"x\":2}\n"}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, "{\"x\":2}\n");
    EXPECT_NE(outcome.err.find("\"event\":{\"y\":1}"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.result.record.run.failedRows, 1U);
    c.onError = OnError::Drop;
    EXPECT_EQ(run(c).err, "");
}

TEST_F(Runtime, FailuresThatReachNoOutputAreCountedAndNotCompared) {
    Case c;
    c.pipeline = "aside: filter\n    where event.x > 0\nf: filter\n    where event.x < 9\n"
                 "in -> aside\nin -> f -> out\n";
    c.inputs = {{"in", numbers(1, 2) + "{\"y\":1}\n"}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, numbers(1, 2)); // an unconnected `err` drops the row
    EXPECT_EQ(outcome.result.record.run.failedRows, 2U);
    EXPECT_EQ(outcome.result.errors.count, 1U);
    std::vector<std::string> origins;
    for (const RowError& error : outcome.result.firstErrors)
        origins.push_back(error.origin);
    std::sort(origins.begin(), origins.end());
    EXPECT_EQ(origins, (std::vector<std::string>{"aside", "f"}));
}

TEST_F(Runtime, StopEndsTheRunAtTheSmallestFailingRow) {
    Case c;
    c.pipeline = "f: filter\n    where event.x < 100\nin -> f -> out\n";
    c.onError = OnError::Stop;
    c.inputs = {{"in", numbers(1, 3) + "{\"y\":1}\n" + numbers(4, 9) + "{\"y\":2}\n"}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, numbers(1, 3));
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_EQ(outcome.result.record.run.failedRows, 1U);
}

TEST_F(Runtime, MaxErrorsCutsAfterTheRowThatIsOneTooMany) {
    Case c;
    c.pipeline = "f: filter\n    where event.x < 100\nin -> f -> out\n";
    c.maxErrors = 1;
    c.inputs = {
        {"in", numbers(1, 2) + "nonsense\n" + numbers(3, 3) + "{\"y\":1}\n" + numbers(4, 9)}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, numbers(1, 3));
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_EQ(outcome.result.failure->code, ErrorCode::LimitExceeded);
}

TEST_F(Runtime, MaxErrorsComesBeforeTheEndOfAnInputOfGarbage) {
    Case c;
    c.pipeline = "in -> out\n";
    c.maxErrors = 3;
    std::string rows;
    for (int i = 0; i < 50; ++i)
        rows += "garbage{\n";
    c.inputs = {{"in", rows}};
    const Outcome outcome = run(c);
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_EQ(outcome.result.failure->code, ErrorCode::LimitExceeded);
    EXPECT_EQ(outcome.result.record.run.rejectedRows, 4U);
}

TEST_F(Runtime, AnyNumberOfRejectedRowsIsCounted) {
    Case c;
    c.pipeline = "in -> out\n";
    constexpr std::uint64_t kBad = (1U << 20U) + 5000;
    std::string rows = numbers(1, 1);
    for (std::uint64_t i = 0; i < kBad; ++i)
        rows += "x\n";
    c.inputs = {{"in", rows + numbers(2, 2)}};
    for (const Exec exec : {Exec::Reference, Exec::Interpret}) {
        c.maxErrors = kBad;
        const Outcome all = runOne(c, exec, 2, false);
        EXPECT_EQ(all.result.record.run.rejectedRows, kBad);
        EXPECT_FALSE(all.result.failure.has_value());
        EXPECT_EQ(all.out, numbers(1, 2));
        c.maxErrors = kBad - 1;
        const Outcome cut = runOne(c, exec, 2, false);
        EXPECT_EQ(cut.out, numbers(1, 1));
        ASSERT_TRUE(cut.result.failure.has_value());
        EXPECT_EQ(cut.result.failure->code, ErrorCode::LimitExceeded);
    }
}

TEST_F(Runtime, AFullLimitEndsTheRunAndLaterErrorsDoNotCount) {
    Case c;
    c.pipeline = "f: filter\n    where event.x > 0\nl: limit\n    count 2\nin -> f -> l -> out\n";
    c.inputs = {{"in", numbers(1, 3) + "{\"y\":1}\n" + numbers(4, 9)}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, numbers(1, 2));
    EXPECT_EQ(outcome.result.record.run.failedRows, 0U);
}

TEST_F(Runtime, LimitOfSourceEvents) {
    Case c;
    c.pipeline = "in -> out\n";
    c.limit = 3;
    c.inputs = {{"in", numbers(1, 9)}};
    EXPECT_EQ(run(c).out, numbers(1, 3));
}

TEST_F(Runtime, InputOfNothingButGarbageFails) {
    Case c;
    c.pipeline = "in -> out\n";
    c.inputs = {{"in", "no\nnever\n"}};
    const Outcome outcome = run(c);
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_NE(
        outcome.result.failure->message.find("the first 2 rows of the input were all rejected"),
        std::string::npos);
}

TEST_F(Runtime, AThousandRejectedRowsWithoutAGoodOneEndTheRun) {
    Case c;
    c.pipeline = "in -> out\n";
    std::string rows;
    for (int i = 0; i < 2500; ++i)
        rows += "garbage{\n";
    c.inputs = {{"in", rows + numbers(1, 3)}};
    const Outcome outcome = run(c);
    EXPECT_EQ(outcome.out, "");
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_EQ(outcome.result.record.run.rejectedRows, 1000U);
}

TEST_F(Runtime, RejectedRowsAreJudgedBySource) {
    Case c;
    c.pipeline = "ports in, other -> out, err\nin -> out\nother -> out\n";
    std::string garbage;
    for (int i = 0; i < 2000; ++i)
        garbage += "garbage{\n";
    c.inputs = {{"in", numbers(1, 2000)}, {"other", garbage}};
    Outcome outcome = run(c);
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_EQ(outcome.result.record.run.rejectedRows, 1000U);
    EXPECT_EQ(outcome.out, numbers(1, 1000));
    EXPECT_NE(outcome.result.failure->place.file.find("other"), std::string::npos);
    // A shorter one fails the run at its end, with all that the other source gave.
    c.inputs = {{"in", numbers(1, 20)}, {"other", "no\nnever\n"}};
    outcome = run(c);
    ASSERT_TRUE(outcome.result.failure.has_value());
    EXPECT_NE(outcome.result.failure->message.find("the first 2 rows of the input"),
              std::string::npos);
    EXPECT_EQ(outcome.out, numbers(1, 20));
    // One good row is enough.
    c.inputs = {{"in", numbers(1, 1)}, {"other", garbage + numbers(2, 2)}};
    EXPECT_TRUE(run(c).result.failure.has_value());
    c.inputs = {{"in", numbers(1, 1)}, {"other", numbers(2, 2) + garbage}};
    EXPECT_FALSE(run(c).result.failure.has_value());
}

TEST_F(Runtime, StateBeyondTheLimitFailsAndNamesTheNode) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count()}\n    group_by event.x\n"
                 "    windows 100rows\nin -> w -> out\n";
    c.atEnd = AtEnd::Discard; // so that the state is still there when the last morsel was done
    c.memoryBytes = 20'000;
    c.inputs = {{"in", numbers(1, 5000)}};
    for (const Exec exec : {Exec::Interpret, Exec::Reference}) {
        const Outcome outcome = runOne(c, exec, 2, false);
        ASSERT_TRUE(outcome.result.failure.has_value());
        EXPECT_EQ(outcome.result.failure->code, ErrorCode::LimitExceeded);
        EXPECT_EQ(outcome.result.failure->node, "w");
    }
}

TEST_F(Runtime, StagesReportRowsAndState) {
    Case c;
    c.pipeline = "w: select\n    target {\"n\": aggr::stats::count()}\n    group_by event.x\n"
                 "    windows 100rows\nin -> w -> out\n";
    c.inputs = {{"in", numbers(1, 500)}};
    const Outcome outcome = runOne(c, Exec::Interpret, 2, false);
    ASSERT_EQ(outcome.result.record.stages.size(), 3U);
    const StageRow& stage = outcome.result.record.stages[1];
    EXPECT_EQ(stage.rowsIn, 500U);
    EXPECT_EQ(stage.rowsOut, 500U); // flushed at the end
    EXPECT_GT(stage.busySeconds, 0);
    EXPECT_EQ(outcome.result.record.latency.size(), 1U);
    EXPECT_EQ(outcome.result.record.latency[0].histogram.count(), 500U);
}

TEST_F(Runtime, AMemberThatRowsReachLateAndRarelyIsTimedToo) {
    Case c;
    c.pipeline = "f: filter\n    where event.x == 2999\ns: select\n    target {\"y\": event.x}\n"
                 "in -> f -> s -> out\n";
    std::string rows;
    for (int i = 1; i <= 3000; ++i)
        rows += fmt::format("{{\"x\":{},\"p\":\"{:a<1000}\"}}\n", i, "");
    c.inputs = {{"in", rows}};
    c.fused = {"f", "s"};
    // A batch a row: the probe, which runs one batch in many, sees none that reaches `s`.
    const RunRecord record = runOne(c, Exec::Interpret, 1, true).result.record;
    ASSERT_EQ(record.members.size(), 2U);
    const auto group = std::find_if(record.stages.begin(), record.stages.end(),
                                    [](const StageRow& stage) { return stage.nodes.size() == 2; });
    ASSERT_NE(group, record.stages.end());
    EXPECT_GT(group->batches, 500U);
    EXPECT_EQ(record.members[0].rowsIn, 3000U);
    EXPECT_EQ(record.members[0].rowsOut, 1U);
    EXPECT_GT(record.members[0].sampledBatches, 1U);
    // What is known already is not timed again.
    EXPECT_LT(record.members[0].sampledBatches, group->batches / 50);
    EXPECT_EQ(record.members[1].rowsIn, 1U);
    EXPECT_EQ(record.members[1].rowsOut, 1U);
    EXPECT_EQ(record.members[1].sampledBatches, 1U);
    EXPECT_GT(record.members[1].sampledNs, 0U);
}

TEST_F(Runtime, TextsOfManyMebibytes) {
    Case c;
    c.pipeline = "s: select\n"
                 "    target {\"s\": event.s, \"twice\": event.s + event.s, \"x\": event.x + 1}\n"
                 "    where event.s != \"a\"\nin -> s -> out\n";
    c.bindErr = true;
    std::string escaped;
    for (int i = 0; i < 400'000; ++i)
        escaped += i % 2 == 0 ? "\\u00e9" : "\\\"";
    const std::string plain(5U << 20U, 'p'), tooLong(17U << 20U, 'p');
    for (const std::string& text : {std::string("b"), plain, escaped, tooLong, std::string("c")})
        c.inputs = {{"in", (c.inputs.empty() ? "" : c.inputs[0].second) + "{\"x\":1,\"s\":\"" +
                               text + "\"}\n"}};
    const Outcome outcome = run(c);
    EXPECT_GT(outcome.out.size(), 3 * plain.size());
    EXPECT_EQ(outcome.result.record.run.rejectedRows, 1U);
}

TEST_F(Runtime, CancellingEndsTheRun) {
    Case c;
    c.pipeline = "in -> out\n";
    std::atomic<bool> cancelled{true};
    auto parsed = parseCompactGraph(c.pipeline, builtinCatalogue());
    ASSERT_TRUE(parsed.has_value());
    ASSERT_TRUE(parsed->markNaive().has_value());
    RunRequest request;
    request.inputs.emplace_back();
    request.inputs[0].source.location = "generate:metrics?rows=100000000";
    request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, nullptr});
    RunHooks hooks;
    hooks.cancelled = &cancelled;
    auto result = runGraph(*parsed, {}, request, hooks);
    ASSERT_TRUE(result.has_value()) << describe(result.error());
    EXPECT_EQ(result->record.run.status, RunStatus::Cancelled);
}

} // namespace
} // namespace fuseboard
