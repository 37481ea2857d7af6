// SPDX-License-Identifier: Apache-2.0
// What is evaluated once for each entry of a dictionary instead of once for each row.
#pragma once

#include "engine/kernels/loop_program.h"

#include <cstddef>
#include <cstdint>

namespace fuseboard {

/// Groups that are found by the codes of their keys: a table of pointers that stays in a cache.
inline constexpr std::uint32_t kMostDirectGroups = 4096;

/// Bytes of an entry: a byte for Bool, a word for Int and Float, else a Cell that is a value.
[[nodiscard]] constexpr std::size_t tableEntryBytes(IrType type) {
    return type == IrType::Bool                           ? 1
           : type == IrType::Int || type == IrType::Float ? 8
                                                          : sizeof(Cell);
}

/// Plans the tables of a program: the largest expressions that read one column of codes. Effects
/// whose keys are constants or come from tables get their `directGroups`. Nothing for programs that
/// read rows.
void planTables(LoopProgram& program);

} // namespace fuseboard
