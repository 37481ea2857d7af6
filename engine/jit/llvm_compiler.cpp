// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/llvm_compiler.h"

#include "engine/base/clock.h"
#include "engine/jit/loop_emitter.h"
#include "engine/kernels/kernel_bitcode.h"
#include "engine/kernels/loop_kernels.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/ExecutionEngine/Orc/CompileUtils.h>
#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>

#include <cstring>
#include <mutex>

namespace fuseboard {

namespace {

using namespace llvm::orc;

std::string textOf(llvm::Error error) {
    return llvm::toString(std::move(error));
}

Result<std::unique_ptr<llvm::TargetMachine>> hostMachine() {
    auto host = JITTargetMachineBuilder::detectHost();
    if (!host)
        return fail(ErrorCode::Unsupported, textOf(host.takeError()));
    host->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
    // Every way of running rounds alike: nothing is contracted.
    host->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
    auto machine = host->createTargetMachine();
    if (!machine)
        return fail(ErrorCode::Unsupported, textOf(machine.takeError()));
    return std::move(*machine);
}

void optimise(llvm::Module& module, llvm::TargetMachine& machine, llvm::OptimizationLevel level) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager graphs;
    llvm::ModuleAnalysisManager modules;
    llvm::PassBuilder builder(&machine);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(graphs);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, graphs, modules);
    builder.buildPerModuleDefaultPipeline(level).run(module, modules);
}

constexpr const char *kLoopName = "loop", *kTables = "tables";

/// The module of one loop, ready for code generation.
struct LoopModule {
    std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
    std::unique_ptr<llvm::Module> module;
};

// Adds the kernels that the module calls, for nobody but it.
Status linkKernels(llvm::Module& module) {
    const std::string_view bitcode = kernelBitcode();
    auto kernels = llvm::getLazyBitcodeModule(
        llvm::MemoryBufferRef(llvm::StringRef(bitcode.data(), bitcode.size()), "kernels"),
        module.getContext());
    if (!kernels)
        return fail(ErrorCode::Unsupported, textOf(kernels.takeError()));
    (*kernels)->setDataLayout(module.getDataLayout());
    (*kernels)->setTargetTriple(module.getTargetTriple());
    if (llvm::Linker::linkModules(module, std::move(*kernels), llvm::Linker::LinkOnlyNeeded))
        return fail(ErrorCode::Unsupported, "the kernels cannot be linked to generated code");
    return {};
}

Result<LoopModule> makeModule(const LoopProgram& program, llvm::TargetMachine& machine,
                              CodeTier tier, CodeProbe probe = CodeProbe::None) {
    LoopModule made;
    made.module = std::make_unique<llvm::Module>(program.name, *made.context);
    made.module->setDataLayout(machine.createDataLayout());
    made.module->setTargetTriple(machine.getTargetTriple().str());
    const llvm::Function* const loop =
        jit::LoopEmitter(program, *made.module, probe).emit(kLoopName);
    const llvm::Function* tables = nullptr;
    if (!program.tables.empty())
        tables = jit::LoopEmitter(program, *made.module, CodeProbe::None).emitTables(kTables);
    if (tier == CodeTier::Inlined)
        FB_TRY(linkKernels(*made.module));
    for (llvm::Function& function : *made.module) {
        if (function.isDeclaration())
            continue;
        if (&function != loop && &function != tables)
            function.setLinkage(llvm::Function::InternalLinkage);
        function.addFnAttr("target-cpu", machine.getTargetCPU());
        function.addFnAttr("target-features", machine.getTargetFeatureString());
    }
    optimise(*made.module, machine, llvm::OptimizationLevel::O2);
    return made;
}

/// Which member a line of the generated code is for: describeLines() numbers them.
std::uint32_t memberOfLine(unsigned line, const LoopProgram& program) {
    return line >= 2 && line - 2 < program.members.size() ? line - 2 : CodeLine::kNoMember;
}

std::vector<CodeLine> irLines(const llvm::Function& function, const LoopProgram& program) {
    std::vector<CodeLine> lines;
    const auto print = [](const auto& what) {
        std::string text;
        llvm::raw_string_ostream stream(text);
        what.print(stream);
        return text.substr(0, text.find(", !dbg"));
    };
    for (const llvm::BasicBlock& block : function) {
        std::string label;
        llvm::raw_string_ostream stream(label);
        block.printAsOperand(stream, false);
        lines.push_back({CodeLine::kNoMember, label + ":"});
        for (const llvm::Instruction& instruction : block) {
            const llvm::DebugLoc& place = instruction.getDebugLoc();
            lines.push_back({place ? memberOfLine(place.getLine(), program) : CodeLine::kNoMember,
                             print(instruction)});
        }
    }
    return lines;
}

std::vector<CodeLine> assemblyLines(llvm::Module& module, llvm::TargetMachine& machine,
                                    const LoopProgram& program) {
    llvm::SmallVector<char> text;
    llvm::raw_svector_ostream stream(text);
    llvm::legacy::PassManager passes;
    machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
    passes.run(module);
    std::vector<CodeLine> lines;
    std::uint32_t member = CodeLine::kNoMember;
    bool code = false;
    for (llvm::StringRef rest(text.data(), text.size()); !rest.empty();) {
        llvm::StringRef line;
        std::tie(line, rest) = rest.split('\n');
        const llvm::StringRef plain = line.trim();
        if (plain.starts_with(".cfi_endproc"))
            code = false;
        if (plain.starts_with(".cfi_startproc")) {
            code = true;
            continue;
        }
        if (plain.starts_with(".loc")) {
            unsigned file = 0, number = 0;
            llvm::StringRef fields = plain.drop_front(4).ltrim();
            if (!fields.consumeInteger(10, file) && !fields.ltrim().consumeInteger(10, number))
                member = memberOfLine(number, program);
            continue;
        }
        const bool directive = plain.starts_with(".") && !plain.ends_with(":");
        if (!code || plain.empty() || plain.starts_with("#") || directive ||
            plain.starts_with(".Ltmp"))
            continue;
        lines.push_back({member, line.rtrim().str()});
    }
    return lines;
}

class LlvmLoop final : public CompiledLoop {
public:
    LlvmLoop(std::shared_ptr<const LoopProgram> program, std::unique_ptr<LLJIT> jit,
             LoopFunction function, TableFunction tableFunction, CodeTier made, double took)
        : m_program(std::move(program)), m_jit(std::move(jit)), m_entry(function),
          m_tables(tableFunction), m_tier(made), m_seconds(took) {}

    LoopFunction entry() const override { return m_entry; }
    TableFunction tables() const override { return m_tables; }
    const LoopProgram& program() const override { return *m_program; }
    CodeTier tier() const override { return m_tier; }
    double seconds() const override { return m_seconds; }

    Result<std::vector<CodeLine>> listing(CodeForm form) const override {
        if (form == CodeForm::Program) {
            std::vector<CodeLine> lines;
            for (ProgramLine& line : loopLines(*m_program))
                lines.push_back({line.member, std::move(line.text)});
            return lines;
        }
        FB_TRY_ASSIGN(const auto machine, hostMachine());
        FB_TRY_ASSIGN(LoopModule made, makeModule(*m_program, *machine, m_tier));
        if (form == CodeForm::Ir)
            return irLines(*made.module->getFunction(kLoopName), *m_program);
        return assemblyLines(*made.module, *machine, *m_program);
    }

private:
    std::shared_ptr<const LoopProgram> m_program;
    std::unique_ptr<LLJIT> m_jit;
    LoopFunction m_entry;
    TableFunction m_tables;
    CodeTier m_tier;
    double m_seconds;
};

// The kernels are found by address: nothing else of the process is visible to generated code.
Status defineKernels(LLJIT& jit) {
    SymbolMap symbols;
    const auto define = [&](std::string_view name, void* address) {
        symbols[jit.mangleAndIntern(llvm::StringRef(name.data(), name.size()))] = {
            ExecutorAddr::fromPtr(address),
            llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
    };
    for (const Kernel& kernel : loopKernels())
        define(kernel.name, kernel.address);
    // What LLVM itself makes calls to.
    using Compare = int (*)(const void*, const void*, std::size_t);
    using Copy = void* (*)(void*, const void*, std::size_t);
    using Fill = void* (*)(void*, int, std::size_t);
    define("memcmp", reinterpret_cast<void*>(static_cast<Compare>(std::memcmp)));
    define("bcmp", reinterpret_cast<void*>(static_cast<Compare>(std::memcmp)));
    define("memcpy", reinterpret_cast<void*>(static_cast<Copy>(std::memcpy)));
    define("memmove", reinterpret_cast<void*>(static_cast<Copy>(std::memmove)));
    define("memset", reinterpret_cast<void*>(static_cast<Fill>(std::memset)));
    if (llvm::Error error = jit.getMainJITDylib().define(absoluteSymbols(std::move(symbols))))
        return fail(ErrorCode::Unsupported, textOf(std::move(error)));
    return {};
}

class LlvmCompiler final : public GroupCompiler {
public:
    Result<std::shared_ptr<const CompiledLoop>> compile(std::shared_ptr<const LoopProgram> program,
                                                        CodeTier tier, CodeProbe probe) override {
        const std::uint64_t begin = monotonicNs();
        FB_TRY_ASSIGN(const auto machine, hostMachine());
        FB_TRY_ASSIGN(LoopModule made, makeModule(*program, *machine, tier, probe));
        auto jit = LLJITBuilder().create();
        if (!jit)
            return fail(ErrorCode::Unsupported, textOf(jit.takeError()));
        FB_TRY(defineKernels(**jit));
        if (llvm::Error error = (*jit)->addIRModule(
                ThreadSafeModule(std::move(made.module), std::move(made.context))))
            return fail(ErrorCode::Unsupported, textOf(std::move(error)));
        auto entry = (*jit)->lookup(kLoopName);
        if (!entry)
            return fail(ErrorCode::Unsupported, textOf(entry.takeError()));
        TableFunction tables = nullptr;
        if (!program->tables.empty()) {
            auto found = (*jit)->lookup(kTables);
            if (!found)
                return fail(ErrorCode::Unsupported, textOf(found.takeError()));
            tables = found->toPtr<TableFunction>();
        }
        const double seconds = static_cast<double>(monotonicNs() - begin) / 1e9;
        return std::make_shared<LlvmLoop>(std::move(program), std::move(*jit),
                                          entry->toPtr<LoopFunction>(), tables, tier, seconds);
    }
};

} // namespace

Result<std::unique_ptr<GroupCompiler>> makeLlvmCompiler() {
    static std::once_flag once;
    std::call_once(once, [] {
        llvm::InitializeNativeTarget();
        llvm::InitializeNativeTargetAsmPrinter();
    });
    FB_TRY_ASSIGN(const auto machine, hostMachine());
    return std::make_unique<LlvmCompiler>();
}

} // namespace fuseboard
