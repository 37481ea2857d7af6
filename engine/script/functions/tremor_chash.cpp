// SPDX-License-Identifier: Apache-2.0
// tremor::chash: consistent hashing. Jump hash (Lamping, Veach) over SipHash-1-3 (Aumasson,
// Bernstein) of the key's bytes and a closing 0xFF.
#include "engine/formats/json_text.h"
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/interpreter.h"

#include <bit>
#include <cstring>

namespace fuseboard {

namespace {

using namespace native;

struct SipState {
    std::uint64_t a, b, c, d;
    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }
};

std::uint64_t sipHash13(std::uint64_t k0, std::uint64_t k1, std::string_view bytes) {
    SipState s{k0 ^ 0x736F6D6570736575ULL, k1 ^ 0x646F72616E646F6DULL, k0 ^ 0x6C7967656E657261ULL,
               k1 ^ 0x7465646279746573ULL};
    const std::size_t length = bytes.size();
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        std::uint64_t word = 0;
        for (unsigned i = 0; i < 8; ++i)
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        s.d ^= word;
        s.round();
        s.a ^= word;
    }
    std::uint64_t last = static_cast<std::uint64_t>(length & 0xFFU) << 56U;
    for (unsigned i = 0; i < bytes.size(); ++i)
        last |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    s.d ^= last;
    s.round();
    s.a ^= last;
    s.c ^= 0xFFU;
    for (int i = 0; i < 3; ++i)
        s.round();
    return s.a ^ s.b ^ s.c ^ s.d;
}

std::uint64_t jumpHash(std::uint64_t key, std::uint64_t slots) {
    std::int64_t slot = -1, next = 0;
    while (next < static_cast<std::int64_t>(slots)) {
        slot = next;
        key = key * 2862933555777941757ULL + 1;
        next = static_cast<std::int64_t>(
            static_cast<double>(slot + 1) *
            (static_cast<double>(1LL << 31U) / static_cast<double>((key >> 33U) + 1)));
    }
    return static_cast<std::uint64_t>(slot);
}

bool slotOf(std::uint64_t k0, std::uint64_t k1, Arguments a, std::size_t first, FunctionContext& c,
            Value& r) {
    std::string_view key;
    std::uint64_t slots = 0;
    if (!stringAt(a, first, c, key) || !unsignedAt(a, first + 1, c, slots))
        return false;
    if (slots == 0 || slots > 0xFFFFFFFFU)
        return failed(c, ErrorCode::InvalidArgument, "the number of slots is {}", slots);
    std::string bytes(key);
    bytes.push_back(static_cast<char>(0xFF));
    return give(r, Value::u64(jumpHash(sipHash13(k0, k1, bytes), slots)));
}
bool jump(Arguments a, FunctionContext& c, Value& r) {
    // "tremor" padded with zeros behind and in front, as big-endian numbers.
    return slotOf(0x7472656D6F720000ULL, 0x00007472656D6F72ULL, a, 0, c, r);
}
bool jumpWithKeys(Arguments a, FunctionContext& c, Value& r) {
    std::uint64_t k0 = 0, k1 = 0;
    return unsignedAt(a, 0, c, k0) && unsignedAt(a, 1, c, k1) && slotOf(k0, k1, a, 2, c, r);
}
bool sortedSerialize(Arguments a, FunctionContext& c, Value& r) {
    if (!withinLimits(a[0]))
        return failed(c, ErrorCode::LimitExceeded, "the value is too large or nested too deeply");
    std::string text;
    printSortedJson(a[0], text);
    return giveText(r, text, c);
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "tremor::chash::jump",
     .signature = "(key: string, slots: integer) -> integer",
     .summary = "The slot of a key by jump hash.",
     .example = R"(tremor::chash::jump("a", 1) == 0)",
     .minArguments = 2,
     .maxArguments = 2,
     .resultKinds = kUnsigned,
     .costNs = 60,
     .body = jump},
    {.name = "tremor::chash::jump_with_keys",
     .signature = "(k1: integer, k2: integer, key: string, slots: integer) -> integer",
     .summary = "The slot of a key by jump hash, hashed with two keys of one's own.",
     .example = R"(tremor::chash::jump_with_keys(1, 2, "a", 1) == 0)",
     .minArguments = 4,
     .maxArguments = 4,
     .resultKinds = kUnsigned,
     .costNs = 60,
     .body = jumpWithKeys},
    {.name = "tremor::chash::sorted_serialize",
     .signature = "(value) -> string",
     .summary = "The value as JSON with sorted keys: equal values give equal text.",
     .example = R"(tremor::chash::sorted_serialize({"b": 1, "a": 2}) == "{\"a\":2,\"b\":1}")",
     .minArguments = 1,
     .maxArguments = 1,
     .resultKinds = kString,
     .costNs = 200,
     .body = sortedSerialize},
};

} // namespace

std::span<const FunctionSpec> tremorChashFunctions() {
    return kFunctions;
}

} // namespace fuseboard
