// SPDX-License-Identifier: Apache-2.0
#include "engine/measure/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace fuseboard {

namespace {

constexpr unsigned kPageBits = 10;
constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint64_t>::max();

// Serialized form: kMagic, version, number of counts, then for each count the distance of its index
// from the previous one and the count itself; numbers in LEB128.
constexpr char kMagic = 'H';
constexpr char kVersion = 1;

std::uint64_t addSaturating(std::uint64_t a, std::uint64_t b) {
    return a > kCountMax - b ? kCountMax : a + b;
}

void putNumber(std::string& out, std::uint64_t number) {
    while (number >= 0x80) {
        out.push_back(static_cast<char>((number & 0x7F) | 0x80));
        number >>= 7;
    }
    out.push_back(static_cast<char>(number));
}

/// Takes a number off the front of `bytes`; false if there is none.
bool takeNumber(std::string_view& bytes, std::uint64_t& number) {
    number = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        const std::uint64_t part = byte & 0x7FU;
        if (shift == 63 && part > 1)
            return false;
        number |= part << shift;
        if ((byte & 0x80U) == 0)
            return true;
    }
    return false;
}

} // namespace

Histogram::Histogram(const Histogram& other) {
    *this = other;
}

Histogram& Histogram::operator=(const Histogram& other) {
    if (this == &other)
        return *this;
    for (std::size_t page = 0; page < kPages; ++page) {
        const auto& from = other.m_pages[page];
        m_pages[page] = from ? std::make_unique<Page>(*from) : nullptr;
    }
    m_total = other.m_total;
    return *this;
}

Histogram::Histogram(Histogram&& other) noexcept {
    *this = std::move(other);
}

Histogram& Histogram::operator=(Histogram&& other) noexcept {
    if (this == &other)
        return *this;
    m_pages = std::move(other.m_pages);
    m_total = std::exchange(other.m_total, 0);
    return *this;
}

std::size_t Histogram::indexOf(std::uint64_t valueNs) {
    const unsigned width = static_cast<unsigned>(std::bit_width(valueNs | (2 * kPageSize - 1)));
    const unsigned shift = width - (kPageBits + 1);
    return (static_cast<std::size_t>(shift) << kPageBits) + (valueNs >> shift);
}

std::uint64_t Histogram::lowestAt(std::size_t index) {
    const std::size_t page = index >> kPageBits;
    if (page == 0)
        return index;
    return ((index & (kPageSize - 1)) + kPageSize) << (page - 1);
}

std::uint64_t Histogram::highestAt(std::size_t index) {
    const std::size_t page = index >> kPageBits;
    return lowestAt(index) + (page == 0 ? 0 : (1ULL << (page - 1)) - 1);
}

void Histogram::add(std::size_t index, std::uint64_t weight) {
    auto& page = m_pages[index >> kPageBits];
    if (!page) [[unlikely]]
        page = std::make_unique<Page>();
    std::uint64_t& count = (*page)[index & (kPageSize - 1)];
    count = addSaturating(count, weight);
    m_total = addSaturating(m_total, weight);
}

void Histogram::record(std::uint64_t valueNs, std::uint64_t weight) {
    if (weight != 0)
        add(indexOf(std::min(valueNs, kMaxValueNs)), weight);
}

template <class Visit> void Histogram::visitCounts(Visit&& visit) const {
    for (std::size_t page = 0; page < kPages; ++page) {
        if (!m_pages[page])
            continue;
        for (std::size_t slot = 0; slot < kPageSize; ++slot) {
            const std::uint64_t count = (*m_pages[page])[slot];
            if (count != 0 && !visit((page << kPageBits) + slot, count))
                return;
        }
    }
}

void Histogram::merge(const Histogram& other) {
    if (this == &other) {
        merge(Histogram(other));
        return;
    }
    other.visitCounts([this](std::size_t index, std::uint64_t count) {
        add(index, count);
        return true;
    });
}

void Histogram::clear() {
    for (auto& page : m_pages)
        page.reset();
    m_total = 0;
}

std::uint64_t Histogram::min() const {
    std::uint64_t result = 0;
    visitCounts([&](std::size_t index, std::uint64_t) {
        result = lowestAt(index);
        return false;
    });
    return result;
}

std::uint64_t Histogram::max() const {
    for (std::size_t page = kPages; page-- > 0;) {
        if (!m_pages[page])
            continue;
        for (std::size_t slot = kPageSize; slot-- > 0;) {
            if ((*m_pages[page])[slot] != 0)
                return highestAt((page << kPageBits) + slot);
        }
    }
    return 0;
}

double Histogram::mean() const {
    if (m_total == 0)
        return 0;
    double sum = 0;
    double total = 0;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        const std::uint64_t low = lowestAt(index);
        const std::uint64_t middle = low + ((highestAt(index) - low + 1) >> 1);
        sum += static_cast<double>(middle) * static_cast<double>(count);
        total += static_cast<double>(count);
        return true;
    });
    return sum / total;
}

std::uint64_t Histogram::percentile(double percent) const {
    // One step down before the rounding up below, so that a product which is a hair above an
    // integer does not ask for one value too many. (NaN asks for the least.)
    const double asked = percent > 0 ? std::min(std::nextafter(percent, 0.0), 100.0) : 0.0;
    const double wanted = std::ceil(asked * static_cast<double>(m_total) / 100.0);
    const std::uint64_t needed =
        wanted >= static_cast<double>(kCountMax)
            ? m_total
            : std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1,
                                        std::max<std::uint64_t>(m_total, 1));
    std::uint64_t seen = 0;
    std::uint64_t result = 0;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        seen = addSaturating(seen, count);
        result = percent > 0 ? highestAt(index) : lowestAt(index);
        return seen < needed;
    });
    return result;
}

std::uint64_t Histogram::countUpTo(std::uint64_t valueNs) const {
    const std::size_t last = indexOf(std::min(valueNs, kMaxValueNs));
    std::uint64_t seen = 0;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        if (index <= last)
            seen = addSaturating(seen, count);
        return index < last;
    });
    return seen;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
    std::vector<Bucket> result;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        result.push_back({lowestAt(index), highestAt(index), count});
        return true;
    });
    return result;
}

std::vector<Histogram::Bucket> Histogram::coarseBuckets(std::uint32_t perOctave) const {
    const std::uint32_t cuts = std::bit_floor(std::clamp<std::uint32_t>(perOctave, 1, kPageSize));
    const auto cutBits = static_cast<unsigned>(std::countr_zero(cuts));
    std::vector<Bucket> result;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        const std::uint64_t value = lowestAt(index);
        // The octave [2^k, 2^(k+1)) has 2^k values, so it takes at most that many cuts.
        const unsigned octave = value == 0 ? 0 : static_cast<unsigned>(std::bit_width(value)) - 1;
        const unsigned shift = octave > cutBits ? octave - cutBits : 0;
        const std::uint64_t low = value >> shift << shift;
        if (!result.empty() && result.back().lowNs == low)
            result.back().count = addSaturating(result.back().count, count);
        else
            result.push_back({low, low + (1ULL << shift) - 1, count});
        return true;
    });
    return result;
}

std::size_t Histogram::memoryBytes() const {
    const auto used = std::count_if(m_pages.begin(), m_pages.end(),
                                    [](const auto& page) { return page != nullptr; });
    return static_cast<std::size_t>(used) * sizeof(Page);
}

std::string Histogram::serialize() const {
    std::string counts;
    std::uint64_t used = 0;
    std::size_t previous = 0;
    visitCounts([&](std::size_t index, std::uint64_t count) {
        putNumber(counts, index - previous);
        putNumber(counts, count);
        previous = index;
        ++used;
        return true;
    });
    std::string out{kMagic, kVersion};
    putNumber(out, used);
    return out + counts;
}

Result<Histogram> Histogram::deserialize(std::string_view bytes) {
    const auto broken = [] {
        return fail(ErrorCode::InvalidSyntax, "the stored histogram is damaged");
    };
    if (bytes.size() < 3 || bytes[0] != kMagic || bytes[1] < 1)
        return broken();
    if (bytes[1] > kVersion)
        return fail(ErrorCode::NewerVersion,
                    fmt::format("the stored histogram has version {}", int{bytes[1]}),
                    "open it with a newer Fuseboard");
    bytes.remove_prefix(2);
    std::uint64_t used = 0;
    if (!takeNumber(bytes, used))
        return broken();
    Histogram result;
    std::uint64_t index = 0;
    for (std::uint64_t i = 0; i < used; ++i) {
        std::uint64_t distance = 0;
        std::uint64_t count = 0;
        if (!takeNumber(bytes, distance) || !takeNumber(bytes, count) || count == 0 ||
            (i > 0 && distance == 0) || distance >= kPages * kPageSize - index)
            return broken();
        index += distance;
        result.add(index, count);
    }
    if (!bytes.empty())
        return broken();
    return result;
}

bool Histogram::operator==(const Histogram& other) const {
    return m_total == other.m_total && buckets() == other.buckets();
}

} // namespace fuseboard
