// SPDX-License-Identifier: Apache-2.0
// std::range: half-open ranges of integers.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/value_ops.h"

#include <tuple>

namespace fuseboard {

namespace {

using namespace native;

constexpr std::uint64_t kMaxRange = 1'000'000;

bool range(Arguments a, FunctionContext& c, Value& r) {
    for (std::size_t i = 0; i < 2; ++i)
        if (!a[i].isInteger())
            return wrongArgument(c, i, "an integer", a[i]);
    if (compareTotal(a[0], a[1]) >= 0)
        return give(r, Value::array({}));
    const std::uint64_t count = a[1].asU64() - a[0].asU64(); // two's complement: signs may differ
    if (count > kMaxRange)
        return failed(c, ErrorCode::LimitExceeded, "a range of {} is longer than {}", count,
                      kMaxRange);
    Value* all = c.arena.allocateArray<Value>(count);
    const bool isSigned = a[0].kind() == Kind::I64;
    for (std::uint64_t i = 0; i < count; ++i)
        all[i] = isSigned ? Value::i64(static_cast<std::int64_t>(a[0].asU64() + i))
                          : Value::u64(a[0].asU64() + i);
    return give(r, Value::array({all, count}));
}
// Between the first and the last element, both included.
bool contains(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    if (items.empty())
        return give(r, Value::boolean(false));
    Value above, below;
    for (const auto& [op, end, to] : {std::tuple(BinaryOp::LessEqual, &items.front(), &above),
                                      std::tuple(BinaryOp::GreaterEqual, &items.back(), &below)}) {
        const OpFailure failure = applyBinary(op, *end, a[1], c.arena, *to);
        if (failure != OpFailure::None)
            return failed(c, errorCodeOf(failure), "{}", describeFailure(failure, op, *end, a[1]));
    }
    return give(r, Value::boolean(above.asBool() && below.asBool()));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::range::range",
     .signature = "(from: integer, to: integer) -> array",
     .summary = "The integers from the first up to, but not including, the second.",
     .example = "std::range::range(1, 4) == [1, 2, 3]",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kArray,
     .costNs = 30,
     .body = range},
    {.name = "std::range::contains",
     .signature = "(range: array, value) -> bool",
     .summary = "Whether the value is in a range that range() made.",
     .example = "std::range::contains(std::range::range(0, 3), 2) == true",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kBool,
     .costNs = 15,
     .body = contains},
};

} // namespace

std::span<const FunctionSpec> stdRangeFunctions() {
    return kFunctions;
}

} // namespace fuseboard
