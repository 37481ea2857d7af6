// SPDX-License-Identifier: Apache-2.0
// each(…): a loop within a row. All of its turns are evaluated first; what is to be done waits in a
// log of frames, because a later turn may still send the row the generic way. A frame is, in words
// of 64 bits:
//
//   which effect | where the frame before it begins | numbers of rows for its path | its values
#include "engine/jit/loop_emitter.h"

#include "engine/operators/group_key.h"
#include "engine/value/value.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace fuseboard::jit {

namespace {

constexpr std::uint64_t kHeadWords = 2, kNoFrame = ~std::uint64_t{0};
/// A Value has padding behind its kind, a Cell has none.
constexpr std::uint64_t kKindAndSize = 0xFFFFFFFF000000FFULL;

} // namespace

llvm::Value* LoopEmitter::contextWord(std::size_t offset, llvm::Type* type) {
    return m_build.CreateLoad(type, at(m_loopContext, offset));
}

// Zero whenever a row begins.
llvm::AllocaInst* LoopEmitter::zeroedEachRow(const char* name) {
    llvm::AllocaInst* const made = slot(m_i64, name);
    llvm::IRBuilder<> head(m_head, m_head->getFirstInsertionPt());
    head.CreateStore(head.getInt64(0), made);
    return made;
}

// --- evaluation ----------------------------------------------------------------------------------

void LoopEmitter::evaluateEach(const LoopStep& step) {
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    const Held list = generate(step.data);
    const auto wanted = step.each.fields ? CellKind::Record : CellKind::Array;
    llvm::Value* const count = m_build.CreateLShr(list.a, 32);
    guard(m_build.CreateICmpEQ(m_build.CreateAnd(list.a, 0xFF),
                               m_build.getInt64(static_cast<std::uint64_t>(wanted))));
    guard(m_build.CreateICmpULE(count, m_build.getInt64(step.each.most)));
    if (step.each.needsSome)
        guard(m_build.CreateICmpNE(count, m_build.getInt64(0)));
    llvm::Value* const items = m_build.CreateIntToPtr(list.b, m_ptr);
    hoist(step.inside, step.each.number);
    const bool outermost = m_eachDepth == 0;
    if (outermost) {
        if (m_logUsed == nullptr) {
            m_logUsed = zeroedEachRow("logged");
            m_logLast = slot(m_i64, "frame");
        }
        Region& region = m_regions.emplace_back();
        region.step = &step;
        region.firstEffect = m_effects.size();
        region.begin = zeroedEachRow("begin");
        region.end = zeroedEachRow("end");
        region.last = slot(m_i64, "last");
        m_build.CreateStore(m_build.CreateLoad(m_i64, m_logUsed), region.begin);
        m_build.CreateStore(m_build.getInt64(kNoFrame), m_logLast);
    }
    llvm::AllocaInst* const emitted = slot(m_i64, "emitted");
    m_emitted[step.each.number] = emitted;
    m_build.CreateStore(m_build.getInt64(0), emitted);
    llvm::AllocaInst* const position = slot(m_i64, "position");
    m_build.CreateStore(m_build.getInt64(0), position);
    llvm::BasicBlock *const head = block("each"), *const body = block("element"),
                            *const after = block("all");
    m_build.CreateBr(head);
    m_build.SetInsertPoint(head);
    llvm::Value* const here = m_build.CreateLoad(m_i64, position);
    m_build.CreateCondBr(m_build.CreateICmpULT(here, count), body, after);
    m_build.SetInsertPoint(body);
    m_build.CreateStore(m_build.CreateAdd(here, m_build.getInt64(1)), position);
    ++m_eachDepth;
    m_scopes.emplace_back();
    reach(step.counter);
    prepareElement(step, items, here);
    evaluateSteps(step.inside);
    m_scopes.pop_back();
    --m_eachDepth;
    belongTo(step.member); // as the head expects it
    m_build.CreateBr(head);
    m_build.SetInsertPoint(after);
    if (outermost) {
        Region& region = m_regions.back();
        region.endEffect = m_effects.size();
        m_build.CreateStore(m_build.CreateLoad(m_i64, m_logUsed), region.end);
        m_build.CreateStore(m_build.CreateLoad(m_i64, m_logLast), region.last);
    }
}

void LoopEmitter::prepareElement(const LoopStep& step, llvm::Value* items, llvm::Value* position) {
    const std::size_t bytes = step.each.fields ? sizeof(Field) : sizeof(Value);
    llvm::Value* const item = m_build.CreateInBoundsGEP(
        m_i8, items, m_build.CreateMul(position, m_build.getInt64(bytes)));
    Held element = loadedCell(at(item, step.each.fields ? offsetof(Field, value) : 0));
    element.a = m_build.CreateAnd(element.a, kKindAndSize);
    m_scopes.back().emplace(step.each.element, element);
    if (step.each.key == kNoIrNode)
        return;
    // As libstdc++ lays out a string_view; checked below.
    static_assert(sizeof(std::string_view) == 16);
    llvm::Value* const size = m_build.CreateLoad(m_i64, item);
    llvm::Value* const data = m_build.CreateLoad(m_ptr, at(item, sizeof(std::size_t)));
    m_scopes.back().emplace(step.each.key, Held{IrType::Text, data, size, m_build.getFalse()});
}

void LoopEmitter::evaluateNumber(const LoopStep& step) {
    llvm::AllocaInst* const emitted = m_emitted.at(step.each.number);
    m_numbers[step.each.number] = m_build.CreateLoad(m_i64, emitted);
    increment(emitted);
}

// --- what stays the same from turn to turn -------------------------------------------------------

bool LoopEmitter::dependsOn(IrNodeIndex index, std::uint32_t each) {
    if (index == kNoIrNode)
        return false;
    const IrNode& node = m_program.nodes[index];
    if (node.op == IrOp::Element || node.op == IrOp::Key)
        return node.index >= each; // one within has a larger number
    const auto depends = [&](IrNodeIndex operand) { return dependsOn(operand, each); };
    return depends(node.a) || depends(node.b) || depends(node.c) ||
           std::ranges::any_of(node.arguments, depends);
}

// Evaluates what is needed in every turn and is the same in all of them.
void LoopEmitter::hoist(IrNodeIndex index, std::uint32_t each) {
    if (index == kNoIrNode)
        return;
    const IrNode& node = m_program.nodes[index];
    if (node.op == IrOp::Part || node.op == IrOp::Constant)
        return;
    if (node.op != IrOp::Record && !dependsOn(index, each)) {
        (void)generate(index);
        return;
    }
    hoist(node.a, each);
    // Of the others it depends on the first whether they are evaluated.
    if (node.op == IrOp::And || node.op == IrOp::Or || node.op == IrOp::Choose)
        return;
    hoist(node.b, each);
    for (const IrNodeIndex argument : node.arguments)
        hoist(argument, each);
}

void LoopEmitter::hoist(const std::vector<LoopStep>& steps, std::uint32_t each) {
    for (const LoopStep& step : steps) {
        hoist(step.condition, each);
        hoist(step.data, each);
        hoist(step.inside, each);
        if (step.kind != LoopStep::Kind::Effect)
            continue;
        hoist(step.effect.data, each);
        for (const IrNodeIndex key : step.effect.keys)
            hoist(key, each);
        for (const LoopEffect::Slot& slot : step.effect.slots)
            for (const IrNodeIndex argument : slot.arguments)
                hoist(argument, each);
        if (step.effect.kind == LoopEffect::Kind::Accumulate && step.effect.directGroups == 0)
            hoistKeys(step.effect, each);
    }
}

// group_key.h: the hash of a list goes key by key.
void LoopEmitter::hoistKeys(const LoopEffect& effect, std::uint32_t each) {
    const auto [entry, fresh] = m_hashes.try_emplace(&effect);
    auto& [hash, count] = entry->second;
    if (fresh)
        hash = m_build.getInt64(group_key::begin(effect.keys.size()));
    for (; count < effect.keys.size() && !dependsOn(effect.keys[count], each); ++count)
        hash = mixed(m_build.CreateXor(hash, m_build.getInt64(group_key::detail::kFirst)),
                     call("fbk_hash", m_i64, {spilled(converted(generate(effect.keys[count])))}));
}

llvm::Value* LoopEmitter::hashOfKeys(Effect& effect) {
    auto [hash, count] = m_hashes.at(effect.effect);
    for (; count < effect.effect->keys.size(); ++count)
        hash = mixed(m_build.CreateXor(hash, m_build.getInt64(group_key::detail::kFirst)),
                     call("fbk_hash", m_i64, {spilled(effect.values[count])}));
    return hash;
}

// group_key::detail::mix()
llvm::Value* LoopEmitter::mixed(llvm::Value* a, llvm::Value* b) {
    llvm::Type* const wide = m_build.getInt128Ty();
    llvm::Value* const product =
        m_build.CreateMul(m_build.CreateZExt(a, wide), m_build.CreateZExt(b, wide));
    return m_build.CreateXor(m_build.CreateTrunc(product, m_i64),
                             m_build.CreateTrunc(m_build.CreateLShr(product, 64), m_i64));
}

// --- the log -------------------------------------------------------------------------------------

void LoopEmitter::logEffect(Effect& effect) {
    std::vector<llvm::Value*> words;
    for (const std::uint64_t number : effect.numbers)
        words.push_back(m_numbers.at(number));
    for (const Held& value : effect.values)
        for (llvm::Value* part : {value.a, value.b, value.c}) {
            if (part == nullptr)
                continue;
            if (part->getType()->isPointerTy())
                part = m_build.CreatePtrToInt(part, m_i64);
            else if (part->getType()->isDoubleTy())
                part = m_build.CreateBitCast(part, m_i64);
            words.push_back(m_build.CreateZExt(part, m_i64));
        }
    if (effect.hash != nullptr)
        words.push_back(effect.hash);
    effect.frameWords = kHeadWords + words.size();
    llvm::Value* const used = m_build.CreateLoad(m_i64, m_logUsed);
    llvm::Value* const next = m_build.CreateAdd(used, m_build.getInt64(effect.frameWords));
    llvm::BasicBlock *const grow = llvm::BasicBlock::Create(m_context, "grow", m_function),
                            *const on = llvm::BasicBlock::Create(m_context, "", m_function);
    m_build.CreateCondBr(
        m_build.CreateICmpUGT(next, contextWord(offsetof(LoopContext, logWords), m_i64)), grow, on);
    m_build.SetInsertPoint(grow);
    call("fbk_log", m_build.getVoidTy(), {m_loopContext, next});
    m_build.CreateBr(on);
    m_build.SetInsertPoint(on);
    llvm::Value* const frame =
        m_build.CreateInBoundsGEP(m_i64, contextWord(offsetof(LoopContext, log), m_ptr), used);
    const auto store = [&](std::uint64_t word, llvm::Value* value) {
        m_build.CreateStore(value, m_build.CreateConstInBoundsGEP1_64(m_i64, frame, word));
    };
    store(0, m_build.getInt64(effect.index));
    store(1, m_build.CreateLoad(m_i64, m_logLast));
    for (std::size_t i = 0; i < words.size(); ++i)
        store(kHeadWords + i, words[i]);
    m_build.CreateStore(used, m_logLast);
    m_build.CreateStore(next, m_logUsed);
}

void LoopEmitter::readLogged(Effect& effect, llvm::Value* frame) {
    std::uint64_t word = kHeadWords;
    const auto next = [&]() -> llvm::Value* {
        return m_build.CreateLoad(m_i64, m_build.CreateConstInBoundsGEP1_64(m_i64, frame, word++));
    };
    for (const std::uint64_t number : effect.numbers) {
        llvm::Value* const all = contextWord(offsetof(LoopContext, emissions), m_ptr);
        m_build.CreateStore(next(), m_build.CreateConstInBoundsGEP1_64(m_i64, all, number));
    }
    for (Held& value : effect.values)
        for (llvm::Value** const part : {&value.a, &value.b, &value.c}) {
            if (*part == nullptr)
                continue;
            llvm::Type* const type = (*part)->getType();
            llvm::Value* const bits = next();
            *part = type->isPointerTy()  ? m_build.CreateIntToPtr(bits, m_ptr)
                    : type->isDoubleTy() ? m_build.CreateBitCast(bits, m_double)
                                         : m_build.CreateTrunc(bits, type);
        }
    if (effect.hash != nullptr)
        effect.hash = next();
}

// Rows of one row are handled like rows of one event: where branches are handled last first, these
// are too, and what they send is put into order at the end.
void LoopEmitter::replay(std::size_t index) {
    const Region& region = m_regions[index];
    if (region.firstEffect == region.endEffect)
        return;
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    const LoopEffect& first = *m_effects[region.firstEffect].effect;
    const bool prints = region.endEffect == region.firstEffect + 1 &&
                        first.kind == LoopEffect::Kind::Leave &&
                        m_program.outputs[first.target].encoded;
    const bool groups = region.step->each.groups;
    const bool forward = !m_program.reversed || groups || prints;
    llvm::BasicBlock *const some = block("replay"), *const ended = block("replayed"),
                            *const after = block("");
    m_build.CreateCondBr(m_build.CreateICmpNE(m_build.CreateLoad(m_i64, region.begin),
                                              m_build.CreateLoad(m_i64, region.end)),
                         some, after);
    m_build.SetInsertPoint(some);
    if (groups)
        call("fbk_begin_groups", m_build.getVoidTy(),
             {m_loopContext, m_row,
              m_build.getInt32(static_cast<std::uint32_t>(region.firstEffect))});
    else if (!forward)
        call("fbk_begin_rows", m_build.getVoidTy(), {m_loopContext, m_row});
    m_stop = groups ? ended : nullptr;
    replayFrames(index, forward, ended);
    m_stop = nullptr;
    m_build.SetInsertPoint(ended);
    if (groups)
        call("fbk_end_groups", m_build.getVoidTy(), {m_loopContext});
    else if (!forward)
        call("fbk_end_rows", m_build.getVoidTy(), {m_loopContext});
    m_build.CreateBr(after);
    m_build.SetInsertPoint(after);
}

void LoopEmitter::replayFrames(std::size_t index, bool forward, llvm::BasicBlock* after) {
    const Region& region = m_regions[index];
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    llvm::AllocaInst* const place = slot(m_i64, "frame");
    m_build.CreateStore(m_build.CreateLoad(m_i64, forward ? region.begin : region.last), place);
    llvm::BasicBlock *const head = block("frames"), *const body = block("frame"),
                            *const nowhere = block("");
    m_build.CreateBr(head);
    m_build.SetInsertPoint(head);
    llvm::Value* const here = m_build.CreateLoad(m_i64, place);
    llvm::Value* const end = forward
                                 ? static_cast<llvm::Value*>(m_build.CreateLoad(m_i64, region.end))
                                 : m_build.getInt64(kNoFrame);
    m_build.CreateCondBr(m_build.CreateICmpEQ(here, end), after, body);
    m_build.SetInsertPoint(body);
    llvm::Value* const frame =
        m_build.CreateInBoundsGEP(m_i64, contextWord(offsetof(LoopContext, log), m_ptr), here);
    llvm::SwitchInst* const which = m_build.CreateSwitch(m_build.CreateLoad(m_i64, frame), nowhere);
    for (std::size_t i = region.firstEffect; i < region.endEffect; ++i) {
        Effect& effect = m_effects[i];
        llvm::BasicBlock* const act = block("act");
        which->addCase(m_build.getInt64(effect.index), act);
        m_build.SetInsertPoint(act);
        belongTo(effect.effect->member);
        readLogged(effect, frame);
        m_build.CreateStore(forward
                                ? m_build.CreateAdd(here, m_build.getInt64(effect.frameWords))
                                : static_cast<llvm::Value*>(m_build.CreateLoad(
                                      m_i64, m_build.CreateConstInBoundsGEP1_64(m_i64, frame, 1))),
                            place);
        carryOut(effect);
        belongTo(outside());
        m_build.CreateBr(head);
    }
    m_build.SetInsertPoint(nowhere);
    m_build.CreateUnreachable();
}

} // namespace fuseboard::jit
