// SPDX-License-Identifier: Apache-2.0
// What the windows of the influx example keep in memory when there are many series with few samples
// each, which is what metrics look like. Measured twice: as a run reports it, and at the heap.
#include "engine/importers/importer.h"
#include "engine/operators/group_key.h"
#include "engine/operators/keyed_windows.h"
#include "engine/runtime/run.h"
#include "engine/script/parser.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
extern "C" std::size_t __sanitizer_get_current_allocated_bytes(); // its header is not everywhere
#endif

namespace fuseboard {
namespace {

constexpr std::uint64_t kSeries = 9000, kFields = 3, kGroups = kSeries * kFields;
constexpr std::uint64_t kSamples = 3; // of one group in one window

/// Bytes of a group: key, two windows and what its histograms hold. A dense histogram of these
/// values has 26 KB, and a group has two.
constexpr std::uint64_t kMostBytesAGroup = 1000;

void writeSeries(std::ofstream& out, std::uint64_t timeMs, std::uint64_t sample) {
    for (std::uint64_t series = 0; series < kSeries; ++series) {
        const std::uint64_t spread = series * 7919 + sample * 104'729;
        out << fmt::format("{{\"measurement\":\"cpu\",\"tags\":{{\"host\":\"host-{:04}\","
                           "\"region\":\"eu\"}},\"fields\":{{\"user\":{},\"system\":{},"
                           "\"processes\":{}}},\"timestamp\":{}}}\n",
                           series, spread % 1000 / 10.0, spread % 200 / 10.0, spread % 50'000,
                           timeMs);
    }
}

TEST(StateSize, OfTheInfluxExampleWithFewSamplesASeries) {
    const auto file = std::filesystem::temp_directory_path() /
                      fmt::format("fuseboard-state-size-{}.ndjson", getpid());
    {
        // The first window closes once, so that both hold samples at the end.
        std::ofstream out(file);
        for (std::uint64_t sample = 0; sample < kSamples; ++sample)
            writeSeries(out, 1'700'000'000'000 + sample * 1000, sample);
        for (std::uint64_t sample = 0; sample < kSamples; ++sample)
            writeSeries(out, 1'700'000'011'000 + sample * 1000, sample + 10);
    }
    auto imported = importFile(FB_SOURCE_DIR "/resources/samples/influx.trickle", {});
    ASSERT_TRUE(imported);
    ASSERT_TRUE(imported->graph.markNaive());
    RunRequest request;
    request.exec = Exec::Interpret;
    request.threads = 2;
    request.clock = "event.timestamp:ms";
    InputRequest& input = request.inputs.emplace_back();
    input.port = "in";
    input.source.location = file.string();
    request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, nullptr});
    const auto result = runGraph(imported->graph, {}, request, {});
    std::filesystem::remove(file);
    ASSERT_TRUE(result) << describe(result.error());
    ASSERT_FALSE(result->failure);
    const StageRow* windows = nullptr;
    for (const StageRow& stage : result->record.stages)
        if (std::ranges::find(stage.nodes, "select/2") != stage.nodes.end())
            windows = &stage;
    ASSERT_NE(windows, nullptr);
    EXPECT_EQ(windows->groups, kGroups);
    const std::uint64_t bytesAGroup = windows->stateBytes / windows->groups;
    std::printf("%lu groups, %lu bytes of state, %lu a group\n",
                static_cast<unsigned long>(windows->groups),
                static_cast<unsigned long>(windows->stateBytes),
                static_cast<unsigned long>(bytesAGroup));
    EXPECT_LE(bytesAGroup, kMostBytesAGroup);
    EXPECT_GE(bytesAGroup, 200U) << "something is not counted";
}

// --- at the heap -------------------------------------------------------------------------------

std::size_t heapInUse() {
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes(); // it has a heap of its own
#else
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

void collectAggregates(const Expr& tree, std::vector<const AggregateExpr*>& all) {
    if (const auto* aggregate = tryAs<AggregateExpr>(&tree))
        all.push_back(aggregate);
    forEachChild(tree, [&](const ExprPtr& child) { collectAggregates(*child, all); });
}

Value keyOf(std::uint64_t series, std::uint64_t field, Arena& arena) {
    RecordBuilder tags;
    tags.set("host", makeString(arena, fmt::format("host-{:04}", series)));
    tags.set("region", makeString(arena, "eu"));
    const Value keys[] = {makeString(arena, "cpu"), tags.build(arena),
                          makeString(arena, field == 0 ? "usage_user" : "usage_system")};
    return makeArray(arena, keys);
}

struct Nowhere final : Emitter {
    void emit(std::uint32_t, const Row&) override {}
    void emitTo(std::string_view, const Row&) override {}
    void fail(ErrorCode, std::string message, const Expr*, const Row&) override {
        ADD_FAILURE() << message;
    }
    void keep(std::shared_ptr<const void>) override {}
};
struct NoRows final : WindowRows {
    bool add(const Row&, const Value&, std::byte*, BodyContext&) override { return false; }
    void produce(const Row&, const ClosingWindow&, BodyContext&) override {}
};

TEST(StateSize, ReportedIsWhatTheHeapHolds) {
    const auto target =
        parseExpression("target",
                        "{\"stats\": aggr::stats::hdr(event.value, [\"0.5\", \"0.99\"]), "
                        "\"timestamp\": aggr::win::first(event.timestamp)}",
                        ExpressionUse::Windowed);
    ASSERT_TRUE(target);
    std::vector<const AggregateExpr*> aggregates;
    collectAggregates(*target->tree, aggregates);
    AggregateLayout layout;
    for (const AggregateExpr* aggregate : aggregates)
        layout.add(*aggregate);
    WindowSpec small, large;
    small.amount = 10'000'000'000;
    large.amount = 60'000'000'000;
    NoRows noRows;
    KeyedWindows windows({small, large}, layout, noRows, nullptr);
    Nowhere nowhere;
    Arena arena;
    BodyContext context{arena, nowhere};
    const std::size_t before = heapInUse();
    // Two windows of samples, so that the larger window holds some as well.
    for (std::uint64_t sample = 0; sample < 2 * kSamples; ++sample) {
        for (std::uint64_t group = 0; group < kGroups; ++group) {
            arena.reset();
            const Value percentiles[] = {makeString(arena, "0.5"), makeString(arena, "0.99")};
            const std::uint64_t number = (group * 7919 + sample * 104'729) % 50'000;
            const Value arguments[] = {Value::f64(static_cast<double>(number) / 10),
                                       makeArray(arena, percentiles),
                                       Value::u64(1'700'000'000'000 + sample)};
            Row row;
            row.ingestNs = sample < kSamples ? 1 : 11'000'000'000;
            const Value keys = keyOf(group / kFields, group % kFields, arena);
            windows.beginRow();
            ASSERT_TRUE(windows.accept(row, keys, group_key::hashKeys(keys), arguments, context));
        }
    }
    const std::size_t held = heapInUse() - before;
    std::printf("%zu bytes of heap, %zu reported, %zu a group\n", held, windows.bytes(),
                held / kGroups);
    EXPECT_LE(held, kGroups * kMostBytesAGroup);
    // Block headers of the heap are not counted as state.
    EXPECT_LE(held, windows.bytes() * 3 / 2);
    EXPECT_GE(held, windows.bytes() * 9 / 10);
}

} // namespace
} // namespace fuseboard
