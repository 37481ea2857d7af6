// SPDX-License-Identifier: Apache-2.0
// std::record: records as collections; results keep the record's order.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

using namespace native;

bool len(Arguments a, FunctionContext& c, Value& r) {
    Value record;
    return recordAt(a, 0, c, record) && give(r, Value::u64(record.size()));
}
bool isEmpty(Arguments a, FunctionContext& c, Value& r) {
    Value record;
    return recordAt(a, 0, c, record) && give(r, Value::boolean(record.size() == 0));
}
bool contains(Arguments a, FunctionContext& c, Value& r) {
    Value record;
    std::string_view key;
    return recordAt(a, 0, c, record) && stringAt(a, 1, c, key) &&
           give(r, Value::boolean(record.find(key) != nullptr));
}
/// A list of what `of` takes from each field, in order.
bool giveOfFields(Arguments a, FunctionContext& c, Value& r, Value (*of)(const Field&)) {
    Value record;
    if (!recordAt(a, 0, c, record))
        return false;
    Value* all = c.arena.allocateArray<Value>(record.size());
    std::ranges::transform(record.fields(), all, of);
    return give(r, Value::array({all, record.size()}));
}
bool keys(Arguments a, FunctionContext& c, Value& r) {
    return giveOfFields(a, c, r, [](const Field& field) { return Value::string(field.key); });
}
bool values(Arguments a, FunctionContext& c, Value& r) {
    return giveOfFields(a, c, r, [](const Field& field) { return field.value; });
}
bool toArray(Arguments a, FunctionContext& c, Value& r) {
    Value record;
    if (!recordAt(a, 0, c, record))
        return false;
    const std::size_t count = record.size();
    Value* pairs = c.arena.allocateArray<Value>(count);
    Value* parts = c.arena.allocateArray<Value>(2 * count);
    for (std::size_t i = 0; i < count; ++i) {
        parts[2 * i] = Value::string(record.fields()[i].key);
        parts[2 * i + 1] = record.fields()[i].value;
        pairs[i] = Value::array({parts + 2 * i, 2});
    }
    return give(r, Value::array({pairs, count}));
}
bool fromArray(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> pairs;
    if (!arrayAt(a, 0, c, pairs))
        return false;
    RecordBuilder record;
    for (const Value& pair : pairs) {
        if (!pair.isArray() || pair.size() != 2 || !pair.items()[0].isString())
            return failed(c, ErrorCode::WrongType,
                          "every element must be a list of a string and a value");
        record.set(pair.items()[0].asString(), pair.items()[1]);
    }
    return give(r, record.build(c.arena));
}
bool extract(Arguments a, FunctionContext& c, Value& r) {
    Value record;
    std::span<const Value> wanted;
    if (!recordAt(a, 0, c, record) || !arrayAt(a, 1, c, wanted))
        return false;
    std::vector<std::string_view> names;
    for (const Value& name : wanted)
        if (name.isString())
            names.push_back(name.asString());
    std::ranges::sort(names);
    std::vector<Field> kept;
    for (const Field& field : record.fields())
        if (std::ranges::binary_search(names, field.key))
            kept.push_back(field);
    return give(r, makeRecord(c.arena, kept));
}
bool combine(Arguments a, FunctionContext& c, Value& r) {
    Value left, right;
    if (!recordAt(a, 0, c, left) || !recordAt(a, 1, c, right))
        return false;
    RecordBuilder record;
    record.assign(left.fields());
    for (const Field& field : right.fields())
        record.set(field.key, field.value);
    return give(r, record.build(c.arena));
}
bool rename(Arguments a, FunctionContext& c, Value& r) {
    Value record, names;
    if (!recordAt(a, 0, c, record) || !recordAt(a, 1, c, names))
        return false;
    RecordBuilder renamed;
    for (const Field& field : record.fields()) {
        const Value* name = names.find(field.key);
        renamed.set(name != nullptr && name->isString() ? name->asString() : field.key,
                    field.value);
    }
    return give(r, renamed.build(c.arena));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::record::len",
     .signature = "(record: record) -> integer",
     .summary = "Number of fields.",
     .example = R"(std::record::len({"a": 1, "b": 2}) == 2)",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kRecord},
     .resultKinds = kUnsigned,
     .costNs = 3,
     .body = len},
    {.name = "std::record::is_empty",
     .signature = "(record: record) -> bool",
     .summary = "Whether the record has no fields.",
     .example = "std::record::is_empty({}) == true",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kRecord},
     .resultKinds = kBool,
     .costNs = 3,
     .body = isEmpty},
    {.name = "std::record::contains",
     .signature = "(record: record, key: string) -> bool",
     .summary = "Whether the record has the key.",
     .example = R"(std::record::contains({"a": null}, "a") == true)",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kRecord, kString},
     .resultKinds = kBool,
     .costNs = 8,
     .body = contains},
    {.name = "std::record::keys",
     .signature = "(record: record) -> array",
     .summary = "The keys, in the record's order.",
     .example = R"(std::record::keys({"a": 1, "b": 2}) == ["a", "b"])",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kRecord},
     .resultKinds = kArray,
     .costNs = 15,
     .body = keys},
    {.name = "std::record::values",
     .signature = "(record: record) -> array",
     .summary = "The values, in the record's order.",
     .example = R"(std::record::values({"a": 1, "b": 2}) == [1, 2])",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kRecord},
     .resultKinds = kArray,
     .costNs = 15,
     .body = values},
    {.name = "std::record::to_array",
     .signature = "(record: record) -> array",
     .summary = "The fields as lists of key and value.",
     .example = R"(std::record::to_array({"a": 1}) == [["a", 1]])",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kRecord},
     .resultKinds = kArray,
     .costNs = 25,
     .body = toArray},
    {.name = "std::record::from_array",
     .signature = "(pairs: array) -> record",
     .summary = "A record from lists of key and value.",
     .example = R"(std::record::from_array([["a", 1]]) == {"a": 1})",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kRecord,
     .costNs = 60,
     .body = fromArray},
    {.name = "std::record::extract",
     .signature = "(record: record, keys: array) -> record",
     .summary = "The record with only the given keys.",
     .example = R"(std::record::extract({"a": 1, "b": 2}, ["b"]) == {"b": 2})",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kRecord, kArray},
     .resultKinds = kRecord,
     .costNs = 60,
     .body = extract},
    {.name = "std::record::combine",
     .signature = "(left: record, right: record) -> record",
     .summary = "Both records in one; the right one wins.",
     .example = R"(std::record::combine({"a": 1}, {"a": 2}) == {"a": 2})",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kRecord, kRecord},
     .resultKinds = kRecord,
     .costNs = 60,
     .body = combine},
    {.name = "std::record::rename",
     .signature = "(record: record, names: record) -> record",
     .summary = "The record with keys replaced as the second record says.",
     .example = R"(std::record::rename({"a": 1}, {"a": "b"}) == {"b": 1})",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kRecord, kRecord},
     .resultKinds = kRecord,
     .costNs = 60,
     .body = rename},
};

} // namespace

std::span<const FunctionSpec> stdRecordFunctions() {
    return kFunctions;
}

} // namespace fuseboard
