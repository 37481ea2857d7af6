// SPDX-License-Identifier: Apache-2.0
// Nanoseconds that a row costs a windowed select: keys of two strings, mean, deviation, least and
// greatest of one number, with few groups and with many.
#include "engine/base/clock.h"
#include "engine/importers/importer.h"
#include "engine/operators/group_key.h"
#include "engine/operators/keyed_windows.h"
#include "engine/operators/operator_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace fuseboard {
namespace {

constexpr std::size_t kRows = 1'000'000;
constexpr int kRounds = 5;

constexpr const char* kPipeline = R"(
define window `w` from tumbling with interval = 1000000000000000 end;
select { "mean": aggr::stats::mean(event.value), "stdev": aggr::stats::stdev(event.value),
         "min": aggr::stats::min(event.value), "max": aggr::stats::max(event.value) }
from in[`w`] group by set(event.host, event.region) into out;
)";

class Nowhere final : public Emitter {
public:
    void emit(std::uint32_t, const Row&) override {}
    void emitTo(std::string_view, const Row&) override {}
    void fail(ErrorCode, std::string message, const Expr*, const Row&) override {
        fmt::print(stderr, "{}\n", message);
        std::exit(1);
    }
    void keep(std::shared_ptr<const void>) override {}
};

std::unique_ptr<OperatorBody> makeSelect() {
    const auto imported = importText({"bench.trickle", kPipeline}, {});
    if (!imported)
        std::exit(1);
    for (NodeIndex n = 0; n < imported->graph.nodeCount(); ++n)
        if (imported->graph.node(n).config.windows("windows") != nullptr)
            return std::move(*findOperator("select")->makeBody(imported->graph.node(n)));
    std::exit(1);
}

/// The rows of `groups` groups in an order without a pattern.
std::vector<Row> makeRows(std::uint64_t groups, Arena& arena) {
    std::vector<Row> rows(kRows);
    for (std::uint64_t i = 0; i < kRows; ++i) {
        std::uint64_t random = (i + 1) * 0x9E3779B97F4A7C15ULL;
        random = (random ^ (random >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        const std::uint64_t key = (random >> 32U) % groups;
        RecordBuilder record;
        record.addNew("host", makeString(arena, fmt::format("server-{:05}", key / 4)));
        record.addNew("region", makeString(arena, fmt::format("eu-{}", key % 4)));
        record.addNew("value", Value::f64(static_cast<double>(random % 1000) / 10));
        rows[i].data = record.build(arena);
        rows[i].meta = Value::record({});
        rows[i].sequence = i;
        rows[i].ingestNs = 1'000'000;
    }
    return rows;
}

template <class Work> double nanosecondsARow(Work work) {
    double best = 1e18;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t begin = threadCpuNs();
        work();
        best = std::min(best, static_cast<double>(threadCpuNs() - begin) / kRows);
    }
    return best;
}

/// Keys and value of a row, as an evaluation leaves them.
struct Evaluated {
    Value keys;
    Value value;
};

std::vector<Evaluated> evaluatedOf(const std::vector<Row>& rows, Arena& arena) {
    std::vector<Evaluated> made(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Value keys[] = {*rows[i].data.find("host"), *rows[i].data.find("region")};
        made[i] = {makeArray(arena, keys), *rows[i].data.find("value")};
    }
    return made;
}

/// What generated code does with the states.
void updateInPlace(std::byte* states, const AggregateLayout& layout, double value,
                   std::uint64_t sequence) {
    const auto at = [&](std::size_t slot) { return states + layout.offsets[slot]; };
    update(reinterpret_cast<aggregates::MeanState*>(at(0)), value, sequence);
    update(reinterpret_cast<aggregates::VarianceState*>(at(1)), value, sequence);
    updateLeast(reinterpret_cast<aggregates::ExtremeState*>(at(2)), value);
    updateGreatest(reinterpret_cast<aggregates::ExtremeState*>(at(3)), value);
}

void measure(std::uint64_t groups) {
    Arena memory, scratch;
    Nowhere nowhere;
    BodyContext context{scratch, nowhere};
    const std::vector<Row> rows = makeRows(groups, memory);
    const std::vector<Evaluated> evaluated = evaluatedOf(rows, memory);
    const auto body = makeSelect();
    KeyedWindows& windows = *body->keyedWindows();
    const double whole = nanosecondsARow([&] {
        for (const Row& row : rows) {
            body->onRow(0, row, context);
            scratch.reset();
        }
    });
    const double accepted = nanosecondsARow([&] {
        for (std::size_t i = 0; i < kRows; ++i) {
            const Value& value = evaluated[i].value;
            const Value arguments[] = {value, value, value, value};
            const Value& keys = evaluated[i].keys;
            if (!windows.accept(rows[i], keys, group_key::hashKeys(keys), arguments, context))
                std::exit(1);
        }
    });
    const double touched = nanosecondsARow([&] {
        for (std::size_t i = 0; i < kRows; ++i) {
            const Value& keys = evaluated[i].keys;
            std::byte* states = windows.touch(keys, group_key::hashKeys(keys), rows[i].ingestNs);
            if (states == nullptr)
                std::exit(1);
            updateInPlace(states, windows.layout(), evaluated[i].value.asF64(), i);
        }
    });
    const double hashed = nanosecondsARow([&] {
        std::uint64_t all = 0;
        for (const Evaluated& row : evaluated)
            all ^= group_key::hashKeys(row.keys);
        if (all == 0)
            std::exit(1);
    });
    fmt::print("{:>9} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f} {:>12}\n", body->groupCount(), whole,
               accepted, touched, hashed, body->stateBytes() / body->groupCount());
}

} // namespace
} // namespace fuseboard

int main() {
    fmt::print("nanoseconds a row: whole, accept() with arguments, touch() and update, hash alone\n"
               "{:>9} {:>10} {:>10} {:>10} {:>10} {:>12}\n",
               "groups", "whole", "accept", "touch", "hash", "bytes/group");
    for (const std::uint64_t groups : {100U, 10'000U, 1'000'000U})
        fuseboard::measure(groups);
    return 0;
}
