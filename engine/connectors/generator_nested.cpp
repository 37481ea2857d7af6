// SPDX-License-Identifier: Apache-2.0
// Shape `nested`: records in arrays in records, with text that needs escapes.
#include "engine/connectors/generator_shape.h"

#include <fmt/format.h>

#include <vector>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Ndjson};
constexpr std::string_view kNames[] = {"Ada", "Björn", "晴子", "Dana \"D\" O'Neil", "Emil"};
constexpr std::string_view kCities[] = {"Berlin", "São Paulo", "東京", "Łódź"};
constexpr std::string_view kSystems[] = {"linux", "windows", "android", "ios"};
constexpr std::string_view kTags[] = {"new", "sale", "heavy", "fragile", "gift"};
constexpr std::string_view kNotes[] = {"line one\nline two", "a\ttab and a \\ backslash",
                                       "say \"hi\"", "emoji 🙂", ""};

Value makeTags(RowContext& context) {
    std::vector<Value> tags;
    for (std::uint64_t n = context.random.below(4); n > 0; --n)
        tags.push_back(context.text(context.random.pick(kTags)));
    return makeArray(context.arena, tags);
}

Value makeItems(RowContext& context) {
    std::vector<Value> items;
    for (std::uint64_t n = context.random.below(5); n > 0; --n) {
        const Field fields[] = {
            {"sku", context.copied(fmt::format("S{}", context.random.below(500)))},
            {"qty", Value::u64(1 + context.random.below(9))},
            {"price", RowContext::decimal(99 + context.random.below(9900), 100)},
            {"tags", makeTags(context)}};
        items.push_back(makeRecord(context.arena, fields));
    }
    return makeArray(context.arena, items);
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    row.fixed("id", Value::u64(context.row));
    row.fixed("timestamp", Value::u64(context.timeMs));
    row.open("user");
    row.leaf("id", context.copied(fmt::format("u{}", context.key)));
    row.leaf("name", context.text(kNames[context.key % 5]));
    row.open("address");
    row.leaf("city", context.text(kCities[context.key % 4]));
    row.leaf("zip", context.copied(fmt::format("{:05}", context.key * 7919 % 100'000)));
    row.close();
    row.close();
    row.leaf("items", makeItems(context));
    row.open("context");
    row.open("device");
    row.leaf("os", context.text(random.pick(kSystems)));
    row.leaf("version", context.copied(fmt::format("{}.{}", random.below(20), random.below(10))));
    row.close();
    const Value flags[] = {Value::boolean(random.below(2) == 0),
                           Value::boolean(random.below(2) == 0)};
    row.leaf("flags", makeArray(context.arena, flags));
    row.leaf("note", random.below(3) == 0 ? context.text(random.pick(kNotes)) : Value::null());
    row.close();
    row.leaf("score", RowContext::decimal(random.below(20'000), 1000));
}

} // namespace

const ShapeMaker& nestedShape() {
    static const ShapeMaker kShape = {
        {"nested", "records and arrays inside each other", kFormats}, 200, 10, {}, make, nullptr};
    return kShape;
}

} // namespace fuseboard
