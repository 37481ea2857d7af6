// SPDX-License-Identifier: Apache-2.0
// Bump allocation for values. An arena belongs to one thread at a time; everything in it dies at
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fuseboard {

/// Hands out memory that lives until reset() or destruction. Destructors are never run, so only
/// trivially destructible things may live here. Not thread-safe.
class Arena {
public:
    static constexpr std::size_t kDefaultChunk = 64 * 1024;

    explicit Arena(std::size_t firstChunk = kDefaultChunk) : m_nextChunk(firstChunk) {}
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    Arena(Arena&&) noexcept = default;
    Arena& operator=(Arena&&) noexcept = default;

    [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = 8) {
        std::uintptr_t at = (m_at + alignment - 1) & ~(alignment - 1);
        if (at + bytes > m_end || m_at == 0) [[unlikely]]
            return allocateSlow(bytes, alignment);
        m_at = at + bytes;
        return reinterpret_cast<void*>(at); // NOLINT(performance-no-int-to-ptr)
    }

    template <class T> [[nodiscard]] T* allocateArray(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    }

    /// A copy of `text` that lives as long as the arena.
    [[nodiscard]] std::string_view copy(std::string_view text) {
        if (text.empty())
            return {};
        char* to = static_cast<char*>(allocate(text.size(), 1));
        std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }

    /// Forgets everything and keeps the largest chunk for reuse.
    void reset();

    /// Whether `pointer` points into this arena. Linear in the number of chunks (few).
    [[nodiscard]] bool contains(const void* pointer) const {
        const auto at = reinterpret_cast<std::uintptr_t>(pointer);
        for (auto chunk = m_chunks.rbegin(); chunk != m_chunks.rend(); ++chunk) {
            const auto begin = reinterpret_cast<std::uintptr_t>(chunk->memory.get());
            if (at >= begin && at < begin + chunk->size)
                return true;
        }
        return false;
    }

    /// Bytes handed out since the last reset (padding included).
    [[nodiscard]] std::size_t used() const {
        return m_chunks.empty() ? 0 : m_usedBefore + (m_at - m_begin);
    }
    /// Bytes held from the system.
    [[nodiscard]] std::size_t reserved() const { return m_reserved; }

private:
    struct Chunk {
        std::unique_ptr<std::byte[]> memory;
        std::size_t size = 0;
    };
    void* allocateSlow(std::size_t bytes, std::size_t alignment);

    std::uintptr_t m_at = 0;
    std::uintptr_t m_end = 0;
    std::uintptr_t m_begin = 0;
    std::size_t m_usedBefore = 0;
    std::size_t m_reserved = 0;
    std::size_t m_nextChunk;
    std::vector<Chunk> m_chunks;
};

} // namespace fuseboard
