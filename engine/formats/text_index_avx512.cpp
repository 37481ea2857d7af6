// SPDX-License-Identifier: Apache-2.0
// TextIndex::scan() for processors with AVX-512 and its byte compression (VBMI2); this file is
// built for them.
#include "engine/formats/text_index_loop.h"

#include <immintrin.h>

namespace fuseboard {

namespace {

/// Bytes outside are blanks.
class SixtyFour {
public:
    class Seen;

    [[gnu::always_inline]] SixtyFour(const char* p, std::uint64_t inside)
        : m_bytes(_mm512_mask_loadu_epi8(_mm512_set1_epi8(' '), inside, p)) {}
    [[gnu::always_inline]] std::uint64_t equal(char c) const {
        return _mm512_cmpeq_epi8_mask(m_bytes, _mm512_set1_epi8(c));
    }
    [[gnu::always_inline]] static std::uint32_t lowest(std::uint64_t mask) {
        return static_cast<std::uint32_t>(_tzcnt_u64(mask));
    }
    /// The numbers of all bytes, those of the mask moved to the front and widened.
    [[gnu::always_inline]] static std::uint32_t* list(std::uint32_t* to, std::uint64_t mask,
                                                      std::uint32_t offset) {
        const __m512i numbers = _mm512_set_epi64(
            0x3f3e3d3c3b3a3938, 0x3736353433323130, 0x2f2e2d2c2b2a2928, 0x2726252423222120,
            0x1f1e1d1c1b1a1918, 0x1716151413121110, 0x0f0e0d0c0b0a0908, 0x0706050403020100);
        const __m512i places = _mm512_maskz_compress_epi8(mask, numbers);
        const __m512i start = _mm512_set1_epi32(static_cast<int>(offset));
        const auto count = static_cast<unsigned>(__builtin_popcountll(mask));
        alignas(64) unsigned char all[64];
        _mm512_store_si512(all, places);
        const auto put = [&](unsigned at) {
            const __m128i part = _mm_load_si128(reinterpret_cast<const __m128i*>(all + at));
            _mm512_storeu_si512(to + at,
                                _mm512_add_epi32(_mm512_maskz_cvtepu8_epi32(0xFFFF, part), start));
        };
        put(0);
        if (count > 16) [[unlikely]] {
            put(16);
            put(32);
            put(48);
        }
        return to + count;
    }

private:
    __m512i m_bytes;
};

class SixtyFour::Seen {
public:
    [[gnu::always_inline]] explicit Seen(char rare) : m_rare(_mm512_set1_epi8(rare)) {}
    [[gnu::always_inline]] void add(const SixtyFour& bytes) {
        const __m512i all = bytes.m_bytes;
        m_all = _mm512_or_si512(m_all, all);
        m_rares |= _mm512_cmpeq_epi8_mask(all, m_rare);
        m_controls |= _mm512_mask_cmplt_epu8_mask(
            _mm512_cmpneq_epi8_mask(all, _mm512_set1_epi8('\n')), all, _mm512_set1_epi8(0x20));
    }
    [[gnu::always_inline]] bool hasRare() const { return m_rares != 0; }
    [[gnu::always_inline]] bool hasHigh() const { return _mm512_movepi8_mask(m_all) != 0; }
    [[gnu::always_inline]] bool hasControl() const { return m_controls != 0; }

private:
    __m512i m_rare;
    __m512i m_all = _mm512_setzero_si512();
    std::uint64_t m_rares = 0;
    std::uint64_t m_controls = 0;
};

} // namespace

void scanWithAvx512(TextScan& scan);

void scanWithAvx512(TextScan& scan) {
    TextScanner<SixtyFour>::run(scan);
}

} // namespace fuseboard
