// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/window_groups.h"

#include "engine/operators/operator_body.h"

#include <algorithm>

namespace fuseboard {

WindowGroups::WindowGroups(std::vector<WindowSpec> windows, AggregateLayout layout)
    : m_windows(std::move(windows)), m_layout(std::move(layout)) {
    for (const WindowSpec& window : m_windows)
        if (window.maxGroups != 0)
            m_maxGroups =
                m_maxGroups == 0 ? window.maxGroups : std::min(m_maxGroups, window.maxGroups);
}

WindowGroups::~WindowGroups() {
    for (auto& group : m_slots)
        if (group != nullptr)
            destroy(*group);
}

void WindowGroups::initialise(WindowLevel& level) {
    for (std::size_t i = 0; i < m_layout.slots.size(); ++i)
        m_layout.slots[i]->aggregate->init(level.aggregates + m_layout.offsets[i]);
}

void WindowGroups::resetAggregates(WindowLevel& level) {
    for (std::size_t i = 0; i < m_layout.slots.size(); ++i) {
        const AggregateSpec& spec = *m_layout.slots[i]->aggregate;
        spec.destroy(level.aggregates + m_layout.offsets[i]);
        spec.init(level.aggregates + m_layout.offsets[i]);
    }
    level.holdsData = false;
}

void WindowGroups::destroy(WindowGroup& group) {
    for (WindowLevel& level : group.levels)
        for (std::size_t i = 0; i < m_layout.slots.size(); ++i)
            m_layout.slots[i]->aggregate->destroy(level.aggregates + m_layout.offsets[i]);
}

WindowGroup* WindowGroups::find(const Value& keys, std::uint64_t hash) {
    const auto found = m_byHash.find(hash);
    if (found == m_byHash.end())
        return nullptr;
    for (std::uint64_t at = found->second; at != 0; at = m_slots[at - 1]->chain)
        if (strictlyEqual(m_slots[at - 1]->keys, keys))
            return m_slots[at - 1].get();
    return nullptr;
}

std::unique_ptr<WindowGroup> WindowGroups::make(const Value& keys, std::uint64_t hash) {
    auto group = std::make_unique<WindowGroup>();
    group->hash = hash;
    group->memory = Arena(deepBytes(keys) + 16);
    group->keys = deepCopy(keys, group->memory);
    group->levels.resize(m_windows.size());
    if (m_layout.bytes != 0)
        group->states = std::make_unique<std::byte[]>(m_layout.bytes * m_windows.size());
    for (std::size_t i = 0; i < m_windows.size(); ++i) {
        group->levels[i].aggregates = group->states.get() + i * m_layout.bytes;
        initialise(group->levels[i]);
    }
    return group;
}

WindowGroup& WindowGroups::insert(std::unique_ptr<WindowGroup> group) {
    group->ordinal = m_created++;
    m_fixedBytes += sizeof(WindowGroup) + group->memory.reserved() +
                    (sizeof(WindowLevel) + m_layout.bytes) * m_windows.size();
    std::uint64_t slot = m_slots.size();
    if (m_free.empty()) {
        m_slots.emplace_back();
    } else {
        slot = m_free.back();
        m_free.pop_back();
    }
    std::uint64_t& first = m_byHash[group->hash];
    group->chain = first;
    first = slot + 1;
    m_slots[slot] = std::move(group);
    ++m_size;
    return *m_slots[slot];
}

void WindowGroups::discard(std::unique_ptr<WindowGroup> group) {
    destroy(*group);
}

void WindowGroups::remove(WindowGroup& group) {
    std::uint64_t* at = &m_byHash[group.hash];
    while (m_slots[*at - 1].get() != &group)
        at = &m_slots[*at - 1]->chain;
    const std::uint64_t slot = *at - 1;
    *at = group.chain;
    if (const auto entry = m_byHash.find(group.hash); entry->second == 0)
        m_byHash.erase(entry);
    m_fixedBytes -= sizeof(WindowGroup) + group.memory.reserved() +
                    (sizeof(WindowLevel) + m_layout.bytes) * m_windows.size();
    destroy(group);
    m_slots[slot].reset();
    m_free.push_back(slot);
    --m_size;
}

void WindowGroups::schedule(const WindowGroup& group) {
    std::uint64_t at = m_byHash[group.hash];
    while (m_slots[at - 1].get() != &group)
        at = m_slots[at - 1]->chain;
    m_due.push_back({group.levels[0].next, at - 1, group.ordinal});
}

WindowGroup* WindowGroups::stillDue(const Due& due) {
    WindowGroup* group = m_slots[due.slot].get();
    const bool same =
        group != nullptr && group->ordinal == due.ordinal && group->levels[0].next == due.at;
    return same ? group : nullptr;
}

std::uint64_t WindowGroups::nextDue() {
    while (!m_due.empty() && stillDue(m_due.front()) == nullptr)
        m_due.pop_front();
    return m_due.empty() ? kNeverDue : m_due.front().at;
}

void WindowGroups::takeDue(std::uint64_t now, std::vector<WindowGroup*>& due) {
    due.clear();
    while (!m_due.empty() && m_due.front().at <= now) {
        if (WindowGroup* group = stillDue(m_due.front()))
            due.push_back(group);
        m_due.pop_front();
    }
    const auto byOrdinal = [](const WindowGroup* a, const WindowGroup* b) {
        return a->ordinal < b->ordinal;
    };
    std::sort(due.begin(), due.end(), byOrdinal);
    // A group that was re-anchored to the same time stands in the queue twice.
    due.erase(std::unique(due.begin(), due.end()), due.end());
}

std::vector<WindowGroup*> WindowGroups::all() {
    std::vector<WindowGroup*> groups;
    for (const auto& group : m_slots)
        if (group != nullptr)
            groups.push_back(group.get());
    std::sort(groups.begin(), groups.end(),
              [](const WindowGroup* a, const WindowGroup* b) { return a->ordinal < b->ordinal; });
    return groups;
}

std::size_t WindowGroups::bytes() const {
    std::size_t total = m_fixedBytes + m_due.size() * sizeof(Due);
    for (const auto& group : m_slots) {
        if (group == nullptr)
            continue;
        for (const WindowLevel& level : group->levels)
            for (std::size_t i = 0; i < m_layout.slots.size(); ++i)
                total +=
                    m_layout.slots[i]->aggregate->heapBytes(level.aggregates + m_layout.offsets[i]);
    }
    return total;
}

} // namespace fuseboard
