// SPDX-License-Identifier: Apache-2.0
// Checks of our own assumptions: a failing one is a bug of Fuseboard, never the user's fault, so it
// prints both values and ends the process. Nothing that a user gives may reach one.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace fuseboard::check_detail {

[[noreturn]] void failCheck(const char* file, int line, std::string_view text);

template <class T> std::string show(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return fmt::format("{}", static_cast<std::int64_t>(value));
    } else if constexpr (std::is_pointer_v<T>) {
        return fmt::format("{}", static_cast<const void*>(value));
    } else if constexpr (fmt::is_formattable<T>::value) {
        return fmt::format("{}", value);
    } else {
        return "<not printable>";
    }
}

} // namespace fuseboard::check_detail

#define FB_CHECK(condition)                                                                        \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            ::fuseboard::check_detail::failCheck(__FILE__, __LINE__, #condition);                  \
    } while (false)

#define FB_CHECK_OP_(op, left, right)                                                              \
    do {                                                                                           \
        const auto& fb_left = (left);                                                              \
        const auto& fb_right = (right);                                                            \
        if (!(fb_left op fb_right)) [[unlikely]]                                                   \
            ::fuseboard::check_detail::failCheck(                                                  \
                __FILE__, __LINE__,                                                                \
                ::fmt::format(#left " " #op " " #right " ({} against {})",                         \
                              ::fuseboard::check_detail::show(fb_left),                            \
                              ::fuseboard::check_detail::show(fb_right)));                         \
    } while (false)

#define FB_CHECK_EQ(left, right) FB_CHECK_OP_(==, left, right)
#define FB_CHECK_NE(left, right) FB_CHECK_OP_(!=, left, right)
#define FB_CHECK_LE(left, right) FB_CHECK_OP_(<=, left, right)
#define FB_CHECK_LT(left, right) FB_CHECK_OP_(<, left, right)
