// SPDX-License-Identifier: Apache-2.0
// Nanoseconds an evaluation of typical expressions takes. Prints a table; the arena is reset after
// every 1,000 evaluations, as a batch would.
#include "engine/base/clock.h"
#include "engine/formats/json_text.h"
#include "engine/script/aggregate.h"
#include "engine/script/interpreter.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace fuseboard {
namespace {

constexpr int kRounds = 7;
constexpr int kEvaluations = 200'000;
constexpr int kBatch = 1'000;

struct Bench {
    const char* name;
    const char* expression;
    const char* event;
};

constexpr const char* kInflux =
    R"({"measurement":"cpu","tags":{"host":"server01","region":"us-west"},)"
    R"("fields":{"usage_user":13.5,"usage_system":2.25,"usage_idle":84},"timestamp":1465839830100400200})";
constexpr const char* kWindowed =
    R"({"measurement":"cpu","field":"usage_user","tags":{"host":"server01","window":"10secs"},)"
    R"("timestamp":1465839830100400200,"stats":{"count":10,"min":1,"max":9,"mean":4.5,"stdev":1.5,)"
    R"("var":2.25,"percentiles":{"0.5":4,"0.9":8,"0.99":9,"0.999":9}}})";

constexpr Bench kBenches[] = {
    {"field compare", "event.value > 10", R"({"id":1,"value":12,"name":"x"})"},
    {"two compares and", R"(event.value > 10 and event.name == "x")",
     R"({"id":1,"value":12,"name":"x"})"},
    {"arithmetic", "event.value * 2 + event.id", R"({"id":1,"value":12,"name":"x"})"},
    {"record of 5 fields",
     R"({"a": event.id, "b": event.value, "c": event.name, "d": 1, "e": "text"})",
     R"({"id":1,"value":12,"name":"x"})"},
    {"interpolation", R"("p50_#{event.field}")", kWindowed},
    {"influx select 1 target",
     R"({"measurement": event.measurement, "tags": event.tags, "timestamp": event.timestamp,
         "field": group[2], "value": event.fields[group[2]]})",
     kInflux},
    {"influx select 3 target",
     R"({"measurement": event.measurement, "tags": event.tags, "timestamp": event.timestamp,
         "fields": {"count_#{event.field}": event.stats.count, "min_#{event.field}": event.stats.min,
                    "max_#{event.field}": event.stats.max, "mean_#{event.field}": event.stats.mean,
                    "stdev_#{event.field}": event.stats.stdev, "var_#{event.field}": event.stats.var,
                    "p50_#{event.field}": event.stats.percentiles["0.5"],
                    "p90_#{event.field}": event.stats.percentiles["0.9"],
                    "p99_#{event.field}": event.stats.percentiles["0.99"],
                    "p99.9_#{event.field}": event.stats.percentiles["0.999"]}})",
     kWindowed},
    {"patch insert", R"(patch event.tags of insert "w" => "10secs" end)", kInflux},
    {"match of 4 cases",
     R"(match event of case %{ name == "a" } => 1 case %{ name == "b" } => 2
        case %{ present value } => 3 case _ => 4 end)",
     R"({"id":1,"value":12,"name":"x"})"},
    {"function call", "std::type::is_number(event.value)", R"({"id":1,"value":12})"},
};

double measure(const Expression& tree, EvalContext& context, Arena& arena) {
    double best = 1e18;
    Value result;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t begin = threadCpuNs();
        for (int i = 0; i < kEvaluations; ++i) {
            if (i % kBatch == 0)
                arena.reset();
            context.prepare(tree.localCount);
            if (!evaluate(*tree.tree, context, result)) {
                fmt::print(stderr, "{}\n", context.error.message);
                std::exit(1);
            }
        }
        best = std::min(best, static_cast<double>(threadCpuNs() - begin) / kEvaluations);
    }
    return best;
}

void run(const Bench& bench) {
    Arena events, arena;
    auto tree = parseExpression(bench.name, bench.expression, ExpressionUse::Plain);
    auto event = parseJson(bench.event, events);
    if (!tree || !event) {
        fmt::print(stderr, "{}: {}\n", bench.name,
                   tree ? event.error().message : tree.error().message);
        std::exit(1);
    }
    EvalContext context(arena);
    context.event = *event;
    const Value keys[] = {Value::string("cpu"), Value::null(), Value::string("usage_user")};
    context.group = Value::array(keys);
    fmt::print("{:<26}{:8.1f} ns\n", bench.name, measure(*tree, context, arena));
}

void runGroups() {
    Arena events, arena;
    auto by = parseGroupBy(
        "groups", "set(event.measurement, event.tags, each(std::record::keys(event.fields)))");
    if (!by)
        std::exit(1);
    EvalContext context(arena);
    context.event = *parseJson(kInflux, events);
    std::vector<Value> groups;
    double best = 1e18;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t begin = threadCpuNs();
        for (int i = 0; i < kEvaluations; ++i) {
            if (i % kBatch == 0)
                arena.reset();
            if (!evaluateGroups(**by, context, groups))
                std::exit(1);
        }
        best = std::min(best, static_cast<double>(threadCpuNs() - begin) / kEvaluations);
    }
    fmt::print("{:<26}{:8.1f} ns\n", "influx select 1 groups", best);
}

} // namespace
} // namespace fuseboard

int main() {
    for (const auto& bench : fuseboard::kBenches)
        fuseboard::run(bench);
    fuseboard::runGroups();
    return 0;
}
