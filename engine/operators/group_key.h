// SPDX-License-Identifier: Apache-2.0
// Hashing and comparing the keys of a group, quick for short strings and numbers. A list of keys is
// hashed key by key without building an array, so that generated code can hash columns:
//
//   std::uint64_t hash = group_key::begin(2);
//   hash = group_key::add(hash, group_key::hashText(host.data(), host.size()));
//   hash = group_key::add(hash, group_key::hashBits(Kind::U64, port));
//
// gives what hashKeys() gives for the array of the two. Equal keys, in the sense of
// strictlyEqual(), have equal hashes. Hashes live as long as the process and are never stored.
#pragma once

#include "engine/value/value.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fuseboard::group_key {

namespace detail {

inline constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL, kSecond = 0xE7037ED1A0B428DBULL,
                               kThird = 0x8EBC6AF09C88C6E3ULL;

/// Both halves of the product: every bit of the result depends on every bit of both.
static inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}
template <class Word> static inline std::uint64_t load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

} // namespace detail

/// Of a string's characters; a bytes value is hashed alike and compared by its kind.
static inline std::uint64_t hashText(const char* text, std::size_t size) {
    using detail::load;
    // Multiplied, so that one more character and another letter do not cancel out.
    std::uint64_t seed = (size + 1) * detail::kFirst, a = 0, b = 0;
    if (size > 16) {
        for (const char* const last = text + size - 16; text < last; text += 16)
            seed = detail::mix(load<std::uint64_t>(text) ^ detail::kSecond,
                               load<std::uint64_t>(text + 8) ^ seed);
        // The loop stops before the last 16; they are taken from the end, some of them again.
        text -= (16 - size % 16) % 16;
        a = load<std::uint64_t>(text);
        b = load<std::uint64_t>(text + 8);
    } else if (size >= 8) {
        a = load<std::uint64_t>(text);
        b = load<std::uint64_t>(text + size - 8);
    } else if (size >= 4) {
        a = load<std::uint32_t>(text);
        b = load<std::uint32_t>(text + size - 4);
    } else if (size > 0) {
        a = load<std::uint8_t>(text) | load<std::uint8_t>(text + size / 2) << 8U |
            load<std::uint8_t>(text + size - 1) << 16U;
    }
    return detail::mix(a ^ detail::kSecond, b ^ seed);
}

/// Of null (bits 0), a bool (0 or 1) or a number.
static inline std::uint64_t hashBits(Kind kind, std::uint64_t bits) {
    if (kind == Kind::F64 && std::isnan(std::bit_cast<double>(bits)))
        bits = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
    return detail::mix(bits ^ detail::kThird,
                       (static_cast<std::uint64_t>(kind) + 1) * detail::kSecond);
}

/// The hash of a list of `count` keys before its first.
static inline std::uint64_t begin(std::size_t count) {
    return count * detail::kSecond;
}
/// The next key.
static inline std::uint64_t add(std::uint64_t hash, std::uint64_t key) {
    return detail::mix(hash ^ detail::kFirst, key);
}

[[nodiscard]] std::uint64_t hashNested(const Value& key);

[[nodiscard]] inline std::uint64_t hashKey(const Value& key) {
    switch (key.kind()) {
    case Kind::String:
    case Kind::Bytes: return hashText(key.asString().data(), key.size());
    case Kind::Array:
    case Kind::Record: return hashNested(key);
    default: return hashBits(key.kind(), key.asU64());
    }
}

/// Of a list of keys, an array.
[[nodiscard]] inline std::uint64_t hashKeys(const Value& keys) {
    std::uint64_t hash = begin(keys.size());
    for (const Value& key : keys.items())
        hash = add(hash, hashKey(key));
    return hash;
}

static inline bool sameText(const char* a, const char* b, std::size_t size) {
    using detail::load;
    if (size > 16) [[unlikely]]
        return std::memcmp(a, b, size) == 0;
    if (size >= 8)
        return ((load<std::uint64_t>(a) ^ load<std::uint64_t>(b)) |
                (load<std::uint64_t>(a + size - 8) ^ load<std::uint64_t>(b + size - 8))) == 0;
    if (size >= 4)
        return ((load<std::uint32_t>(a) ^ load<std::uint32_t>(b)) |
                (load<std::uint32_t>(a + size - 4) ^ load<std::uint32_t>(b + size - 4))) == 0;
    for (std::size_t i = 0; i < size; ++i)
        if (a[i] != b[i])
            return false;
    return true;
}

[[nodiscard]] bool sameNested(const Value& a, const Value& b);

/// strictlyEqual(), quick for what keys are made of.
[[nodiscard]] inline bool sameKey(const Value& a, const Value& b) {
    if (a.kind() != b.kind() || a.size() != b.size())
        return false;
    switch (a.kind()) {
    case Kind::String:
    case Kind::Bytes: return sameText(a.asString().data(), b.asString().data(), a.size());
    case Kind::F64:
    case Kind::Array:
    case Kind::Record: return sameNested(a, b);
    default: return a.asU64() == b.asU64();
    }
}

[[nodiscard]] inline bool sameKeys(const Value& a, const Value& b) {
    const auto left = a.items(), right = b.items();
    if (left.size() != right.size())
        return false;
    for (std::size_t i = 0; i < left.size(); ++i)
        if (!sameKey(left[i], right[i]))
            return false;
    return true;
}

} // namespace fuseboard::group_key
