// SPDX-License-Identifier: Apache-2.0
// One random pipeline of expressions and its rows, run interpreted and compiled: what the property
// test and the fuzz target share.
#pragma once

#include "engine/kernels/group_compiler.h"
#include "tests/support/random_expression.h"

#include <string>

namespace fuseboard {

struct Evaluation {
    std::string pipeline;         ///< in the compact form of tests/support
    std::string input;            ///< NDJSON
    std::uint32_t batchBytes = 0; ///< small: the first rows do not show what the later ones are
};
[[nodiscard]] Evaluation randomEvaluation(const Choose& choose);

/// Empty, or how the compiled rows or errors differ from the interpreted ones. `file` is written.
[[nodiscard]] std::string compareEvaluations(const Evaluation& evaluation, GroupCompiler& compiler,
                                             const std::string& file);

} // namespace fuseboard
