// SPDX-License-Identifier: Apache-2.0
// std::array: lists.
#include "engine/formats/json_text.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/interpreter.h"
#include "engine/script/value_ops.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

using namespace native;

bool len(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    return arrayAt(a, 0, c, items) && give(r, Value::u64(items.size()));
}
bool isEmpty(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    return arrayAt(a, 0, c, items) && give(r, Value::boolean(items.empty()));
}
// Kinds count here: 1 is not contained in [1.0].
bool contains(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    return arrayAt(a, 0, c, items) &&
           give(r, Value::boolean(std::ranges::any_of(
                       items, [&](const Value& item) { return strictlyEqual(item, a[1]); })));
}
bool push(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    Value* all = c.arena.allocateArray<Value>(items.size() + 1);
    std::ranges::copy(items, all);
    all[items.size()] = a[1];
    return give(r, Value::array({all, items.size() + 1}));
}
bool zip(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> left, right;
    if (!arrayAt(a, 0, c, left) || !arrayAt(a, 1, c, right))
        return false;
    if (left.size() != right.size())
        return failed(c, ErrorCode::InvalidArgument, "the lists have {} and {} elements",
                      left.size(), right.size());
    Value* pairs = c.arena.allocateArray<Value>(left.size());
    Value* parts = c.arena.allocateArray<Value>(2 * left.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
        parts[2 * i] = left[i];
        parts[2 * i + 1] = right[i];
        pairs[i] = Value::array({parts + 2 * i, 2});
    }
    return give(r, Value::array({pairs, left.size()}));
}
bool unzip(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> pairs;
    if (!arrayAt(a, 0, c, pairs))
        return false;
    const std::size_t count = pairs.size();
    Value* left = c.arena.allocateArray<Value>(2 * count);
    Value* right = left + count;
    for (std::size_t i = 0; i < count; ++i) {
        if (!pairs[i].isArray() || pairs[i].size() != 2)
            return failed(c, ErrorCode::WrongType, "element {} is {}, not a list of two", i,
                          showValue(pairs[i]));
        left[i] = pairs[i].items()[0];
        right[i] = pairs[i].items()[1];
    }
    const Value both[] = {Value::array({left, count}), Value::array({right, count})};
    return give(r, makeArray(c.arena, both));
}
void flattenInto(const Value& value, std::vector<Value>& to) {
    if (!value.isArray()) {
        to.push_back(value);
        return;
    }
    for (const Value& item : value.items())
        flattenInto(item, to);
}
bool flatten(Arguments a, FunctionContext& c, Value& r) {
    if (!withinLimits(a[0]))
        return failed(c, ErrorCode::LimitExceeded, "the list is too large or nested too deeply");
    std::vector<Value> all;
    flattenInto(a[0], all);
    return give(r, makeArray(c.arena, all));
}
bool coalesce(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    Value* kept = c.arena.allocateArray<Value>(items.size());
    const auto* end =
        std::ranges::copy_if(items, kept, [](const Value& v) { return !v.isNull(); }).out;
    return give(r, Value::array({kept, static_cast<std::size_t>(end - kept)}));
}
bool join(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    std::string_view separator;
    if (!arrayAt(a, 0, c, items) || !stringAt(a, 1, c, separator))
        return false;
    std::string text;
    for (std::size_t i = 0; i < items.size() && text.size() <= kMaxValueBytes; ++i) {
        if (i > 0)
            text.append(separator);
        if (items[i].isString())
            text.append(items[i].asString());
        else
            printJson(items[i], text);
    }
    return giveText(r, text, c);
}
bool concatenate(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> left, right;
    if (!arrayAt(a, 0, c, left) || !arrayAt(a, 1, c, right))
        return false;
    return applyBinary(BinaryOp::Add, a[0], a[1], c.arena, r) == OpFailure::None ||
           failed(c, ErrorCode::LimitExceeded, "the list grows too long");
}
bool sort(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    std::vector<Value> sorted(items.begin(), items.end());
    std::ranges::stable_sort(sorted,
                             [](const Value& x, const Value& y) { return compareTotal(x, y) < 0; });
    return give(r, makeArray(c.arena, sorted));
}
bool reverse(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    Value* reversed = c.arena.allocateArray<Value>(items.size());
    std::ranges::reverse_copy(items, reversed);
    return give(r, Value::array({reversed, items.size()}));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::array::len",
     .signature = "(list: array) -> integer",
     .summary = "Number of elements.",
     .example = "std::array::len([1, 2]) == 2",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kArray},
     .resultKinds = kUnsigned,
     .costNs = 3,
     .body = len},
    {.name = "std::array::is_empty",
     .signature = "(list: array) -> bool",
     .summary = "Whether the list has no elements.",
     .example = "std::array::is_empty([]) == true",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kArray},
     .resultKinds = kBool,
     .costNs = 3,
     .body = isEmpty},
    {.name = "std::array::contains",
     .signature = "(list: array, value) -> bool",
     .summary = "Whether an element of the same kind and content is in the list.",
     .example = "std::array::contains([1, 2], 2) == true",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kArray, kAny},
     .resultKinds = kBool,
     .costNs = 20,
     .body = contains},
    {.name = "std::array::push",
     .signature = "(list: array, value) -> array",
     .summary = "The list with one more element at its end.",
     .example = "std::array::push([1], 2) == [1, 2]",
     .minArguments = 2,
     .maxArguments = 2,
     .mayRaise = false,
     .safeKinds = {kArray, kAny},
     .resultKinds = kArray,
     .costNs = 15,
     .body = push},
    {.name = "std::array::zip",
     .signature = "(left: array, right: array) -> array",
     .summary = "Lists of two, one from each list; both must be equally long.",
     .example = R"(std::array::zip([1, 2], ["a", "b"]) == [[1, "a"], [2, "b"]])",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kArray,
     .costNs = 30,
     .body = zip},
    {.name = "std::array::unzip",
     .signature = "(pairs: array) -> array",
     .summary = "Takes a list of lists of two apart into two lists.",
     .example = R"(std::array::unzip([[1, "a"], [2, "b"]]) == [[1, 2], ["a", "b"]])",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kArray,
     .costNs = 30,
     .body = unzip},
    {.name = "std::array::flatten",
     .signature = "(list) -> array",
     .summary = "All elements of nested lists in one list.",
     .example = "std::array::flatten([1, [2, [3]]]) == [1, 2, 3]",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kArray,
     .costNs = 40,
     .body = flatten},
    {.name = "std::array::coalesce",
     .signature = "(list: array) -> array",
     .summary = "The list without its nulls.",
     .example = "std::array::coalesce([1, null, 2]) == [1, 2]",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kArray},
     .resultKinds = kArray,
     .costNs = 15,
     .body = coalesce},
    {.name = "std::array::join",
     .signature = "(list: array, separator: string) -> string",
     .summary = "The elements as text, with a separator between them.",
     .example = R"(std::array::join(["a", 1], ",") == "a,1")",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kString,
     .costNs = 80,
     .body = join},
    {.name = "std::array::concatenate",
     .signature = "(left: array, right: array) -> array",
     .summary = "Both lists in one.",
     .example = "std::array::concatenate([1], [2]) == [1, 2]",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kArray,
     .costNs = 15,
     .body = concatenate},
    {.name = "std::array::sort",
     .signature = "(list: array) -> array",
     .summary = "The elements in order: records, lists, strings, numbers, bools, null.",
     .example = "std::array::sort([3, 1, 2]) == [1, 2, 3]",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kArray},
     .resultKinds = kArray,
     .costNs = 80,
     .body = sort},
    {.name = "std::array::reverse",
     .signature = "(list: array) -> array",
     .summary = "The elements in reverse order.",
     .example = "std::array::reverse([1, 2]) == [2, 1]",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kArray},
     .resultKinds = kArray,
     .costNs = 15,
     .body = reverse},
};

} // namespace

std::span<const FunctionSpec> stdArrayFunctions() {
    return kFunctions;
}

} // namespace fuseboard
