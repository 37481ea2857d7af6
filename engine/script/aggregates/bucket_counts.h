// SPDX-License-Identifier: Apache-2.0
// Counts by bucket number for histograms: nothing at first, then a sorted list of buckets and
// counts, then an array once that is no larger than the list. Lists grow by half, arrays to powers
// of two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace fuseboard::aggregates {

class BucketCounts {
public:
    void add(std::uint32_t bucket, std::uint64_t count);
    void merge(const BucketCounts& other);
    [[nodiscard]] std::uint64_t total() const { return m_total; }
    [[nodiscard]] std::size_t heapBytes() const { return m_capacity * sizeof(std::uint64_t); }

    /// Calls visit(bucket, count) for every bucket that holds something, in rising order, until it
    /// returns false.
    template <class Visit> void forEach(Visit visit) const {
        const std::uint32_t words = m_isDense ? m_capacity : m_size;
        for (std::uint32_t i = 0; i < words; ++i) {
            const std::uint64_t word = m_words[i];
            if (!m_isDense) {
                if (!visit(bucketOf(word), countOf(word)))
                    return;
            } else if (word != 0 && !visit(m_base + i, word)) {
                return;
            }
        }
    }

private:
    // An entry of the list is one word: the bucket above, its count below.
    static std::uint32_t bucketOf(std::uint64_t entry) {
        return static_cast<std::uint32_t>(entry >> 32U);
    }
    static std::uint64_t countOf(std::uint64_t entry) { return entry & 0xFFFFFFFFU; }
    void addDense(std::uint32_t bucket, std::uint64_t count);
    void addSparse(std::uint32_t bucket, std::uint64_t count);
    void coverDense(std::uint32_t first, std::uint32_t last);
    void goDense(std::uint32_t first, std::uint32_t last);

    std::unique_ptr<std::uint64_t[]> m_words;
    std::uint64_t m_total = 0;
    std::uint32_t m_capacity = 0; ///< words held
    std::uint32_t m_isDense : 1 = 0;
    std::uint32_t m_size : 31 = 0; ///< entries of the list
    std::uint32_t m_base = 0;      ///< bucket of the array's first counter
};

} // namespace fuseboard::aggregates
