// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/csv_text.h"

#include "engine/formats/row_decoder.h"
#include "engine/formats/text_encoding.h"

#include <fmt/format.h>

#include <cstring>

namespace fuseboard {

namespace csv_text {

bool CellReader::refuse(std::size_t offset, const char* reason) {
    m_at = offset;
    m_reason = reason;
    return false;
}

bool CellReader::next(Cell& cell) {
    if (!m_more)
        return false;
    if (m_at < m_line.size() && m_line[m_at] == '"')
        return quotedCell(cell);
    std::size_t end = m_at;
    while (end < m_line.size() && m_line[end] != ',') {
        if (m_line[end] == '"')
            return refuse(end, "quote inside a field that is not quoted");
        ++end;
    }
    cell = {m_line.substr(m_at, end - m_at), false, false};
    m_more = end < m_line.size();
    m_at = end + 1;
    return true;
}

bool CellReader::quotedCell(Cell& cell) {
    const std::size_t open = m_at;
    std::size_t at = open + 1;
    bool doubled = false;
    for (;;) {
        const std::size_t quote = m_line.find('"', at);
        if (quote == std::string_view::npos)
            return refuse(open, "quote without its closing quote on the same line");
        if (quote + 1 < m_line.size() && m_line[quote + 1] == '"') {
            doubled = true;
            at = quote + 2;
            continue;
        }
        cell = {m_line.substr(open + 1, quote - open - 1), true, doubled};
        if (quote + 1 < m_line.size() && m_line[quote + 1] != ',')
            return refuse(quote + 1, "text after a closing quote");
        m_more = quote + 1 < m_line.size();
        m_at = quote + 2;
        return true;
    }
}

std::size_t undouble(std::string_view raw, char* to) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        to[length++] = raw[i];
        if (raw[i] == '"')
            ++i;
    }
    return length;
}

} // namespace csv_text

Result<std::vector<std::string>> parseCsvHeader(std::string_view line) {
    std::vector<std::string> names;
    csv_text::CellReader cells(line);
    csv_text::Cell cell;
    while (cells.next(cell)) {
        std::string name(cell.raw);
        if (cell.doubled)
            name.resize(csv_text::undouble(cell.raw, name.data()));
        names.push_back(std::move(name));
        if (names.size() > kMaxCsvColumns)
            return fail(ErrorCode::LimitExceeded,
                        fmt::format("the CSV header names more than {} columns", kMaxCsvColumns),
                        "check that the first line is a header");
    }
    if (cells.reason() != nullptr)
        return fail(ErrorCode::InvalidSyntax,
                    fmt::format("malformed CSV header: {} at column {}", cells.reason(),
                                columnOf(line, cells.offset())),
                    "the first line must name the columns, or say that there is no header");
    if (!isValidUtf8(line))
        return fail(ErrorCode::InvalidSyntax, "malformed CSV header: invalid UTF-8",
                    "convert the file to UTF-8");
    return names;
}

} // namespace fuseboard
