// SPDX-License-Identifier: Apache-2.0
// JSON's number grammar and its conversion, shared by all decoders.
#pragma once

#include "engine/value/value.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fuseboard::json_number {

[[nodiscard]] constexpr bool isDigit(char c) {
    return static_cast<unsigned char>(c - '0') < 10;
}

/// The powers of ten that a double holds exactly.
inline constexpr std::array<double, 23> kPowersOfTen = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static_assert(std::endian::native == std::endian::little);

/// How many digits `bytes` (eight characters, the first one lowest) starts with. A carry out of a
/// byte that is no digit spoils only those behind it.
[[nodiscard]] inline unsigned leadingDigits(std::uint64_t bytes) {
    const std::uint64_t values = bytes ^ 0x3030303030303030U;
    const std::uint64_t others =
        ((values + 0x7676767676767676U) | values) & std::uint64_t{0x8080808080808080U};
    return static_cast<unsigned>(std::countr_zero(others)) / 8; // 8 if there are none
}

/// The number that the first `count` (1 to 8) characters of `bytes`, all digits, write: pairs of
/// digits, then of those, are added up in all places at once.
[[nodiscard]] inline std::uint64_t digitsToNumber(std::uint64_t bytes, unsigned count) {
    std::uint64_t values = (bytes ^ 0x3030303030303030U) << (64 - 8 * count); // zeros in front
    values = values * 10 + (values >> 8);
    return (((values & 0x000000FF000000FFU) * 0x000F424000000064U) +
            (((values >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U)) >>
           32;
}

/// Moves `p` past the digits that it points to and appends them to `mantissa` (modulo 2^64). With
/// kPadded eight at a time: a character that is no digit follows, and eight bytes behind that one
/// are readable; else one by one up to `end`.
template <bool kConvert, bool kPadded>
inline void takeDigits(const char*& p, const char* end, std::uint64_t& mantissa) {
    if constexpr (kPadded) {
        static constexpr std::array<std::uint64_t, 9> kPowers = {
            1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
        unsigned count = 8;
        while (count == 8) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, p, 8);
            count = leadingDigits(bytes);
            if (kConvert && count > 0)
                mantissa = mantissa * kPowers[count] + digitsToNumber(bytes, count);
            p += count;
        }
    } else {
        for (; p != end && isDigit(*p); ++p)
            mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    }
}

/// Converts what the short way cannot: `text` matches the grammar.
[[nodiscard]] Value convertLongInteger(std::string_view text);
[[nodiscard]] Value convertLongFloat(std::string_view text);

/// Reads the number that starts at `p`. Returns its end, or nullptr if the grammar fails. Integers
/// become U64 or I64, those that fit neither F64. Floats are rounded to nearest: by Clinger's exact
/// case (mantissa below 2^53, power of ten up to 22), else by std::from_chars; beyond the range
/// they are infinities. With kConvert false, `out` stays as it is, with kFloats false only for what
/// is written with a fraction or an exponent; kPadded: see takeDigits().
template <bool kConvert, bool kPadded = false, bool kFloats = kConvert>
inline const char* read(const char* p, const char* end, Value& out) {
    const char* const start = p;
    const bool negative = p != end && *p == '-';
    p += negative ? 1 : 0;
    const char* const digits = p;
    std::uint64_t mantissa = 0;
    takeDigits<kConvert, kPadded>(p, end, mantissa);
    std::ptrdiff_t count = p - digits;
    if (count == 0 || (*digits == '0' && count > 1))
        return nullptr;
    const auto textTo = [start](const char* to) {
        return std::string_view(start, static_cast<std::size_t>(to - start));
    };
    if (p == end || (*p != '.' && (*p | 0x20) != 'e')) {
        if constexpr (kConvert) {
            if (count <= 18) [[likely]]
                out = negative ? Value::i64(-static_cast<std::int64_t>(mantissa))
                               : Value::u64(mantissa);
            else
                out = convertLongInteger(textTo(p));
        }
        return p;
    }
    std::int64_t exponent = 0;
    if (*p == '.') {
        const char* const fraction = ++p;
        takeDigits<kFloats, kPadded>(p, end, mantissa);
        if (p == fraction)
            return nullptr;
        exponent = fraction - p;
        count -= exponent;
    }
    if (p != end && (*p | 0x20) == 'e') {
        ++p;
        const bool down = p != end && *p == '-';
        p += p != end && (*p == '-' || *p == '+') ? 1 : 0;
        const char* const power = p;
        std::int64_t written = 0;
        for (; p != end && isDigit(*p); ++p)
            written = written < 100'000 ? written * 10 + (*p - '0') : written;
        if (p == power)
            return nullptr;
        exponent += down ? -written : written;
    }
    if constexpr (kFloats) {
        const bool exact = count <= 19 && mantissa <= (std::uint64_t{1} << 53) && exponent >= -22 &&
                           exponent <= 22;
        if (exact) [[likely]] {
            double value = static_cast<double>(mantissa);
            if (exponent < 0)
                value /= kPowersOfTen[static_cast<std::size_t>(-exponent)];
            else
                value *= kPowersOfTen[static_cast<std::size_t>(exponent)];
            out = Value::f64(negative ? -value : value);
        } else {
            out = convertLongFloat(textTo(p));
        }
    }
    return p;
}

/// The whole of `text` as a number; false when it is none.
[[nodiscard]] inline bool readAll(std::string_view text, Value& out) {
    const char* const end = text.data() + text.size();
    return !text.empty() && (text[0] == '-' || isDigit(text[0])) &&
           read<true>(text.data(), end, out) == end;
}

} // namespace fuseboard::json_number
