// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_number.h"

#include <charconv>
#include <limits>
#include <system_error>

namespace fuseboard::json_number {

namespace {

/// Whether a number that is out of a double's range is too large (and not too small).
bool isHuge(std::string_view text) {
    const char* p = text.data() + (text.front() == '-' ? 1 : 0);
    const char* const end = text.data() + text.size();
    std::int64_t magnitude = 0; // digits before the point, less the zeros that lead
    bool point = false;
    bool leading = true;
    for (; p != end && (*p | 0x20) != 'e'; ++p) {
        if (*p == '.') {
            point = true;
            continue;
        }
        leading = leading && *p == '0';
        if (leading)
            magnitude -= point ? 1 : 0;
        else
            magnitude += point ? 0 : 1;
    }
    std::int64_t exponent = 0;
    bool down = false;
    for (; p != end; ++p) {
        down = down || *p == '-';
        if (isDigit(*p) && exponent < 1'000'000'000'000)
            exponent = exponent * 10 + (*p - '0');
    }
    return magnitude + (down ? -exponent : exponent) > 0;
}

} // namespace

Value convertLongFloat(std::string_view text) {
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec == std::errc::result_out_of_range) {
        value = isHuge(text) ? std::numeric_limits<double>::infinity() : 0.0;
        if (text.front() == '-')
            value = -value;
    }
    return Value::f64(value);
}

Value convertLongInteger(std::string_view text) {
    const char* const end = text.data() + text.size();
    if (text.front() == '-') {
        std::int64_t value = 0;
        if (std::from_chars(text.data(), end, value).ec == std::errc{})
            return Value::i64(value);
    } else {
        std::uint64_t value = 0;
        if (std::from_chars(text.data(), end, value).ec == std::errc{})
            return Value::u64(value);
    }
    return convertLongFloat(text);
}

} // namespace fuseboard::json_number
