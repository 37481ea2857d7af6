// SPDX-License-Identifier: Apache-2.0
// Shape `lineitem`: positions of orders in the likeness of TPC-H's table, whose prices always have
// two decimals. The distributions of what its queries 1 and 6 look at are those of TPC-H.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

#include <iterator>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Csv};
constexpr std::string_view kModes[] = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kFirstShipped = 8037; // 1992-01-03, days since 1970
constexpr std::uint64_t kShipDays = 2526;     // until 1998-12-01
constexpr std::uint64_t kCurrentDay = 9298;   // 1995-06-17: what is received later is not returned
constexpr std::uint64_t kOrderPositions = 4;

constexpr ShapeColumn kColumns[] = {
    {"", "l_orderkey"},   {"", "l_partkey"},       {"", "l_suppkey"},  {"", "l_linenumber"},
    {"", "l_quantity"},   {"", "l_extendedprice"}, {"", "l_discount"}, {"", "l_tax"},
    {"", "l_returnflag"}, {"", "l_linestatus"},    {"", "l_shipdate"}, {"", "l_shipmode"}};

/// Whether a column is money or a rate, kept in hundredths.
bool isHundredths(std::string_view column) {
    return column == "l_extendedprice" || column == "l_discount" || column == "l_tax";
}

Value flagOf(std::uint64_t received, RowContext& context) {
    const bool returned = context.random.below(2) == 0;
    return context.text(received > kCurrentDay ? "N" : returned ? "R" : "A");
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    const std::uint64_t part = 1 + random.below(200'000);
    const std::uint64_t quantity = 1 + random.below(50);
    const std::uint64_t cents = 90'000 + part / 10 % 20'001 + 100 * (part % 1000);
    const std::uint64_t shipped = kFirstShipped + random.below(kShipDays);
    const CivilTime date = civilTime(shipped * kDayMs);
    row.fixed("l_orderkey", Value::u64(1 + context.row / kOrderPositions));
    row.leaf("l_partkey", Value::u64(part));
    row.leaf("l_suppkey", Value::u64(1 + context.key));
    row.fixed("l_linenumber", Value::u64(1 + context.row % kOrderPositions));
    row.leaf("l_quantity", Value::u64(quantity));
    row.leaf("l_extendedprice", Value::u64(quantity * cents));
    row.leaf("l_discount", Value::u64(random.below(11)));
    row.leaf("l_tax", Value::u64(random.below(9)));
    row.leaf("l_returnflag", flagOf(shipped + 1 + random.below(30), context));
    row.leaf("l_linestatus", context.text(shipped > kCurrentDay ? "O" : "F"));
    row.leaf("l_shipdate",
             context.copied(fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day)));
    row.leaf("l_shipmode", context.text(random.pick(kModes)));
}

void csv(const Value& row, std::string& out) {
    const char* separator = "";
    for (const ShapeColumn& column : kColumns) {
        out += std::exchange(separator, ",");
        const Value* cell = row.find(column.inner);
        if (cell == nullptr)
            continue;
        if (cell->isString())
            out += cell->asString();
        else if (isHundredths(column.inner))
            fmt::format_to(std::back_inserter(out), "{}.{:02}", cell->asU64() / 100,
                           cell->asU64() % 100);
        else
            fmt::format_to(std::back_inserter(out), "{}", cell->asU64());
    }
}

} // namespace

const ShapeMaker& lineitemShape() {
    static const ShapeMaker kShape = {
        {"lineitem", "positions of orders as in TPC-H, prices with two decimals", kFormats},
        10'000,
        10,
        kColumns,
        make,
        nullptr,
        csv};
    return kShape;
}

} // namespace fuseboard
