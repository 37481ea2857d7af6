// SPDX-License-Identifier: Apache-2.0
// The names of enumerators in files and on screen.
#pragma once

#include "engine/graph/graph.h"

#include <array>
#include <optional>
#include <string_view>

namespace fuseboard {

inline constexpr std::array<std::string_view, 2> kEventOrderNames{"natural", "tremor"};
inline constexpr std::array<std::string_view, 2> kAtEndNames{"flush", "discard"};
inline constexpr std::array<std::string_view, 4> kOnErrorNames{"to_err", "drop", "stop",
                                                               "abort_event"};
inline constexpr std::array<std::string_view, 3> kFusionNames{"automatic", "pinned", "forbidden"};

template <class Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view nameOf(const std::array<std::string_view, N>& names,
                                                Enum value) {
    return names[static_cast<std::size_t>(value)];
}
template <class Enum, std::size_t N>
[[nodiscard]] constexpr std::optional<Enum>
enumeratorOf(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name)
            return static_cast<Enum>(i);
    return std::nullopt;
}

/// Edges grouped by where they begin: input ports first, then nodes by index; each in the order of
/// its branches. The order in which files, reports and diffs name edges.
[[nodiscard]] std::vector<EdgeIndex> edgesByOrigin(const Graph& graph);

} // namespace fuseboard
