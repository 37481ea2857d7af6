// SPDX-License-Identifier: Apache-2.0
// Shape `metrics`: samples of machines, as Telegraf sends them.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Ndjson, Format::Influx, Format::Csv};
constexpr std::string_view kRoles[] = {"web", "db", "cache", "queue", "batch"};
constexpr std::string_view kRegions[] = {"eu", "us", "ap", "sa"};
constexpr std::string_view kStates[] = {"ok", "degraded", "draining"};

constexpr ShapeColumn kColumns[] = {
    {"", "measurement"},        {"tags", "host"},           {"tags", "region"},
    {"fields", "usage_user"},   {"fields", "usage_system"}, {"fields", "processes"},
    {"fields", "used_percent"}, {"fields", "available"},    {"fields", "swapped"},
    {"fields", "reads"},        {"fields", "writes"},       {"fields", "state"},
    {"", "timestamp"}};

/// Tenths of a percent. Many senders write 13.0 as 13 in JSON, and so does this one.
Value percent(RowContext& context, std::uint64_t most) {
    const std::uint64_t tenths = context.random.below(most);
    if (tenths % 10 == 0 && context.format == Format::Ndjson)
        return Value::u64(tenths / 10);
    return RowContext::decimal(tenths, 10);
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    const std::uint64_t kind = random.below(20);
    const std::uint64_t key = context.key;
    row.fixed("measurement", context.text(kind < 12 ? "cpu" : kind < 17 ? "mem" : "disk"));
    row.open("tags");
    row.leaf("host", context.copied(fmt::format("{}-{:02}", kRoles[key % 5], key / 5 + 1)));
    row.leaf("region", context.text(kRegions[key % 4]));
    row.close();
    row.open("fields");
    if (kind < 12) {
        row.leaf("usage_user", percent(context, 800));
        row.leaf("usage_system", percent(context, 200));
        row.leaf("processes", Value::u64(80 + random.below(400)));
    } else if (kind < 17) {
        row.leaf("used_percent", percent(context, 1000));
        row.leaf("available", Value::u64((1 + random.below(64'000)) * 1024 * 1024));
        row.leaf("swapped", Value::u64(random.below(4096)));
    } else {
        row.leaf("used_percent", percent(context, 1000));
        row.leaf("reads", Value::u64(random.below(100'000)));
        row.leaf("writes", Value::u64(random.below(100'000)));
    }
    if (random.below(20) == 0)
        row.fixed("state", context.text(random.pick(kStates)));
    row.close();
    row.fixed("timestamp", Value::u64(context.timeMs));
}

} // namespace

const ShapeMaker& metricsShape() {
    static const ShapeMaker kShape = {
        {"metrics", "samples of machines: measurement, tags, fields, timestamp in ms", kFormats},
        50,
        5,
        kColumns,
        make,
        nullptr};
    return kShape;
}

} // namespace fuseboard
