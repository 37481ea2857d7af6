// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/merged_rows.h"

namespace fuseboard {

void MergedRows::reset(std::span<const EdgeBatch> inputs, Arena& arena) {
    m_heads.clear();
    m_arena = &arena;
    m_total = m_taken = 0;
    for (std::uint32_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].block == nullptr || inputs[i].block->rows.empty())
            continue;
        const std::vector<BatchRow>& rows = inputs[i].block->rows;
        m_total += rows.size();
        Head& head = m_heads.emplace_back();
        head.at = rows.data();
        head.end = rows.data() + rows.size();
        head.suffix = inputs[i].suffix;
        head.input = i;
        readKey(head);
    }
    findLeast();
}

void MergedRows::next() {
    ++m_taken;
    Head& head = m_heads[m_least];
    if (++head.at != head.end) {
        readKey(head);
        if (m_heads.size() == 1) [[likely]]
            return;
    } else {
        m_heads.erase(m_heads.begin() + static_cast<std::ptrdiff_t>(m_least));
    }
    findLeast();
}

void MergedRows::skip(std::size_t count) {
    if (count == 0)
        return;
    FB_CHECK(m_heads.size() == 1);
    m_heads[0].at += count - 1;
    m_taken += count - 1;
    next();
}

void MergedRows::findLeast() {
    m_least = 0;
    for (std::size_t i = 1; i < m_heads.size(); ++i)
        if (m_heads[i].key < m_heads[m_least].key)
            m_least = i;
}

} // namespace fuseboard
