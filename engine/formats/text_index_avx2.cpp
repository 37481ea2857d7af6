// SPDX-License-Identifier: Apache-2.0
// TextIndex::scan() for processors with AVX2; this file is built for them.
#include "engine/formats/text_index_loop.h"

#include <immintrin.h>

namespace fuseboard {

namespace {

/// Bytes outside are blanks.
class TwoThirtyTwos {
public:
    class Seen;

    [[gnu::always_inline]] TwoThirtyTwos(const char* p, std::uint64_t inside)
        : m_low(load(p)), m_high(load(p + 32)) {
        if (~inside != 0) [[unlikely]] {
            alignas(32) char copy[64];
            for (unsigned i = 0; i < 64; ++i)
                copy[i] = (inside >> i & 1) != 0 ? p[i] : ' ';
            m_low = load(copy);
            m_high = load(copy + 32);
        }
    }
    [[gnu::always_inline]] std::uint64_t equal(char c) const {
        const __m256i all = _mm256_set1_epi8(c);
        return bits(_mm256_cmpeq_epi8(m_low, all)) | bits(_mm256_cmpeq_epi8(m_high, all)) << 32;
    }
    [[gnu::always_inline]] static std::uint32_t lowest(std::uint64_t mask) {
        return static_cast<std::uint32_t>(_tzcnt_u64(mask));
    }
    [[gnu::always_inline]] static std::uint32_t* list(std::uint32_t* to, std::uint64_t mask,
                                                      std::uint32_t offset) {
        return listPlaces<TwoThirtyTwos>(to, mask, offset);
    }

private:
    [[gnu::always_inline]] static __m256i load(const char* p) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    [[gnu::always_inline]] static std::uint64_t bits(__m256i mask) {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask));
    }
    __m256i m_low;
    __m256i m_high;
};

class TwoThirtyTwos::Seen {
public:
    [[gnu::always_inline]] explicit Seen(char rare)
        : m_rare(_mm256_set1_epi8(rare)), m_newline(_mm256_set1_epi8('\n')),
          m_least(_mm256_set1_epi8(-1)) {}
    [[gnu::always_inline]] void add(const TwoThirtyTwos& bytes) {
        add(bytes.m_low);
        add(bytes.m_high);
    }
    [[gnu::always_inline]] bool hasRare() const { return bits(m_rares) != 0; }
    [[gnu::always_inline]] bool hasHigh() const { return bits(m_all) != 0; }
    [[gnu::always_inline]] bool hasControl() const {
        const __m256i last = _mm256_set1_epi8(0x1F);
        return bits(_mm256_cmpeq_epi8(_mm256_min_epu8(m_least, last), m_least)) != 0;
    }

private:
    [[gnu::always_inline]] void add(__m256i bytes) {
        m_all = _mm256_or_si256(m_all, bytes);
        m_rares = _mm256_or_si256(m_rares, _mm256_cmpeq_epi8(bytes, m_rare));
        // A newline becomes 255 here.
        m_least =
            _mm256_min_epu8(m_least, _mm256_or_si256(bytes, _mm256_cmpeq_epi8(bytes, m_newline)));
    }
    __m256i m_rare;
    __m256i m_newline;
    __m256i m_all = _mm256_setzero_si256();
    __m256i m_rares = _mm256_setzero_si256();
    __m256i m_least; // of all bytes but newlines, by place
};

} // namespace

void scanWithAvx2(TextScan& scan);

void scanWithAvx2(TextScan& scan) {
    TextScanner<TwoThirtyTwos>::run(scan);
}

} // namespace fuseboard
