// SPDX-License-Identifier: Apache-2.0
// The keyed state of a windowed select: groups, their tilted windows and their aggregates, in one
// layout for every way of running. Follows Tremor's windows (docs: semantics of time; design/tremor
// inventory, "Windows"): the smallest window sees the rows, each larger one sees what the one
// before it closes.
//
// What is evaluated (keys, arguments, the rows that leave) is the business of others:
//
//   the interpreter        accept() with a WindowRows that evaluates as the window goes on
//   whoever has arguments  accept() with them
//   generated code         touch() for a row that only adds to a group that is there; it then
//                          updates the states in place (aggregates/layout.h) at the offsets of
//                          layout(), those that are Opaque by accumulate(), and calls touchFailed()
//                          if that fails. For any other row, which it needs as a whole: beginRow()
//                          once, then accept() with arguments for each group, or, if nothing can
//                          fail, enter(), the same updates, leave().
#pragma once

#include "engine/graph/config.h"
#include "engine/operators/group_table.h"
#include "engine/operators/operator_body.h"
#include "engine/script/aggregate.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace fuseboard {

/// Where each aggregate's state stands among those of one window.
struct AggregateLayout {
    std::vector<const AggregateExpr*> slots;
    std::vector<std::uint32_t> offsets;
    std::uint32_t bytes = 0;
    /// The next slot.
    void add(const AggregateExpr& aggregate);
};

/// A window that closes. Its states end when produce() returns, and the keys may.
struct ClosingWindow {
    Value keys;
    Value name;
    std::span<const std::byte* const> states; ///< by slot
    std::uint64_t groups;                     ///< there were before the row or tick
};

/// The side of a windowed select that evaluates expressions.
class WindowRows {
public:
    virtual ~WindowRows() = default;
    /// Adds the row to `states`: evaluates the arguments of one slot after the other and hands them
    /// to accumulate(). False: one failed, and the failure went to context.out.
    virtual bool add(const Row& row, const Value& keys, std::byte* states,
                     BodyContext& context) = 0;
    /// Makes the row of a window that `row` closes and emits it, or reports its failure.
    virtual void produce(const Row& row, const ClosingWindow& window, BodyContext& context) = 0;
};

/// All groups of one select. Not shared between threads.
class KeyedWindows {
public:
    /// `rows` outlives this; `target` is what failures of the window itself point at.
    KeyedWindows(std::vector<WindowSpec> windows, AggregateLayout layout, WindowRows& rows,
                 const Expr* target);
    ~KeyedWindows();
    KeyedWindows(const KeyedWindows&) = delete;
    KeyedWindows& operator=(const KeyedWindows&) = delete;

    /// A row (or tick) comes, that concerns one group or several: notes how many there are before.
    void beginRow() { m_groupsBefore = m_table.size(); }

    /// One row into one group. `hash` is group_key::hashKeys(keys). The arguments are evaluated
    /// when the window needs them, by WindowRows::add. False: the row ended with a failure.
    bool accept(const Row& row, const Value& keys, std::uint64_t hash, BodyContext& context);
    /// As above with evaluated arguments, those of the first slot first.
    bool accept(const Row& row, const Value& keys, std::uint64_t hash,
                std::span<const Value> arguments, BodyContext& context);

    /// The states of the first window of a group that is there, if a row at `ingestNs` does nothing
    /// but add to them; the caller now has to. Otherwise nullptr, and nothing has changed.
    [[nodiscard]] std::byte* touch(const Value& keys, std::uint64_t hash, std::uint64_t ingestNs);
    /// accumulate() failed on what the last touch() gave: a row that fails is counted by a window
    /// by size, but a window without any other row holds no data.
    void touchFailed() { m_touched->first.holdsData = m_heldData; }
    /// For callers that add many rows to what touch() gave and count them later: how many rows a
    /// window by size takes without closing, rows that were added meanwhile, and touch() undone as
    /// far as it counted its row.
    [[nodiscard]] std::uint64_t room(const std::byte* firstStates) const;
    void countRows(std::byte* firstStates, std::uint64_t rows) const;
    void uncountRow(std::byte* firstStates) const { countRows(firstStates, ~std::uint64_t{0}); }
    /// As touch(), for any row: makes the group and closes windows as need be. The caller adds the
    /// row to the states, cannot fail, and calls leave() at once. nullptr: the row ended with a
    /// failure.
    [[nodiscard]] std::byte* enter(const Row& row, const Value& keys, std::uint64_t hash,
                                   BodyContext& context);
    /// After enter(): a window by size may close with the row. False: the row ended with a failure.
    bool leave(const Row& row, BodyContext& context);

    /// Adds one slot's arguments to a window's states. False: it failed, and the failure went to
    /// context.out. `call` is made once a row.
    bool accumulate(std::byte* states, std::size_t slot, std::span<const Value> arguments,
                    const Row& row, FunctionContext& call, BodyContext& context);

    /// As accumulate(), which reports what failed: here that stays in `call`.
    [[nodiscard]] bool add(std::byte* states, std::size_t slot, std::span<const Value> arguments,
                           std::uint64_t sequence, FunctionContext& call);
    [[nodiscard]] const AggregateExpr* aggregate(std::size_t slot) const {
        return m_layout.slots[slot];
    }

    [[nodiscard]] std::uint64_t nextDue();
    void onTick(const Row& tick, BodyContext& context);
    /// Every window closes, in order of the groups' creation, and the state is empty.
    void onEnd(const Row& end, BodyContext& context);

    [[nodiscard]] std::size_t size() const { return m_table.size(); }
    [[nodiscard]] std::uint64_t groupsBefore() const { return m_groupsBefore; }
    /// Rises whenever a window closes or a group goes: states that touch() gave before that may be
    /// gone or those of another window.
    [[nodiscard]] std::uint64_t closings() const { return m_closings; }
    /// Everything held: groups, what aggregates hold on the heap, due times. Constant time.
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] const AggregateLayout& layout() const { return m_layout; }
    [[nodiscard]] const std::vector<WindowSpec>& windows() const { return m_windows; }
    [[nodiscard]] const Value& name(std::size_t window) const { return m_names[window]; }

private:
    struct Due {
        std::uint64_t at;
        std::uint64_t ordinal;
        std::uint32_t slot;
    };
    struct Actions {
        bool include = false, emit = false;
    };
    /// One row in one group, between the window's decision and what follows from it.
    struct Visit {
        Group* group = nullptr;
        std::uint64_t due = kNeverDue; ///< of the group before the row
        Actions actions;
        bool fresh = false; ///< the row made the group, which is not in the table yet
        /// Neither the first window nor a larger one holds anything afterwards.
        bool removable = true;
    };

    [[nodiscard]] std::byte* firstStates(Group& group) const { return m_table.states(group, 0); }
    [[nodiscard]] bool onlyAdds(const WindowLevel& level, std::uint64_t ingestNs) const;
    [[nodiscard]] std::uint64_t dueOf(const Group& group) const;
    Actions decide(WindowLevel& level, const WindowSpec& window, std::uint64_t now) const;
    template <class Add>
    bool acceptBy(const Row& row, const Value& keys, std::uint64_t hash, BodyContext& context,
                  Add add);
    [[nodiscard]] Visit begin(const Row& row, const Value& keys, std::uint64_t hash,
                              BodyContext& context);
    bool finish(Visit& visit, bool added, const Row& row, BodyContext& context);
    bool settle(Group& fresh, const Row& row, BodyContext& context);
    [[nodiscard]] bool addArguments(std::byte* states, std::span<const Value> arguments,
                                    const Row& row, BodyContext& context);

    void closeLevel(Group& group, std::size_t window, const Row& row, BodyContext& context,
                    bool& removable);
    void onUpperLevel(Group& group, std::size_t window, const Row& row, BodyContext& context,
                      bool& removable);
    void merge(Group& group, std::size_t into, const Row& row, BodyContext& context);
    void produce(Group& group, std::size_t window, const Row& row, BodyContext& context);

    void beginStates(std::byte* states);
    void endStates(std::byte* states);
    void endGroup(Group& group);
    void remove(Group& group);
    void schedule(const Group& group);
    [[nodiscard]] Group* stillDue(const Due& due) const;
    void takeDue(std::uint64_t now);

    std::vector<WindowSpec> m_windows;
    AggregateLayout m_layout;
    WindowRows& m_rows;
    const Expr* m_target;
    std::uint64_t m_maxGroups = 0;            ///< 0: unlimited
    std::vector<std::size_t> m_holdingMemory; ///< slots whose states may hold heap memory
    std::vector<Value> m_names;
    std::vector<const std::byte*> m_pointers;
    GroupTable m_table;
    std::uint64_t m_groupsBefore = 0, m_closings = 0;
    Group* m_touched = nullptr; ///< by the last touch(); valid until the next row
    bool m_heldData = false;    ///< before it
    Visit m_visit;              ///< between enter() and leave()
    std::deque<Due> m_due; ///< times never fall, because time does not and the interval is fixed
    std::vector<std::pair<std::uint64_t, Group*>> m_dueNow; ///< by ordinal
    std::size_t m_heapBytes = 0;                            ///< of all states
};

} // namespace fuseboard
