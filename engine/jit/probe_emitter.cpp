// SPDX-License-Identifier: Apache-2.0
// The probe of a loop: wherever its code goes over from one member to another, the cycles since the
// last such place are added to the member that it leaves. What takes a row out of the loop
// (printing it, copying it) belongs to the member whose row it is: a record that is only printed is
// never made, so that printing its fields is what making it costs.
#include "engine/jit/loop_emitter.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/TargetParser/Triple.h>

#include <cstddef>

namespace fuseboard::jit {

// The counter that base/cycle_counter.h reads. On ARM the one of cycles is closed to programs.
llvm::Value* LoopEmitter::cycles() {
    const bool steady = llvm::Triple(m_module.getTargetTriple()).isAArch64();
    return m_build.CreateIntrinsic(
        steady ? llvm::Intrinsic::readsteadycounter : llvm::Intrinsic::readcyclecounter, {}, {});
}

void LoopEmitter::prepareProbe() {
    const auto field = [this](llvm::Type* type, std::size_t offset) {
        return m_build.CreateLoad(type,
                                  m_build.CreateConstInBoundsGEP1_64(m_i8, m_loopContext, offset));
    };
    m_cycles = field(m_ptr, offsetof(LoopContext, cycles));
    m_readingCost = field(m_i64, offsetof(LoopContext, cyclesOfProbe));
    m_lastCycles = slot(m_i64, "cycles");
    restartProbe();
}

void LoopEmitter::chargeMember() {
    llvm::Value* const now = cycles();
    llvm::Value* const spent = m_build.CreateBinaryIntrinsic(
        llvm::Intrinsic::usub_sat, m_build.CreateSub(now, m_build.CreateLoad(m_i64, m_lastCycles)),
        m_readingCost);
    llvm::Value* const sum = m_build.CreateConstInBoundsGEP1_64(m_i64, m_cycles, m_member);
    m_build.CreateStore(m_build.CreateAdd(m_build.CreateLoad(m_i64, sum), spent), sum);
    m_build.CreateStore(now, m_lastCycles);
}

// What was done since the last reading is no member's.
void LoopEmitter::restartProbe() {
    m_build.CreateStore(cycles(), m_lastCycles);
}

} // namespace fuseboard::jit
