// SPDX-License-Identifier: Apache-2.0
// The interface by which a runtime gets machine code for a fused group. A build without a compiler
// still runs: every group is interpreted then.
#pragma once

#include "engine/base/result.h"
#include "engine/kernels/loop_context.h"
#include "engine/kernels/loop_program.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// How much is spent on a loop's code.
enum class CodeTier : std::uint8_t {
    Calls,   ///< generated code calls the kernels; quick to make
    Inlined, ///< the kernels are linked in from bitcode and inlined; slower to make
};

[[nodiscard]] std::string_view toString(CodeTier tier); ///< "calls", "inlined"
[[nodiscard]] std::optional<CodeTier> codeTierFromText(std::string_view text);

/// Whether code tells which member its time goes to.
enum class CodeProbe : std::uint8_t {
    None,
    Cycles, ///< adds to LoopContext::cycles wherever it goes over to another member
};

/// One line of a listing and the member that it belongs to; kNoMember: to the loop as a whole.
struct CodeLine {
    static constexpr std::uint32_t kNoMember = 0xFFFFFFFFU;
    std::uint32_t member = kNoMember;
    std::string text;
};

enum class CodeForm : std::uint8_t { Program, Ir, Assembly };

/// Machine code of one loop. Immutable; any thread may run it, each with a context of its own.
class CompiledLoop {
public:
    virtual ~CompiledLoop() = default;
    [[nodiscard]] virtual LoopFunction entry() const = 0;
    /// Null: the program has no tables.
    [[nodiscard]] virtual TableFunction tables() const = 0;
    /// The program that it was made from; the context must name it.
    [[nodiscard]] virtual const LoopProgram& program() const = 0;
    [[nodiscard]] virtual CodeTier tier() const = 0;
    /// Seconds that making it took.
    [[nodiscard]] virtual double seconds() const = 0;
    /// For people: made anew at each call.
    [[nodiscard]] virtual Result<std::vector<CodeLine>> listing(CodeForm form) const = 0;
};

/// Thread-safe.
class GroupCompiler {
public:
    virtual ~GroupCompiler() = default;
    /// `program` refers to the graph that it was made from, which outlives the code.
    [[nodiscard]] virtual Result<std::shared_ptr<const CompiledLoop>>
    compile(std::shared_ptr<const LoopProgram> program, CodeTier tier,
            CodeProbe probe = CodeProbe::None) = 0;
};

} // namespace fuseboard
