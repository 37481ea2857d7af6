// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/group_table.h"

#include "engine/operators/group_key.h"

#include <algorithm>
#include <bit>
#include <new>

namespace fuseboard {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kSlabBytes = 16 * 1024;
constexpr std::size_t kMostKeyRoom = 256;
constexpr std::size_t kFirstIndex = 16;

std::size_t roundedUp(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

} // namespace

void GroupTable::FreeSlab::operator()(std::byte* memory) const {
    ::operator delete[](memory, std::align_val_t{kLine});
}

GroupTable::GroupTable(std::size_t windows, std::uint32_t stateBytes)
    : m_index(kFirstIndex, Entry{0, nullptr}), m_mask(kFirstIndex - 1), m_windows(windows),
      m_stateBytes(stateBytes) {
    FB_CHECK(windows > 0 && stateBytes % 8 == 0);
}

GroupTable::~GroupTable() {
    for (const Entry& entry : m_index)
        if (entry.group != nullptr)
            delete[] entry.group->longKeys;
}

Group* GroupTable::find(const Value& keys, std::uint64_t hash) const {
    for (std::size_t at = homeOf(hash);; at = (at + 1) & m_mask) {
        const Entry& entry = m_index[at];
        if (entry.group == nullptr)
            return nullptr;
        if (entry.hash == hash && group_key::sameKeys(entry.group->keys, keys)) [[likely]]
            return entry.group;
    }
}

// The keys of one select have one form, so the first ones tell how much room keys need; what is
// left of the last cache line is theirs too.
void GroupTable::layOut(const Value& firstKeys) {
    const std::size_t wanted = roundedUp(deepBytes(firstKeys) + 8 * firstKeys.size(), 16);
    m_stride = roundedUp(keysOffset() + std::min(wanted, kMostKeyRoom), kLine);
    m_keyRoom = m_stride - keysOffset();
    m_slabSlots =
        static_cast<std::uint32_t>(std::bit_floor(std::max<std::size_t>(kSlabBytes / m_stride, 1)));
    m_slabShift = static_cast<unsigned>(std::countr_zero(m_slabSlots));
}

void GroupTable::openSlab() {
    auto at = static_cast<std::uint32_t>(m_slabs.size());
    if (m_vacant.empty()) {
        m_slabs.emplace_back();
    } else {
        at = m_vacant.back();
        m_vacant.pop_back();
    }
    Slab& slab = m_slabs[at];
    slab.memory.reset(
        static_cast<std::byte*>(::operator new[](m_slabSlots * m_stride, std::align_val_t{kLine})));
    slab.begun = 0;
    slab.firstFree = kNotInUse;
    slab.open = true;
    m_open.push_back(at);
    ++m_slabsHeld;
}

Group& GroupTable::takeSlot() {
    if (m_open.empty())
        openSlab();
    const std::uint32_t at = m_open.back();
    Slab& slab = m_slabs[at];
    std::uint64_t within = slab.firstFree;
    if (within != kNotInUse)
        slab.firstFree = inSlab(slab, within).hash;
    else
        within = slab.begun++;
    if (++slab.live == m_slabSlots) {
        slab.open = false;
        m_open.pop_back();
    }
    Group& group = inSlab(slab, within);
    group.slot = (at << m_slabShift) + static_cast<std::uint32_t>(within);
    return group;
}

void GroupTable::giveSlot(Group& group) {
    delete[] group.longKeys;
    m_longBytes -= group.longBytes;
    const std::uint32_t at = group.slot >> m_slabShift;
    Slab& slab = m_slabs[at];
    group.ordinal = kNotInUse;
    group.hash = slab.firstFree;
    slab.firstFree = group.slot & (m_slabSlots - 1);
    --slab.live;
    if (!slab.open) {
        slab.open = true;
        m_open.push_back(at);
    }
}

void GroupTable::placeKeys(Group& group, const Value& keys) {
    const std::size_t bytes = deepBytes(keys);
    void* memory = reinterpret_cast<std::byte*>(&group) + keysOffset();
    group.longKeys = nullptr;
    group.longBytes = 0;
    if (bytes > m_keyRoom) {
        memory = group.longKeys = new std::byte[bytes];
        group.longBytes = static_cast<std::uint32_t>(bytes);
        m_longBytes += bytes;
    }
    group.keys = placeCopy(keys, memory);
}

Group& GroupTable::make(const Value& keys, std::uint64_t hash) {
    if (m_stride == 0)
        layOut(keys);
    Group& group = takeSlot();
    group.ordinal = kNotInUse;
    group.hash = hash;
    placeKeys(group, keys);
    for (std::size_t window = 0; window < m_windows; ++window)
        level(group, window) = WindowLevel{};
    return group;
}

void GroupTable::insert(Group& group) {
    if ((m_size + 1) * 4 > m_index.size() * 3)
        resizeIndex(m_index.size() * 2);
    std::size_t at = homeOf(group.hash);
    while (m_index[at].group != nullptr)
        at = (at + 1) & m_mask;
    m_index[at] = {group.hash, &group};
    group.ordinal = m_created++;
    m_mostSize = std::max(m_mostSize, ++m_size);
}

void GroupTable::resizeIndex(std::size_t size) {
    std::vector<Entry> resized(size, Entry{0, nullptr});
    m_mask = size - 1;
    for (const Entry& entry : m_index) {
        if (entry.group == nullptr)
            continue;
        std::size_t at = homeOf(entry.hash);
        while (resized[at].group != nullptr)
            at = (at + 1) & m_mask;
        resized[at] = entry;
    }
    m_index = std::move(resized);
}

void GroupTable::discard(Group& group) {
    giveSlot(group);
}

std::size_t GroupTable::positionOf(const Group& group) const {
    std::size_t at = homeOf(group.hash);
    while (m_index[at].group != &group)
        at = (at + 1) & m_mask;
    return at;
}

// Entries behind the gap move up as long as that does not take them before their home, so that
// there are no tombstones.
void GroupTable::remove(Group& group) {
    std::size_t gap = positionOf(group);
    for (std::size_t at = (gap + 1) & m_mask; m_index[at].group != nullptr;
         at = (at + 1) & m_mask) {
        const std::size_t fromHome = (at - homeOf(m_index[at].hash)) & m_mask;
        if (fromHome >= ((at - gap) & m_mask)) {
            m_index[gap] = m_index[at];
            gap = at;
        }
    }
    m_index[gap].group = nullptr;
    --m_size;
    giveSlot(group);
}

Group* GroupTable::at(std::uint32_t slot) const {
    if (m_slabSlots == 0 || slot >> m_slabShift >= m_slabs.size())
        return nullptr;
    const Slab& slab = m_slabs[slot >> m_slabShift];
    const std::uint32_t within = slot & (m_slabSlots - 1);
    if (slab.memory == nullptr || within >= slab.begun)
        return nullptr;
    Group& group = inSlab(slab, within);
    return group.ordinal == kNotInUse ? nullptr : &group;
}

std::vector<Group*> GroupTable::all() const {
    std::vector<Group*> groups;
    groups.reserve(m_size);
    for (const Entry& entry : m_index)
        if (entry.group != nullptr)
            groups.push_back(entry.group);
    std::ranges::sort(groups, {}, &Group::ordinal);
    return groups;
}

std::size_t GroupTable::bytes() const {
    return m_slabsHeld * (m_slabSlots * m_stride + sizeof(Slab)) +
           m_index.capacity() * sizeof(Entry) + m_longBytes;
}

void GroupTable::trim() {
    const std::size_t most = m_mostSize;
    m_mostSize = m_size;
    if (const std::size_t enough = std::max(std::bit_ceil(most * 2), kFirstIndex);
        m_index.size() > enough * 4)
        resizeIndex(enough);
    if (m_slabsHeld * m_slabSlots <= 2 * most + m_slabSlots)
        return;
    std::size_t surplus = m_slabsHeld - (most / m_slabSlots + 1);
    for (std::uint32_t at = 0; at < m_slabs.size() && surplus > 0; ++at) {
        Slab& slab = m_slabs[at];
        if (slab.memory == nullptr || slab.live > 0)
            continue;
        slab.memory.reset();
        slab.open = false;
        m_vacant.push_back(at);
        --m_slabsHeld;
        --surplus;
    }
    std::erase_if(m_open, [&](std::uint32_t at) { return m_slabs[at].memory == nullptr; });
}

} // namespace fuseboard
