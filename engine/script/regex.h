// SPDX-License-Identifier: Apache-2.0
// Regular expressions of scripts: the syntax of Rust's regex crate, run by RE2 in linear time.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
}

namespace fuseboard {

/// Compiled, immutable, thread-safe. Text is UTF-8.
class Regex {
public:
    /// Fails with InvalidSyntax, or Unsupported for class intersection and the like.
    [[nodiscard]] static Result<std::shared_ptr<const Regex>> make(std::string_view pattern);
    /// As make(), keeping the last patterns of this thread compiled.
    [[nodiscard]] static Result<std::shared_ptr<const Regex>> cached(std::string_view pattern);
    ~Regex();
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;

    [[nodiscard]] bool matches(std::string_view text) const;
    /// The leftmost match that begins at `from` or later; groups[0] is the whole of it. A group
    /// that took no part has a null data pointer.
    [[nodiscard]] bool find(std::string_view text, std::size_t from,
                            std::span<std::string_view> groups) const;
    /// Groups, the whole match included.
    [[nodiscard]] std::size_t groupCount() const { return m_groupCount; }
    /// Named groups with their numbers, in order of the numbers.
    [[nodiscard]] const std::vector<std::pair<std::string, std::size_t>>& names() const {
        return m_names;
    }

    /// Calls `visit` with the groups of each match from left to right, until it returns false.
    template <class Visit> void forEachMatch(std::string_view text, Visit visit) const {
        std::vector<std::string_view> groups(m_groupCount);
        std::size_t at = 0, lastEnd = std::string_view::npos;
        while (at <= text.size() && find(text, at, groups)) {
            const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
            const std::size_t end = begin + groups[0].size();
            const bool again = groups[0].empty() && begin == lastEnd;
            if (!again && !visit(std::span<const std::string_view>(groups)))
                return;
            at = groups[0].empty() ? after(text, end) : end;
            lastEnd = end;
        }
    }

private:
    Regex() = default;
    [[nodiscard]] static std::size_t after(std::string_view text, std::size_t at);

    std::unique_ptr<re2::RE2> m_compiled;
    std::size_t m_groupCount = 1;
    std::vector<std::pair<std::string, std::size_t>> m_names;
};

} // namespace fuseboard
