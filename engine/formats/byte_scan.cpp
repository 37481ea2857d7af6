// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/byte_scan.h"

namespace fuseboard::byte_scan {

namespace {

constexpr std::size_t kStep = 64;

} // namespace

void findLines(std::string_view block, Lines& out) {
    out.newlines.clear();
    std::uint64_t high = 0;
    std::uint64_t backslash = 0;
    std::uint64_t control = 0;
    for (std::size_t at = 0; at < block.size(); at += kStep) {
        std::uint64_t newline = 0;
        for (std::size_t part = 0; part < kStep; part += 16) {
            const std::size_t begin = at + part;
            if (begin >= block.size())
                break;
            const std::size_t left = block.size() - begin;
            const std::uint32_t inside = left >= 16 ? 0xFFFFU : (1U << left) - 1;
            const Sixteen bytes(block.data() + begin);
            const std::uint32_t ends = bytes.equal('\n') & inside;
            newline |= std::uint64_t{ends} << part;
            high |= bytes.high() & inside;
            backslash |= bytes.equal('\\') & inside;
            control |= (bytes.control() & inside) ^ ends;
        }
        for (; newline != 0; newline &= newline - 1)
            out.newlines.push_back(static_cast<std::uint32_t>(at) +
                                   static_cast<std::uint32_t>(std::countr_zero(newline)));
    }
    out.high = high != 0;
    out.backslash = backslash != 0;
    out.control = control != 0;
}

} // namespace fuseboard::byte_scan
