// SPDX-License-Identifier: Apache-2.0
// The ways into the state of a windowed select give the same rows, failures and memory: the
// interpreter, evaluated arguments, and states that are updated in place as generated code does.
#include "engine/formats/json_text.h"
#include "engine/importers/importer.h"
#include "engine/operators/group_key.h"
#include "engine/operators/keyed_windows.h"

#include <fmt/format.h>

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace fuseboard {
namespace {

class Collector final : public Emitter {
public:
    void emit(std::uint32_t port, const Row& row) override {
        add(fmt::format("{} {} {}", port, row.ingestNs, printJson(row.data)));
    }
    void emitTo(std::string_view, const Row&) override { ADD_FAILURE(); }
    void fail(ErrorCode, std::string message, const Expr*, const Row& row) override {
        add(fmt::format("failed {} {}", row.sequence, message));
    }
    void keep(std::shared_ptr<const void>) override { ADD_FAILURE(); }
    std::vector<std::string> lines;

private:
    void add(std::string line) { lines.push_back(std::move(line)); }
};

/// `select` of these windows; the row tells all that a target can see.
NodeData selectOf(const std::string& windows, const std::string& names, bool aligned = false) {
    const auto imported = importText({"test.trickle", windows + R"(
select { "keys": [group[0], group[1]], "window": window, "count": aggr::stats::count(),
         "sum": aggr::stats::sum(event.value), "mean": aggr::stats::mean(event.value),
         "min": aggr::stats::min(event.value), "max": aggr::stats::max(event.value),
         "stdev": aggr::stats::stdev(event.value), "hdr": aggr::stats::hdr(event.value, ["0.5"]),
         "last": aggr::win::last(event.name) }
from in[)" + names + R"(] group by set(event.name, event.id) into out having event.count < 9;)"},
                                     {});
    if (!imported) {
        ADD_FAILURE() << describe(imported.error().front());
        return {};
    }
    for (NodeIndex n = 0; n < imported->graph.nodeCount(); ++n) {
        NodeData node = imported->graph.node(n);
        if (const auto* specs = node.config.windows("windows");
            specs != nullptr && !specs->empty()) {
            auto changed = *specs;
            for (WindowSpec& spec : changed)
                spec.aligned = aligned;
            node.config.set("windows", changed);
            return node;
        }
    }
    ADD_FAILURE() << "no select";
    return {};
}

/// One way in, with its own state.
class Driver {
public:
    explicit Driver(const NodeData& node)
        : m_body(std::move(*findOperator("select")->makeBody(node))),
          m_windows(*m_body->keyedWindows()) {}
    virtual ~Driver() = default;
    virtual void onRow(const Row& row) = 0;
    void onTick(std::uint64_t now) { m_body->onTick(now, 0, m_context); }
    void onEnd(std::uint64_t now) { m_body->onEnd(now, 0, m_context); }
    [[nodiscard]] std::string told() const {
        return fmt::format("{} groups, {} bytes, due {}", m_body->groupCount(),
                           m_body->stateBytes(), m_body->nextDue());
    }
    [[nodiscard]] const std::vector<std::string>& lines() const { return m_out.lines; }
    [[nodiscard]] KeyedWindows& windows() { return m_windows; }

protected:
    Value keysOf(const Row& row) {
        const Value keys[] = {*row.data.find("name"), *row.data.find("id")};
        return makeArray(m_arena, keys);
    }
    std::unique_ptr<OperatorBody> m_body;
    KeyedWindows& m_windows;
    Collector m_out;
    Arena m_arena;
    BodyContext m_context{m_arena, m_out};
};

class Interpreted final : public Driver {
public:
    using Driver::Driver;
    void onRow(const Row& row) override { m_body->onRow(0, row, m_context); }
};

class Arguments final : public Driver {
public:
    using Driver::Driver;
    void onRow(const Row& row) override {
        const Value value = *row.data.find("value");
        const Value percentile = makeString(m_arena, "0.5");
        const Value arguments[] = {value,
                                   value,
                                   value,
                                   value,
                                   value,
                                   value,
                                   Value::array({&percentile, 1}),
                                   *row.data.find("name")};
        const Value keys = keysOf(row);
        m_windows.beginRow();
        m_windows.accept(row, keys, group_key::hashKeys(keys), arguments, m_context);
    }
};

class InPlace final : public Driver {
public:
    using Driver::Driver;
    void onRow(const Row& row) override {
        const Value keys = keysOf(row);
        const std::uint64_t hash = group_key::hashKeys(keys);
        if (std::byte* states = m_windows.touch(keys, hash, row.ingestNs)) {
            updateAll(states, row);
            ++touched;
            return;
        }
        m_windows.beginRow();
        if (std::byte* states = m_windows.enter(row, keys, hash, m_context)) {
            updateAll(states, row);
            m_windows.leave(row, m_context);
        }
    }
    int touched = 0;

private:
    void updateAll(std::byte* states, const Row& row) {
        FunctionContext call{m_arena, row.ingestNs, m_windows.groupsBefore()};
        for (std::size_t slot = 0; slot < m_windows.layout().slots.size(); ++slot)
            updateOne(states, slot, row, call);
    }
    void updateOne(std::byte* states, std::size_t slot, const Row& row, FunctionContext& call) {
        using namespace aggregates;
        const AggregateLayout& layout = m_windows.layout();
        std::byte* state = states + layout.offsets[slot];
        const double value = row.data.find("value")->toDouble();
        switch (layout.slots[slot]->aggregate->layout) {
        case StateLayout::Count: update(reinterpret_cast<CountState*>(state)); return;
        case StateLayout::CountIf: update(reinterpret_cast<CountState*>(state), value != 0); return;
        case StateLayout::Sum:
            update(reinterpret_cast<SumState*>(state), value, row.sequence);
            return;
        case StateLayout::Mean:
            update(reinterpret_cast<MeanState*>(state), value, row.sequence);
            return;
        case StateLayout::Least: updateLeast(reinterpret_cast<ExtremeState*>(state), value); return;
        case StateLayout::Greatest:
            updateGreatest(reinterpret_cast<ExtremeState*>(state), value);
            return;
        case StateLayout::Variance:
            update(reinterpret_cast<VarianceState*>(state), value, row.sequence);
            return;
        case StateLayout::Opaque: break;
        }
        const Value percentile = makeString(m_arena, "0.5");
        const bool isHistogram = layout.slots[slot]->arguments.size() == 2;
        const Value histogram[] = {*row.data.find("value"), Value::array({&percentile, 1})};
        const Value last[] = {*row.data.find("name")};
        const auto arguments =
            isHistogram ? std::span<const Value>(histogram) : std::span<const Value>(last);
        EXPECT_TRUE(m_windows.accumulate(states, slot, arguments, row, call, m_context));
    }
};

Row rowOf(std::mt19937_64& random, std::uint64_t sequence, std::uint64_t now, Arena& arena) {
    RecordBuilder record;
    const std::uint64_t name = random() % 6;
    record.addNew("name", makeString(arena, std::string(name * 30, 'n') + fmt::format("{}", name)));
    record.addNew("id", Value::u64(random() % 2));
    record.addNew("value", Value::f64(static_cast<double>(random() % 1000) / 4 - 20));
    Row row;
    row.data = record.build(arena);
    row.meta = Value::record({});
    row.sequence = sequence * 40'000; // several blocks of sums
    row.ingestNs = now;
    return row;
}

/// The same random rows and ticks on every way.
void compare(const NodeData& node, const std::string& what, bool touches) {
    Interpreted interpreted(node);
    Arguments arguments(node);
    InPlace inPlace(node);
    Driver* const all[] = {&interpreted, &arguments, &inPlace};
    std::mt19937_64 random(3);
    Arena arena;
    std::uint64_t now = 0;
    for (std::uint64_t step = 0; step < 4000; ++step) {
        now += random() % 100;
        const Row row = rowOf(random, step, now, arena);
        const bool tick = random() % 20 == 0;
        for (Driver* driver : all) {
            driver->onRow(row);
            if (tick)
                driver->onTick(now);
            ASSERT_EQ(driver->told(), interpreted.told()) << what << ", step " << step;
        }
        if (step % 256 == 0)
            arena.reset();
    }
    for (Driver* driver : all) {
        driver->onEnd(now + 5000);
        EXPECT_EQ(driver->windows().size(), 0U);
        ASSERT_EQ(driver->lines(), interpreted.lines()) << what;
    }
    EXPECT_GT(interpreted.lines().size(), 20U) << what;
    EXPECT_EQ(inPlace.touched > 100, touches) << what;
}

const std::string kWindows = R"(
define window `short` from tumbling with interval = 1000 end;
define window `long` from tumbling with interval = 6000 end;
define window `few` from tumbling with interval = 3000, max_groups = 5 end;
define window `one` from tumbling with size = 1 end;
define window `three` from tumbling with size = 3 end;
define window `two` from tumbling with size = 2 end;
define window `crowd` from tumbling with size = 3, max_groups = 5 end;
)";

TEST(KeyedWindows, AllWaysInAgree) {
    for (const char* names :
         {"`short`", "`short`, `long`", "`few`", "`few`, `long`", "`one`", "`one`, `two`",
          "`one`, `crowd`", "`three`", "`three`, `two`", "`three`, `two`, `one`", "`crowd`",
          "`two`, `long`", "`short`, `two`"}) {
        const bool touches = !std::string_view(names).starts_with("`one");
        compare(selectOf(kWindows, names), names, touches);
    }
    compare(selectOf(kWindows, "`short`, `long`", true), "aligned", true);
}

// A failing argument is found when its turn comes: after the window that its row closes has left.
TEST(KeyedWindows, ArgumentsFailAfterTheWindowHasClosed) {
    Interpreted select(selectOf(kWindows, "`short`"));
    std::mt19937_64 random(1);
    Arena arena;
    Row row = rowOf(random, 0, 100, arena);
    select.onRow(row);
    RecordBuilder record;
    record.assign(row.data.fields());
    record.set("value", Value::string("no number"));
    row.data = record.build(arena);
    row.ingestNs = 5000;
    row.sequence = 1;
    select.onRow(row);
    ASSERT_EQ(select.lines().size(), 2U);
    EXPECT_TRUE(select.lines()[0].starts_with("0 5000 "));
    EXPECT_TRUE(select.lines()[1].starts_with("failed 1 "));
    EXPECT_EQ(select.windows().size(), 1U);
}

TEST(KeyedWindows, GroupsThatFailAtOnceLeaveNothing) {
    const NodeData node = selectOf(kWindows, "`short`");
    Interpreted select(node);
    std::mt19937_64 random(1);
    Arena arena;
    Row row = rowOf(random, 0, 100, arena);
    RecordBuilder record;
    record.assign(row.data.fields());
    record.set("value", Value::null());
    const Value good = row.data;
    row.data = record.build(arena);
    select.onRow(row);
    EXPECT_EQ(select.windows().size(), 0U);
    EXPECT_EQ(select.windows().nextDue(), kNeverDue);
    row.data = good;
    select.onRow(row);
    EXPECT_EQ(select.windows().size(), 1U);
    EXPECT_EQ(select.windows().nextDue(), 1100U);
}

// A window that saw nothing but a failing row closes without a row of its own.
TEST(KeyedWindows, TouchedGroupsThatFailHoldNothing) {
    constexpr std::size_t kHistogram = 6;
    for (const bool fails : {false, true}) {
        InPlace select(selectOf(kWindows, "`short`, `long`"));
        std::mt19937_64 random(1);
        Arena arena;
        Collector out;
        BodyContext context{arena, out};
        const Row row = rowOf(random, 0, 100, arena);
        select.onRow(row);
        select.onTick(1200);
        ASSERT_EQ(select.lines().size(), 1U);
        const Value keyList[] = {*row.data.find("name"), *row.data.find("id")};
        const Value keys = Value::array(keyList);
        KeyedWindows& windows = select.windows();
        std::byte* states = windows.touch(keys, group_key::hashKeys(keys), 1300);
        ASSERT_NE(states, nullptr);
        const Value percentile = Value::string(fails ? "no number" : "0.5");
        const Value arguments[] = {Value::u64(1), Value::array({&percentile, 1})};
        FunctionContext call{arena, 1300, 1};
        const bool added = windows.accumulate(states, kHistogram, arguments, row, call, context);
        EXPECT_EQ(added, !fails);
        if (!added)
            windows.touchFailed();
        select.onTick(2300);
        EXPECT_EQ(select.lines().size(), fails ? 1U : 2U);
        EXPECT_EQ(out.lines.size(), fails ? 1U : 0U);
    }
}

TEST(KeyedWindows, OnlyWindowedSelectsHaveThem) {
    const auto imported = importText({"test.trickle", "select event.a from in into out;"}, {});
    ASSERT_TRUE(imported);
    for (NodeIndex n = 0; n < imported->graph.nodeCount(); ++n) {
        const NodeData& node = imported->graph.node(n);
        if (node.operatorName != "select")
            continue;
        EXPECT_EQ((*findOperator("select")->makeBody(node))->keyedWindows(), nullptr);
    }
}

} // namespace
} // namespace fuseboard
