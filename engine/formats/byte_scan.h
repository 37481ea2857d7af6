// SPDX-License-Identifier: Apache-2.0
// Bytes looked at sixteen at a time: where a string ends, and what a block holds.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace fuseboard::byte_scan {

/// Sixteen bytes and what is asked of them; an answer has one bit a byte, the first one lowest.
#if defined(__SSE2__)
class Sixteen {
public:
    explicit Sixteen(const char* p)
        : m_bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))) {}
    [[nodiscard]] std::uint32_t equal(char c) const { return bits(is(c)); }
    /// At the same place as in the sixteen bytes at `other`.
    [[nodiscard]] std::uint32_t sameAs(const char* other) const {
        return bits(_mm_cmpeq_epi8(m_bytes, Sixteen(other).m_bytes));
    }
    /// Below 32.
    [[nodiscard]] std::uint32_t control() const {
        return bits(_mm_cmpeq_epi8(_mm_min_epu8(m_bytes, _mm_set1_epi8(0x1F)), m_bytes));
    }
    /// 128 and more.
    [[nodiscard]] std::uint32_t high() const { return bits(m_bytes); }
    /// What a JSON string cannot hold as it stands: quote, backslash, control character.
    [[nodiscard]] std::uint32_t special() const {
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(m_bytes, _mm_set1_epi8(0x1F)), m_bytes);
        return bits(_mm_or_si128(_mm_or_si128(is('"'), is('\\')), control));
    }

private:
    [[nodiscard]] __m128i is(char c) const { return _mm_cmpeq_epi8(m_bytes, _mm_set1_epi8(c)); }
    static std::uint32_t bits(__m128i mask) {
        return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
    }
    __m128i m_bytes;
};
#else
class Sixteen {
public:
    explicit Sixteen(const char* p) { std::memcpy(m_bytes, p, sizeof m_bytes); }
    [[nodiscard]] std::uint32_t equal(char c) const {
        return bits([c](unsigned char byte) { return byte == static_cast<unsigned char>(c); });
    }
    [[nodiscard]] std::uint32_t sameAs(const char* other) const {
        std::uint32_t mask = 0;
        for (std::size_t i = 0; i < sizeof m_bytes; ++i)
            mask |= (m_bytes[i] == static_cast<unsigned char>(other[i]) ? 1U : 0U) << i;
        return mask;
    }
    [[nodiscard]] std::uint32_t control() const {
        return bits([](unsigned char byte) { return byte < 32; });
    }
    [[nodiscard]] std::uint32_t high() const {
        return bits([](unsigned char byte) { return byte >= 128; });
    }
    [[nodiscard]] std::uint32_t special() const { return equal('"') | equal('\\') | control(); }

private:
    template <class Test> [[nodiscard]] std::uint32_t bits(Test test) const {
        std::uint32_t mask = 0;
        for (std::size_t i = 0; i < sizeof m_bytes; ++i)
            mask |= (test(m_bytes[i]) ? 1U : 0U) << i;
        return mask;
    }
    unsigned char m_bytes[16];
};
#endif

/// The first byte from `p` on that `ask` (of a Sixteen) marks, or nullptr if there is none before
/// `end`. Sixteen bytes behind `end` are readable.
template <class Ask> inline const char* find(const char* p, const char* end, Ask ask) {
    std::uint32_t marks = ask(Sixteen(p));
    while (marks == 0) [[unlikely]] {
        p += 16;
        if (p >= end)
            return nullptr;
        marks = ask(Sixteen(p));
    }
    p += std::countr_zero(marks);
    return p < end ? p : nullptr;
}

} // namespace fuseboard::byte_scan
