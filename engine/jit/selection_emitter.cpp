// SPDX-License-Identifier: Apache-2.0
// Loops that begin with a test over codes: the rows that pass are found 64 at a time, by vector
// comparisons where the codes that hold follow each other, and only these are visited. Predicates
// over codes of an ordered dictionary follow Abadi et al. (SIGMOD 2006); bitmaps of selected rows
// are common in column stores (Polychroniou, Raghavan, Ross, "Rethinking SIMD vectorization for
// in-memory databases", SIGMOD 2015).
#include "engine/jit/loop_emitter.h"

#include <llvm/IR/Intrinsics.h>

#include <cstddef>
#include <functional>

namespace fuseboard::jit {

namespace {

constexpr unsigned kLanes = 64;
static_assert(kCodePadding >= kLanes);

} // namespace

// Nothing may happen to rows that fail the test.
void LoopEmitter::planSelection() {
    const std::vector<LoopStep>& steps = m_program.steps;
    if (steps.size() != 1 || steps[0].kind != LoopStep::Kind::Test || !steps[0].otherwise.empty())
        return;
    std::vector<std::size_t> tables;
    const std::function<bool(IrNodeIndex)> collect = [&](IrNodeIndex index) {
        if (const std::optional<std::size_t> table = tableOf(index)) {
            tables.push_back(*table);
            return true;
        }
        const IrNode& node = m_program.nodes[index];
        return node.op == IrOp::And && collect(node.a) && collect(node.b);
    };
    if (collect(steps[0].condition))
        m_selecting = std::move(tables);
}

void LoopEmitter::emitSelectedRows() {
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    const LoopStep& test = m_program.steps.front();
    llvm::BasicBlock *const select = block("select"), *const selectNext = block("on");
    m_build.CreateCondBr(m_build.CreateICmpULT(m_begin, m_end), select, m_exit);
    m_build.SetInsertPoint(select);
    llvm::PHINode* const base = m_build.CreatePHI(m_i32, 2, "base");
    base->addIncoming(m_begin, m_entry);
    belongTo(test.member);
    llvm::Value* const count = m_build.CreateBinaryIntrinsic(
        llvm::Intrinsic::umin, m_build.CreateZExt(m_build.CreateSub(m_end, base), m_i64),
        m_build.getInt64(kLanes));
    llvm::Value* const rows = selected(base, count);
    llvm::Value* const others =
        m_build.CreateSub(count, m_build.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, rows));
    addToCounter(0, others);
    addToCounter(test.counter + 1, others);
    belongTo(outside());
    llvm::BasicBlock* const selectEnd = m_build.GetInsertBlock();
    m_build.CreateCondBr(m_build.CreateICmpEQ(rows, m_build.getInt64(0)), selectNext, m_head);
    m_build.SetInsertPoint(m_head);
    llvm::PHINode* const rest = m_build.CreatePHI(m_i64, 2, "rest");
    rest->addIncoming(rows, selectEnd);
    llvm::Value* const lane =
        m_build.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, rest, m_build.getTrue());
    m_row = m_build.CreateAdd(base, m_build.CreateTrunc(lane, m_i32));
    emitRow();
    emitGenericRow();
    m_build.SetInsertPoint(m_next);
    llvm::Value* const left = m_build.CreateAnd(rest, m_build.CreateSub(rest, m_build.getInt64(1)));
    rest->addIncoming(left, m_next);
    m_build.CreateCondBr(m_build.CreateICmpEQ(left, m_build.getInt64(0)), selectNext, m_head);
    m_build.SetInsertPoint(selectNext);
    llvm::Value* const next = m_build.CreateAdd(base, m_build.getInt32(kLanes));
    base->addIncoming(next, selectNext);
    m_build.CreateCondBr(m_build.CreateICmpULT(next, m_end), select, m_exit);
}

// The row has passed the first test.
void LoopEmitter::evaluateSelected(const LoopStep& step) {
    belongTo(step.member);
    m_build.CreateStore(m_build.getTrue(), m_flags[step.counter]);
    evaluateSteps(step.inside);
}

// A bit for each of the `count` rows from `base` on.
llvm::Value* LoopEmitter::selected(llvm::Value* base, llvm::Value* count) {
    const auto block = [this] { return llvm::BasicBlock::Create(m_context, "", m_function); };
    llvm::Value* all = m_build.CreateLShr(m_build.getInt64(~0ULL),
                                          m_build.CreateSub(m_build.getInt64(kLanes), count));
    for (const std::size_t table : m_selecting) {
        llvm::BasicBlock *const range = block(), *const lookup = block(), *const after = block();
        llvm::Value* const isRange =
            m_build.CreateLoad(m_i32, at(m_ranges, table * sizeof(CodeRange)));
        m_build.CreateCondBr(m_build.CreateICmpNE(isRange, m_build.getInt32(0)), range, lookup);
        m_build.SetInsertPoint(range);
        llvm::Value* const one = selectedByRange(table, base);
        m_build.CreateBr(after);
        m_build.SetInsertPoint(lookup);
        llvm::Value* const other = selectedByLookup(table, base, count);
        llvm::BasicBlock* const lookedUp = m_build.GetInsertBlock();
        m_build.CreateBr(after);
        m_build.SetInsertPoint(after);
        llvm::PHINode* const either = m_build.CreatePHI(m_i64, 2);
        either->addIncoming(one, range);
        either->addIncoming(other, lookedUp);
        all = m_build.CreateAnd(all, either);
    }
    return all;
}

// Reads codes behind the last row, of which no bit remains.
llvm::Value* LoopEmitter::selectedByRange(std::size_t table, llvm::Value* base) {
    const std::uint32_t column = m_program.tables[table].column;
    llvm::Type* const code = codeType(column);
    llvm::Value* const place =
        m_build.CreateInBoundsGEP(code, m_columns[column], m_build.CreateZExt(base, m_i64));
    auto* const lanes = llvm::FixedVectorType::get(code, kLanes);
    llvm::Value* const codes = m_build.CreateAlignedLoad(lanes, place, llvm::MaybeAlign(1));
    const auto bound = [&](std::size_t offset) {
        llvm::Value* const word =
            m_build.CreateLoad(m_i32, at(m_ranges, table * sizeof(CodeRange) + offset));
        return m_build.CreateVectorSplat(kLanes, m_build.CreateTrunc(word, code));
    };
    llvm::Value* const holds =
        m_build.CreateICmpULE(m_build.CreateSub(codes, bound(offsetof(CodeRange, first))),
                              bound(offsetof(CodeRange, more)));
    return m_build.CreateBitCast(holds, m_i64);
}

llvm::Value* LoopEmitter::selectedByLookup(std::size_t table, llvm::Value* base,
                                           llvm::Value* count) {
    llvm::BasicBlock *const before = m_build.GetInsertBlock(),
                            *const lookup = llvm::BasicBlock::Create(m_context, "", m_function),
                            *const after = llvm::BasicBlock::Create(m_context, "", m_function);
    m_build.CreateBr(lookup);
    m_build.SetInsertPoint(lookup);
    llvm::PHINode* const lane = m_build.CreatePHI(m_i64, 2);
    llvm::PHINode* const bits = m_build.CreatePHI(m_i64, 2);
    lane->addIncoming(m_build.getInt64(0), before);
    bits->addIncoming(m_build.getInt64(0), before);
    llvm::Value* const row =
        std::exchange(m_row, m_build.CreateAdd(base, m_build.CreateTrunc(lane, m_i32)));
    llvm::Value* const holds = m_build.CreateZExt(tableEntry(table).a, m_i64);
    m_row = row;
    llvm::Value* const more = m_build.CreateOr(bits, m_build.CreateShl(holds, lane));
    llvm::Value* const next = m_build.CreateAdd(lane, m_build.getInt64(1));
    lane->addIncoming(next, lookup);
    bits->addIncoming(more, lookup);
    m_build.CreateCondBr(m_build.CreateICmpULT(next, count), lookup, after);
    m_build.SetInsertPoint(after);
    return more;
}

} // namespace fuseboard::jit
