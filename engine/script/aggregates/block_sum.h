// SPDX-License-Identifier: Apache-2.0
// The sum of semantics, section 8: in-order fold of sequential partial sums over blocks of source
// sequence numbers, so that blocks may be summed by different threads.
#pragma once

#include "engine/script/aggregate.h"

#include <cstdint>

namespace fuseboard::aggregates {

class BlockSum {
public:
    void add(double value, std::uint64_t sequence) {
        const std::uint64_t block = sequence / kSumBlockRows;
        if (block != m_block) [[unlikely]] {
            m_folded += m_partial;
            m_partial = 0;
            m_block = block;
        }
        m_partial += value;
    }
    [[nodiscard]] double total() const { return m_folded + m_partial; }
    /// `newer` begins where this sum ended: a frame of a window that closed earlier was merged
    /// first.
    void merge(const BlockSum& newer) {
        m_folded = total() + newer.total();
        m_partial = 0;
        m_block = newer.m_block;
    }

private:
    double m_folded = 0;
    double m_partial = 0;
    std::uint64_t m_block = 0;
};

} // namespace fuseboard::aggregates
