// SPDX-License-Identifier: Apache-2.0
// The fields of one CSV line (RFC 4180, a quoted field does not span lines).
#pragma once

#include <cstddef>
#include <string_view>

namespace fuseboard::csv_text {

/// One field as it stands in the line.
struct Cell {
    std::string_view raw; ///< without the outer quotes
    bool quoted = false;
    bool doubled = false; ///< `raw` holds doubled quotes
};

/// Walks the cells of a line. An empty line has one empty cell.
class CellReader {
public:
    explicit CellReader(std::string_view line) : m_line(line) {}
    /// The next cell; false at the end or on a malformed one (then reason() is set).
    [[nodiscard]] bool next(Cell& cell);
    [[nodiscard]] const char* reason() const { return m_reason; }
    [[nodiscard]] std::size_t offset() const { return m_at; } ///< of the failure

private:
    bool refuse(std::size_t offset, const char* reason);
    bool quotedCell(Cell& cell);

    std::string_view m_line;
    std::size_t m_at = 0;
    bool m_more = true;
    const char* m_reason = nullptr;
};

/// Writes `raw` with its doubled quotes made single; returns the length.
std::size_t undouble(std::string_view raw, char* to);

} // namespace fuseboard::csv_text
