// SPDX-License-Identifier: Apache-2.0
// The groups of a windowed select: an index of open addressing over groups of one fixed size that
// stand in slabs. A group is, from its address on:
//
//   Group          64 bytes, with the first window's level
//   states         of the first window (GroupTable::kStatesOffset)
//   for each further window: WindowLevel, then its states
//   room for keys  as much as the first group's keys take; longer ones have a block of their own
//
// Groups never move. Neither finding a group nor changing one allocates.
#pragma once

#include "engine/value/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace fuseboard {

/// How far one window of one group is.
struct WindowLevel {
    std::uint64_t progress = 0; ///< Interval: the time at which it closes; Size: rows so far
    bool anchored = false;      ///< Interval: `progress` is set
    bool holdsData = false;
};

struct Group {
    std::uint64_t ordinal; ///< order of creation; kNotInUse in a free slot
    Value keys;            ///< an array; behind the states or in `longKeys`
    std::uint64_t hash;    ///< in a free slot: the next one of its slab
    std::byte* longKeys;   ///< owned; null while the keys have room in the slot
    std::uint32_t slot;
    std::uint32_t longBytes;
    WindowLevel first;
};
static_assert(sizeof(Group) == 64 && sizeof(WindowLevel) == 16);

/// Knows memory, not meaning: the states are the owner's to begin and to end. Not thread-safe.
class GroupTable {
public:
    static constexpr std::size_t kStatesOffset = sizeof(Group);

    /// `stateBytes` (a multiple of 8) are the aggregates of one window.
    GroupTable(std::size_t windows, std::uint32_t stateBytes);
    ~GroupTable();
    GroupTable(const GroupTable&) = delete;
    GroupTable& operator=(const GroupTable&) = delete;

    /// nullptr: there is none. `hash` is group_key::hashKeys(keys).
    [[nodiscard]] Group* find(const Value& keys, std::uint64_t hash) const;
    /// A group that nobody finds yet, with a copy of the keys; its states are not set.
    [[nodiscard]] Group& make(const Value& keys, std::uint64_t hash);
    /// From now on the group is found. Gives it its place in the order of creation.
    void insert(Group& group);
    /// Ends a group that was made and never inserted.
    void discard(Group& group);
    void remove(Group& group);

    /// The group in a slot, or nullptr if the slot is free.
    [[nodiscard]] Group* at(std::uint32_t slot) const;
    /// Has the processor fetch a group that is about to close, and the head of one in a slot that
    /// was in use.
    void prefetch(const Group& group) const {
        const auto* at = reinterpret_cast<const std::byte*>(&group);
        __builtin_prefetch(at);
        __builtin_prefetch(at + kStatesOffset);
        __builtin_prefetch(at + kStatesOffset + m_stateBytes); // the level of the second window
    }
    void prefetch(std::uint32_t slot) const {
        const Slab& slab = m_slabs[slot >> m_slabShift];
        __builtin_prefetch(slab.memory.get() + (slot & (m_slabSlots - 1)) * m_stride);
    }
    /// All groups, in order of creation.
    [[nodiscard]] std::vector<Group*> all() const;
    [[nodiscard]] std::size_t size() const { return m_size; }

    [[nodiscard]] WindowLevel& level(Group& group, std::size_t window) const {
        return window == 0 ? group.first : *reinterpret_cast<WindowLevel*>(upper(group, window));
    }
    [[nodiscard]] std::byte* states(Group& group, std::size_t window) const {
        return window == 0 ? reinterpret_cast<std::byte*>(&group) + kStatesOffset
                           : upper(group, window) + sizeof(WindowLevel);
    }

    /// Bytes held from the system: slabs, index, long keys.
    [[nodiscard]] std::size_t bytes() const;
    /// Gives back most of what was not needed since the last call.
    void trim();

    static constexpr std::uint64_t kNotInUse = ~std::uint64_t{0};

private:
    struct Entry {
        std::uint64_t hash;
        Group* group; ///< null: free
    };
    struct FreeSlab {
        void operator()(std::byte* memory) const;
    };
    struct Slab {
        std::unique_ptr<std::byte[], FreeSlab> memory; ///< null: given back
        std::uint32_t begun = 0;                       ///< slots that were ever in use
        std::uint32_t live = 0;
        std::uint64_t firstFree = kNotInUse; ///< among those begun
        bool open = false;                   ///< in m_open
    };
    [[nodiscard]] std::byte* upper(Group& group, std::size_t window) const {
        return reinterpret_cast<std::byte*>(&group) + kStatesOffset + m_stateBytes +
               (window - 1) * (sizeof(WindowLevel) + m_stateBytes);
    }
    [[nodiscard]] std::size_t keysOffset() const {
        return kStatesOffset + m_stateBytes +
               (m_windows - 1) * (sizeof(WindowLevel) + m_stateBytes);
    }
    [[nodiscard]] Group& inSlab(const Slab& slab, std::uint64_t within) const {
        return *reinterpret_cast<Group*>(slab.memory.get() + within * m_stride);
    }
    void layOut(const Value& firstKeys);
    void openSlab();
    [[nodiscard]] Group& takeSlot();
    void placeKeys(Group& group, const Value& keys);
    void giveSlot(Group& group);
    [[nodiscard]] std::size_t homeOf(std::uint64_t hash) const { return hash & m_mask; }
    [[nodiscard]] std::size_t positionOf(const Group& group) const;
    void resizeIndex(std::size_t size);

    std::vector<Entry> m_index; ///< size a power of two
    std::size_t m_mask = 0;
    std::size_t m_size = 0;
    std::size_t m_windows;
    std::size_t m_stateBytes;
    std::size_t m_keyRoom = 0;
    std::size_t m_stride = 0;      ///< 0: not laid out yet
    std::uint32_t m_slabSlots = 0; ///< a power of two
    unsigned m_slabShift = 0;
    std::vector<Slab> m_slabs;
    std::vector<std::uint32_t> m_open;   ///< slabs with a free slot
    std::vector<std::uint32_t> m_vacant; ///< slabs without memory
    std::size_t m_slabsHeld = 0;
    std::size_t m_longBytes = 0;
    std::size_t m_mostSize = 0; ///< since trim()
    std::uint64_t m_created = 0;
};

} // namespace fuseboard
