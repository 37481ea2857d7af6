// SPDX-License-Identifier: Apache-2.0
// A ColumnBlock in the making: what all column decoders share, and the way through rows for lines
// that a fast decoder does not take.
#pragma once

#include "engine/formats/column_decoder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Fills one block after the other. Lines are added in their order, each by addRow(), addBlank() or
/// addLines(); fast decoders write cells at row() of columns() first.
class ColumnAssembly {
public:
    /// `rows` must decode what `fields` names.
    ColumnAssembly(const FieldTree& fields, std::unique_ptr<RowDecoder> rows);

    void begin(const SourceChunk& chunk, ColumnBlock& into, std::vector<RejectedRow>& rejected);
    /// Makes room for `more` rows behind those that are there.
    void reserve(std::size_t more);
    /// The next `count` lines of the chunk by way of rows; false if the first of them was no row or
    /// was rejected.
    bool addLines(std::string_view lines, std::size_t count);
    /// After the last line.
    void finish(const SourceChunk& chunk);
    /// What ColumnDecoder::reread() promises.
    [[nodiscard]] Value reread(std::string_view line, Arena& arena);

    /// By path; room for what reserve() said.
    [[nodiscard]] Cell* const* columns() const { return m_block->columns.data(); }
    [[nodiscard]] std::uint32_t row() const { return m_block->rows; }
    [[nodiscard]] std::size_t width() const { return m_paths.size(); }
    [[nodiscard]] Arena& arena() { return m_block->arena; }
    /// The next line, without its end, is the row whose cells are written. Room must be reserved.
    void addRow(std::string_view line) {
        const std::uint32_t row = m_block->rows++;
        m_block->lines[row] = {static_cast<std::uint32_t>(line.data() - m_block->text.data()),
                               static_cast<std::uint32_t>(line.size())};
        m_block->ordinal[row] = m_ordinal++;
        ++m_line;
    }

private:
    struct Path {
        ColumnPath keys;
        std::vector<std::uint32_t> hints; // where each key stood last time
    };
    static Cell walk(Path& path, Value value);
    void takeRow(const DecodedRow& row, std::uint32_t firstOrdinal);

    std::unique_ptr<RowDecoder> m_decoder;
    std::vector<Path> m_paths;
    std::vector<DecodedRow> m_rows;
    // Of the current block:
    ColumnBlock* m_block = nullptr;
    std::vector<RejectedRow>* m_rejected = nullptr;
    std::size_t m_capacity = 0;
    std::uint64_t m_line = 0;
    std::uint32_t m_ordinal = 0;
};

} // namespace fuseboard
