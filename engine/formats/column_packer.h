// SPDX-License-Identifier: Apache-2.0
// Columns that stay in memory, in as few bytes as their values allow: codes of a dictionary where
// few values come again and again, 8 bytes where all are integers or all are floats. A dictionary
// per column of the whole input, as column stores have it (Abadi, Madden, Ferreira, "Integrating
// compression and execution in column-oriented database systems", SIGMOD 2006).
#pragma once

#include "engine/value/column_block.h"

#include <memory>
#include <vector>

namespace fuseboard {

/// Packs the blocks of one source. Not thread-safe.
class ColumnPacker {
public:
    ColumnPacker();
    ~ColumnPacker();
    ColumnPacker(const ColumnPacker&) = delete;
    ColumnPacker& operator=(const ColumnPacker&) = delete;

    /// The next block, as its decoder left it. Columns that can be are packed; their cells end.
    void add(std::shared_ptr<ColumnBlock> block);
    /// After the last block: publishes the dictionaries, and takes back the codes of columns that
    /// turned out to have too many values for one.
    void finish();

private:
    class Coder;
    std::vector<std::unique_ptr<Coder>> m_coders; ///< by column
    std::vector<std::shared_ptr<ColumnBlock>> m_blocks;
};

} // namespace fuseboard
