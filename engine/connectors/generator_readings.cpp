// SPDX-License-Identifier: Apache-2.0
// Shape `readings`: what sensors send, every row with the same nested fields.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Ndjson, Format::Csv};
constexpr std::string_view kSites[] = {"north", "south", "harbour", "roof", "cellar"};
constexpr std::string_view kStates[] = {"ok", "ok", "ok", "warm-up", "degraded"};

constexpr ShapeColumn kColumns[] = {{"", "id"},
                                    {"", "at"},
                                    {"", "device"},
                                    {"site", "name"},
                                    {"site", "floor"},
                                    {"reading", "celsius"},
                                    {"reading", "battery"},
                                    {"", "state"}};

/// Many senders write 13.0 as 13 in JSON, and so does this one.
Value tenths(RowContext& context, std::uint64_t units) {
    if (units % 10 == 0 && context.format == Format::Ndjson)
        return Value::u64(units / 10);
    return RowContext::decimal(units, 10);
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    row.fixed("id", Value::u64(context.row));
    row.fixed("at", Value::u64(context.timeMs));
    row.leaf("device", context.copied(fmt::format("d-{:05}", context.key)));
    row.open("site");
    row.leaf("name", context.text(kSites[context.key % 5]));
    row.leaf("floor", Value::u64(context.key % 7));
    row.close();
    row.open("reading");
    row.leaf("celsius", tenths(context, random.below(400)));
    row.leaf("battery", RowContext::decimal(2800 + random.below(1400), 1000));
    row.close();
    row.leaf("state", context.text(random.pick(kStates)));
}

} // namespace

const ShapeMaker& readingsShape() {
    static const ShapeMaker kShape = {
        {"readings", "what sensors send: the same nested fields in every row", kFormats},
        10'000,
        6,
        kColumns,
        make,
        nullptr};
    return kShape;
}

} // namespace fuseboard
