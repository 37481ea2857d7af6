// SPDX-License-Identifier: Apache-2.0
// The loop of TextIndex::scan() over any way to look at 64 bytes at once. Files that are built for
// newer processors include it, so that nothing here may leave an inline function for others to use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fuseboard {

/// What TextIndex::scan() asks for and gets.
struct TextScan {
    const char* text = nullptr;
    std::size_t size = 0;
    char mark = 0;
    char follower = 0;
    char rare = 0;
    std::uint32_t* newlines = nullptr; ///< where the list begins, then where it ends
    std::uint32_t* marks = nullptr;
    bool hasRare = false;
    bool hasHigh = false;
    bool hasControl = false; ///< carriage returns count
};

/// The places of the mask's bits, behind `to`; may write 64 entries. Eight at a time without
/// looking, so that their number costs few mispredicted branches. Bytes::lowest() gives the place
/// of the lowest bit and anything for none.
template <class Bytes>
[[gnu::always_inline]] inline std::uint32_t* listPlaces(std::uint32_t* to, std::uint64_t mask,
                                                        std::uint32_t offset) {
    std::uint32_t* const end = to + __builtin_popcountll(mask);
    do {
        for (unsigned i = 0; i < 8; ++i) {
            to[i] = offset + Bytes::lowest(mask);
            mask &= mask - 1;
        }
        to += 8;
    } while (to < end);
    return end;
}

/// Bytes are 64 of them: which ones equal a character, places of a mask; Bytes::Seen gathers what
/// there is in all of them.
template <class Bytes> class TextScanner {
public:
    [[gnu::always_inline]] static void run(TextScan& scan) {
        TextScanner scanner(scan);
        std::size_t at = 0;
        for (; at + 64 <= scanner.m_size; at += 64)
            scanner.take(at, ~std::uint64_t{0});
        if (at < scanner.m_size)
            scanner.take(at, (std::uint64_t{1} << (scanner.m_size - at)) - 1);
        scan.newlines = scanner.m_newlineAt;
        scan.marks = scanner.m_markAt;
        scan.hasRare = scanner.m_seen.hasRare();
        scan.hasHigh = scanner.m_seen.hasHigh();
        scan.hasControl = scanner.m_seen.hasControl();
    }

private:
    // Copies, because what is written to the lists might else have changed them.
    [[gnu::always_inline]] explicit TextScanner(const TextScan& scan)
        : m_text(scan.text), m_size(scan.size), m_mark(scan.mark), m_follower(scan.follower),
          m_newlineAt(scan.newlines), m_markAt(scan.marks), m_seen(scan.rare) {}

    [[gnu::always_inline]] void take(std::size_t at, std::uint64_t inside) {
        const Bytes bytes(m_text + at, inside);
        const auto offset = static_cast<std::uint32_t>(at);
        const std::uint64_t newline = bytes.equal('\n') & inside;
        std::uint64_t mark = bytes.equal(m_mark) & inside;
        if (m_follower != 0) {
            const std::uint64_t next = m_text[at + 64] == m_follower ? 1 : 0;
            mark &= bytes.equal(m_follower) >> 1 | next << 63;
        }
        m_seen.add(bytes);
        m_newlineAt[0] = offset + Bytes::lowest(newline);
        if ((newline & (newline - 1)) != 0) [[unlikely]]
            m_newlineAt = listPlaces<Bytes>(m_newlineAt, newline, offset);
        else
            m_newlineAt += newline != 0 ? 1 : 0;
        m_markAt = Bytes::list(m_markAt, mark, offset);
    }

    const char* m_text;
    std::size_t m_size;
    char m_mark;
    char m_follower;
    std::uint32_t* m_newlineAt;
    std::uint32_t* m_markAt;
    typename Bytes::Seen m_seen;
};

} // namespace fuseboard
