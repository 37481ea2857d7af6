// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/column_packer.h"

#include "engine/base/stable_hash.h"
#include "engine/formats/column_decoder.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <numeric>
#include <optional>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::size_t kMostEntries = 65'536;
/// A dictionary has to be this many times shorter than the column, once so many rows were seen.
constexpr std::size_t kLeastRepetition = 8, kTrialRows = 16'384;

constexpr bool isInt(const Cell& cell) {
    const Cell canonical = intCell(cell.bits);
    return cell.kind == canonical.kind;
}

double asDouble(const Cell& number) {
    switch (number.kind) {
    case CellKind::I64: return static_cast<double>(static_cast<std::int64_t>(number.bits));
    case CellKind::U64: return static_cast<double>(number.bits);
    default: return std::bit_cast<double>(number.bits);
    }
}

/// Any total order in which numbers, and texts, rise: so that comparisons with a constant select
/// codes that follow each other.
bool isBefore(const Cell& a, const Cell& b) {
    const auto isNumber = [](const Cell& cell) {
        return cell.kind >= CellKind::I64 && cell.kind <= CellKind::F64;
    };
    if (isNumber(a) && isNumber(b)) {
        const auto order = std::strong_order(asDouble(a), asDouble(b));
        if (order != 0)
            return order < 0;
    }
    if (a.kind != b.kind)
        return a.kind < b.kind;
    return a.kind == CellKind::String ? a.text() < b.text() : a.bits < b.bits;
}

bool isScalar(CellKind kind) {
    return kind <= CellKind::F64 || kind == CellKind::Absent || kind == CellKind::Irregular;
}

/// A number or string that still is text becomes its value, in `arena`.
Cell valueCell(const Cell& cell, Arena& arena) {
    const bool textual = cell.kind == CellKind::NumberText || cell.kind == CellKind::EscapedText;
    return textual ? Cell::of(cellValue(cell, arena)) : cell;
}

/// The column in 8 bytes a row, if all cells are integers, or all are floats.
std::optional<PackedColumn> packWords(const Cell* cells, std::uint32_t rows, Arena& arena) {
    const bool ints = std::all_of(cells, cells + rows, isInt);
    if (!ints && !std::all_of(cells, cells + rows,
                              [](const Cell& cell) { return cell.kind == CellKind::F64; }))
        return std::nullopt;
    auto* const words = arena.allocateArray<std::uint64_t>(rows);
    for (std::uint32_t r = 0; r < rows; ++r)
        words[r] = cells[r].bits;
    return PackedColumn{ints ? ColumnForm::Ints : ColumnForm::Floats, words, nullptr};
}

} // namespace

/// The dictionary of one column as it grows, with an index of open addressing.
class ColumnPacker::Coder {
public:
    Coder() : m_index(1024, 0) {}

    [[nodiscard]] bool gaveUp() const { return m_dictionary == nullptr; }

    /// Codes for a block's column, or nothing: a dictionary does not pay.
    std::optional<PackedColumn> encode(const Cell* cells, std::uint32_t rows, Arena& arena) {
        if (gaveUp())
            return std::nullopt;
        auto* const codes = arena.allocateArray<std::uint16_t>(rows + kCodePadding);
        for (std::uint32_t r = 0; r < rows; ++r) {
            const std::optional<std::uint16_t> code = codeOf(cells[r]);
            if (!code) {
                m_dictionary = nullptr;
                return std::nullopt;
            }
            codes[r] = *code;
        }
        m_rows += rows;
        if (m_rows >= kTrialRows && m_dictionary->entries.size() * kLeastRepetition > m_rows) {
            m_dictionary = nullptr;
            return std::nullopt;
        }
        return PackedColumn{ColumnForm::Codes16, codes, m_dictionary};
    }

    /// Brings the entries into order. By old code the new one.
    std::vector<std::uint16_t> sort() {
        std::vector<Cell>& entries = m_dictionary->entries;
        std::vector<std::uint16_t> order(entries.size()), codes(entries.size());
        std::iota(order.begin(), order.end(), std::uint16_t{0});
        std::sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) {
            return isBefore(entries[a], entries[b]);
        });
        std::vector<Cell> sorted;
        for (std::size_t at = 0; at < order.size(); ++at) {
            sorted.push_back(entries[order[at]]);
            codes[order[at]] = static_cast<std::uint16_t>(at);
        }
        entries = std::move(sorted);
        return codes;
    }

private:
    std::optional<std::uint16_t> codeOf(const Cell& cell) {
        if (!isScalar(cell.kind) && cell.kind != CellKind::String)
            return std::nullopt;
        for (std::size_t at = hashOf(cell);; ++at) {
            const std::uint32_t taken = m_index[at & (m_index.size() - 1)];
            if (taken == 0)
                return insert(cell);
            if (isSame(m_dictionary->entries[taken - 1], cell))
                return static_cast<std::uint16_t>(taken - 1);
        }
    }

    static std::size_t hashOf(const Cell& cell) {
        if (cell.kind == CellKind::String)
            return stableHash64(cell.text());
        std::uint64_t mixed = cell.bits + static_cast<std::uint64_t>(cell.kind);
        mixed = (mixed ^ (mixed >> 32U)) * 0x9E3779B97F4A7C15ULL;
        return mixed ^ (mixed >> 32U);
    }

    static bool isSame(const Cell& entry, const Cell& cell) {
        if (entry.kind != cell.kind)
            return false;
        return cell.kind == CellKind::String ? entry.text() == cell.text()
                                             : entry.bits == cell.bits;
    }

    std::optional<std::uint16_t> insert(const Cell& cell) {
        std::vector<Cell>& entries = m_dictionary->entries;
        if (entries.size() == kMostEntries)
            return std::nullopt;
        Cell kept = cell;
        if (cell.kind == CellKind::String)
            kept.bits =
                reinterpret_cast<std::uint64_t>(m_dictionary->arena.copy(cell.text()).data());
        entries.push_back(kept);
        if (entries.size() * 2 <= m_index.size())
            return place(entries.size() - 1);
        m_index.assign(m_index.size() * 2, 0);
        for (std::size_t code = 0; code + 1 < entries.size(); ++code)
            place(code);
        return place(entries.size() - 1);
    }

    std::uint16_t place(std::size_t code) {
        std::size_t at = hashOf(m_dictionary->entries[code]);
        while (m_index[at & (m_index.size() - 1)] != 0)
            ++at;
        m_index[at & (m_index.size() - 1)] = static_cast<std::uint32_t>(code + 1);
        return static_cast<std::uint16_t>(code);
    }

    std::shared_ptr<ColumnDictionary> m_dictionary = std::make_shared<ColumnDictionary>();
    std::vector<std::uint32_t> m_index; ///< code + 1; 0: free. Size a power of two
    std::uint64_t m_rows = 0;
};

namespace {

/// Takes the codes of a block's column back: 8 bytes a row, or cells.
void takeBack(ColumnBlock& block, std::size_t column) {
    Cell* const cells = block.unpacked(column, block.arena);
    PackedColumn& packed = block.packed[column];
    if (std::optional<PackedColumn> words = packWords(cells, block.rows, block.arena)) {
        packed = *std::move(words);
        return;
    }
    block.memory.push_back(packed.dictionary); // the cells' texts are there
    block.columns[column] = cells;
    packed = {};
}

/// Codes of the sorted dictionary, in a byte where it is short enough.
void recode(PackedColumn& column, std::uint32_t rows, const std::vector<std::uint16_t>& newCodes) {
    auto* const codes = static_cast<std::uint16_t*>(column.values);
    for (std::uint32_t r = 0; r < rows; ++r)
        codes[r] = newCodes[codes[r]];
    if (newCodes.size() > 256)
        return;
    auto* const narrow = static_cast<std::uint8_t*>(column.values); // written behind what is read
    for (std::uint32_t r = 0; r < rows; ++r)
        narrow[r] = static_cast<std::uint8_t>(codes[r]);
    column.form = ColumnForm::Codes8;
}

} // namespace

ColumnPacker::ColumnPacker() = default;
ColumnPacker::~ColumnPacker() = default;

void ColumnPacker::add(std::shared_ptr<ColumnBlock> block) {
    while (m_coders.size() < block->columns.size())
        m_coders.push_back(std::make_unique<Coder>());
    Arena packed(block->rows * std::size_t{16} + 64);
    block->packed.resize(block->columns.size());
    bool keepsCells = false;
    for (std::size_t i = 0; i < block->columns.size(); ++i) {
        Cell* const cells = block->columns[i];
        for (std::uint32_t r = 0; r < block->rows; ++r)
            cells[r] = valueCell(cells[r], block->arena);
        std::optional<PackedColumn> made = m_coders[i]->encode(cells, block->rows, packed);
        if (!made)
            made = packWords(cells, block->rows, packed);
        if (made) {
            block->packed[i] = *std::move(made);
            block->columns[i] = nullptr;
        } else {
            keepsCells = true;
        }
    }
    const auto keep = [&](auto*& values) {
        using Entry = std::remove_reference_t<decltype(*values)>;
        auto* const copy = packed.allocateArray<Entry>(block->rows);
        std::copy_n(values, block->rows, copy);
        values = copy;
    };
    keep(block->ordinal);
    keep(block->lines);
    if (keepsCells)
        block->memory.push_back(std::make_shared<Arena>(std::move(block->arena)));
    block->arena = std::move(packed);
    m_blocks.push_back(std::move(block));
}

void ColumnPacker::finish() {
    for (std::size_t i = 0; i < m_coders.size(); ++i) {
        const bool gaveUp = m_coders[i]->gaveUp();
        const std::vector<std::uint16_t> codes =
            gaveUp ? std::vector<std::uint16_t>() : m_coders[i]->sort();
        for (const std::shared_ptr<ColumnBlock>& block : m_blocks) {
            PackedColumn& column = block->packed[i];
            if (column.dictionary != nullptr && gaveUp)
                takeBack(*block, i);
            else if (column.dictionary != nullptr)
                recode(column, block->rows, codes);
        }
    }
    m_blocks.clear();
    m_coders.clear();
}

} // namespace fuseboard
