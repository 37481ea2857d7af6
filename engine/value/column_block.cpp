// SPDX-License-Identifier: Apache-2.0
#include "engine/value/column_block.h"

namespace fuseboard {

namespace {

template <class Type> Type at(const PackedColumn& column, std::uint32_t row) {
    return static_cast<const Type*>(column.values)[row];
}

template <class Type> void move(const PackedColumn& column, std::uint32_t from, std::uint32_t to) {
    auto* const values = static_cast<Type*>(column.values);
    values[to] = values[from];
}

} // namespace

Cell ColumnBlock::cell(std::size_t column, std::uint32_t row) const {
    if (columns[column] != nullptr)
        return columns[column][row];
    const PackedColumn& of = packed[column];
    switch (of.form) {
    case ColumnForm::Cells: break;
    case ColumnForm::Ints: return intCell(at<std::uint64_t>(of, row));
    case ColumnForm::Floats: return {CellKind::F64, 0, 0, 0, at<std::uint64_t>(of, row)};
    case ColumnForm::Codes8: return of.dictionary->entries[at<std::uint8_t>(of, row)];
    case ColumnForm::Codes16: return of.dictionary->entries[at<std::uint16_t>(of, row)];
    }
    return {};
}

Cell* ColumnBlock::unpacked(std::size_t column, Arena& into) const {
    auto* const cells = into.allocateArray<Cell>(rows);
    for (std::uint32_t row = 0; row < rows; ++row)
        cells[row] = cell(column, row);
    return cells;
}

void ColumnBlock::moveRow(std::uint32_t from, std::uint32_t to) {
    if (from == to)
        return;
    for (Cell* const column : columns)
        if (column != nullptr)
            column[to] = column[from];
    for (const PackedColumn& column : packed)
        switch (column.form) {
        case ColumnForm::Cells: break;
        case ColumnForm::Ints:
        case ColumnForm::Floats: move<std::uint64_t>(column, from, to); break;
        case ColumnForm::Codes8: move<std::uint8_t>(column, from, to); break;
        case ColumnForm::Codes16: move<std::uint16_t>(column, from, to); break;
        }
    ordinal[to] = ordinal[from];
    lines[to] = lines[from];
}

} // namespace fuseboard
