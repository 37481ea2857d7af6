// SPDX-License-Identifier: Apache-2.0
// The keyed state of a windowed select: groups, their tilted windows, their aggregates. Follows
// Tremor's windows (docs: semantics of time; design/tremor inventory, "Windows"): the smallest
// window sees the rows, each larger one sees what the one before it closes.
#pragma once

#include "engine/graph/config.h"
#include "engine/script/aggregate.h"
#include "engine/value/value.h"

#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace fuseboard {

/// One window of one group.
struct WindowLevel {
    std::uint64_t next = 0;  ///< Interval: when it closes
    std::uint64_t count = 0; ///< Size: rows so far
    bool anchored = false;   ///< Interval: `next` is set
    bool holdsData = false;
    std::byte* aggregates = nullptr; ///< states of this level, by slot
};

struct WindowGroup {
    std::uint64_t ordinal = 0; ///< order of creation
    std::uint64_t hash = 0;
    Value keys; ///< in `memory`
    std::vector<WindowLevel> levels;
    std::unique_ptr<std::byte[]> states;
    Arena memory{0};
    std::uint64_t chain = 0; ///< next group of the same hash, by slot + 1
};

/// Where each aggregate's state stands within a level.
struct AggregateLayout {
    std::vector<const AggregateExpr*> slots;
    std::vector<std::uint32_t> offsets;
    std::uint32_t bytes = 0;
};

/// All groups of one select. Not shared between threads.
class WindowGroups {
public:
    WindowGroups(std::vector<WindowSpec> windows, AggregateLayout layout);
    ~WindowGroups();
    WindowGroups(const WindowGroups&) = delete;
    WindowGroups& operator=(const WindowGroups&) = delete;

    [[nodiscard]] WindowGroup* find(const Value& keys, std::uint64_t hash);
    /// A group that is not in the table yet.
    [[nodiscard]] std::unique_ptr<WindowGroup> make(const Value& keys, std::uint64_t hash);
    WindowGroup& insert(std::unique_ptr<WindowGroup> group);
    /// Ends a group that was made and never inserted.
    void discard(std::unique_ptr<WindowGroup> group);
    void remove(WindowGroup& group);

    /// Notes that the first window of `group` now closes at levels[0].next.
    void schedule(const WindowGroup& group);
    [[nodiscard]] std::uint64_t nextDue();
    /// Groups whose first window is due at `now`, in order of creation.
    void takeDue(std::uint64_t now, std::vector<WindowGroup*>& due);
    /// All groups, in order of creation.
    [[nodiscard]] std::vector<WindowGroup*> all();

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::uint64_t maxGroups() const { return m_maxGroups; } ///< 0: unlimited
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] const std::vector<WindowSpec>& windows() const { return m_windows; }
    [[nodiscard]] const AggregateLayout& layout() const { return m_layout; }
    /// Back to the state of a new window.
    void resetAggregates(WindowLevel& level);

private:
    struct Due {
        std::uint64_t at;
        std::uint64_t slot;
        std::uint64_t ordinal;
    };
    void initialise(WindowLevel& level);
    void destroy(WindowGroup& group);
    [[nodiscard]] WindowGroup* stillDue(const Due& due);

    std::vector<WindowSpec> m_windows;
    AggregateLayout m_layout;
    std::uint64_t m_maxGroups = 0;
    std::vector<std::unique_ptr<WindowGroup>> m_slots;
    std::vector<std::uint64_t> m_free;
    tsl::robin_map<std::uint64_t, std::uint64_t> m_byHash; ///< hash -> slot + 1 of the first group
    std::deque<Due> m_due; ///< times never fall, because time does not and the interval is fixed
    std::size_t m_size = 0;
    std::size_t m_fixedBytes = 0;
    std::uint64_t m_created = 0;
};

} // namespace fuseboard
