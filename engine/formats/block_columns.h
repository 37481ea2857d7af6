// SPDX-License-Identifier: Apache-2.0
// What the fast column decoders share: blocks of lines with their index, and the long way for lines
// that are not taken.
#pragma once

#include "engine/formats/column_assembly.h"
#include "engine/formats/text_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

class BlockColumns : public ColumnDecoder {
public:
    void decode(const SourceChunk& chunk, ColumnBlock& into,
                std::vector<RejectedRow>& rejected) final;
    Value reread(std::string_view line, Arena& arena) final {
        return m_assembly.reread(line, arena);
    }

protected:
    BlockColumns(const FieldTree& fields, std::unique_ptr<RowDecoder> rows, TextIndex index)
        : m_assembly(fields, std::move(rows)), m_index(std::move(index)) {}

    /// Calls decodeLines() for the block, which is valid UTF-8 but for bad lines, ends with a
    /// newline, is indexed and has room for its rows.
    virtual void decodeBlock(std::string_view block) = 0;
    /// Lines that only the row decoder may look at, for this block; `isBad` is asked of ranges of
    /// lines and says whether any of them is one.
    template <class Ask> void addBadLines(std::string_view block, Ask isBad) {
        addBadLines(block, 0, m_index.newlines().size(), isBad);
    }

    /// For each line without its end: `take` writes its cells or says that it cannot. Then the row
    /// decoder has the line, and if it finds a row there, `learn` sees it.
    template <class Take, class Learn>
    void decodeLines(std::string_view block, Take take, Learn learn) {
        const std::span<const std::uint32_t> newlines = m_index.newlines();
        const std::size_t count = newlines.size();
        const char* begin = block.data();
        const char* const* bad = badLines(block);
        for (std::size_t i = 0; i < count;) {
            const char* const newline = block.data() + newlines[i];
            const char* const end = newline - (newline != begin && newline[-1] == '\r' ? 1 : 0);
            while (*bad < begin) [[unlikely]]
                ++bad;
            if (*bad != begin && take(begin, end)) [[likely]] {
                m_assembly.addRow(begin, end);
                begin = newline + 1;
                ++i;
                m_detour = 1;
            } else {
                const std::string_view line(begin, static_cast<std::size_t>(end - begin));
                const std::size_t next = std::min(count, i + m_detour);
                const char* const to = block.data() + newlines[next - 1] + 1;
                if (m_assembly.addLines({begin, static_cast<std::size_t>(to - begin)}, next - i))
                    learn(line);
                m_detour = std::min(m_detour * 2, kLongestDetour);
                begin = to;
                i = next;
            }
        }
        m_lines += count;
    }

    [[nodiscard]] ColumnAssembly& assembly() { return m_assembly; }
    [[nodiscard]] const TextIndex& index() const { return m_index; }
    /// Seen so far.
    [[nodiscard]] std::uint64_t lines() const { return m_lines; }

private:
    /// Rows that go the long way at once when one after the other is not taken.
    static constexpr std::size_t kLongestDetour = 256;

    void takeBlock(std::string_view block);
    /// Those that were added, ascending, then the block's end.
    [[nodiscard]] const char* const* badLines(std::string_view block);
    template <class Ask>
    void addBadLines(std::string_view block, std::size_t first, std::size_t last, Ask isBad) {
        const std::span<const std::uint32_t> newlines = m_index.newlines();
        const std::size_t begin = first == 0 ? 0 : newlines[first - 1] + 1;
        if (first == last || !isBad(block.substr(begin, newlines[last - 1] + 1 - begin)))
            return;
        if (first + 1 == last) {
            m_badLines.push_back(block.data() + begin);
            return;
        }
        const std::size_t middle = first + (last - first) / 2;
        addBadLines(block, first, middle, isBad);
        addBadLines(block, middle, last, isBad);
    }

    ColumnAssembly m_assembly;
    TextIndex m_index;
    std::uint64_t m_lines = 0;
    std::size_t m_detour = 1;
    std::vector<const char*> m_badLines; ///< of the block
};

/// `options.fields` must not be the whole event; CSV names must be distinct.
[[nodiscard]] std::unique_ptr<ColumnDecoder> makeNdjsonColumns(const DecodeOptions& options,
                                                               std::unique_ptr<RowDecoder> rows);
[[nodiscard]] std::unique_ptr<ColumnDecoder> makeCsvColumns(const DecodeOptions& options,
                                                            std::unique_ptr<RowDecoder> rows);

} // namespace fuseboard
