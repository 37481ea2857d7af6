// SPDX-License-Identifier: Apache-2.0
// The text of JSON rows but for their values, learned from earlier rows: tells in one pass over a
// row whether it has the same keys in the same order and spacing, and where its values are.
#pragma once

#include "engine/formats/byte_scan.h"
#include "engine/value/column_block.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

/// Text that must stand at a place, then a value.
struct ShapeStep {
    enum class Then : std::uint8_t {
        Skip,     ///< a value that nothing reads
        Capture,  ///< a value for the column `number`
        NoRecord, ///< a value on the way to columns, which is no record
        Text,     ///< nothing: more text follows with the next step
        End,      ///< the row's end; it has not the columns missing()[number]
    };
    static constexpr std::size_t kMaxText = 16;

    char text[kMaxText] = {};
    std::uint32_t others = 0xFFFF; ///< a bit for each byte of `text` that does not count
    std::uint32_t number = 0;
    std::uint32_t otherwise = 0; ///< the step to try at the same place; 0: none
    std::uint16_t depth = 0;     ///< containers around the value
    std::uint8_t size = 0;       ///< of the text
    std::uint8_t marks = 0;      ///< how many quotes with a colon behind them begin in the text
    std::uint8_t firstMark = 0;  ///< where in the text, if there is one
    Then then = Then::Text;

    /// Of the first bytes of `text`; the others follow in later steps.
    [[nodiscard]] static ShapeStep of(std::string_view text);
    /// Sixteen bytes at `p` are readable.
    [[nodiscard]] bool standsAt(const char* p) const {
        return (byte_scan::Sixteen(p).sameAs(text) | others) == 0xFFFF;
    }
    /// But for `otherwise`, and for `number` of an end.
    [[nodiscard]] bool sameAs(const ShapeStep& other) const;
};

/// One row's steps, the last one an end, and the columns that it does not have.
struct RowShape {
    std::vector<ShapeStep> steps;
    std::vector<std::pair<std::uint32_t, CellKind>> missing;
};

/// The shapes of all rows that were learned, as a tree: rows share the steps that they begin with.
/// Each step is followed by the next one in steps().
class RowShapes {
public:
    /// Starts over when there are too many steps, or too many alternatives at one place: the rows
    /// may have other shapes by now.
    void add(RowShape shape);
    void clear();
    [[nodiscard]] std::span<const ShapeStep> steps() const { return m_steps; }
    [[nodiscard]] const std::vector<std::pair<std::uint32_t, CellKind>>&
    missing(const ShapeStep& end) const {
        return m_missing[end.number];
    }

private:
    void append(RowShape& shape, std::size_t from);

    std::vector<ShapeStep> m_steps;
    std::vector<std::vector<std::pair<std::uint32_t, CellKind>>> m_missing;
};

} // namespace fuseboard
