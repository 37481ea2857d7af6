// SPDX-License-Identifier: Apache-2.0
// Private to engine/store: the little JSON that rows need, strings and lists of strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Appends `text` as a JSON string; bytes that are not UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view text);
[[nodiscard]] std::string jsonString(std::string_view text);
/// ["a","b"]
[[nodiscard]] std::string jsonList(const std::vector<std::string>& texts);
/// The strings of what jsonList wrote; what is not such a list ends the result early.
[[nodiscard]] std::vector<std::string> textsOfJsonList(std::string_view json);

} // namespace fuseboard
