// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or the user's Error. No exception crosses a library of Fuseboard.
#pragma once

#include "engine/base/error.h"

#include <expected>
#include <utility>

namespace fuseboard {

template <class T> using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                                 std::string hint = {}) {
    return std::unexpected<Error>(Error(code, std::move(message), std::move(hint)));
}

} // namespace fuseboard

#define FB_CONCAT_(a, b) a##b
#define FB_CONCAT(a, b) FB_CONCAT_(a, b)

/// Returns the error of a Status or Result from the enclosing function, if there is one.
#define FB_TRY(expression)                                                                         \
    do {                                                                                           \
        if (auto fb_result = (expression); !fb_result) [[unlikely]]                                \
            return ::std::unexpected<::fuseboard::Error>(std::move(fb_result).error());            \
    } while (false)

/// Assigns the value of a Result to a new variable, or returns its error.
#define FB_TRY_ASSIGN(declaration, expression)                                                     \
    auto FB_CONCAT(fb_result_, __LINE__) = (expression);                                           \
    if (!FB_CONCAT(fb_result_, __LINE__)) [[unlikely]]                                             \
        return ::std::unexpected<::fuseboard::Error>(                                              \
            std::move(FB_CONCAT(fb_result_, __LINE__)).error());                                   \
    declaration = std::move(*FB_CONCAT(fb_result_, __LINE__))
