// SPDX-License-Identifier: Apache-2.0
// From a fused group to its typed program.
#pragma once

#include "engine/kernels/loop_group.h"
#include "engine/kernels/loop_program.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

/// What a group's program reads of its rows one by one.
struct LoopReads {
    FieldTree fields;              ///< empty where no path is read
    std::vector<ColumnPath> paths; ///< columnPaths() of it
};

/// What a sample of rows has at each path of LoopReads: kinds seen, bit 1 << CellKind.
using LoopKinds = std::vector<std::uint16_t>;

/// By path, how its column is packed and how many entries its dictionary has; empty: not at all.
struct LoopForms {
    std::vector<ColumnForm> forms;
    std::vector<std::uint32_t> dictionarySizes;
    friend bool operator==(const LoopForms&, const LoopForms&) = default;
};

struct LoweredLoop {
    LoopProgram program;
    /// Why nothing would be gained by compiling (all rows go through a body at once); empty: it is.
    std::string refused;
};

/// What the program of `group` reads. Cheap.
[[nodiscard]] LoopReads loopReads(const LoopGroup& group);
/// The program for rows in which the paths have these kinds. Guesses: a row that does not fit takes
/// the generic entry. `encoded`: by output, whether its rows are to be printed.
[[nodiscard]] LoweredLoop lowerLoop(const LoopGroup& group, const LoopReads& reads,
                                    const LoopKinds& kinds, bool fromColumns,
                                    const std::vector<bool>& encoded, const LoopForms& forms = {});

} // namespace fuseboard
