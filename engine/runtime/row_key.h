// SPDX-License-Identifier: Apache-2.0
// Keys of rows: the total order in which ports deliver and sinks write (docs: semantics of order).
#pragma once

#include "engine/value/arena.h"

#include <compare>
#include <cstdint>
#include <cstring>

namespace fuseboard {

/// Branch and emission numbers from the source to here, in an encoding whose bytes compare like the
/// numbers: below 240 one byte, else 0xF0 + length - 1 and the big-endian bytes. Up to 15 bytes
/// stand inline; longer paths stand in the arena that they were appended in.
class RowPath {
public:
    RowPath() = default;

    [[nodiscard]] RowPath then(std::uint64_t number, Arena& arena) const {
        unsigned char bytes[9];
        const unsigned count = encode(number, bytes);
        return join(bytes, count, arena);
    }
    [[nodiscard]] RowPath then(const RowPath& suffix, Arena& arena) const {
        return suffix.m_size == 0 ? *this : join(suffix.data(), suffix.m_size, arena);
    }
    /// The same path with its bytes in `arena`, if they are not inline.
    [[nodiscard]] RowPath copiedTo(Arena& arena) const {
        RowPath copy = *this;
        if (m_size > kInline) {
            auto* to = static_cast<unsigned char*>(arena.allocate(m_size, 1));
            std::memcpy(to, data(), m_size);
            copy.setPointer(to);
        }
        return copy;
    }
    [[nodiscard]] std::strong_ordering operator<=>(const RowPath& other) const {
        const std::uint32_t common = m_size < other.m_size ? m_size : other.m_size;
        const int order = std::memcmp(data(), other.data(), common);
        return order != 0 ? order <=> 0 : m_size <=> other.m_size;
    }
    [[nodiscard]] bool operator==(const RowPath& other) const {
        return (*this <=> other) == std::strong_ordering::equal;
    }

private:
    static constexpr std::uint32_t kInline = 12;

    static unsigned encode(std::uint64_t number, unsigned char* bytes) {
        if (number < 0xF0) {
            bytes[0] = static_cast<unsigned char>(number);
            return 1;
        }
        unsigned length = 1;
        while (length < 8 && (number >> (8 * length)) != 0)
            ++length;
        bytes[0] = static_cast<unsigned char>(0xF0 + length - 1);
        for (unsigned i = 0; i < length; ++i)
            bytes[1 + i] = static_cast<unsigned char>(number >> (8 * (length - 1 - i)));
        return length + 1;
    }
    [[nodiscard]] RowPath join(const unsigned char* bytes, std::uint32_t count,
                               Arena& arena) const {
        RowPath joined;
        joined.m_size = m_size + count;
        unsigned char* to = joined.m_bytes;
        if (joined.m_size > kInline) {
            to = static_cast<unsigned char*>(arena.allocate(joined.m_size, 1));
            joined.setPointer(to);
        }
        std::memcpy(to, data(), m_size);
        std::memcpy(to + m_size, bytes, count);
        return joined;
    }
    [[nodiscard]] const unsigned char* data() const {
        if (m_size <= kInline)
            return m_bytes;
        const unsigned char* pointer = nullptr;
        std::memcpy(&pointer, m_bytes, sizeof pointer);
        return pointer;
    }
    void setPointer(const unsigned char* pointer) {
        std::memcpy(m_bytes, &pointer, sizeof pointer);
    }

    std::uint32_t m_size = 0;
    unsigned char m_bytes[kInline] = {};
};
static_assert(sizeof(RowPath) == 16);

/// Unit of a row that a source event brought; ticks before the event have their time as unit.
inline constexpr std::uint64_t kEventUnit = ~std::uint64_t{0};
/// Sequence of rows made at the end of input; their unit is the node's rank in the naive graph.
inline constexpr std::uint64_t kEndSequence = ~std::uint64_t{0};

/// Rows of equal sequence and unit are processed together: one source event, one tick, one flush.
struct RowKey {
    std::uint64_t sequence = 0; ///< of the source event, or of the event after the tick
    std::uint64_t unit = kEventUnit;
    RowPath path;

    [[nodiscard]] auto operator<=>(const RowKey&) const = default;
};

} // namespace fuseboard
