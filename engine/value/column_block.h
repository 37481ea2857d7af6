// SPDX-License-Identifier: Apache-2.0
// A batch of source rows as columns: one cell a row and used path, converted as late as possible.
#pragma once

#include "engine/value/arena.h"
#include "engine/value/value.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace fuseboard {

/// What a cell holds. The first ones are those of Kind and such a cell is a Value as it stands.
enum class CellKind : std::uint8_t {
    Null,
    Bool,
    I64,
    U64,
    F64,
    String,
    Bytes,
    Array,
    Record,
    /// A number as text in the chunk (kChunkPadding bytes readable behind it), matching JSON's
    /// grammar, not converted yet. Its value is what json_number::read gives.
    NumberText,
    /// A string's text between its quotes, with escapes, validated, not unescaped yet.
    EscapedText,
    /// The path is not there: each parent is a record, the last key is missing.
    Absent,
    /// Something on the way is no record, or is missing itself.
    Irregular,
};

/// 16 bytes with the layout of Value.
struct Cell {
    CellKind kind = CellKind::Null;
    /// Of String: JSON prints the text between the quotes as it stands (nothing to escape).
    std::uint8_t verbatim = 0;
    std::uint16_t unused = 0;
    std::uint32_t size = 0; ///< as in Value
    std::uint64_t bits = 0; ///< as in Value; NumberText and EscapedText: the text's address

    /// Any kind up to Record.
    [[nodiscard]] static Cell of(const Value& value) {
        Cell cell;
        std::memcpy(static_cast<void*>(&cell), &value, sizeof cell);
        cell.verbatim = 0;
        cell.unused = 0;
        return cell;
    }
    [[nodiscard]] static Cell textual(CellKind kind, std::string_view text) {
        return {kind, 0, 0, static_cast<std::uint32_t>(text.size()),
                reinterpret_cast<std::uint64_t>(text.data())};
    }
    [[nodiscard]] bool isValue() const { return kind <= CellKind::Record; }
    /// Only if isValue().
    [[nodiscard]] Value value() const {
        Value made;
        std::memcpy(static_cast<void*>(&made), this, sizeof made);
        return made;
    }
    /// Of NumberText and EscapedText.
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(bits), size}; // NOLINT(performance-no-int-to-ptr)
    }
};
static_assert(sizeof(Cell) == sizeof(Value) && std::is_trivially_copyable_v<Cell>);

/// The cell of an integer below 2^63, as decoders write it.
[[nodiscard]] constexpr Cell intCell(std::uint64_t bits) {
    const bool negative = static_cast<std::int64_t>(bits) < 0;
    return {negative ? CellKind::I64 : CellKind::U64, 0, 0, 0, bits};
}

/// How the values of a column are held.
enum class ColumnForm : std::uint8_t {
    Cells,  ///< a Cell a row
    Ints,   ///< 8 bytes a row: integers below 2^63
    Floats, ///< 8 bytes a row: floats
    Codes8, ///< a byte a row: positions in a dictionary
    Codes16,
};

/// The distinct cells of a column, each a value, Absent or Irregular, in an order in which numbers
/// and texts rise. Immutable once published.
struct ColumnDictionary {
    std::vector<Cell> entries; ///< at most 65,536
    Arena arena;               ///< what their texts point into
};

/// So many codes may be read behind the last row's, and mean nothing.
inline constexpr std::uint32_t kCodePadding = 64;

/// A column in another form than cells.
struct PackedColumn {
    ColumnForm form = ColumnForm::Cells;                ///< then `values` is not used
    void* values = nullptr;                             ///< by row, in the block's arena
    std::shared_ptr<const ColumnDictionary> dictionary; ///< of codes
};

/// Where a row stands in the chunk that it was decoded from.
struct LinePlace {
    std::uint32_t begin = 0; ///< into ColumnBlock::text
    std::uint32_t size = 0;  ///< without newline and carriage return
};

/// Rows of one source chunk in order, by columns. Immutable once published; written by the decoder
/// and then by the sequencer.
struct ColumnBlock {
    std::uint32_t rows = 0;
    /// By path; each holds `rows` cells, in `arena`, or is null where `packed` has the column.
    std::vector<Cell*> columns;
    std::vector<PackedColumn> packed; ///< by path, or empty: all are cells
    std::uint32_t* ordinal = nullptr; ///< by row: its number within the chunk, ascending
    LinePlace* lines = nullptr;       ///< by row
    std::uint64_t* times = nullptr;  ///< by row, ns; null: row r has the time firstRow + ordinal[r]
    std::uint64_t firstRow = 0;      ///< row number in the source of ordinal 0
    std::uint64_t firstSequence = 0; ///< sequence number of ordinal 0; set by the sequencer
    std::string_view text;           ///< the chunk's bytes
    Arena arena;
    std::vector<std::shared_ptr<const void>> memory; ///< what cells and `text` point into

    explicit ColumnBlock(std::size_t firstChunk = Arena::kDefaultChunk) : arena(firstChunk) {}
    [[nodiscard]] std::string_view line(std::uint32_t row) const {
        return text.substr(lines[row].begin, lines[row].size);
    }
    /// What stands in a row of a column of any form.
    [[nodiscard]] Cell cell(std::size_t column, std::uint32_t row) const;
    /// The same for all rows of a packed column.
    [[nodiscard]] Cell* unpacked(std::size_t column, Arena& into) const;
    /// Row `to` becomes what row `from` is, in every column.
    void moveRow(std::uint32_t from, std::uint32_t to);
    /// Bytes that the block occupies beside the chunk itself.
    [[nodiscard]] std::size_t bytes() const { return arena.used(); }
};

} // namespace fuseboard
