// SPDX-License-Identifier: Apache-2.0
// CSV columns. All commas of a block are found beforehand, so that only the cells that are read are
// looked at. Lines with quotes are walked cell by cell; those that are malformed or blank
// are left to the row decoder.
#include "engine/formats/block_columns.h"
#include "engine/formats/byte_scan.h"
#include "engine/formats/csv_text.h"
#include "engine/formats/json_number.h"
#include "engine/formats/line_decoder.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace fuseboard {

namespace {

/// Whether JSON prints the text as it stands. Readable for 16 bytes past its end.
bool isVerbatim(const char* p, std::size_t size) {
    for (; size > 16; p += 16, size -= 16)
        if (byte_scan::Sixteen(p).special() != 0)
            return false;
    return (byte_scan::Sixteen(p).special() & ((std::uint32_t{1} << size) - 1)) == 0;
}

class CsvColumns final : public BlockColumns {
public:
    CsvColumns(const DecodeOptions& options, std::unique_ptr<RowDecoder> rows);

private:
    /// A cell that is read.
    struct Wanted {
        std::uint32_t position = 0; // in the line
        std::uint32_t column = 0;
    };

    void decodeBlock(std::string_view block) override;
    bool takeLine(const char* begin, const char* end);
    bool takeQuotedLine(std::string_view line);
    void writeCell(const char* begin, const char* end, Cell& cell) const;
    void writeQuoted(const csv_text::Cell& from, Cell& cell);
    void finishRow(std::size_t cells);

    std::size_t m_width = 0;                                 // cells of a row; 0: any number
    std::vector<Wanted> m_wanted;                            // by position
    std::vector<std::pair<std::uint32_t, CellKind>> m_never; // columns that no row has
    // Of the current block:
    const char* m_text = nullptr;
    const char* m_textEnd = nullptr;
    const char* m_quote = nullptr;          // the first one that is not before the line
    const std::uint32_t* m_comma = nullptr; // likewise
};

/// Where the column `name` of a file without a header stands.
std::optional<std::uint32_t> unnamedPosition(std::string_view name) {
    std::uint32_t position = 0;
    if (!name.starts_with('c'))
        return std::nullopt;
    const auto read = std::from_chars(name.data() + 1, name.data() + name.size(), position);
    if (read.ec != std::errc{} || "c" + std::to_string(position) != name)
        return std::nullopt;
    return position;
}

CsvColumns::CsvColumns(const DecodeOptions& options, std::unique_ptr<RowDecoder> rows)
    : BlockColumns(options.fields, std::move(rows), TextIndex(',', '\0', '"')),
      m_width(options.csvHeader ? options.csvNames.size() : 0) {
    std::uint32_t column = 0;
    for (const ColumnPath& path : columnPaths(options.fields)) {
        std::optional<std::uint32_t> position;
        const auto named = std::ranges::find(options.csvNames, path.front());
        if (!options.csvHeader)
            position = unnamedPosition(path.front());
        else if (named != options.csvNames.end())
            position = static_cast<std::uint32_t>(named - options.csvNames.begin());
        if (path.size() > 1)
            m_never.emplace_back(column, CellKind::Irregular);
        else if (!position.has_value())
            m_never.emplace_back(column, CellKind::Absent);
        else
            m_wanted.push_back({*position, column});
        ++column;
    }
    std::ranges::sort(m_wanted, {}, &Wanted::position);
}

void CsvColumns::decodeBlock(std::string_view block) {
    m_text = block.data();
    m_textEnd = block.data() + block.size();
    m_comma = index().marks().data();
    m_quote = index().hasRare() ? m_text : m_textEnd;
    decodeLines(
        block, [this](const char* begin, const char* end) { return takeLine(begin, end); },
        [](std::string_view) {});
}

inline bool CsvColumns::takeLine(const char* begin, const char* end) {
    const std::string_view line(begin, static_cast<std::size_t>(end - begin));
    if (line.empty() || (isBlankByte(*begin) && isBlankLine(line)))
        return false;
    if (m_quote < end) [[unlikely]] {
        if (m_quote < begin || *m_quote != '"') {
            const void* const found =
                std::memchr(begin, '"', static_cast<std::size_t>(m_textEnd - begin));
            m_quote = found == nullptr ? m_textEnd : static_cast<const char*>(found);
        }
        if (m_quote < end)
            return takeQuotedLine(line);
    }
    const std::uint32_t* const last = index().marks().data() + index().marks().size();
    const auto lineBegin = static_cast<std::uint32_t>(begin - m_text);
    const auto lineEnd = static_cast<std::uint32_t>(end - m_text);
    while (*m_comma < lineBegin) // behind lines that were not taken here
        ++m_comma;
    std::size_t cells = m_width;
    if (m_width > 0) {
        const auto inside = m_width - 1;
        if (static_cast<std::size_t>(last - m_comma) < inside || m_comma[inside] < lineEnd ||
            (inside > 0 && m_comma[inside - 1] >= lineEnd))
            return false;
    } else {
        cells = static_cast<std::size_t>(std::lower_bound(m_comma, last, lineEnd) - m_comma) + 1;
    }
    Cell* const* const columns = assembly().columns();
    const std::uint32_t row = assembly().row();
    for (const Wanted& wanted : m_wanted) {
        if (wanted.position >= cells)
            break;
        const char* const from =
            wanted.position == 0 ? begin : m_text + m_comma[wanted.position - 1] + 1;
        const char* const to =
            wanted.position + 1 == cells ? end : m_text + m_comma[wanted.position];
        writeCell(from, to, columns[wanted.column][row]);
    }
    m_comma += cells - 1;
    finishRow(cells);
    return true;
}

/// What the row does not have.
inline void CsvColumns::finishRow(std::size_t cells) {
    Cell* const* const columns = assembly().columns();
    const std::uint32_t row = assembly().row();
    for (const auto& [column, kind] : m_never)
        columns[column][row] = {.kind = kind};
    for (std::size_t i = m_wanted.size(); i > 0 && m_wanted[i - 1].position >= cells; --i)
        columns[m_wanted[i - 1].column][row] = {.kind = CellKind::Absent};
}

/// One without quotes.
inline void CsvColumns::writeCell(const char* begin, const char* end, Cell& cell) const {
    if (begin == end)
        return fuseboard::writeCell(cell, CellKind::Null, 0, 0);
    const std::string_view text(begin, static_cast<std::size_t>(end - begin));
    if (json_number::isDigit(*begin) || *begin == '-') {
        Value number;
        if (json_number::read<true, true, false>(begin, m_textEnd, number) == end) [[likely]]
            return writeNumber(cell, number, text);
    }
    writeText(cell, CellKind::String, text, isVerbatim(begin, text.size()));
}

void CsvColumns::writeQuoted(const csv_text::Cell& from, Cell& cell) {
    std::string_view text = from.raw;
    if (from.doubled) {
        char* const to = assembly().arena().allocateArray<char>(text.size() + 16);
        text = {to, csv_text::undouble(text, to)};
    }
    writeText(cell, CellKind::String, text, !from.doubled && isVerbatim(text.data(), text.size()));
}

bool CsvColumns::takeQuotedLine(std::string_view line) {
    csv_text::CellReader reader(line);
    csv_text::Cell cell;
    Cell* const* const columns = assembly().columns();
    const std::uint32_t row = assembly().row();
    std::size_t count = 0;
    auto wanted = m_wanted.begin();
    for (; reader.next(cell); ++count) {
        for (; wanted != m_wanted.end() && wanted->position == count; ++wanted) {
            Cell& to = columns[wanted->column][row];
            if (cell.quoted)
                writeQuoted(cell, to);
            else
                writeCell(cell.raw.data(), cell.raw.data() + cell.raw.size(), to);
        }
    }
    if (reader.reason() != nullptr || (m_width > 0 && count != m_width))
        return false;
    finishRow(count);
    return true;
}

} // namespace

std::unique_ptr<ColumnDecoder> makeCsvColumns(const DecodeOptions& options,
                                              std::unique_ptr<RowDecoder> rows) {
    return std::make_unique<CsvColumns>(options, std::move(rows));
}

} // namespace fuseboard
