// SPDX-License-Identifier: Apache-2.0
// What the bodies of native functions share. Private to functions/ and the extractors.
#pragma once

#include "engine/script/function.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace fuseboard::native {

/// Kind masks of FunctionSpec.
constexpr std::uint16_t maskOf(Kind kind) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}
inline constexpr std::uint16_t kNull = maskOf(Kind::Null);
inline constexpr std::uint16_t kBool = maskOf(Kind::Bool);
inline constexpr std::uint16_t kInteger = maskOf(Kind::I64) | maskOf(Kind::U64);
inline constexpr std::uint16_t kUnsigned = maskOf(Kind::U64);
inline constexpr std::uint16_t kFloat = maskOf(Kind::F64);
inline constexpr std::uint16_t kNumber = kInteger | kFloat;
inline constexpr std::uint16_t kString = maskOf(Kind::String);
inline constexpr std::uint16_t kBytes = maskOf(Kind::Bytes);
inline constexpr std::uint16_t kArray = maskOf(Kind::Array);
inline constexpr std::uint16_t kRecord = maskOf(Kind::Record);
inline constexpr std::uint16_t kAny = 0x1FF;

using Arguments = std::span<const Value>;

/// Notes a failure; always false.
template <class... Args>
[[gnu::cold]] bool failed(FunctionContext& context, ErrorCode code,
                          fmt::format_string<Args...> text, Args&&... args) {
    context.errorCode = code;
    context.errorMessage = fmt::format(text, std::forward<Args>(args)...);
    return false;
}
/// "argument 2 must be a string, this is integer (12)"; always false.
[[gnu::cold]] bool wrongArgument(FunctionContext& context, std::size_t index,
                                 std::string_view expected, const Value& got);

/// The argument's content, or false with the failure noted.
[[nodiscard]] bool stringAt(Arguments arguments, std::size_t index, FunctionContext& context,
                            std::string_view& text);
[[nodiscard]] bool arrayAt(Arguments arguments, std::size_t index, FunctionContext& context,
                           std::span<const Value>& items);
[[nodiscard]] bool recordAt(Arguments arguments, std::size_t index, FunctionContext& context,
                            Value& record);
[[nodiscard]] bool unsignedAt(Arguments arguments, std::size_t index, FunctionContext& context,
                              std::uint64_t& number);
[[nodiscard]] bool numberAt(Arguments arguments, std::size_t index, FunctionContext& context,
                            double& number);

inline bool give(Value& result, Value value) {
    result = value;
    return true;
}
/// A copy of `text` in the arena; false over the size limit of made values.
[[nodiscard]] bool giveText(Value& result, std::string_view text, FunctionContext& context);

/// Decodes the code point at `at` and moves past it. Invalid bytes decode as one U+FFFD each.
[[nodiscard]] char32_t nextCodePoint(std::string_view text, std::size_t& at);
void appendUtf8(char32_t codePoint, std::string& out);
[[nodiscard]] bool isValidUtf8(std::string_view text);
[[nodiscard]] std::size_t countCodePoints(std::string_view text);

/// Standard alphabet with padding; false when `text` is not exactly that.
[[nodiscard]] bool decodeBase64(std::string_view text, std::string& bytes);

} // namespace fuseboard::native
