// SPDX-License-Identifier: Apache-2.0
// Rows that are added to keyed windows: the group is found by a call, its simple aggregates are
// updated in place by what aggregates/layout.h says.
#include "engine/jit/loop_emitter.h"

#include "engine/operators/group_table.h"
#include "engine/script/aggregates/layout.h"

#include <cstddef>

namespace fuseboard::jit {

using aggregates::StateLayout;

namespace {

bool isNumeric(IrType type) {
    return type == IrType::Int || type == IrType::Float || type == IrType::Number;
}

} // namespace

llvm::Value* LoopEmitter::at(llvm::Value* base, std::size_t offset) {
    return m_build.CreateConstInBoundsGEP1_64(m_i8, base, offset);
}

// A cell that still is text becomes a value; guard: there is something.
Held LoopEmitter::converted(Held value) {
    if (value.type != IrType::Any)
        return value;
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const other = block(), *const after = block();
    llvm::BasicBlock* const before = m_build.GetInsertBlock();
    m_build.CreateCondBr(
        m_build.CreateICmpULE(m_build.CreateAnd(value.a, 0xFF),
                              m_build.getInt64(static_cast<std::uint64_t>(CellKind::Record))),
        after, other);
    m_build.SetInsertPoint(other);
    llvm::Value* const out = slot(m_cell, "value");
    guard(m_build.CreateICmpNE(call("fbk_value", m_i32, {m_loopContext, spilled(value), out}),
                               m_build.getInt32(0)));
    const Held made = loadedCell(out);
    llvm::BasicBlock* const fromOther = m_build.GetInsertBlock();
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    return joined(value, before, made, fromOther);
}

llvm::Value* LoopEmitter::spilledCells(const std::vector<Held>& cells) {
    llvm::Value* const all =
        slot(llvm::ArrayType::get(m_cell, std::max<std::size_t>(cells.size(), 1)), "cells");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Held cell = boxed(cells[i]);
        m_build.CreateStore(cell.a, m_build.CreateConstInBoundsGEP1_64(m_i64, all, 2 * i));
        m_build.CreateStore(cell.b, m_build.CreateConstInBoundsGEP1_64(m_i64, all, 2 * i + 1));
    }
    return all;
}

// Values: keys, then arguments slot by slot, then the row's data if a member made it.
void LoopEmitter::prepareAccumulate(Effect& effect) {
    const LoopEffect& what = *effect.effect;
    effect.inPlace = true;
    // Keys that codes stand for are read where the group is not known.
    if (what.directGroups == 0)
        for (const IrNodeIndex key : what.keys)
            effect.values.push_back(converted(generate(key)));
    for (const LoopEffect::Slot& slot : what.slots) {
        const std::size_t first = effect.values.size();
        for (const IrNodeIndex argument : slot.arguments)
            effect.values.push_back(converted(generate(argument)));
        const bool takesNumber = slot.layout != StateLayout::Opaque &&
                                 slot.layout != StateLayout::Count &&
                                 slot.layout != StateLayout::CountIf;
        // What may be no number, or no bool, is a failure of the aggregate.
        if (slot.layout == StateLayout::CountIf && effect.values[first].type != IrType::Bool)
            effect.inPlace = false;
        if (takesNumber && (slot.arguments.empty() || !isNumeric(effect.values[first].type)))
            effect.inPlace = false;
    }
    if (what.data != kNoIrNode)
        collectLeaves(what.data, true, effect.leaves);
    for (const IrNodeIndex leaf : effect.leaves)
        effect.values.push_back(converted(generate(leaf)));
    if (m_eachDepth > 0 && effect.inPlace && what.directGroups == 0)
        effect.hash = hashOfKeys(effect);
}

// A record that a member made of the row, made of what was kept for it: for a body, or a failure.
llvm::Value* LoopEmitter::dataOf(IrNodeIndex data, Effect& effect, std::size_t& leaf) {
    if (data == kNoIrNode)
        return llvm::ConstantPointerNull::get(llvm::cast<llvm::PointerType>(m_ptr));
    const IrNode& node = m_program.nodes[data];
    if (node.op != IrOp::Record)
        return spilled(effect.values[leaf++]);
    std::vector<Held> fields;
    for (const IrNodeIndex argument : node.arguments)
        fields.push_back(loadedCell(dataOf(argument, effect, leaf)));
    llvm::Value* const out = slot(m_cell, "record");
    call("fbk_record", m_build.getVoidTy(),
         {m_loopContext, address(&node), spilledCells(fields), out});
    return out;
}

void LoopEmitter::accumulate(Effect& effect) {
    const LoopEffect& what = *effect.effect;
    const auto block = [this](const char* name) {
        return llvm::BasicBlock::Create(m_context, name, m_function);
    };
    std::size_t next = what.directGroups == 0 ? what.keys.size() : 0;
    const std::vector<Held> keys(effect.values.begin(),
                                 effect.values.begin() + static_cast<std::ptrdiff_t>(next));
    const auto keyCells = [&] {
        return what.directGroups == 0 ? spilledCells(keys) : spilledKeys(what);
    };
    std::vector<std::vector<Held>> arguments;
    std::vector<Held> all;
    for (const LoopEffect::Slot& slot : what.slots) {
        arguments.emplace_back();
        for (std::size_t i = 0; i < slot.arguments.size(); ++i) {
            arguments.back().push_back(effect.values[next]);
            all.push_back(effect.values[next++]);
        }
    }
    const auto data = [&] {
        std::size_t leaf = next;
        return dataOf(what.data, effect, leaf);
    };
    llvm::BasicBlock *const whole = block("accumulate"), *const after = block("accumulated");
    llvm::BasicBlock* const failed = m_stop == nullptr ? after : m_stop;
    llvm::Value* const index = m_build.getInt32(effect.index);
    if (effect.inPlace) {
        llvm::Value* const states =
            what.directGroups > 0 ? known(effect, whole) : lookedUp(effect, keys, whole);
        llvm::BasicBlock* bad = nullptr;
        for (std::uint32_t i = 0; i < what.slots.size(); ++i) {
            llvm::Value* const added = addToSlot(what.slots[i], i, arguments[i], states, effect);
            if (added == nullptr)
                continue;
            llvm::BasicBlock* const on = block("");
            bad = bad == nullptr ? block("failed") : bad;
            m_build.CreateCondBr(added, on, bad); // a slot that failed ends the row
            m_build.SetInsertPoint(on);
        }
        m_build.CreateBr(after);
        if (bad != nullptr) {
            m_build.SetInsertPoint(bad);
            call("fbk_add_failed", m_build.getVoidTy(), {m_loopContext, m_row, index, data()});
            m_build.CreateBr(failed);
        }
    } else {
        m_build.CreateBr(whole);
    }
    m_build.SetInsertPoint(whole);
    llvm::Value* const added =
        call("fbk_accumulate", m_i32,
             {m_loopContext, m_row, index, keyCells(), spilledCells(all), data()});
    m_build.CreateCondBr(m_build.CreateICmpNE(added, m_build.getInt32(0)), after, failed);
    m_build.SetInsertPoint(after);
}

// The states of the row's group; a row with which more happens goes to `whole`.
llvm::Value* LoopEmitter::lookedUp(Effect& effect, const std::vector<Held>& keys,
                                   llvm::BasicBlock* whole) {
    llvm::Value *const index = m_build.getInt32(effect.index), *const cells = spilledCells(keys);
    llvm::Value* const states =
        effect.hash == nullptr
            ? call("fbk_touch", m_ptr, {m_loopContext, m_row, index, cells})
            : call("fbk_touch_hashed", m_ptr, {m_loopContext, m_row, index, cells, effect.hash});
    llvm::BasicBlock* const touched = llvm::BasicBlock::Create(m_context, "touched", m_function);
    m_build.CreateCondBr(m_build.CreateIsNull(states), whole, touched);
    m_build.SetInsertPoint(touched);
    return states;
}

// As lookedUp(), for a group that the codes of its keys lead to once it has been looked up. What is
// counted by rows is counted in one place, and brought to the states by LoopHost::know().
llvm::Value* LoopEmitter::known(Effect& effect, llvm::BasicBlock* whole) {
    const auto block = [this](const char* name) {
        return llvm::BasicBlock::Create(m_context, name, m_function);
    };
    llvm::Value* group = m_build.getInt64(0);
    for (const std::uint32_t column : effect.effect->keyColumns)
        group = m_build.CreateAdd(
            m_build.CreateMul(group, m_build.getInt64(m_program.dictionarySizes[column])),
            code(column));
    llvm::IRBuilder<> entry(m_entry->getTerminator());
    const auto setting = [&](llvm::Type* type, llvm::Value* of, std::size_t offset) {
        return entry.CreateLoad(type, entry.CreateConstInBoundsGEP1_64(m_i8, of, offset));
    };
    llvm::Value* const direct = setting(m_ptr, m_loopContext, offsetof(LoopContext, direct));
    const std::size_t at = effect.index * sizeof(DirectGroups);
    llvm::Value* const all = setting(m_ptr, direct, at + offsetof(DirectGroups, groups));
    llvm::Value* const isBySize = entry.CreateICmpNE(
        setting(m_i64, direct, at + offsetof(DirectGroups, isBySize)), entry.getInt64(0));
    llvm::Value* const place = m_build.CreateInBoundsGEP(
        m_i8, all, m_build.CreateMul(group, m_build.getInt64(sizeof(KnownGroup))));
    const auto part = [&](llvm::Type* type, std::size_t offset) {
        return m_build.CreateLoad(type, this->at(place, offset));
    };
    llvm::BasicBlock *const found = block("known"), *const unknown = block("unknown"),
                            *const bySize = block(""), *const byTime = block(""),
                            *const counted = block("counted");
    m_build.CreateCondBr(m_build.CreateIsNull(part(m_ptr, offsetof(KnownGroup, states))), unknown,
                         found);
    m_build.SetInsertPoint(unknown);
    llvm::Value* const made =
        call("fbk_know", m_i32,
             {m_loopContext, m_row, m_build.getInt32(effect.index), spilledKeys(*effect.effect),
              m_build.CreateTrunc(group, m_i32)});
    m_build.CreateCondBr(m_build.CreateIsNotNull(made), counted, whole);
    m_build.SetInsertPoint(found);
    m_build.CreateCondBr(isBySize, bySize, byTime);
    m_build.SetInsertPoint(bySize);
    m_build.CreateCondBr(m_build.CreateICmpULT(part(m_i64, offsetof(KnownGroup, rows)),
                                               part(m_i64, offsetof(KnownGroup, room))),
                         counted, unknown);
    m_build.SetInsertPoint(byTime);
    llvm::Value* const due = m_build.CreateLoad(
        m_i64, m_build.CreateInBoundsGEP(m_i8, part(m_ptr, offsetof(KnownGroup, states)),
                                         m_build.getInt64(offsetof(Group, first) +
                                                          offsetof(WindowLevel, progress) -
                                                          GroupTable::kStatesOffset)));
    m_build.CreateCondBr(m_build.CreateICmpULT(rowTime(), due), counted, unknown);
    m_build.SetInsertPoint(counted);
    increment(this->at(place, offsetof(KnownGroup, rows)));
    return part(m_ptr, offsetof(KnownGroup, states));
}

// Keys from tables and constants, in a block of their own.
llvm::Value* LoopEmitter::spilledKeys(const LoopEffect& effect) {
    m_scopes.emplace_back();
    std::vector<Held> keys;
    for (const IrNodeIndex key : effect.keys)
        keys.push_back(generate(key));
    m_scopes.pop_back();
    return spilledCells(keys);
}

// Of a loop from columns.
llvm::Value* LoopEmitter::rowTime() {
    llvm::IRBuilder<> entry(m_entry->getTerminator());
    const auto surrounding = [&](llvm::Type* type, std::size_t offset) {
        return entry.CreateLoad(type,
                                entry.CreateConstInBoundsGEP1_64(m_i8, m_loopContext, offset));
    };
    llvm::Value *const times = surrounding(m_ptr, offsetof(LoopContext, times)),
                       *const ordinals = surrounding(m_ptr, offsetof(LoopContext, ordinals)),
                       *const first = surrounding(m_i64, offsetof(LoopContext, firstTime));
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::BasicBlock *const given = block(), *const numbered = block(), *const after = block();
    llvm::Value* const row = m_build.CreateZExt(m_row, m_i64);
    m_build.CreateCondBr(m_build.CreateIsNull(times), numbered, given);
    m_build.SetInsertPoint(given);
    llvm::Value* const one =
        m_build.CreateLoad(m_i64, m_build.CreateInBoundsGEP(m_i64, times, row));
    m_build.CreateBr(after);
    m_build.SetInsertPoint(numbered);
    llvm::Value* const other = m_build.CreateAdd(
        first,
        m_build.CreateZExt(
            m_build.CreateLoad(m_i32, m_build.CreateInBoundsGEP(m_i32, ordinals, row)), m_i64));
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const time = m_build.CreatePHI(m_i64, 2);
    time->addIncoming(one, given);
    time->addIncoming(other, numbered);
    return time;
}

// Null: it cannot fail.
llvm::Value* LoopEmitter::addToSlot(const LoopEffect::Slot& slot, std::uint32_t index,
                                    const std::vector<Held>& arguments, llvm::Value* states,
                                    Effect& effect) {
    llvm::Value* const state = at(states, slot.offset);
    if (slot.layout == StateLayout::Opaque)
        return m_build.CreateICmpNE(
            call("fbk_add", m_i32,
                 {m_loopContext, m_build.getInt32(effect.index), m_build.getInt32(index), states,
                  spilledCells(arguments)}),
            m_build.getInt32(0));
    if (slot.layout == StateLayout::CountIf) {
        llvm::Value* const place = at(state, offsetof(aggregates::CountState, count));
        m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, place),
                                              m_build.CreateZExt(arguments[0].a, m_i64)),
                            place);
        return nullptr;
    }
    const bool isCounted = effect.effect->directGroups > 0; // with the group's rows
    if (slot.layout == StateLayout::Count) {
        if (!isCounted)
            increment(at(state, offsetof(aggregates::CountState, count)));
        return nullptr;
    }
    llvm::Value* const value = asDouble(arguments[0]);
    llvm::Value* blockNumber = nullptr;
    if (effect.effect->directGroups == 0)
        blockNumber = m_build.CreateUDiv(
            m_build.CreateLoad(m_i64, at(m_loopContext, offsetof(LoopContext, sequence))),
            m_build.getInt64(kSumBlockRows));
    switch (slot.layout) {
    case StateLayout::Sum: updateSum(state, value, blockNumber); break;
    case StateLayout::Mean:
        updateSum(at(state, offsetof(aggregates::MeanState, sum)), value, blockNumber);
        if (!isCounted)
            increment(at(state, offsetof(aggregates::MeanState, count)));
        break;
    case StateLayout::Least: updateExtreme(state, value, true); break;
    case StateLayout::Greatest: updateExtreme(state, value, false); break;
    default: updateVariance(state, value, blockNumber); break;
    }
    return nullptr;
}

void LoopEmitter::increment(llvm::Value* place) {
    m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, place), m_build.getInt64(1)),
                        place);
}

// Folds partial sums into those of earlier blocks where the row belongs to another block.
void LoopEmitter::inBlock(
    llvm::Value* number, llvm::Value* blockNumber,
    std::initializer_list<std::pair<llvm::Value*, llvm::Value*>> foldedPartials) {
    if (blockNumber == nullptr)
        return;
    llvm::BasicBlock *const fold = llvm::BasicBlock::Create(m_context, "fold", m_function),
                            *const on = llvm::BasicBlock::Create(m_context, "", m_function);
    m_build.CreateCondBr(m_build.CreateICmpEQ(m_build.CreateLoad(m_i64, number), blockNumber), on,
                         fold);
    m_build.SetInsertPoint(fold);
    for (const auto& [folded, partial] : foldedPartials) {
        m_build.CreateStore(m_build.CreateFAdd(m_build.CreateLoad(m_double, folded),
                                               m_build.CreateLoad(m_double, partial)),
                            folded);
        m_build.CreateStore(llvm::ConstantFP::get(m_double, 0.0), partial);
    }
    m_build.CreateStore(blockNumber, number);
    m_build.CreateBr(on);
    m_build.SetInsertPoint(on);
}

// In another block than the last value: what was summed is folded away first. No block number: the
// state was brought to the row's block already.
void LoopEmitter::updateSum(llvm::Value* state, llvm::Value* value, llvm::Value* blockNumber) {
    using aggregates::SumState;
    llvm::Value *const folded = at(state, offsetof(SumState, folded)),
                       *const partial = at(state, offsetof(SumState, partial)),
                       *const number = at(state, offsetof(SumState, block));
    inBlock(number, blockNumber, {{folded, partial}});
    m_build.CreateStore(m_build.CreateFAdd(m_build.CreateLoad(m_double, partial), value), partial);
}

void LoopEmitter::updateExtreme(llvm::Value* state, llvm::Value* value, bool least) {
    using aggregates::ExtremeState;
    llvm::Value *const held = at(state, offsetof(ExtremeState, value)), *const any = at(
                                                                            state,
                                                                            offsetof(ExtremeState,
                                                                                     any));
    llvm::Value* const old = m_build.CreateLoad(m_double, held);
    llvm::Value* const better =
        least ? m_build.CreateFCmpOLT(value, old) : m_build.CreateFCmpOGT(value, old);
    llvm::Value* const first =
        m_build.CreateICmpEQ(m_build.CreateLoad(m_i64, any), m_build.getInt64(0));
    m_build.CreateStore(m_build.CreateSelect(m_build.CreateOr(first, better), value, old), held);
    m_build.CreateStore(m_build.getInt64(1), any);
}

void LoopEmitter::updateVariance(llvm::Value* state, llvm::Value* value, llvm::Value* blockNumber) {
    using aggregates::VarianceState;
    llvm::Value *const count = at(state, offsetof(VarianceState, count)),
                       *const shift = at(state, offsetof(VarianceState, shift)),
                       *const sum = at(state, offsetof(VarianceState, sum)),
                       *const squares = at(state, offsetof(VarianceState, squares)),
                       *const number = at(state, offsetof(VarianceState, block));
    llvm::Value* const first =
        m_build.CreateICmpEQ(m_build.CreateLoad(m_i64, count), m_build.getInt64(0));
    llvm::Value* const moved =
        m_build.CreateSelect(first, value, m_build.CreateLoad(m_double, shift));
    m_build.CreateStore(moved, shift);
    increment(count);
    llvm::Value* const difference = m_build.CreateFSub(value, moved);
    inBlock(number, blockNumber,
            {{at(state, offsetof(VarianceState, foldedSum)), sum},
             {at(state, offsetof(VarianceState, foldedSquares)), squares}});
    const auto add = [&](llvm::Value* place, llvm::Value* by) {
        m_build.CreateStore(m_build.CreateFAdd(m_build.CreateLoad(m_double, place), by), place);
    };
    add(sum, difference);
    add(squares, m_build.CreateFMul(difference, difference));
}

} // namespace fuseboard::jit
