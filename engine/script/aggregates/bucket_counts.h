// SPDX-License-Identifier: Apache-2.0
// Counts by bucket number for histograms. The last few values wait in place as bare bucket numbers,
// so that small histograms need no memory of their own and a value costs one store. Behind them
// stand a sorted list of buckets and counts, or an array of counters where that is not much larger
// than the list; an array is counted in at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

namespace fuseboard::aggregates {

class BucketCounts {
public:
    /// Buckets are below this.
    static constexpr std::uint32_t kMostBuckets = 1U << 16U;

    /// One more value in `bucket`.
    void addOne(std::uint32_t bucket) {
        ++m_total;
        if (m_isDense != 0 && bucket - m_base < m_capacity) [[likely]] {
            ++m_words[bucket - m_base];
            return;
        }
        if (m_isDense != 0 || m_waiting == kMostWaiting) [[unlikely]]
            makeRoom(bucket);
        else
            m_late[m_waiting++] = static_cast<std::uint16_t>(bucket);
    }
    void merge(const BucketCounts& other);
    [[nodiscard]] std::uint64_t total() const { return m_total; }
    [[nodiscard]] std::size_t heapBytes() const { return m_capacity * sizeof(std::uint64_t); }

    /// The buckets that hold something, to be walked several times.
    class Reader;
    [[nodiscard]] Reader read() const;

private:
    static constexpr std::size_t kMostWaiting = 13; // so that hdr's state takes one cache line
    static constexpr std::uint64_t kMostListed = std::numeric_limits<std::uint32_t>::max();

    // An entry of the list is one word: the bucket above, its count below.
    static std::uint32_t bucketOf(std::uint64_t entry) {
        return static_cast<std::uint32_t>(entry >> 32U);
    }
    static std::uint64_t countOf(std::uint64_t entry) { return entry & kMostListed; }
    static std::uint64_t entryOf(std::uint32_t bucket, std::uint64_t count) {
        return (std::uint64_t{bucket} << 32U) | count;
    }
    /// Values that wait, as a sorted list of entries.
    struct Late {
        std::array<std::uint64_t, kMostWaiting> entries;
        std::uint32_t size = 0;
        [[nodiscard]] std::span<const std::uint64_t> all() const { return {entries.data(), size}; }
    };
    [[nodiscard]] static Late listOf(std::span<std::uint16_t> buckets);
    [[nodiscard]] Late late() const;

    /// The list that this one and another would be.
    struct Together {
        std::uint32_t size;
        std::uint32_t first, last; ///< buckets
        bool fitsInList;           ///< no count is too large for it
    };
    [[nodiscard]] Together with(std::span<const std::uint64_t> entries) const;

    void makeRoom(std::uint32_t bucket);
    void settle();
    [[nodiscard]] std::uint64_t* listed(std::uint32_t bucket) const;
    void addList(std::span<const std::uint64_t> entries);
    void mergeLists(std::span<const std::uint64_t> entries, std::uint32_t size);
    void addDense(std::uint32_t bucket, std::uint64_t count);
    void coverDense(std::uint32_t first, std::uint32_t last);
    void goDense(std::uint32_t first, std::uint32_t last);
    bool goSparse(std::size_t wider);

    std::unique_ptr<std::uint64_t[]> m_words;
    std::uint64_t m_total = 0;
    std::uint32_t m_capacity = 0; ///< words held
    std::uint32_t m_isDense : 1 = 0;
    std::uint32_t m_size : 31 = 0; ///< entries of the list
    std::uint32_t m_base = 0;      ///< bucket of the array's first counter
    std::uint16_t m_waiting = 0;   ///< values in m_late; none beside an array
    std::array<std::uint16_t, kMostWaiting> m_late;
};

class BucketCounts::Reader {
public:
    explicit Reader(const BucketCounts& counts) : m_counts(counts), m_late(counts.late()) {
        walk([this](std::uint32_t bucket, std::uint64_t count) {
            m_isFew = m_fewSize < kFew;
            if (m_isFew)
                m_few[m_fewSize++] = {bucket, count};
            return m_isFew;
        });
    }

    /// Calls visit(bucket, count) in rising order, until it returns false.
    template <class Visit> void forEach(Visit visit) const {
        if (!m_isFew) {
            walk(visit);
            return;
        }
        for (std::uint32_t i = 0; i < m_fewSize; ++i)
            if (!visit(m_few[i].bucket, m_few[i].count))
                return;
    }

private:
    template <class Visit> void walk(Visit visit) const {
        const std::uint64_t* const words = m_counts.m_words.get();
        if (m_counts.m_isDense != 0) {
            for (std::uint32_t i = 0; i < m_counts.m_capacity; ++i)
                if (words[i] != 0 && !visit(m_counts.m_base + i, words[i]))
                    return;
            return;
        }
        std::uint32_t listed = 0, w = 0;
        while (listed < m_counts.m_size || w < m_late.size) {
            const std::uint32_t a =
                listed < m_counts.m_size ? bucketOf(words[listed]) : kMostBuckets;
            const std::uint32_t b = w < m_late.size ? bucketOf(m_late.entries[w]) : kMostBuckets;
            std::uint64_t count = 0;
            if (a <= b)
                count += countOf(words[listed++]);
            if (b <= a)
                count += countOf(m_late.entries[w++]);
            if (!visit(a < b ? a : b, count))
                return;
        }
    }

    /// Few of them, as most windows hold, are put side by side once.
    static constexpr std::uint32_t kFew = 64;
    struct Count {
        std::uint32_t bucket;
        std::uint64_t count;
    };
    const BucketCounts& m_counts;
    Late m_late;
    std::array<Count, kFew> m_few;
    std::uint32_t m_fewSize = 0;
    bool m_isFew = true;
};

inline BucketCounts::Reader BucketCounts::read() const {
    return Reader(*this);
}

} // namespace fuseboard::aggregates
