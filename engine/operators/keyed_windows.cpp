// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/keyed_windows.h"

#include "engine/operators/group_key.h"

#include <algorithm>
#include <functional>

namespace fuseboard {

namespace {

/// Groups that a tick fetches ahead: many do not fit into a cache.
constexpr std::size_t kAhead = 8;

} // namespace

void AggregateLayout::add(const AggregateExpr& aggregate) {
    slots.push_back(&aggregate);
    offsets.push_back(bytes);
    bytes += (aggregate.aggregate->stateBytes + 7U) & ~7U;
}

KeyedWindows::KeyedWindows(std::vector<WindowSpec> windows, AggregateLayout layout,
                           WindowRows& rows, const Expr* target)
    : m_windows(std::move(windows)), m_layout(std::move(layout)), m_rows(rows), m_target(target),
      m_pointers(m_layout.slots.size()), m_table(m_windows.size(), m_layout.bytes) {
    for (const WindowSpec& window : m_windows) {
        m_names.push_back(Value::string(window.name));
        if (window.maxGroups != 0)
            m_maxGroups =
                m_maxGroups == 0 ? window.maxGroups : std::min(m_maxGroups, window.maxGroups);
    }
    for (std::size_t slot = 0; slot < m_layout.slots.size(); ++slot)
        if (m_layout.slots[slot]->aggregate->heapBytes != nullptr)
            m_holdingMemory.push_back(slot);
}

KeyedWindows::~KeyedWindows() {
    for (Group* group : m_table.all())
        endGroup(*group);
}

// --- a row in a group ---------------------------------------------------------------------------

// Whether a row at that time is taken without anything else to do.
bool KeyedWindows::onlyAdds(const WindowLevel& level, std::uint64_t ingestNs) const {
    if (m_windows[0].kind == WindowSpec::Kind::Size)
        return level.progress + 1 < m_windows[0].amount;
    return level.anchored && ingestNs < level.progress;
}

std::uint64_t KeyedWindows::dueOf(const Group& group) const {
    return group.first.anchored ? group.first.progress : kNeverDue;
}

std::byte* KeyedWindows::touch(const Value& keys, std::uint64_t hash, std::uint64_t ingestNs) {
    Group* group = m_table.find(keys, hash);
    if (group == nullptr || !onlyAdds(group->first, ingestNs)) [[unlikely]]
        return nullptr;
    if (m_windows[0].kind == WindowSpec::Kind::Size)
        ++group->first.progress;
    m_touched = group;
    m_heldData = std::exchange(group->first.holdsData, true);
    return firstStates(*group);
}

std::uint64_t KeyedWindows::room(const std::byte* firstStates) const {
    const auto& group = *reinterpret_cast<const Group*>(firstStates - GroupTable::kStatesOffset);
    const std::uint64_t taken = group.first.progress + 1;
    return m_windows[0].kind == WindowSpec::Kind::Size && taken < m_windows[0].amount
               ? m_windows[0].amount - taken
               : 0;
}

void KeyedWindows::countRows(std::byte* firstStates, std::uint64_t rows) const {
    if (m_windows[0].kind == WindowSpec::Kind::Size)
        reinterpret_cast<Group*>(firstStates - GroupTable::kStatesOffset)->first.progress += rows;
}

template <class Add>
bool KeyedWindows::acceptBy(const Row& row, const Value& keys, std::uint64_t hash,
                            BodyContext& context, Add add) {
    if (Group* group = m_table.find(keys, hash);
        group != nullptr && onlyAdds(group->first, row.ingestNs)) [[likely]] {
        if (m_windows[0].kind == WindowSpec::Kind::Size)
            ++group->first.progress;
        const bool added = add(firstStates(*group));
        group->first.holdsData = group->first.holdsData || added;
        return added;
    }
    Visit visit = begin(row, keys, hash, context);
    const bool added = add(firstStates(*visit.group));
    if (added)
        visit.group->first.holdsData = true;
    return finish(visit, added, row, context);
}

bool KeyedWindows::accept(const Row& row, const Value& keys, std::uint64_t hash,
                          BodyContext& context) {
    return acceptBy(row, keys, hash, context,
                    [&](std::byte* states) { return m_rows.add(row, keys, states, context); });
}

bool KeyedWindows::accept(const Row& row, const Value& keys, std::uint64_t hash,
                          std::span<const Value> arguments, BodyContext& context) {
    return acceptBy(row, keys, hash, context, [&](std::byte* states) {
        return addArguments(states, arguments, row, context);
    });
}

std::byte* KeyedWindows::enter(const Row& row, const Value& keys, std::uint64_t hash,
                               BodyContext& context) {
    m_visit = begin(row, keys, hash, context);
    Group& group = *m_visit.group;
    group.first.holdsData = true;
    // Without a window that closes behind the row, nothing depends on what the caller adds.
    if (m_visit.actions.include || finish(m_visit, true, row, context))
        return firstStates(group);
    return nullptr;
}

bool KeyedWindows::leave(const Row& row, BodyContext& context) {
    return !m_visit.actions.include || finish(m_visit, true, row, context);
}

KeyedWindows::Visit KeyedWindows::begin(const Row& row, const Value& keys, std::uint64_t hash,
                                        BodyContext& context) {
    Visit visit;
    visit.group = m_table.find(keys, hash);
    if (visit.group == nullptr) {
        visit.fresh = true;
        visit.group = &m_table.make(keys, hash);
        for (std::size_t window = 0; window < m_windows.size(); ++window)
            beginStates(m_table.states(*visit.group, window));
    }
    visit.due = dueOf(*visit.group);
    visit.actions = decide(visit.group->first, m_windows[0], row.ingestNs);
    if (visit.actions.emit && !visit.actions.include)
        closeLevel(*visit.group, 0, row, context, visit.removable);
    return visit;
}

bool KeyedWindows::finish(Visit& visit, bool added, const Row& row, BodyContext& context) {
    Group& group = *visit.group;
    if (!visit.actions.include)
        visit.removable = false;
    else if (visit.actions.emit)
        closeLevel(group, 0, row, context, visit.removable);
    if (visit.fresh) {
        // A group that was not there before the row is kept only if it holds something.
        if (added && !visit.removable)
            return settle(group, row, context);
        endGroup(group);
        m_table.discard(group);
    } else if (added && visit.removable) {
        remove(group);
    } else if (dueOf(group) != visit.due) {
        schedule(group);
    }
    return added;
}

bool KeyedWindows::settle(Group& fresh, const Row& row, BodyContext& context) {
    if (m_maxGroups != 0 && m_table.size() >= m_maxGroups) {
        context.out.fail(
            ErrorCode::LimitExceeded,
            fmt::format("the window already has its {} groups (max_groups)", m_maxGroups), m_target,
            row);
        endGroup(fresh);
        m_table.discard(fresh);
        return false;
    }
    m_table.insert(fresh);
    if (fresh.first.anchored)
        schedule(fresh);
    return true;
}

bool KeyedWindows::accumulate(std::byte* states, std::size_t slot, std::span<const Value> arguments,
                              const Row& row, FunctionContext& call, BodyContext& context) {
    const bool good = add(states, slot, arguments, row.sequence, call);
    if (!good) [[unlikely]]
        context.out.fail(call.errorCode, call.errorMessage, m_layout.slots[slot], row);
    return good;
}

bool KeyedWindows::add(std::byte* states, std::size_t slot, std::span<const Value> arguments,
                       std::uint64_t sequence, FunctionContext& call) {
    const AggregateSpec& spec = *m_layout.slots[slot]->aggregate;
    std::byte* state = states + m_layout.offsets[slot];
    bool good = false;
    if (spec.heapBytes == nullptr) {
        good = spec.accumulate(state, arguments, sequence, call);
    } else {
        m_heapBytes -= spec.heapBytes(state);
        good = spec.accumulate(state, arguments, sequence, call);
        m_heapBytes += spec.heapBytes(state);
    }
    return good;
}

bool KeyedWindows::addArguments(std::byte* states, std::span<const Value> arguments, const Row& row,
                                BodyContext& context) {
    FunctionContext call{context.arena, row.ingestNs, m_groupsBefore};
    for (std::size_t slot = 0; slot < m_layout.slots.size(); ++slot) {
        const std::size_t count = m_layout.slots[slot]->arguments.size();
        if (!accumulate(states, slot, arguments.first(count), row, call, context))
            return false;
        arguments = arguments.subspan(count);
    }
    return true;
}

// --- windows ------------------------------------------------------------------------------------

KeyedWindows::Actions KeyedWindows::decide(WindowLevel& level, const WindowSpec& window,
                                           std::uint64_t now) const {
    if (window.kind == WindowSpec::Kind::Size) {
        if (++level.progress < window.amount)
            return {};
        level.progress -= window.amount;
        return {true, true};
    }
    if (level.anchored && now < level.progress)
        return {};
    const bool emit = level.anchored;
    level.anchored = true;
    level.progress =
        window.aligned ? (now / window.amount + 1) * window.amount : now + window.amount;
    return {false, emit};
}

// `removable` stays true only if no larger window holds anything afterwards.
void KeyedWindows::closeLevel(Group& group, std::size_t window, const Row& row,
                              BodyContext& context, bool& removable) {
    ++m_closings;
    if (m_table.level(group, window).holdsData)
        produce(group, window, row, context);
    if (window + 1 < m_windows.size())
        onUpperLevel(group, window + 1, row, context, removable);
    endStates(m_table.states(group, window));
    beginStates(m_table.states(group, window));
    m_table.level(group, window).holdsData = false;
}

// A larger window sees what the one before it just closed.
void KeyedWindows::onUpperLevel(Group& group, std::size_t window, const Row& row,
                                BodyContext& context, bool& removable) {
    const Actions actions = decide(m_table.level(group, window), m_windows[window], row.ingestNs);
    if (actions.include)
        merge(group, window, row, context);
    if (actions.emit)
        closeLevel(group, window, row, context, removable);
    if (actions.include)
        return;
    removable = false;
    merge(group, window, row, context);
}

void KeyedWindows::merge(Group& group, std::size_t into, const Row& row, BodyContext& context) {
    if (!m_table.level(group, into - 1).holdsData)
        return;
    std::byte* states = m_table.states(group, into);
    const std::byte* from = m_table.states(group, into - 1);
    FunctionContext call{context.arena, row.ingestNs, m_table.size()};
    for (std::size_t slot = 0; slot < m_layout.slots.size(); ++slot) {
        const AggregateSpec& spec = *m_layout.slots[slot]->aggregate;
        const std::uint32_t offset = m_layout.offsets[slot];
        const bool holdsMemory = spec.heapBytes != nullptr;
        m_heapBytes -= holdsMemory ? spec.heapBytes(states + offset) : 0;
        if (!spec.merge(states + offset, from + offset, call))
            context.out.fail(call.errorCode, call.errorMessage, m_layout.slots[slot], row);
        m_heapBytes += holdsMemory ? spec.heapBytes(states + offset) : 0;
    }
    m_table.level(group, into).holdsData = true;
}

void KeyedWindows::produce(Group& group, std::size_t window, const Row& row, BodyContext& context) {
    const std::byte* states = m_table.states(group, window);
    for (std::size_t slot = 0; slot < m_layout.slots.size(); ++slot)
        m_pointers[slot] = states + m_layout.offsets[slot];
    m_rows.produce(row, {group.keys, m_names[window], m_pointers, m_groupsBefore}, context);
}

// --- time ---------------------------------------------------------------------------------------

void KeyedWindows::schedule(const Group& group) {
    m_due.push_back({group.first.progress, group.ordinal, group.slot});
}

Group* KeyedWindows::stillDue(const Due& due) const {
    Group* group = m_table.at(due.slot);
    const bool same =
        group != nullptr && group->ordinal == due.ordinal && group->first.progress == due.at;
    return same ? group : nullptr;
}

std::uint64_t KeyedWindows::nextDue() {
    while (!m_due.empty() && stillDue(m_due.front()) == nullptr)
        m_due.pop_front();
    return m_due.empty() ? kNeverDue : m_due.front().at;
}

void KeyedWindows::takeDue(std::uint64_t now) {
    m_dueNow.clear();
    while (!m_due.empty() && m_due.front().at <= now) {
        if (m_due.size() > kAhead)
            m_table.prefetch(m_due[kAhead].slot);
        if (Group* group = stillDue(m_due.front()))
            m_dueNow.emplace_back(group->ordinal, group);
        m_due.pop_front();
    }
    // Most were scheduled by one tick, in order; they come last.
    const auto tail =
        std::is_sorted_until(m_dueNow.rbegin(), m_dueNow.rend(), std::greater<>()).base();
    std::sort(m_dueNow.begin(), tail);
    std::inplace_merge(m_dueNow.begin(), tail, m_dueNow.end());
    // A group that was re-anchored to the same time stands in the queue twice.
    const auto twice = std::ranges::unique(m_dueNow);
    m_dueNow.erase(twice.begin(), twice.end());
}

void KeyedWindows::onTick(const Row& tick, BodyContext& context) {
    m_table.trim();
    takeDue(tick.ingestNs);
    for (std::size_t i = 0; i < m_dueNow.size(); ++i) {
        if (i + kAhead < m_dueNow.size())
            m_table.prefetch(*m_dueNow[i + kAhead].second);
        Group& group = *m_dueNow[i].second;
        bool removable = false;
        if (decide(group.first, m_windows[0], tick.ingestNs).emit) {
            removable = true;
            closeLevel(group, 0, tick, context, removable);
        }
        if (removable)
            remove(group);
        else
            schedule(group);
    }
}

void KeyedWindows::onEnd(const Row& end, BodyContext& context) {
    for (Group* group : m_table.all()) {
        for (std::size_t window = 0; window < m_windows.size(); ++window) {
            if (m_table.level(*group, window).holdsData)
                produce(*group, window, end, context);
            if (window + 1 < m_windows.size())
                merge(*group, window + 1, end, context);
        }
        remove(*group);
    }
}

// --- memory -------------------------------------------------------------------------------------

void KeyedWindows::beginStates(std::byte* states) {
    for (std::size_t slot = 0; slot < m_layout.slots.size(); ++slot)
        m_layout.slots[slot]->aggregate->init(states + m_layout.offsets[slot]);
}

void KeyedWindows::endStates(std::byte* states) {
    for (const std::size_t slot : m_holdingMemory) {
        const AggregateSpec& spec = *m_layout.slots[slot]->aggregate;
        m_heapBytes -= spec.heapBytes(states + m_layout.offsets[slot]);
        spec.destroy(states + m_layout.offsets[slot]);
    }
}

void KeyedWindows::endGroup(Group& group) {
    for (std::size_t window = 0; window < m_windows.size(); ++window)
        endStates(m_table.states(group, window));
}

void KeyedWindows::remove(Group& group) {
    ++m_closings;
    endGroup(group);
    m_table.remove(group);
}

std::size_t KeyedWindows::bytes() const {
    return m_table.bytes() + m_heapBytes + m_due.size() * sizeof(Due) +
           m_dueNow.capacity() * sizeof m_dueNow[0];
}

} // namespace fuseboard
