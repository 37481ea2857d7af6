// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/column_assembly.h"

#include "engine/base/check.h"

#include <algorithm>
#include <cstring>

namespace fuseboard {

namespace {

/// How many rows the chunk will have, judged by its beginning.
std::size_t expectedRows(std::string_view bytes) {
    constexpr std::size_t kSample = 4 * 1024;
    const std::string_view sample = bytes.substr(0, kSample);
    const auto lines = static_cast<std::size_t>(std::ranges::count(sample, '\n')) + 1;
    return bytes.size() <= kSample ? lines : bytes.size() * lines / kSample * 9 / 8 + 64;
}

template <class T> T* grown(Arena& arena, const T* old, std::size_t used, std::size_t capacity) {
    T* const made = arena.allocateArray<T>(capacity);
    if (used > 0)
        std::memcpy(static_cast<void*>(made), old, used * sizeof(T));
    return made;
}

void listPaths(const FieldTree& tree, ColumnPath& prefix, std::vector<ColumnPath>& out) {
    if (tree.whole) {
        out.push_back(prefix);
        return;
    }
    for (const auto& [key, below] : tree.children) {
        prefix.push_back(key);
        listPaths(below, prefix, out);
        prefix.pop_back();
    }
}

} // namespace

std::vector<ColumnPath> columnPaths(const FieldTree& fields) {
    std::vector<ColumnPath> out;
    ColumnPath prefix;
    listPaths(fields, prefix, out);
    return out;
}

ColumnAssembly::ColumnAssembly(const FieldTree& fields, std::unique_ptr<RowDecoder> rows)
    : m_decoder(std::move(rows)) {
    for (ColumnPath& keys : columnPaths(fields)) {
        const std::size_t depth = keys.size();
        m_paths.push_back({std::move(keys), std::vector<std::uint32_t>(depth)});
    }
}

void ColumnAssembly::begin(const SourceChunk& chunk, ColumnBlock& into,
                           std::vector<RejectedRow>& rejected) {
    m_block = &into;
    m_rejected = &rejected;
    m_capacity = 0;
    m_line = chunk.firstLine;
    m_ordinal = 0;
    into.rows = 0;
    into.columns.assign(m_paths.size(), nullptr);
    into.firstRow = chunk.firstRow;
    into.text = chunk.bytes;
    into.memory.push_back(chunk.memory);
    reserve(expectedRows(chunk.bytes));
}

void ColumnAssembly::reserve(std::size_t more) {
    const std::size_t used = m_block->rows;
    if (used + more <= m_capacity) [[likely]]
        return;
    m_capacity = std::max(used + more, m_capacity * 2);
    for (Cell*& column : m_block->columns)
        column = grown(arena(), column, used, m_capacity);
    m_block->ordinal = grown(arena(), m_block->ordinal, used, m_capacity);
    m_block->lines = grown(arena(), m_block->lines, used, m_capacity);
}

bool ColumnAssembly::addLines(std::string_view lines, std::size_t count) {
    SourceChunk part;
    part.bytes = lines;
    part.firstLine = m_line;
    part.firstRow = m_block->firstRow + m_ordinal;
    m_rows.clear();
    const std::size_t rejectedBefore = m_rejected->size();
    m_decoder->decode(part, arena(), m_rows, *m_rejected);
    reserve(m_rows.size());
    for (const DecodedRow& row : m_rows)
        takeRow(row, m_ordinal);
    m_line += count;
    // Without a schema and with no line that says nothing, a row is either decoded or rejected.
    m_ordinal += static_cast<std::uint32_t>(m_rows.size() + m_rejected->size() - rejectedBefore);
    return !m_rows.empty() && m_rows.front().line.data() == lines.data();
}

void ColumnAssembly::finish(const SourceChunk& chunk) {
    if (chunk.skipped.empty())
        return;
    SourceChunk rest;
    rest.skipped = chunk.skipped;
    m_rows.clear();
    m_decoder->decode(rest, arena(), m_rows, *m_rejected);
}

void ColumnAssembly::takeRow(const DecodedRow& row, std::uint32_t firstOrdinal) {
    const std::uint32_t at = m_block->rows++;
    for (std::size_t i = 0; i < m_paths.size(); ++i)
        m_block->columns[i][at] = walk(m_paths[i], row.data);
    m_block->lines[at] = {static_cast<std::uint32_t>(row.line.data() - m_block->text.data()),
                          static_cast<std::uint32_t>(row.line.size())};
    m_block->ordinal[at] = firstOrdinal + row.row;
}

Cell ColumnAssembly::walk(Path& path, Value value) {
    for (std::size_t i = 0; i < path.keys.size(); ++i) {
        const Value* const next =
            value.isRecord() ? value.find(path.keys[i], path.hints[i]) : nullptr;
        if (next == nullptr) {
            const bool absent = value.isRecord() && i + 1 == path.keys.size();
            return {.kind = absent ? CellKind::Absent : CellKind::Irregular};
        }
        value = *next;
    }
    return Cell::of(value);
}

Value ColumnAssembly::reread(std::string_view line, Arena& arena) {
    SourceChunk chunk;
    chunk.bytes = line;
    if (line.ends_with('\r')) {
        // It had another one, which belonged to its end.
        auto* const copy = arena.allocateArray<char>(line.size() + 1 + kChunkPadding);
        std::memcpy(copy, line.data(), line.size());
        std::memset(copy + line.size(), '\r', 1 + kChunkPadding);
        chunk.bytes = {copy, line.size() + 1};
    }
    std::vector<DecodedRow> rows;
    std::vector<RejectedRow> rejected;
    m_decoder->decode(chunk, arena, rows, rejected);
    FB_CHECK(rows.size() == 1);
    return rows.front().data;
}

} // namespace fuseboard
