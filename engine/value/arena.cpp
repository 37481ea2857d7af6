// SPDX-License-Identifier: Apache-2.0
#include "engine/value/arena.h"

#include <algorithm>

namespace fuseboard {

namespace {
constexpr std::size_t kLargestChunk = 4 * 1024 * 1024;
}

void* Arena::allocateSlow(std::size_t bytes, std::size_t alignment) {
    if (!m_chunks.empty())
        m_usedBefore += m_at - m_begin;
    const std::size_t size = std::max(m_nextChunk, bytes + alignment);
    m_nextChunk = std::min(kLargestChunk, std::max(m_nextChunk, size) * 2);
    m_chunks.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
    m_reserved += size;
    m_begin = reinterpret_cast<std::uintptr_t>(m_chunks.back().memory.get());
    m_end = m_begin + size;
    const std::uintptr_t at = (m_begin + alignment - 1) & ~(alignment - 1);
    m_at = at + bytes;
    return reinterpret_cast<void*>(at); // NOLINT(performance-no-int-to-ptr)
}

void Arena::reset() {
    if (m_chunks.empty())
        return;
    if (m_chunks.size() > 1) {
        const auto largest =
            std::max_element(m_chunks.begin(), m_chunks.end(),
                             [](const Chunk& a, const Chunk& b) { return a.size < b.size; });
        Chunk kept = std::move(*largest);
        m_chunks.clear();
        m_reserved = kept.size;
        m_chunks.push_back(std::move(kept));
    }
    m_begin = reinterpret_cast<std::uintptr_t>(m_chunks.back().memory.get());
    m_end = m_begin + m_chunks.back().size;
    m_at = m_begin;
    m_usedBefore = 0;
}

} // namespace fuseboard
