// SPDX-License-Identifier: Apache-2.0
// Where event time comes from (docs: semantics of time).
#pragma once

#include "engine/base/result.h"
#include "engine/value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// `wall`, `index`, or a field of the event with a unit: `event.timestamp:ms`.
class EventClock {
public:
    enum class Kind : std::uint8_t { Index, Wall, Field };

    /// Units: ns (default), us, ms, s.
    [[nodiscard]] static Result<EventClock> parse(std::string_view text);

    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] const std::vector<std::string>& path() const { return m_path; } ///< of a Field
    [[nodiscard]] std::string text() const;
    /// Time of an event in nanoseconds; nothing when the field is missing, is no number, is
    /// negative or lies beyond the range.
    [[nodiscard]] std::optional<std::uint64_t> read(const Value& event) const;
    /// As read(), of what stands `depth` keys down the path.
    [[nodiscard]] std::optional<std::uint64_t> readBelow(const Value& part,
                                                         std::size_t depth) const;

private:
    Kind m_kind = Kind::Index;
    std::vector<std::string> m_path;
    std::uint64_t m_scale = 1;
};

} // namespace fuseboard
