// SPDX-License-Identifier: Apache-2.0
// Where the lines of a block end and where the marks stand that a format walks along, found many
// bytes at a time, and what else the block holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace fuseboard {

class TextIndex {
public:
    /// A mark is the character `mark`, if `follower` is not 0 only where that one comes next.
    /// hasRare() asks for `rare`.
    TextIndex(char mark, char follower, char rare)
        : m_mark(mark), m_follower(follower), m_rare(rare) {}

    /// `block` ends with a newline, is below 4 GiB and readable for 64 bytes past its end.
    void scan(std::string_view block);

    /// Offsets into the block, ascending; behind the last one stands the block's size.
    [[nodiscard]] std::span<const std::uint32_t> newlines() const {
        return {m_newlines.get(), m_newlineCount};
    }
    [[nodiscard]] std::span<const std::uint32_t> marks() const {
        return {m_marks.get(), m_markCount};
    }
    [[nodiscard]] bool hasRare() const { return m_hasRare; }
    /// Whether there are bytes of 128 and more.
    [[nodiscard]] bool hasHigh() const { return m_hasHigh; }
    /// Whether there are bytes below 32, other than newlines.
    [[nodiscard]] bool hasControl() const { return m_hasControl; }

private:
    char m_mark;
    char m_follower;
    char m_rare;
    std::size_t m_room = 0; // entries of each list
    std::unique_ptr<std::uint32_t[]> m_newlines;
    std::unique_ptr<std::uint32_t[]> m_marks;
    std::size_t m_newlineCount = 0;
    std::size_t m_markCount = 0;
    bool m_hasRare = false;
    bool m_hasHigh = false;
    bool m_hasControl = false;
};

struct TextScan; // in text_index_loop.h
using TextScanFunction = void (*)(TextScan&);
/// All that this processor can run, the fastest one last. They do the same.
[[nodiscard]] std::vector<TextScanFunction> textScanFunctions();

/// Whether `block`, which ends with a newline, holds bytes below 32 other than newlines and the
/// carriage returns before them.
[[nodiscard]] bool hasInnerControl(std::string_view block);

} // namespace fuseboard
