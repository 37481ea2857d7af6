// SPDX-License-Identifier: Apache-2.0
// A ColumnBlock in the making: what all column decoders share, and the way through rows for lines
// that a fast decoder does not take.
#pragma once

#include "engine/formats/column_decoder.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace fuseboard {

/// The two halves of a cell, which is then written by two stores. `bits` as in Cell.
inline void writeCell(Cell& cell, CellKind kind, std::size_t size, std::uint64_t bits,
                      bool verbatim = false) {
    static_assert(std::endian::native == std::endian::little && offsetof(Cell, verbatim) == 1 &&
                  offsetof(Cell, size) == 4 && offsetof(Cell, bits) == 8);
    const std::uint64_t halves[2] = {static_cast<std::uint64_t>(kind) |
                                         std::uint64_t{verbatim ? 1U : 0U} << 8 |
                                         std::uint64_t{size} << 32,
                                     bits};
    std::memcpy(static_cast<void*>(&cell), halves, sizeof cell);
}
inline void writeText(Cell& cell, CellKind kind, std::string_view text, bool verbatim = false) {
    writeCell(cell, kind, text.size(), reinterpret_cast<std::uint64_t>(text.data()), verbatim);
}

/// What json_number::read without floats made of `text`.
inline void writeNumber(Cell& cell, const Value& number, std::string_view text) {
    if (number.isNull())
        return writeText(cell, CellKind::NumberText, text);
    writeCell(cell, static_cast<CellKind>(number.kind()), 0,
              number.isFloat() ? std::bit_cast<std::uint64_t>(number.asF64()) : number.asU64());
}

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
    void addRow(const char* begin, const char* end) {
        ColumnBlock& block = *m_block;
        const std::uint32_t row = block.rows++;
        block.lines[row] = {static_cast<std::uint32_t>(begin - block.text.data()),
                            static_cast<std::uint32_t>(end - begin)};
        block.ordinal[row] = m_ordinal++;
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
