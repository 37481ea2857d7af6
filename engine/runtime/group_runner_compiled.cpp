// SPDX-License-Identifier: Apache-2.0
// Blocks that generated code runs over, and what it calls back: rows that are not as guessed, rows
// for members that work through their bodies, rows that leave as values.
#include "engine/base/cycle_counter.h"
#include "engine/kernels/loop_kernels.h"
#include "engine/operators/group_key.h"
#include "engine/operators/keyed_windows.h"
#include "engine/runtime/group_runner_parts.h"

#include <algorithm>

namespace fuseboard {

namespace {

void collectEffects(const std::vector<LoopStep>& steps, std::vector<const LoopEffect*>& effects) {
    for (const LoopStep& step : steps) {
        if (step.kind == LoopStep::Kind::Effect)
            effects.push_back(&step.effect);
        collectEffects(step.inside, effects);
        collectEffects(step.otherwise, effects);
    }
}

std::uint64_t sum(const std::vector<std::uint32_t>& which,
                  const std::vector<std::uint64_t>& counters) {
    std::uint64_t total = 0;
    for (const std::uint32_t counter : which)
        total += counters[counter];
    return total;
}

} // namespace

// Whether code runs over the task's rows. Without any, rows in columns take the generic entry.
bool GroupRunner::Impl::useCode(std::span<const EdgeBatch> inputs, MemberTiming timing) {
    columnBlock = nullptr;
    rowBlock = nullptr;
    std::shared_ptr<const CompiledLoop> made;
    if (inputs.size() == 1 && inputs[0].columns != nullptr) {
        columnBlock = inputs[0].columns.get();
        made = loopOver(*columnBlock);
    } else if (stageCode != nullptr && inputs.size() == 1 && inputs[0].block != nullptr) {
        made = stageCode->forRows(*inputs[0].block);
        rowBlock = made == nullptr ? nullptr : inputs[0].block.get();
        rowSuffix = inputs[0].suffix;
    }
    if (made != loop)
        prepareLoop(std::move(made));
    chooseProbe(timing);
    return columnBlock != nullptr || rowBlock != nullptr;
}

void GroupRunner::Impl::prepareLoop(std::shared_ptr<const CompiledLoop> made) {
    loop = std::move(made);
    effects.clear();
    effectPaths.clear();
    effectWindows.clear();
    loopContext = {};
    knownGroups.clear();
    if (loop == nullptr)
        return;
    const LoopProgram& program = loop->program();
    collectEffects(program.steps, effects);
    for (const LoopEffect* effect : effects) {
        RowPath path;
        for (const std::uint64_t number : effect->path)
            path = path.then(number, loopPaths);
        effectPaths.push_back(path);
        const bool accumulates = effect->kind == LoopEffect::Kind::Accumulate;
        effectWindows.push_back(accumulates ? members[effect->target].body->keyedWindows()
                                            : nullptr);
    }
    counters.assign(program.counterCount, 0);
    hints.assign(program.columns.size(), 0);
    loopContext.counters = counters.data();
    loopContext.hints = hints.data();
    loopContext.scratch = &loopScratch;
    loopContext.host = this;
    loopContext.program = &program;
    prepareKnownGroups();
}

void GroupRunner::Impl::chooseProbe(MemberTiming timing) {
    probe = nullptr;
    const bool periodic = timing == MemberTiming::All;
    if (loop == nullptr || !(periodic || (timing == MemberTiming::Untimed && probeWanted)))
        return;
    probe = stageCode->probeOf(loop, periodic);
    if (probe == nullptr)
        return;
    cycles.assign(members.size() + 1, 0);
    loopContext.cycles = cycles.data();
    loopContext.cyclesOfProbe = cycleCosts().perReading;
}

// Members that work through their bodies were timed there.
void GroupRunner::Impl::attributeCycles() {
    const LoopProgram& program = loop->program();
    probeWanted = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::uint64_t handled = sum(program.members[i].counters.rowsIn, counters);
        RunningMember& member = members[i];
        if (probe != nullptr && handled > 0) {
            member.figures.timedRows += handled;
            member.figures.timedNs += static_cast<std::uint64_t>(static_cast<double>(cycles[i]) *
                                                                 cycleCosts().nsPerCycle);
            member.codeWasTimed = true;
        }
        probeWanted = probeWanted || (handled > 0 && !member.codeWasTimed);
    }
}

// --- the loop ------------------------------------------------------------------------------------

// Rows that came alone with their event go through the code, those of larger units do not: their
// order among each other may be the reverse one. Nor do batches, of which a sink writes the rows.
void GroupRunner::Impl::runRows(const RowBlock& block) {
    if (!block.rows.empty())
        loopContext.rows = reinterpret_cast<const std::byte*>(&block.rows.front().data);
    loopContext.rowBytes = sizeof(BatchRow);
    while (!rows.atEnd() && rows.key().sequence != kEndSequence) {
        const std::size_t before = rows.taken();
        processMarks(rows.key().sequence);
        if (rows.taken() != before)
            continue; // marks took the rows of their ticks
        const std::size_t end = rangeEnd(block, before);
        if (end == before) {
            processUnit();
            continue;
        }
        enterLoop(static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(end));
        rows.skip(end - before);
    }
}

std::size_t GroupRunner::Impl::rangeEnd(const RowBlock& block, std::size_t begin) const {
    const std::vector<BatchRow>& all = block.rows;
    const std::uint64_t until = actsOnTime && nextMark < morsel->marks.size()
                                    ? morsel->marks[nextMark].sequence
                                    : kEndSequence;
    std::size_t end = begin;
    while (end < all.size() && all[end].key.unit == kEventUnit && all[end].key.sequence < until &&
           !all[end].isBatch &&
           (end + 1 == all.size() || all[end + 1].key.sequence != all[end].key.sequence))
        ++end;
    return end;
}

void GroupRunner::Impl::enterLoop(std::uint32_t begin, std::uint32_t end) {
    if (loop != nullptr) {
        (probe != nullptr ? probe : loop)->entry()(&loopContext, begin, end);
        return;
    }
    for (std::uint32_t row = begin; row < end; ++row)
        genericRow(row);
}

// The figures that code counted, and the bytes that it printed.
void GroupRunner::Impl::finishLoop(std::span<EdgeBatch> outputEdges) {
    loopScratch.reset();
    if (loop == nullptr)
        return;
    const LoopProgram& program = loop->program();
    attributeCycles();
    for (std::size_t i = 0; i < members.size(); ++i) {
        members[i].figures.rowsIn += sum(program.members[i].counters.rowsIn, counters);
        members[i].figures.rowsOut += sum(program.members[i].counters.rowsOut, counters);
    }
    std::fill(counters.begin(), counters.end(), 0);
    for (RunningOutput& output : outputs) {
        if (output.bytes == nullptr)
            continue;
        auto printed = std::make_shared<PrintedRows>();
        printed->size = static_cast<std::size_t>(output.bytes->at - output.bytes->begin);
        printed->memory.reset(std::exchange(output.bytes->begin, nullptr));
        printed->rows = output.bytes->rows;
        printed->events = printed->rows - output.batchedRows + output.batches;
        printed->nonFinite = output.bytes->nonFinite;
        output.bytes = nullptr;
        figures->rowsOut += printed->events;
        EdgeBatch& edge = outputEdges[output.edges.front()];
        edge.bytes = printed->size;
        edge.printed = std::move(printed);
    }
}

// --- what code calls back ------------------------------------------------------------------------

// What a member before made of the row, if it only took a part of it.
Row GroupRunner::Impl::rowOf(std::uint32_t index, std::uint32_t effect, const Value* data) {
    Row row = rowAt(index, data);
    if (data != nullptr)
        return row;
    for (const std::string& key : effects[effect]->part) {
        const Value* const found = row.data.isRecord() ? row.data.find(key) : nullptr;
        row.data = found == nullptr ? Value() : *found;
    }
    return row;
}

Row GroupRunner::Impl::rowAt(std::uint32_t index, const Value* data) {
    Row row;
    if (rowBlock != nullptr) {
        const BatchRow& from = rowBlock->rows[index];
        row.data = from.data;
        row.meta = from.meta;
        row.sequence = from.key.sequence;
        row.ingestNs = from.ingestNs;
        row.isBatch = from.isBatch;
    } else {
        const std::uint32_t ordinal = columnBlock->ordinal[index];
        row.meta = Value::record({});
        row.sequence = columnBlock->firstSequence + ordinal;
        row.ingestNs = columnBlock->times != nullptr ? columnBlock->times[index]
                                                     : columnBlock->firstRow + ordinal;
        if (data == nullptr)
            row.data = rereader->reread(columnBlock->line(index), loopScratch);
    }
    if (data != nullptr)
        row.data = *data;
    return row;
}

// A row goes its way from `target` on, as the interpreter would take it.
void GroupRunner::Impl::push(std::uint32_t index, const GroupTarget& target, const RowPath& path,
                             const Row& row) {
    beginUnit(row.sequence, kEventUnit);
    unitEntries.push_back({target, row, pathAt(index, path)});
    runEntries();
    endUnit();
}

void GroupRunner::Impl::genericRow(std::uint32_t row) {
    forgetKnownGroups();
    push(row, entries[0], RowPath(), rowAt(row, nullptr));
}

void GroupRunner::Impl::leave(std::uint32_t row, std::uint32_t effect, const Value* data) {
    GroupTarget target;
    target.leaves = true;
    target.index = effects[effect]->target;
    push(row, target, effectPaths[effect], rowOf(row, effect, data));
}

void GroupRunner::Impl::generic(std::uint32_t row, std::uint32_t effect, const Value* data) {
    forgetKnownGroups();
    GroupTarget target;
    target.index = effects[effect]->target;
    target.input = effects[effect]->input;
    push(row, target, effectPaths[effect], rowOf(row, effect, data));
}

RowPath GroupRunner::Impl::pathAt(std::uint32_t row, const RowPath& within) {
    if (rowBlock == nullptr)
        return within;
    return rowBlock->rows[row].key.path.then(rowSuffix, paths).then(within, paths);
}

std::byte* GroupRunner::Impl::touch(std::uint32_t row, std::uint32_t effect, const Value* keys) {
    std::uint64_t time = 0;
    if (rowBlock != nullptr) {
        loopContext.sequence = rowBlock->rows[row].key.sequence;
        time = rowBlock->rows[row].ingestNs;
    } else {
        const std::uint32_t ordinal = columnBlock->ordinal[row];
        loopContext.sequence = columnBlock->firstSequence + ordinal;
        time = columnBlock->times != nullptr ? columnBlock->times[row]
                                             : columnBlock->firstRow + ordinal;
    }
    const Value list = Value::array({keys, effects[effect]->keys.size()});
    return effectWindows[effect]->touch(list, group_key::hashKeys(list), time);
}

bool GroupRunner::Impl::add(std::uint32_t index, std::uint32_t effect, std::uint32_t slot,
                            std::byte* states, const Value* arguments, const Value* data) {
    const Value unknown;
    Row row = rowAt(index, data == nullptr ? &unknown : data);
    beginUnit(row.sequence, kEventUnit);
    current = effects[effect]->target;
    currentPath = pathAt(index, effectPaths[effect]);
    if (data == nullptr)
        rereads = {index, effect};
    BodyContext context{scratch, *this};
    KeyedWindows& windows = *effectWindows[effect];
    FunctionContext call{scratch, row.ingestNs, windows.size()};
    const std::size_t count = effects[effect]->slots[slot].arguments.size();
    const bool added = windows.accumulate(states, slot, {arguments, count}, row, call, context);
    rereads = std::nullopt;
    if (!added) {
        windows.touchFailed();
        drain(); // what the failure sent to `err`
    }
    endUnit();
    return added;
}

void GroupRunner::Impl::accumulate(std::uint32_t index, std::uint32_t effect, const Value* keys,
                                   const Value* arguments, const Value* data) {
    const Row row = rowOf(index, effect, data);
    beginUnit(row.sequence, kEventUnit);
    current = effects[effect]->target;
    currentPath = pathAt(index, effectPaths[effect]);
    emissions = 0;
    aborted = false;
    BodyContext context{scratch, *this};
    std::size_t count = 0;
    for (const LoopEffect::Slot& slot : effects[effect]->slots)
        count += slot.arguments.size();
    const Value list = Value::array({keys, effects[effect]->keys.size()});
    KeyedWindows& windows = *effectWindows[effect];
    forgetKnownGroups();
    windows.beginRow();
    (void)windows.accept(row, list, group_key::hashKeys(list), {arguments, count}, context);
    drain();
    endUnit();
}

Value GroupRunner::Impl::event(std::uint32_t row) {
    return rowBlock != nullptr ? rowBlock->rows[row].data
                               : rereader->reread(columnBlock->line(row), loopScratch);
}

Value GroupRunner::Impl::meta(std::uint32_t row) {
    return rowBlock != nullptr ? rowBlock->rows[row].meta : Value::record({});
}

} // namespace fuseboard
