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
/// looking, so that their number costs few mispredicted branches. kLowest gives the place of the
/// lowest bit and anything for none.
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
template <class Bytes> [[gnu::always_inline]] inline void scanText(TextScan& scan) {
    typename Bytes::Seen seen(scan.rare);
    std::uint32_t* newlineAt = scan.newlines;
    std::uint32_t* markAt = scan.marks;
    for (std::size_t at = 0; at < scan.size; at += 64) {
        const std::size_t left = scan.size - at;
        const std::uint64_t inside =
            left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
        const Bytes bytes(scan.text + at, inside);
        const auto offset = static_cast<std::uint32_t>(at);
        const std::uint64_t newline = bytes.equal('\n') & inside;
        std::uint64_t mark = bytes.equal(scan.mark) & inside;
        if (scan.follower != 0) {
            const std::uint64_t next = scan.text[at + 64] == scan.follower ? 1 : 0;
            mark &= bytes.equal(scan.follower) >> 1 | next << 63;
        }
        seen.add(bytes);
        newlineAt[0] = offset + Bytes::lowest(newline);
        if ((newline & (newline - 1)) != 0) [[unlikely]]
            newlineAt = listPlaces<Bytes>(newlineAt, newline, offset);
        else
            newlineAt += newline != 0 ? 1 : 0;
        markAt = Bytes::list(markAt, mark, offset);
    }
    scan.newlines = newlineAt;
    scan.marks = markAt;
    scan.hasRare = seen.hasRare();
    scan.hasHigh = seen.hasHigh();
    scan.hasControl = seen.hasControl();
}

} // namespace fuseboard
