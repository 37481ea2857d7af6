// SPDX-License-Identifier: Apache-2.0
// From lines of bytes to columns of cells: what generated code reads (docs: compiled groups).
#pragma once

#include "engine/formats/row_decoder.h"
#include "engine/value/column_block.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

using ColumnPath = std::vector<std::string>; ///< keys from the event down; empty: the whole event

/// The paths that a tree converts whole: its leaves. `FieldTree::all()` gives the one empty path.
[[nodiscard]] std::vector<ColumnPath> columnPaths(const FieldTree& fields);

/// As RowDecoder, into columns: the same lines become rows, the same ones are rejected with the
/// same reasons, and each cell is what the path reads in the row that RowDecoder makes (an
/// unconverted number or string stands for its value). One object a worker thread; it learns the
/// shapes of rows as it goes, which changes the speed and nothing else.
class ColumnDecoder {
public:
    virtual ~ColumnDecoder() = default;
    /// Fills an empty block; rejected rows in the order of lines.
    virtual void decode(const SourceChunk& chunk, ColumnBlock& into,
                        std::vector<RejectedRow>& rejected) = 0;
    /// The row of a line that decode() accepted, as RowDecoder makes it. Lives as long as the line
    /// and `arena`.
    [[nodiscard]] virtual Value reread(std::string_view line, Arena& arena) = 0;
};

/// Whether rows of this format may be decoded to columns: not with rows that take the time of their
/// arrival (line protocol) or under a schema.
[[nodiscard]] bool hasColumns(const DecodeOptions& options);
/// A decoder for `options.fields`, columns in the order of columnPaths(). hasColumns() must hold.
[[nodiscard]] Result<std::unique_ptr<ColumnDecoder>>
makeColumnDecoder(const DecodeOptions& options);

/// What a cell stands for; not of Absent and Irregular. Converted text lives as long as the cell's
/// and `arena`.
[[nodiscard]] Value cellValue(const Cell& cell, Arena& arena);

} // namespace fuseboard
