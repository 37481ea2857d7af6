// SPDX-License-Identifier: Apache-2.0
// std::binary: bytes as lists of numbers.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/value_ops.h"

namespace fuseboard {

namespace {

using namespace native;

bool len(Arguments a, FunctionContext& c, Value& r) {
    if (!a[0].isBytes())
        return wrongArgument(c, 0, "bytes", a[0]);
    return give(r, Value::u64(a[0].size()));
}
bool fromBytes(Arguments a, FunctionContext& c, Value& r) {
    std::span<const Value> items;
    if (!arrayAt(a, 0, c, items))
        return false;
    char* to = c.arena.allocateArray<char>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].kind() != Kind::U64 || items[i].asU64() > 255)
            return failed(c, ErrorCode::WrongType, "element {} is {}, not an integer 0–255", i,
                          showValue(items[i]));
        to[i] = static_cast<char>(items[i].asU64());
    }
    return give(r, Value::bytes({to, items.size()}));
}
bool intoBytes(Arguments a, FunctionContext& c, Value& r) {
    if (!a[0].isBytes())
        return wrongArgument(c, 0, "bytes", a[0]);
    const std::string_view bytes = a[0].asString();
    Value* items = c.arena.allocateArray<Value>(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i)
        items[i] = Value::u64(static_cast<unsigned char>(bytes[i]));
    return give(r, Value::array({items, bytes.size()}));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::binary::len",
     .signature = "(data: bytes) -> integer",
     .summary = "Number of bytes.",
     .example = "std::binary::len(<< 1, 2 >>) == 2",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kBytes},
     .resultKinds = kUnsigned,
     .costNs = 3,
     .body = len},
    {.name = "std::binary::from_bytes",
     .signature = "(numbers: array) -> bytes",
     .summary = "Bytes from a list of integers 0 to 255.",
     .example = "std::binary::from_bytes([1, 2]) == << 1, 2 >>",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kBytes,
     .costNs = 15,
     .body = fromBytes},
    {.name = "std::binary::into_bytes",
     .signature = "(data: bytes) -> array",
     .summary = "The bytes as a list of integers.",
     .example = "std::binary::into_bytes(<< 1, 2 >>) == [1, 2]",
     .minArguments = 1,
     .maxArguments = 1,
     .mayRaise = false,
     .safeKinds = {kBytes},
     .resultKinds = kArray,
     .costNs = 15,
     .body = intoBytes},
};

} // namespace

std::span<const FunctionSpec> stdBinaryFunctions() {
    return kFunctions;
}

} // namespace fuseboard
