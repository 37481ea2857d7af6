// SPDX-License-Identifier: Apache-2.0
// What generated code and its surroundings share while a loop runs over a block of rows. Plain
// structs: generated code reads and writes their fields by offset.
#pragma once

#include "engine/value/arena.h"
#include "engine/value/column_block.h"

#include <cstddef>
#include <cstdint>

namespace fuseboard {

struct LoopProgram;

/// Bytes under construction. Generated code writes at `at` after fbk_reserve().
struct LoopBytes {
    char* at = nullptr;
    char* end = nullptr;
    std::uint64_t rows = 0;
    std::uint64_t nonFinite = 0; ///< floats printed as null
    char* begin = nullptr;       ///< allocated with malloc
};

/// What a loop calls back: the runner of the group.
class LoopHost {
public:
    virtual ~LoopHost() = default;
    /// The whole of row `row` through the generic entries, from the first member on.
    virtual void genericRow(std::uint32_t row) = 0;
    /// Row `row` with `data` (null: its own) leaves on the output of effect `effect`.
    virtual void leave(std::uint32_t row, std::uint32_t effect, const Value* data) = 0;
    /// The member of effect `effect` gets row `row` with `data` (null: its own).
    virtual void generic(std::uint32_t row, std::uint32_t effect, const Value* data) = 0;
    /// The states to which a row only has to be added, in the group with these keys in the windows
    /// of effect `effect`; null: there is more to do. Sets `sequence` of the context.
    virtual std::byte* touch(std::uint32_t row, std::uint32_t effect, const Value* keys) = 0;
    /// Makes a group known whose codes are `group` of those that the effect tells apart, or counts
    /// what was added to it so far. False: there is more to do than to add the row.
    virtual bool know(std::uint32_t row, std::uint32_t effect, const Value* keys,
                      std::uint32_t group) = 0;
    /// As touch() where the hash of the keys is known.
    virtual std::byte* touchHashed(std::uint32_t row, std::uint32_t effect, const Value* keys,
                                   std::uint64_t hash) = 0;
    /// As an Opaque aggregate does it. False: it failed; addFailed() comes next.
    virtual bool add(std::uint32_t effect, std::uint32_t slot, std::byte* states,
                     const Value* arguments) = 0;
    /// Reports the failure of the last add(), which ends the row.
    virtual void addFailed(std::uint32_t row, std::uint32_t effect, const Value* data) = 0;
    /// Everything that adding a row means; arguments of all slots one after the other. False: the
    /// row ended with a failure.
    virtual bool accumulate(std::uint32_t row, std::uint32_t effect, const Value* keys,
                            const Value* arguments, const Value* data) = 0;
    /// What is done until endRows() is done for rows that row `row` became, last first.
    virtual void beginRows(std::uint32_t row) = 0;
    virtual void endRows() = 0;
    /// What accumulate() and add() of this effect do until endGroups() concerns several groups of
    /// the one row.
    virtual void beginGroups(std::uint32_t row, std::uint32_t effect) = 0;
    virtual void endGroups() = 0;
    /// Makes the log of the context hold so many words.
    virtual void growLog(std::uint64_t words) = 0;
    /// The data of row `row` as a value that lives until the end of the block's loop.
    virtual Value event(std::uint32_t row) = 0;
    virtual Value meta(std::uint32_t row) = 0;
};

/// The entries of a table of truth values that hold, if these follow each other.
struct CodeRange {
    std::uint32_t isRange = 0; ///< 1: exactly those from `first` to `first + more` hold
    std::uint32_t first = 0, more = 0;
};

/// A group that the codes of its keys lead to. Its sums were brought to the block of sequence
/// numbers (kSumBlockRows) to which all rows of one call of the loop belong.
struct KnownGroup {
    std::byte* states = nullptr; ///< null: not known
    /// Added since, and not counted yet: neither in the window's progress nor in the counts of
    /// Count and Mean.
    std::uint64_t rows = 0;
    std::uint64_t room = 0; ///< rows that a window by size takes without closing
};

/// Groups of one effect.
struct DirectGroups {
    KnownGroup* groups = nullptr; ///< by combination of codes
    std::uint64_t isBySize = 0;   ///< 1: a window by size, 0: by time
};

struct LoopContext {
    /// By column, its values by row in the form of the program: Cells, or as in PackedColumn; only
    /// of loops from columns.
    const void* const* columns = nullptr;
    const std::uint32_t* ordinals = nullptr; ///< of loops from columns: by row
    const std::uint64_t* times = nullptr;    ///< likewise, ns; null: firstTime + ordinal
    std::uint64_t firstTime = 0;
    void* const* tables = nullptr;     ///< by table of the program; written by TableFunction
    const CodeRange* ranges = nullptr; ///< by table; of those of type Bool
    const Cell* const* dictionaries = nullptr; ///< by column, those of codes; for TableFunction
    DirectGroups* direct = nullptr;            ///< by effect
    /// Loops over rows: where the data of row 0 stands, and bytes from one row to the next.
    const std::byte* rows = nullptr;
    std::uint64_t rowBytes = 0;
    std::uint64_t* counters = nullptr; ///< by counter, added to
    LoopBytes* outputs = nullptr;      ///< by output; of encoded ones
    Arena* scratch = nullptr;
    LoopHost* host = nullptr;
    const LoopProgram* program = nullptr;
    std::uint32_t* hints = nullptr; ///< by column and step: where keys stood last time
    /// By member, added to by a probed loop; then one for what belongs to none of them.
    std::uint64_t* cycles = nullptr;
    std::uint64_t cyclesOfProbe = 0;    ///< that one reading of the counter takes, not counted
    std::uint64_t sequence = 0;         ///< of the row that was touched last
    std::uint64_t* log = nullptr;       ///< what is to be done for the elements of a row's lists
    std::uint64_t logWords = 0;         ///< that `log` holds
    std::uint64_t* emissions = nullptr; ///< by Each: the number of the row that is worked on
};

/// Handles the rows from `begin` to before `end`.
using LoopFunction = void (*)(LoopContext* context, std::uint32_t begin, std::uint32_t end);
/// Fills the tables. 0: something could not be evaluated as guessed.
using TableFunction = std::uint32_t (*)(LoopContext* context);

} // namespace fuseboard
