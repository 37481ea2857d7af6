// SPDX-License-Identifier: Apache-2.0
// Blocks of columns that generated code runs over: packed ones with their tables, the ranges of
// rows that one call of the loop handles, and groups that are known by the codes of their keys.
#include "engine/kernels/dictionary_tables.h"
#include "engine/operators/keyed_windows.h"
#include "engine/runtime/group_runner_parts.h"

#include <algorithm>
#include <utility>

namespace fuseboard {

namespace {

CodeRange rangeOf(const std::uint8_t* holds, std::uint32_t entries) {
    const std::uint8_t* const end = holds + entries;
    const std::uint8_t* const first = std::find(holds, end, 1);
    const std::uint8_t* const behind = std::find(first, end, 0);
    CodeRange range;
    if (first == end || std::find(behind, end, 1) != end)
        return range; // nothing holds, or in several places
    range.isRange = 1;
    range.first = static_cast<std::uint32_t>(first - holds);
    range.more = static_cast<std::uint32_t>(behind - first) - 1;
    return range;
}

} // namespace

// The loop for a block: over its packed columns, or over cells where that is not possible.
std::shared_ptr<const CompiledLoop> GroupRunner::Impl::loopOver(const ColumnBlock& block) {
    auto made = stageCode->forColumns(block);
    if (made == nullptr || made->tables() == nullptr)
        return made;
    fillTables(made, block);
    return filled.usable ? made : stageCode->forCells(block);
}

void GroupRunner::Impl::fillTables(std::shared_ptr<const CompiledLoop> of,
                                   const ColumnBlock& block) {
    std::vector<const Cell*> cells;
    bool same = filled.loop == of;
    for (std::size_t i = 0; i < block.packed.size(); ++i) {
        const ColumnDictionary* const dictionary = block.packed[i].dictionary.get();
        cells.push_back(dictionary == nullptr ? nullptr : dictionary->entries.data());
        same = same && filled.dictionaries[i].get() == dictionary;
    }
    if (same)
        return;
    const LoopProgram& program = of->program();
    filled.loop = std::move(of);
    filled.dictionaries.clear();
    for (const PackedColumn& column : block.packed)
        filled.dictionaries.push_back(column.dictionary);
    filled.arena.reset();
    filled.tables.clear();
    for (const DictionaryTable& table : program.tables)
        filled.tables.push_back(filled.arena.allocate(
            tableEntryBytes(program.nodes[table.node].type) * program.dictionarySizes[table.column],
            sizeof(Cell)));
    std::vector<std::uint32_t> unused(program.columns.size());
    LoopContext context;
    context.tables = filled.tables.data();
    context.dictionaries = cells.data();
    context.scratch = &filled.arena;
    context.host = this;
    context.program = &program;
    context.hints = unused.data();
    filled.usable = filled.loop->tables()(&context) != 0;
    filled.ranges.assign(program.tables.size(), {});
    for (std::size_t i = 0; i < program.tables.size(); ++i)
        if (filled.usable && program.nodes[program.tables[i].node].type == IrType::Bool)
            filled.ranges[i] = rangeOf(static_cast<const std::uint8_t*>(filled.tables[i]),
                                       program.dictionarySizes[program.tables[i].column]);
}

// Where the loop finds the values of the block's columns.
void GroupRunner::Impl::placeColumns(const ColumnBlock& block) {
    columnValues.assign(block.columns.begin(), block.columns.end());
    if (loop != nullptr && !block.packed.empty()) {
        const bool takesPacked = !loop->program().forms.empty();
        unpacked.reset();
        for (std::size_t i = 0; i < block.packed.size(); ++i) {
            if (block.packed[i].form == ColumnForm::Cells)
                continue;
            columnValues[i] = takesPacked ? block.packed[i].values : block.unpacked(i, unpacked);
        }
    }
    loopContext.columns = columnValues.data();
    loopContext.tables = filled.tables.data();
    loopContext.ranges = filled.ranges.data();
    loopContext.ordinals = block.ordinal;
    loopContext.times = block.times;
    loopContext.firstTime = block.firstRow;
}

// One call of the loop handles the rows between two ticks, and of one block of sequence numbers if
// there are groups that are known by their codes.
void GroupRunner::Impl::runColumns(const ColumnBlock& block) {
    placeColumns(block);
    const auto sequence = [&](std::uint32_t row) {
        return block.firstSequence + block.ordinal[row];
    };
    const auto before = [&](std::uint32_t begin, std::uint64_t until) {
        const auto* const found = std::partition_point(
            block.ordinal + begin, block.ordinal + block.rows,
            [&](std::uint32_t ordinal) { return block.firstSequence + ordinal < until; });
        return static_cast<std::uint32_t>(found - block.ordinal);
    };
    for (std::uint32_t begin = 0; begin < block.rows;) {
        std::uint32_t end = block.rows;
        if (actsOnTime) {
            processMarks(sequence(begin));
            if (nextMark < morsel->marks.size())
                end = before(begin, morsel->marks[nextMark].sequence);
        }
        if (!knownGroups.empty()) {
            const std::uint64_t at = sequence(begin) / kSumBlockRows;
            for (std::size_t i = 0; i < knownGroups.size() && at != sumBlock; ++i)
                forgetGroups(i);
            sumBlock = at;
            end = std::min(end, before(begin, (at + 1) * kSumBlockRows));
            forgetStaleGroups();
        }
        enterLoop(begin, end);
        countKnownGroups();
        begin = end;
    }
}

// --- groups known by the codes of their keys -----------------------------------------------------

void GroupRunner::Impl::prepareKnownGroups() {
    directGroups.assign(effects.size(), {});
    std::vector<KnownGroups> known(effects.size());
    bool any = false;
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (effects[i]->directGroups == 0)
            continue;
        any = true;
        known[i].groups.assign(effects[i]->directGroups, {});
        known[i].closings = effectWindows[i]->closings();
        directGroups[i].groups = known[i].groups.data();
        const WindowSpec& window = effectWindows[i]->windows().front();
        directGroups[i].isBySize = window.kind == WindowSpec::Kind::Size ? 1 : 0;
    }
    if (any)
        knownGroups = std::move(known);
    loopContext.direct = directGroups.data();
}

// After the loop the windows hold everything that it added.
void GroupRunner::Impl::countKnownGroups() {
    for (std::size_t i = 0; i < knownGroups.size(); ++i)
        for (const std::uint32_t group : knownGroups[i].known)
            count(i, knownGroups[i].groups[group]);
}

void GroupRunner::Impl::count(std::size_t effect, KnownGroup& group) {
    const std::uint64_t added = std::exchange(group.rows, 0);
    group.room -= std::min(added, group.room);
    effectWindows[effect]->countRows(group.states, added);
    for (const LoopEffect::Slot& slot : effects[effect]->slots)
        aggregates::countRows(slot.layout, group.states + slot.offset, added);
}

void GroupRunner::Impl::forgetGroups(std::size_t effect) {
    for (const std::uint32_t group : knownGroups[effect].known)
        knownGroups[effect].groups[group] = {};
    knownGroups[effect].known.clear();
}

// In the middle of the loop something else may happen to the windows.
void GroupRunner::Impl::forgetKnownGroups() {
    countKnownGroups();
    for (std::size_t i = 0; i < knownGroups.size(); ++i)
        forgetGroups(i);
}

// Between two loops windows may have closed.
void GroupRunner::Impl::forgetStaleGroups() {
    for (std::size_t i = 0; i < knownGroups.size(); ++i) {
        if (effectWindows[i] == nullptr || knownGroups[i].closings == effectWindows[i]->closings())
            continue;
        forgetGroups(i);
        knownGroups[i].closings = effectWindows[i]->closings();
    }
}

bool GroupRunner::Impl::know(std::uint32_t row, std::uint32_t effect, const Value* keys,
                             std::uint32_t group) {
    KnownGroup& of = knownGroups[effect].groups[group];
    if (of.states != nullptr)
        count(effect, of);
    std::byte* const states = touch(row, effect, keys);
    if (states == nullptr)
        return false;
    const KeyedWindows& windows = *effectWindows[effect];
    windows.uncountRow(states); // it is counted with those to come
    if (of.states == nullptr)
        knownGroups[effect].known.push_back(group);
    of = {states, 0, windows.room(states)};
    for (const LoopEffect::Slot& slot : effects[effect]->slots)
        aggregates::bringTo(slot.layout, states + slot.offset, sumBlock);
    return true;
}

} // namespace fuseboard
