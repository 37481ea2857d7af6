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

/// A list of very many elements needs more while its row is worked on.
constexpr std::size_t kMostLogWordsKept = std::size_t{1} << 17U;

bool isSameUnit(const RowKey& a, const RowKey& b) {
    return a.sequence == b.sequence && a.unit == b.unit;
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
    effectNumbered.clear();
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
        effectNumbered.push_back(std::ranges::any_of(
            effect->path, [](std::uint64_t number) { return number >= kEachNumber; }));
        const bool accumulates = effect->kind == LoopEffect::Kind::Accumulate;
        effectWindows.push_back(accumulates ? members[effect->target].body->keyedWindows()
                                            : nullptr);
    }
    counters.assign(program.counterCount, 0);
    hints.assign(program.columns.size(), 0);
    loopContext.counters = counters.data();
    loopContext.hints = hints.data();
    eachNumbers.assign(program.eachCount, 0);
    loopContext.emissions = eachNumbers.data();
    loopContext.log = log.data();
    loopContext.logWords = log.size();
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

// All rows go through the code but those of ticks and batches, of which a sink writes the rows.
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
            runUnit(block, before);
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
           (!reversed || end + 1 == all.size() ||
            all[end + 1].key.sequence != all[end].key.sequence) &&
           (!reversed || end == 0 || all[end - 1].key.sequence != all[end].key.sequence))
        ++end;
    return end;
}

// The rows of one event where the last is handled first, if there is room to put into order what
// they send.
void GroupRunner::Impl::runUnit(const RowBlock& block, std::size_t begin) {
    const std::vector<BatchRow>& all = block.rows;
    std::size_t end = begin;
    bool fits = loop != nullptr && rows.key().unit == kEventUnit;
    for (; end < all.size() && isSameUnit(all[end].key, all[begin].key); ++end)
        fits = fits && !all[end].isBatch;
    for (const RunningOutput& output : outputs)
        fits = fits && output.bytes == nullptr;
    if (!fits) {
        processUnit();
        return;
    }
    beginRows(static_cast<std::uint32_t>(begin));
    for (std::size_t row = end; row > begin; --row)
        enterLoop(static_cast<std::uint32_t>(row - 1), static_cast<std::uint32_t>(row));
    endRows();
    rows.skip(end - begin);
}

void GroupRunner::Impl::enterLoop(std::uint32_t begin, std::uint32_t end) {
    if (loop != nullptr) {
        (probe != nullptr ? probe : loop)->entry()(&loopContext, begin, end);
        if (severalRows == 0)
            scratch.reset(); // aggregates may have used it
        return;
    }
    for (std::uint32_t row = begin; row < end; ++row)
        genericRow(row);
}

// The figures that code counted, and the bytes that it printed.
void GroupRunner::Impl::finishLoop(std::span<EdgeBatch> outputEdges) {
    loopScratch.reset();
    if (log.size() > kMostLogWordsKept) {
        log = {};
        loopContext.log = nullptr;
        loopContext.logWords = 0;
    }
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

// What is done for one row that a loop sends on, or for all that it sends of one row at once.
void GroupRunner::Impl::beginEffect(std::uint64_t sequence) {
    if (severalRows == 0 && !severalGroups)
        beginUnit(sequence, kEventUnit);
}

void GroupRunner::Impl::endEffect() {
    if (severalRows == 0 && !severalGroups)
        endUnit();
}

// A row goes its way from `target` on, as the interpreter would take it.
void GroupRunner::Impl::push(std::uint32_t index, const GroupTarget& target, const RowPath& path,
                             const Row& row) {
    beginEffect(row.sequence);
    unitEntries.clear();
    unitEntries.push_back({target, row, pathAt(index, path)});
    runEntries();
    endEffect();
}

void GroupRunner::Impl::genericRow(std::uint32_t row) {
    forgetKnownGroups();
    push(row, entries[0], RowPath(), rowAt(row, nullptr));
}

void GroupRunner::Impl::leave(std::uint32_t row, std::uint32_t effect, const Value* data) {
    GroupTarget target;
    target.leaves = true;
    target.index = effects[effect]->target;
    push(row, target, pathOf(effect), rowOf(row, effect, data));
}

void GroupRunner::Impl::generic(std::uint32_t row, std::uint32_t effect, const Value* data) {
    forgetKnownGroups();
    GroupTarget target;
    target.index = effects[effect]->target;
    target.input = effects[effect]->input;
    push(row, target, pathOf(effect), rowOf(row, effect, data));
}

RowPath GroupRunner::Impl::pathOf(std::uint32_t effect) {
    if (!effectNumbered[effect])
        return effectPaths[effect];
    RowPath path;
    for (const std::uint64_t number : effects[effect]->path)
        path = path.then(number >= kEachNumber ? eachNumbers[number - kEachNumber] : number, paths);
    return path;
}

RowPath GroupRunner::Impl::pathAt(std::uint32_t row, const RowPath& within) {
    if (rowBlock == nullptr)
        return within;
    return rowBlock->rows[row].key.path.then(rowSuffix, paths).then(within, paths);
}

std::uint64_t GroupRunner::Impl::sequenceOf(std::uint32_t row) const {
    return rowBlock != nullptr ? rowBlock->rows[row].key.sequence
                               : columnBlock->firstSequence + columnBlock->ordinal[row];
}

std::uint64_t GroupRunner::Impl::timeOf(std::uint32_t row) const {
    if (rowBlock != nullptr)
        return rowBlock->rows[row].ingestNs;
    return columnBlock->times != nullptr ? columnBlock->times[row]
                                         : columnBlock->firstRow + columnBlock->ordinal[row];
}

// --- keyed windows -------------------------------------------------------------------------------

std::byte* GroupRunner::Impl::touch(std::uint32_t row, std::uint32_t effect, const Value* keys) {
    const Value list = Value::array({keys, effects[effect]->keys.size()});
    return touchHashed(row, effect, keys, group_key::hashKeys(list));
}

std::byte* GroupRunner::Impl::touchHashed(std::uint32_t row, std::uint32_t effect,
                                          const Value* keys, std::uint64_t hash) {
    loopContext.sequence = sequenceOf(row);
    touchedNs = timeOf(row);
    const Value list = Value::array({keys, effects[effect]->keys.size()});
    return effectWindows[effect]->touch(list, hash, touchedNs);
}

bool GroupRunner::Impl::add(std::uint32_t effect, std::uint32_t slot, std::byte* states,
                            const Value* arguments) {
    KeyedWindows& windows = *effectWindows[effect];
    FunctionContext call{scratch, touchedNs,
                         severalGroups ? windows.groupsBefore() : windows.size()};
    const std::size_t count = effects[effect]->slots[slot].arguments.size();
    if (windows.add(states, slot, {arguments, count}, loopContext.sequence, call)) [[likely]]
        return true;
    failedSlot = slot;
    slotFailure = {call.errorCode, std::move(call.errorMessage)};
    return false;
}

void GroupRunner::Impl::addFailed(std::uint32_t index, std::uint32_t effect, const Value* data) {
    const Value unknown;
    const Row row = rowAt(index, data == nullptr ? &unknown : data);
    beginEffect(row.sequence);
    if (!severalGroups) {
        current = effects[effect]->target;
        currentPath = pathAt(index, pathOf(effect));
    }
    if (data == nullptr)
        rereads = {index, effect};
    KeyedWindows& windows = *effectWindows[effect];
    fail(slotFailure.first, std::move(slotFailure.second), windows.aggregate(failedSlot), row);
    rereads = std::nullopt;
    windows.touchFailed();
    if (!severalGroups)
        drain(); // what the failure sent to `err`
    endEffect();
}

bool GroupRunner::Impl::accumulate(std::uint32_t index, std::uint32_t effect, const Value* keys,
                                   const Value* arguments, const Value* data) {
    const Row row = rowOf(index, effect, data);
    KeyedWindows& windows = *effectWindows[effect];
    beginEffect(row.sequence);
    if (!severalGroups) {
        current = effects[effect]->target;
        currentPath = pathAt(index, pathOf(effect));
        emissions = 0;
        windows.beginRow();
    }
    aborted = false;
    BodyContext context{scratch, *this};
    std::size_t count = 0;
    for (const LoopEffect::Slot& slot : effects[effect]->slots)
        count += slot.arguments.size();
    const Value list = Value::array({keys, effects[effect]->keys.size()});
    forgetKnownGroups();
    const bool added =
        windows.accept(row, list, group_key::hashKeys(list), {arguments, count}, context);
    if (!severalGroups)
        drain();
    endEffect();
    return added;
}

// --- several rows or groups of one row -----------------------------------------------------------

void GroupRunner::Impl::beginRows(std::uint32_t row) {
    beginEffect(sequenceOf(row));
    ++severalRows;
}

void GroupRunner::Impl::endRows() {
    --severalRows;
    endEffect();
}

// The body gets one row: what it emits for all groups goes on together.
void GroupRunner::Impl::beginGroups(std::uint32_t row, std::uint32_t effect) {
    beginEffect(sequenceOf(row));
    severalGroups = true;
    current = effects[effect]->target;
    currentPath = pathAt(row, pathOf(effect));
    emissions = 0;
    effectWindows[effect]->beginRow();
}

void GroupRunner::Impl::endGroups() {
    severalGroups = false;
    drain();
    endEffect();
}

void GroupRunner::Impl::growLog(std::uint64_t words) {
    log.resize(std::max<std::size_t>(words, 2 * log.size()));
    loopContext.log = log.data();
    loopContext.logWords = log.size();
}

Value GroupRunner::Impl::event(std::uint32_t row) {
    return rowBlock != nullptr ? rowBlock->rows[row].data
                               : rereader->reread(columnBlock->line(row), loopScratch);
}

Value GroupRunner::Impl::meta(std::uint32_t row) {
    return rowBlock != nullptr ? rowBlock->rows[row].meta : Value::record({});
}

} // namespace fuseboard
