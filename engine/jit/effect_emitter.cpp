// SPDX-License-Identifier: Apache-2.0
// Effects: what is done with a row once all of it has been evaluated. A single effect is done where
// it stands; several wait until the last guard has passed.
#include "engine/jit/loop_emitter.h"

#include "engine/base/check.h"
#include "engine/formats/json_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>

namespace fuseboard::jit {

namespace {

constexpr std::uint64_t kIntBytes = 24, kBoolBytes = 5;

} // namespace

// The nodes whose values an effect needs. A record that is only printed is never made.
void LoopEmitter::collectLeaves(IrNodeIndex data, bool printed, std::vector<IrNodeIndex>& leaves) {
    const IrNode& node = m_program.nodes[data];
    if (!printed || node.op != IrOp::Record) {
        leaves.push_back(data);
        return;
    }
    for (const IrNodeIndex value : node.arguments)
        collectLeaves(value, printed, leaves);
}

void LoopEmitter::prepareEffect(const LoopEffect& what) {
    Effect& effect = m_effects.emplace_back();
    effect.effect = &what;
    effect.index = static_cast<std::uint32_t>(m_effects.size() - 1);
    for (const std::uint64_t number : what.path)
        if (number >= kEachNumber)
            effect.numbers.push_back(number - kEachNumber);
    if (what.kind == LoopEffect::Kind::Accumulate) {
        prepareAccumulate(effect);
        finishEffect(effect);
        return;
    }
    const bool printed =
        what.kind == LoopEffect::Kind::Leave && m_program.outputs[what.target].encoded;
    if (what.data != kNoIrNode) {
        collectLeaves(what.data, printed, effect.leaves);
        for (const IrNodeIndex leaf : effect.leaves)
            effect.values.push_back(generate(leaf));
        // Cells that still are text become values here, where that may fail.
        for (Held& value : effect.values)
            value = converted(value);
    } else if (printed) {
        llvm::Value* const out = slot(m_cell, "whole");
        call("fbk_event", m_build.getVoidTy(), {m_loopContext, m_row, out});
        effect.values.push_back(loadedCell(out));
    }
    finishEffect(effect);
}

void LoopEmitter::finishEffect(Effect& effect) {
    if (m_single)
        carryOut(effect);
    else if (m_eachDepth > 0)
        logEffect(effect);
    else
        saveEffect(effect);
}

void LoopEmitter::saveEffect(Effect& effect) {
    effect.reached = slot(m_i1, "effect");
    // Unset at the start of each row: behind everything that the head does first.
    llvm::IRBuilder<> head(m_head, m_head->getFirstInsertionPt());
    head.CreateStore(head.getFalse(), effect.reached);
    m_build.CreateStore(m_build.getTrue(), effect.reached);
    for (const Held& value : effect.values) {
        std::array<llvm::AllocaInst*, 3> parts{};
        const std::array<llvm::Value*, 3> all{value.a, value.b, value.c};
        for (std::size_t i = 0; i < 3; ++i) {
            if (all[i] == nullptr)
                continue;
            parts[i] = slot(all[i]->getType(), "kept");
            m_build.CreateStore(all[i], parts[i]);
        }
        effect.saved.push_back(parts);
    }
}

void LoopEmitter::restoreEffect(Effect& effect) {
    for (std::size_t v = 0; v < effect.values.size(); ++v) {
        const auto part = [&](std::size_t i) -> llvm::Value* {
            llvm::AllocaInst* const at = effect.saved[v][i];
            return at == nullptr ? nullptr : m_build.CreateLoad(at->getAllocatedType(), at);
        };
        effect.values[v] = {effect.values[v].type, part(0), part(1), part(2)};
    }
}

void LoopEmitter::finishEffects() {
    if (m_single)
        return;
    belongTo(outside());
    std::vector<std::function<void()>> order;
    std::size_t region = 0;
    for (std::size_t i = 0; i < m_effects.size() || region < m_regions.size();) {
        if (region < m_regions.size() && m_regions[region].firstEffect == i) {
            order.emplace_back([this, region] { replay(region); });
            i = m_regions[region++].endEffect;
        } else {
            order.emplace_back([this, i] { carryOutSaved(m_effects[i]); });
            ++i;
        }
    }
    if (m_program.reversed)
        std::reverse(order.begin(), order.end());
    for (const std::function<void()>& act : order)
        act();
}

void LoopEmitter::carryOutSaved(Effect& effect) {
    llvm::BasicBlock *const now = llvm::BasicBlock::Create(m_context, "act", m_function),
                            *const after = llvm::BasicBlock::Create(m_context, "", m_function);
    m_build.CreateCondBr(m_build.CreateLoad(m_i1, effect.reached), now, after);
    m_build.SetInsertPoint(now);
    belongTo(effect.effect->member);
    restoreEffect(effect);
    carryOut(effect);
    belongTo(outside());
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
}

void LoopEmitter::carryOut(Effect& effect) {
    const LoopEffect& what = *effect.effect;
    if (what.kind == LoopEffect::Kind::Accumulate) {
        accumulate(effect);
        return;
    }
    if (what.kind == LoopEffect::Kind::Leave && m_program.outputs[what.target].encoded) {
        print(effect);
        return;
    }
    llvm::Value* const data = what.data == kNoIrNode
                                  ? static_cast<llvm::Value*>(llvm::ConstantPointerNull::get(
                                        llvm::cast<llvm::PointerType>(m_ptr)))
                                  : spilled(effect.values[0]);
    if (what.kind == LoopEffect::Kind::Leave) {
        call("fbk_leave", m_build.getVoidTy(),
             {m_loopContext, m_row, m_build.getInt32(effect.index), data});
        return;
    }
    if (m_probed)
        chargeMember();
    call("fbk_generic", m_build.getVoidTy(),
         {m_loopContext, m_row, m_build.getInt32(effect.index), data});
    if (m_probed)
        restartProbe(); // the member's body is timed where it is called
}

// --- printing ------------------------------------------------------------------------------------

// Text between values is joined, so that a row is few pieces.
void LoopEmitter::collectPieces(IrNodeIndex data, Effect& effect, std::size_t& leaf,
                                std::vector<Piece>& pieces) {
    const auto literal = [&](std::string_view bytes) {
        if (pieces.empty() || pieces.back().value)
            pieces.emplace_back();
        pieces.back().literal += bytes;
    };
    if (data == kNoIrNode || m_program.nodes[data].op != IrOp::Record) {
        pieces.push_back({{}, effect.values[leaf++]});
        return;
    }
    const IrNode& record = m_program.nodes[data];
    literal("{");
    for (std::size_t i = 0; i < record.keys.size(); ++i) {
        std::string key;
        printJsonString(record.keys[i], key);
        literal((i == 0 ? "" : ",") + key + ":");
        collectPieces(record.arguments[i], effect, leaf, pieces);
    }
    literal("}");
}

void LoopEmitter::print(Effect& effect) {
    std::vector<Piece> pieces;
    std::size_t leaf = 0;
    collectPieces(effect.effect->data, effect, leaf, pieces);
    if (pieces.empty() || pieces.back().value)
        pieces.emplace_back();
    pieces.back().literal += "\n";
    llvm::Value* const outputs = m_build.CreateLoad(
        m_ptr,
        m_build.CreateConstInBoundsGEP1_64(m_i8, m_loopContext, offsetof(LoopContext, outputs)));
    llvm::Value* const out = m_build.CreateConstInBoundsGEP1_64(
        m_i8, outputs, effect.effect->target * sizeof(LoopBytes));
    // Values of any kind print themselves; what stands between two of them is one segment.
    for (std::size_t begin = 0; begin < pieces.size();) {
        if (pieces[begin].value && pieces[begin].value->type == IrType::Any) {
            call("fbk_put_value", m_build.getVoidTy(), {out, spilled(*pieces[begin].value)});
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end < pieces.size() &&
               !(pieces[end].value && pieces[end].value->type == IrType::Any))
            ++end;
        printSegment(pieces, begin, end, out);
        begin = end;
    }
    llvm::Value* const rows =
        m_build.CreateConstInBoundsGEP1_64(m_i8, out, offsetof(LoopBytes, rows));
    m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, rows), m_build.getInt64(1)),
                        rows);
}

void LoopEmitter::printSegment(const std::vector<Piece>& pieces, std::size_t begin, std::size_t end,
                               llvm::Value* out) {
    std::uint64_t fixed = 0;
    llvm::Value* texts = m_build.getInt64(0);
    for (std::size_t i = begin; i < end; ++i) {
        fixed += pieces[i].literal.size();
        if (!pieces[i].value)
            continue;
        const Held& value = *pieces[i].value;
        switch (value.type) {
        case IrType::Text: {
            llvm::Value* const factor =
                m_build.CreateSelect(value.c, m_build.getInt64(1), m_build.getInt64(6));
            texts = m_build.CreateAdd(texts, m_build.CreateMul(value.b, factor));
            fixed += 2;
            break;
        }
        case IrType::Bool: fixed += kBoolBytes; break;
        case IrType::Int: fixed += kIntBytes; break;
        default: fixed += kFloatBytes; break;
        }
    }
    llvm::Value* at =
        call("fbk_reserve", m_ptr, {out, m_build.CreateAdd(texts, m_build.getInt64(fixed))});
    for (std::size_t i = begin; i < end; ++i)
        at = printPiece(pieces[i], at, out);
    m_build.CreateStore(at, m_build.CreateConstInBoundsGEP1_64(m_i8, out, offsetof(LoopBytes, at)));
}

llvm::Value* LoopEmitter::printPiece(const Piece& piece, llvm::Value* at, llvm::Value* out) {
    if (!piece.value) {
        m_build.CreateMemCpy(at, llvm::MaybeAlign(1), text(piece.literal), llvm::MaybeAlign(1),
                             piece.literal.size());
        return m_build.CreateConstInBoundsGEP1_64(m_i8, at, piece.literal.size());
    }
    const Held& value = *piece.value;
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    switch (value.type) {
    case IrType::Int: return call("fbk_put_int", m_ptr, {at, value.a});
    case IrType::Float: return call("fbk_put_float", m_ptr, {at, value.a, out});
    case IrType::Bool: {
        llvm::Value* const word = m_build.CreateSelect(value.a, text("true "), text("false"));
        m_build.CreateMemCpy(at, llvm::MaybeAlign(1), word, llvm::MaybeAlign(1), kBoolBytes);
        return m_build.CreateInBoundsGEP(
            m_i8, at, m_build.CreateSelect(value.a, m_build.getInt64(4), m_build.getInt64(5)));
    }
    case IrType::Number: {
        llvm::BasicBlock *const integer = block(), *const other = block(), *const after = block();
        m_build.CreateCondBr(value.b, integer, other);
        m_build.SetInsertPoint(integer);
        llvm::Value* const one = call("fbk_put_int", m_ptr, {at, value.a});
        m_build.CreateBr(after);
        m_build.SetInsertPoint(other);
        llvm::Value* const two =
            call("fbk_put_float", m_ptr, {at, m_build.CreateBitCast(value.a, m_double), out});
        m_build.CreateBr(after);
        m_build.SetInsertPoint(after);
        llvm::PHINode* const behind = m_build.CreatePHI(m_ptr, 2);
        behind->addIncoming(one, integer);
        behind->addIncoming(two, other);
        return behind;
    }
    default: break;
    }
    // A text: between quotes as it stands where nothing needs an escape.
    llvm::BasicBlock *const plain = block(), *const other = block(), *const after = block();
    m_build.CreateCondBr(value.c, plain, other);
    m_build.SetInsertPoint(plain);
    m_build.CreateStore(m_build.getInt8('"'), at);
    llvm::Value* const inside = m_build.CreateConstInBoundsGEP1_64(m_i8, at, 1);
    m_build.CreateMemCpy(inside, llvm::MaybeAlign(1), value.a, llvm::MaybeAlign(1), value.b);
    llvm::Value* const quote = m_build.CreateInBoundsGEP(m_i8, inside, value.b);
    m_build.CreateStore(m_build.getInt8('"'), quote);
    llvm::Value* const one = m_build.CreateConstInBoundsGEP1_64(m_i8, quote, 1);
    m_build.CreateBr(after);
    m_build.SetInsertPoint(other);
    llvm::Value* const two = call("fbk_put_text", m_ptr, {at, value.a, value.b});
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
    llvm::PHINode* const behind = m_build.CreatePHI(m_ptr, 2);
    behind->addIncoming(one, plain);
    behind->addIncoming(two, other);
    return behind;
}

} // namespace fuseboard::jit
