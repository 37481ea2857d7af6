// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/text_index.h"

#include "engine/formats/byte_scan.h"
#include "engine/formats/text_index_loop.h"

namespace fuseboard {

#if defined(FB_TEXT_INDEX_AVX)
void scanWithAvx2(TextScan& scan);
void scanWithAvx512(TextScan& scan);
#endif

namespace {

class FourSixteens {
public:
    class Seen;

    FourSixteens(const char* p, std::uint64_t inside)
        : m_parts{byte_scan::Sixteen(p), byte_scan::Sixteen(p + 16), byte_scan::Sixteen(p + 32),
                  byte_scan::Sixteen(p + 48)},
          m_inside(inside) {}
    [[nodiscard]] std::uint64_t equal(char c) const {
        return joined([c](const auto& part) { return part.equal(c); });
    }
    [[nodiscard]] static std::uint32_t lowest(std::uint64_t mask) {
        return static_cast<std::uint32_t>(std::countr_zero(mask | std::uint64_t{1} << 63));
    }
    static std::uint32_t* list(std::uint32_t* to, std::uint64_t mask, std::uint32_t offset) {
        return listPlaces<FourSixteens>(to, mask, offset);
    }

private:
    template <class Ask> [[nodiscard]] std::uint64_t joined(Ask ask) const {
        std::uint64_t mask = 0;
        for (std::size_t i = 0; i < 4; ++i)
            mask |= std::uint64_t{ask(m_parts[i])} << (16 * i);
        return mask;
    }
    byte_scan::Sixteen m_parts[4];
    std::uint64_t m_inside;
};

class FourSixteens::Seen {
public:
    explicit Seen(char rare) : m_rare(rare) {}
    void add(const FourSixteens& bytes) {
        m_rares |= bytes.equal(m_rare) & bytes.m_inside;
        m_high |= bytes.joined([](const auto& part) { return part.high(); }) & bytes.m_inside;
        m_control |= bytes.joined([](const auto& part) {
            return part.control() & ~part.equal('\n');
        }) & bytes.m_inside;
    }
    [[nodiscard]] bool hasRare() const { return m_rares != 0; }
    [[nodiscard]] bool hasHigh() const { return m_high != 0; }
    [[nodiscard]] bool hasControl() const { return m_control != 0; }

private:
    char m_rare;
    std::uint64_t m_rares = 0;
    std::uint64_t m_high = 0;
    std::uint64_t m_control = 0;
};

void scanPlainly(TextScan& scan) {
    TextScanner<FourSixteens>::run(scan);
}

} // namespace

std::vector<TextScanFunction> textScanFunctions() {
    std::vector<TextScanFunction> all = {scanPlainly};
#if defined(FB_TEXT_INDEX_AVX)
    const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                         __builtin_cpu_supports("popcnt");
    if (hasAvx2)
        all.push_back(scanWithAvx2);
    if (hasAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vbmi2"))
        all.push_back(scanWithAvx512);
#endif
    return all;
}

bool hasInnerControl(std::string_view block) {
    for (std::size_t at = 0; at < block.size(); at += 16) {
        const byte_scan::Sixteen bytes(block.data() + at);
        const std::size_t left = block.size() - at;
        std::uint32_t marks = bytes.control() & ~bytes.equal('\n');
        marks &= left < 16 ? (1U << left) - 1 : 0xFFFFU;
        for (; marks != 0; marks &= marks - 1) {
            const char* const p = block.data() + at + std::countr_zero(marks);
            if (p[0] != '\r' || p[1] != '\n')
                return true;
        }
    }
    return false;
}

void TextIndex::scan(std::string_view block) {
    // The lists are written up to 64 entries ahead.
    const std::size_t room = block.size() + 64;
    if (m_room < room) {
        m_room = room;
        m_newlines = std::make_unique_for_overwrite<std::uint32_t[]>(room);
        m_marks = std::make_unique_for_overwrite<std::uint32_t[]>(room);
    }
    TextScan scan{.text = block.data(),
                  .size = block.size(),
                  .mark = m_mark,
                  .follower = m_follower,
                  .rare = m_rare,
                  .newlines = m_newlines.get(),
                  .marks = m_marks.get()};
    static const TextScanFunction run = textScanFunctions().back();
    run(scan);
    *scan.newlines = static_cast<std::uint32_t>(block.size());
    *scan.marks = static_cast<std::uint32_t>(block.size());
    m_newlineCount = static_cast<std::size_t>(scan.newlines - m_newlines.get());
    m_markCount = static_cast<std::size_t>(scan.marks - m_marks.get());
    m_hasRare = scan.hasRare;
    m_hasHigh = scan.hasHigh;
    m_hasControl = scan.hasControl;
}

} // namespace fuseboard
