// SPDX-License-Identifier: Apache-2.0
// From a plan to the code that its stages run as, for people: the typed program, LLVM's IR or the
// machine's assembly, each line with the node that it belongs to.
#pragma once

#include "app/session/session.h"
#include "engine/kernels/group_compiler.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

[[nodiscard]] std::string_view toString(CodeForm form); ///< "program", "ir", "asm"
[[nodiscard]] std::optional<CodeForm> codeFormFromText(std::string_view text);

struct ListedLine {
    static constexpr std::size_t kNoNode = std::numeric_limits<std::size_t>::max();
    std::size_t node = kNoNode; ///< position in ListedStage::nodes; kNoNode: the loop as a whole
    std::string text;
};

struct ListedCode {
    std::string rows;          ///< what it runs over: "columns", "packed columns" or "rows"
    double compileSeconds = 0; ///< next to none where the process had made it before
    std::vector<ListedLine> lines;
};

/// One stage that runs operators.
struct ListedStage {
    std::string id, label;
    std::vector<std::string> nodes, labels; ///< by member
    std::string refusal;                    ///< why it is interpreted; empty: it is compiled
    bool sampled = false; ///< rows reached it, so that kinds are those that they have
    std::vector<ListedCode> code;
};

struct CodeQuery {
    CodeForm form = CodeForm::Program;
    CodeTier tier = CodeTier::Calls;
    bool preload = false; ///< of a run that holds its input, so that columns are packed
    std::string stage; ///< label, id, a node's id, or position from 1; empty: all
    /// Samples, by port. Inputs without one use the pipeline's own binding where that can be read
    /// again, else nothing is known of their rows.
    std::vector<InputRequest> samples;
    const std::atomic<bool>* cancelled = nullptr;
};

struct CodeListing {
    std::vector<ListedStage> stages; ///< in the order of the plan
    std::vector<std::string> notices;
};

/// Compiles the stages of `plan`, which optimizePipeline() or drawnPipeline() made, as a run over
/// the head of its inputs would. Blocks. Errors: NotFound (no such stage), Unsupported (no compiler
/// for this machine), those of reading a sample.
[[nodiscard]] Result<CodeListing> listCode(const OptimizedGraph& plan, const CodeQuery& query);

} // namespace fuseboard
