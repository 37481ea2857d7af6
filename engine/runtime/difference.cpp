// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/difference.h"

#include "engine/base/stable_hash.h"

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

constexpr std::uint64_t kBlockBytes = 1U << 20U;
constexpr std::size_t kShownBytes = 2000;

/// Hashes of the consecutive blocks of an output.
class BlockHashes {
public:
    void add(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, kBlockBytes - m_inBlock);
            m_hasher.update(piece);
            m_inBlock += piece.size();
            bytes.remove_prefix(piece.size());
            if (m_inBlock == kBlockBytes)
                endBlock();
        }
    }
    std::vector<std::string> finish() {
        if (m_inBlock > 0)
            endBlock();
        return std::move(m_hashes);
    }

private:
    void endBlock() {
        m_hashes.push_back(m_hasher.text());
        m_hasher = StableHasher();
        m_inBlock = 0;
    }

    StableHasher m_hasher;
    std::uint64_t m_inBlock = 0;
    std::vector<std::string> m_hashes;
};

/// The whole rows of an output that reach into one of its blocks.
class RowsOfBlock {
public:
    explicit RowsOfBlock(std::size_t block)
        : m_begin(block * kBlockBytes), m_end(m_begin + kBlockBytes) {}

    void add(std::string_view bytes) {
        while (!bytes.empty() && !m_complete) {
            const std::size_t newline = bytes.find('\n');
            const bool ends = newline != std::string_view::npos;
            const std::string_view piece = bytes.substr(0, ends ? newline + 1 : newline);
            m_row += piece;
            m_position += piece.size();
            bytes.remove_prefix(piece.size());
            if (ends)
                endRow();
        }
    }
    std::vector<std::string> finish() {
        if (!m_row.empty())
            endRow();
        return std::move(m_rows);
    }
    [[nodiscard]] std::uint64_t rowsBefore() const { return m_rowsBefore; }

private:
    void endRow() {
        if (m_position <= m_begin)
            ++m_rowsBefore;
        else
            m_rows.push_back(m_row);
        m_complete = m_position >= m_end;
        m_row.clear();
    }

    std::uint64_t m_begin, m_end, m_position = 0, m_rowsBefore = 0;
    bool m_complete = false;
    std::string m_row;
    std::vector<std::string> m_rows;
};

std::string shown(const std::vector<std::string>& rows, std::size_t i) {
    if (i >= rows.size())
        return {};
    std::string_view row = rows[i];
    if (row.ends_with('\n'))
        row.remove_suffix(1);
    return std::string(row.substr(0, kShownBytes));
}

} // namespace

std::optional<Difference> findDifference(std::string sink, const Rerun& naive,
                                         const Rerun& optimized) {
    const Rerun* const sides[] = {&naive, &optimized};
    std::vector<std::string> hashes[2], rows[2];
    for (std::size_t side = 0; side < 2; ++side) {
        BlockHashes blocks;
        if (!(*sides[side])([&](std::string_view bytes) { blocks.add(bytes); }))
            return std::nullopt;
        hashes[side] = blocks.finish();
    }
    const auto differs =
        std::mismatch(hashes[0].begin(), hashes[0].end(), hashes[1].begin(), hashes[1].end());
    const auto block = static_cast<std::size_t>(differs.first - hashes[0].begin());
    std::uint64_t before = 0;
    for (std::size_t side = 0; side < 2; ++side) {
        RowsOfBlock around(block);
        if (!(*sides[side])([&](std::string_view bytes) { around.add(bytes); }))
            return std::nullopt;
        rows[side] = around.finish();
        before = std::max(before, around.rowsBefore());
    }
    const auto row = std::mismatch(rows[0].begin(), rows[0].end(), rows[1].begin(), rows[1].end());
    if (row.first == rows[0].end() && row.second == rows[1].end())
        return std::nullopt;
    const auto at = static_cast<std::size_t>(row.first - rows[0].begin());
    return Difference{std::move(sink), before + at + 1, shown(rows[0], at), shown(rows[1], at)};
}

} // namespace fuseboard
