// SPDX-License-Identifier: Apache-2.0
// Shape `orders`: wide flat rows of a shop.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Csv, Format::Ndjson};
constexpr std::string_view kNames[] = {"Ada Novak",    "Björn Åberg",  "Chen Wei", "Dana O'Neil",
                                       "Emil Fischer", "Fatima Zahra", "Goro Abe", "Hana Kim"};
constexpr std::string_view kCountries[] = {"DE", "FR", "US", "JP", "BR", "IN"};
constexpr std::string_view kCities[] = {"Berlin", "Lyon", "Austin", "Osaka", "São Paulo", "Pune"};
constexpr std::string_view kChannels[] = {"web", "app", "phone", "partner"};
constexpr std::string_view kStatuses[] = {"new", "paid", "packed", "shipped", "returned"};
constexpr std::string_view kPayments[] = {"card", "transfer", "invoice", "wallet"};
constexpr std::string_view kItems[] = {"Kettle, 1.7 l", "Screen 24\"", "Desk lamp",
                                       "Notebook A5",   "Cable, 2 m",  "Chair \"Oslo\"",
                                       "Backpack",      "Water bottle"};
constexpr std::string_view kCategories[] = {"kitchen",     "electronics", "lighting", "paper",
                                            "electronics", "furniture",   "travel",   "travel"};
constexpr std::string_view kWarehouses[] = {"north", "south", "east"};
constexpr std::string_view kCarriers[] = {"post", "courier", "pickup"};
constexpr std::string_view kCoupons[] = {"SPRING10", "WELCOME", "0042"};

constexpr ShapeColumn kColumns[] = {
    {"", "order_id"},  {"", "timestamp"}, {"", "ordered_at"}, {"", "customer_id"},
    {"", "customer"},  {"", "country"},   {"", "city"},       {"", "channel"},
    {"", "status"},    {"", "payment"},   {"", "currency"},   {"", "sku"},
    {"", "item"},      {"", "category"},  {"", "quantity"},   {"", "unit_price"},
    {"", "discount"},  {"", "tax_rate"},  {"", "shipping"},   {"", "total"},
    {"", "weight_kg"}, {"", "gift"},      {"", "coupon"},     {"", "warehouse"},
    {"", "carrier"},   {"", "priority"}};

void makeItem(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    const std::uint64_t item = random.below(8);
    const std::uint64_t quantity = 1 + random.below(5);
    const std::uint64_t cents = 199 + random.below(20'000);
    const std::uint64_t percentOff = random.below(4) * 5;
    const std::uint64_t shipping = random.below(3) * 245;
    const std::uint64_t total = quantity * cents * (100 - percentOff) / 100 + shipping;
    row.leaf("sku", context.copied(fmt::format("SKU-{:04}", item * 37 + random.below(30))));
    row.leaf("item", context.text(kItems[item]));
    row.leaf("category", context.text(kCategories[item]));
    row.leaf("quantity", Value::u64(quantity));
    row.leaf("unit_price", RowContext::decimal(cents, 100));
    row.leaf("discount", RowContext::decimal(percentOff, 100));
    row.leaf("tax_rate", RowContext::decimal(19, 100));
    row.leaf("shipping", RowContext::decimal(shipping, 100));
    row.leaf("total", RowContext::decimal(total, 100));
    row.leaf("weight_kg", RowContext::decimal(quantity * (50 + random.below(3000)), 1000));
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    const CivilTime at = civilTime(context.timeMs);
    const std::uint64_t place = context.key % 6;
    row.fixed("order_id", Value::u64(100'000 + context.row));
    row.fixed("timestamp", Value::u64(context.timeMs));
    row.fixed("ordered_at", context.copied(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                                                       at.year, at.month, at.day, at.hour,
                                                       at.minute, at.second, at.millisecond)));
    row.leaf("customer_id", context.copied(fmt::format("C{:05}", context.key)));
    row.leaf("customer", context.text(kNames[context.key % 8]));
    row.leaf("country", context.text(kCountries[place]));
    row.leaf("city", context.text(kCities[place]));
    row.leaf("channel", context.text(random.pick(kChannels)));
    row.leaf("status", context.text(random.pick(kStatuses)));
    row.leaf("payment", context.text(random.pick(kPayments)));
    row.leaf("currency", context.text("EUR"));
    makeItem(row, context);
    row.leaf("gift", Value::boolean(random.below(8) == 0));
    row.leaf("coupon", random.below(5) == 0 ? context.text(random.pick(kCoupons)) : Value::null());
    row.leaf("warehouse", context.text(random.pick(kWarehouses)));
    row.leaf("carrier", context.text(random.pick(kCarriers)));
    row.leaf("priority", Value::u64(random.below(4)));
}

} // namespace

const ShapeMaker& ordersShape() {
    static const ShapeMaker kShape = {{"orders", "orders of a shop: 26 flat columns", kFormats},
                                      500,
                                      23,
                                      kColumns,
                                      make,
                                      nullptr};
    return kShape;
}

} // namespace fuseboard
