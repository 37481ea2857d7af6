// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/loop_emitter.h"

#include "engine/base/check.h"

#include <llvm/IR/Verifier.h>

#include <cstddef>

namespace fuseboard::jit {

namespace {

/// Whether nothing is evaluated once an effect's place has been reached.
bool effectsComeLast(const std::vector<LoopStep>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const LoopStep& step = steps[i];
        if (step.kind == LoopStep::Kind::Each)
            return false; // it is evaluated to its end first
        const bool has = step.kind == LoopStep::Kind::Effect ||
                         countEffects(step.inside) + countEffects(step.otherwise) > 0;
        if (has && i + 1 < steps.size())
            return false;
        if (!effectsComeLast(step.inside) || !effectsComeLast(step.otherwise))
            return false;
    }
    return true;
}

} // namespace

LoopEmitter::LoopEmitter(const LoopProgram& program, llvm::Module& module, CodeProbe probe)
    : m_program(program), m_module(module), m_context(module.getContext()), m_build(m_context),
      m_lines(module), m_i1(m_build.getInt1Ty()), m_i8(m_build.getInt8Ty()),
      m_i32(m_build.getInt32Ty()), m_i64(m_build.getInt64Ty()), m_double(m_build.getDoubleTy()),
      m_ptr(m_build.getPtrTy()),
      m_cell(llvm::StructType::get(m_context, {m_build.getInt64Ty(), m_build.getInt64Ty()})),
      m_effectCount(countEffects(program.steps)), m_single(effectsComeLast(program.steps)),
      m_probed(probe != CodeProbe::None), m_member(outside()) {}

// Lines stand for members, so that listings can tell whose code an instruction is.
void LoopEmitter::describeLines() {
    m_module.addModuleFlag(llvm::Module::Warning, "Debug Info Version",
                           llvm::DEBUG_METADATA_VERSION);
    llvm::DIFile* const file = m_lines.createFile(m_program.name, ".");
    m_lines.createCompileUnit(llvm::dwarf::DW_LANG_C, file, "fuseboard", true, "", 0, "",
                              llvm::DICompileUnit::LineTablesOnly);
    llvm::DISubroutineType* const type =
        m_lines.createSubroutineType(m_lines.getOrCreateTypeArray({}));
    m_scope = m_lines.createFunction(file, m_program.name, "", file, 1, type, 1,
                                     llvm::DINode::FlagZero, llvm::DISubprogram::SPFlagDefinition);
    m_function->setSubprogram(m_scope);
}

void LoopEmitter::belongTo(std::uint32_t member) {
    if (m_probed && member != m_member)
        chargeMember();
    m_member = member;
    if (m_scope == nullptr)
        return;
    m_build.SetCurrentDebugLocation(llvm::DILocation::get(m_context, member + 2, 1, m_scope));
}

void LoopEmitter::prepareFunction(const std::string& name) {
    auto* const type = llvm::FunctionType::get(m_build.getVoidTy(), {m_ptr, m_i32, m_i32}, false);
    m_function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, m_module);
    m_loopContext = m_function->getArg(0);
    m_begin = m_function->getArg(1);
    m_end = m_function->getArg(2);
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    m_entry = block("entry");
    m_head = block("row");
    m_generic = block("generic");
    m_done = block("done");
    m_next = block("next");
    m_exit = block("exit");
    describeLines();
    m_build.SetInsertPoint(m_entry);
    m_build.SetCurrentDebugLocation(llvm::DILocation::get(m_context, 1, 1, m_scope));
}

llvm::AllocaInst* LoopEmitter::slot(llvm::Type* type, const char* name) {
    llvm::IRBuilder<> entry(m_entry, m_entry->begin());
    return entry.CreateAlloca(type, nullptr, name);
}

// What does not change from row to row is loaded once.
void LoopEmitter::loadSurroundings() {
    for (std::uint32_t i = 0; i < m_program.counterCount; ++i) {
        m_counters.push_back(slot(m_i64, "counter"));
        m_flags.push_back(slot(m_i1, "reached"));
        m_build.CreateStore(m_build.getInt64(0), m_counters.back());
    }
    if (m_probed)
        prepareProbe();
    if (!m_program.fromColumns)
        return;
    auto* const columns = m_build.CreateLoad(
        m_ptr,
        m_build.CreateConstInBoundsGEP1_64(m_i8, m_loopContext, offsetof(LoopContext, columns)));
    for (std::size_t i = 0; i < m_program.columns.size(); ++i)
        m_columns.push_back(
            m_build.CreateLoad(m_ptr, m_build.CreateConstInBoundsGEP1_64(m_ptr, columns, i)));
    auto* const tables =
        m_build.CreateLoad(m_ptr, at(m_loopContext, offsetof(LoopContext, tables)));
    for (std::size_t i = 0; i < m_program.tables.size(); ++i)
        m_tables.push_back(
            m_build.CreateLoad(m_ptr, m_build.CreateConstInBoundsGEP1_64(m_ptr, tables, i)));
    m_ranges = m_build.CreateLoad(m_ptr, at(m_loopContext, offsetof(LoopContext, ranges)));
}

// One row after the other.
void LoopEmitter::emitAllRows() {
    m_build.CreateCondBr(m_build.CreateICmpULT(m_begin, m_end), m_head, m_exit);
    m_build.SetInsertPoint(m_head);
    llvm::PHINode* const row = m_build.CreatePHI(m_i32, 2, "r");
    row->addIncoming(m_begin, m_entry);
    m_row = row;
    emitRow();
    emitGenericRow();
    m_build.SetInsertPoint(m_next);
    auto* const next = m_build.CreateAdd(m_row, m_build.getInt32(1), "", true);
    row->addIncoming(next, m_next);
    m_build.CreateCondBr(m_build.CreateICmpULT(next, m_end), m_head, m_exit);
}

// Where guards that fail lead to.
void LoopEmitter::emitGenericRow() {
    m_build.SetInsertPoint(m_generic);
    m_member = outside(); // rows come here from anywhere
    if (m_probed)
        chargeMember();
    call("fbk_generic_row", m_build.getVoidTy(), {m_loopContext, m_row});
    if (m_probed)
        restartProbe(); // the members' bodies are timed where they are called
    m_build.CreateBr(m_next);
}

llvm::Function* LoopEmitter::emit(const std::string& name) {
    prepareFunction(name);
    loadSurroundings();
    planSelection();
    if (m_selecting.empty())
        emitAllRows();
    else
        emitSelectedRows();
    m_build.SetInsertPoint(m_exit);
    auto* const counters = m_build.CreateLoad(
        m_ptr,
        m_build.CreateConstInBoundsGEP1_64(m_i8, m_loopContext, offsetof(LoopContext, counters)));
    for (std::uint32_t i = 0; i < m_program.counterCount; ++i) {
        auto* const at = m_build.CreateConstInBoundsGEP1_64(m_i64, counters, i);
        m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, at),
                                              m_build.CreateLoad(m_i64, m_counters[i])),
                            at);
    }
    m_build.CreateRetVoid();
    m_lines.finalize();
    FB_CHECK(!llvm::verifyFunction(*m_function, &llvm::errs()));
    return m_function;
}

void LoopEmitter::emitRow() {
    m_scopes.emplace_back();
    if (m_program.usesScratch)
        call("fbk_recycle", m_build.getVoidTy(), {m_loopContext});
    for (std::uint32_t i = 1; i < m_program.counterCount; ++i)
        m_build.CreateStore(m_build.getFalse(), m_flags[i]);
    m_effects.reserve(m_effectCount); // they are referred to while more are added
    if (m_selecting.empty())
        evaluateSteps(m_program.steps);
    else
        evaluateSelected(m_program.steps.front());
    finishEffects();
    belongTo(outside());
    m_build.CreateBr(m_done);
    m_build.SetInsertPoint(m_done);
    finishRow();
    m_build.CreateBr(m_next);
}

void LoopEmitter::addToCounter(std::uint32_t counter, llvm::Value* by) {
    m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, m_counters[counter]), by),
                        m_counters[counter]);
}

// Counted once nothing can fail any more: a row that takes the generic entry is counted there.
void LoopEmitter::finishRow() {
    addToCounter(0, m_build.getInt64(1));
    for (std::uint32_t i = 1; i < m_program.counterCount; ++i) {
        const auto several = m_counts.find(i);
        addToCounter(i, several != m_counts.end()
                            ? static_cast<llvm::Value*>(m_build.CreateLoad(m_i64, several->second))
                            : m_build.CreateZExt(m_build.CreateLoad(m_i1, m_flags[i]), m_i64));
    }
}

void LoopEmitter::evaluateSteps(const std::vector<LoopStep>& steps) {
    for (const LoopStep& step : steps) {
        belongTo(step.member);
        switch (step.kind) {
        case LoopStep::Kind::Test: evaluateTest(step); break;
        case LoopStep::Kind::Evaluate: evaluateData(step.data); break;
        case LoopStep::Kind::Effect: prepareEffect(step.effect); break;
        case LoopStep::Kind::Each: evaluateEach(step); break;
        case LoopStep::Kind::Number: evaluateNumber(step); break;
        }
    }
}

void LoopEmitter::evaluateData(IrNodeIndex data) {
    std::vector<IrNodeIndex> leaves;
    collectLeaves(data, true, leaves);
    for (const IrNodeIndex leaf : leaves)
        (void)generate(leaf);
}

// Within an Each a place is reached several times in a row.
void LoopEmitter::reach(std::uint32_t counter) {
    if (m_eachDepth == 0) {
        m_build.CreateStore(m_build.getTrue(), m_flags[counter]);
        return;
    }
    llvm::AllocaInst*& count = m_counts[counter];
    if (count == nullptr)
        count = zeroedEachRow("count");
    increment(count);
}

void LoopEmitter::evaluateTest(const LoopStep& step) {
    const auto block = [this](const char* label) {
        return llvm::BasicBlock::Create(m_context, label, m_function);
    };
    llvm::Value* const holds = generate(step.condition).a;
    llvm::BasicBlock *const inside = block("holds"), *const otherwise = block("else"),
                            *const after = block("after");
    m_build.CreateCondBr(holds, inside, otherwise);
    const auto arm = [&](llvm::BasicBlock* into, const std::vector<LoopStep>& steps,
                         std::uint32_t counter) {
        m_build.SetInsertPoint(into);
        m_scopes.emplace_back();
        reach(counter);
        evaluateSteps(steps);
        m_scopes.pop_back();
        belongTo(step.member); // as the other arm leaves it
        m_build.CreateBr(after);
    };
    arm(inside, step.inside, step.counter);
    arm(otherwise, step.otherwise, step.counter + 1);
    m_build.SetInsertPoint(after);
}

} // namespace fuseboard::jit
