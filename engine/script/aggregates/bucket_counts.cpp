// SPDX-License-Identifier: Apache-2.0
#include "engine/script/aggregates/bucket_counts.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace fuseboard::aggregates {

namespace {

constexpr std::uint32_t kFirstCapacity = 4;
constexpr std::size_t kPiece = 64;
// An array may be twice as large as the list because it is so much faster; it becomes a list again
// where it would be far larger.
constexpr std::size_t kDenseFactor = 2, kSparseFactor = 8;

} // namespace

BucketCounts::Late BucketCounts::listOf(std::span<std::uint16_t> buckets) {
    std::ranges::sort(buckets);
    Late made;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        if (i > 0 && buckets[i] == buckets[i - 1])
            ++made.entries[made.size - 1];
        else
            made.entries[made.size++] = entryOf(buckets[i], 1);
    }
    return made;
}

BucketCounts::Late BucketCounts::late() const {
    std::array<std::uint16_t, kMostWaiting> copy = m_late;
    return listOf({copy.data(), m_waiting});
}

void BucketCounts::merge(const BucketCounts& other) {
    settle();
    m_total += other.m_total;
    if (other.m_isDense == 0) {
        addList({other.m_words.get(), other.m_size});
        addList(other.late().all());
        return;
    }
    std::array<std::uint64_t, kPiece> piece;
    std::size_t size = 0;
    other.read().forEach([&](std::uint32_t bucket, std::uint64_t count) {
        if (count > kMostListed)
            goDense(bucket, bucket);
        if (m_isDense != 0) {
            addDense(bucket, count);
            return true;
        }
        piece[size++] = entryOf(bucket, count);
        if (size == piece.size())
            addList({piece.data(), std::exchange(size, 0)});
        return true;
    });
    addList({piece.data(), size});
}

// The bucket has no room in the array, or too many values wait already.
void BucketCounts::makeRoom(std::uint32_t bucket) {
    settle();
    if (m_isDense != 0)
        addDense(bucket, 1);
    else
        m_late[m_waiting++] = static_cast<std::uint16_t>(bucket);
}

// Counts what is in the list already; only the rest changes the list.
void BucketCounts::settle() {
    std::size_t fresh = 0;
    for (std::size_t i = 0; i < m_waiting; ++i) {
        std::uint64_t* entry = listed(m_late[i]);
        if (entry != nullptr && countOf(*entry) < kMostListed)
            ++*entry;
        else
            m_late[fresh++] = m_late[i];
    }
    m_waiting = 0;
    addList(listOf({m_late.data(), fresh}).all());
}

/// The entry of a bucket, or nullptr. Halving without branches, which could not be foretold.
std::uint64_t* BucketCounts::listed(std::uint32_t bucket) const {
    std::uint64_t* first = m_words.get();
    std::uint32_t size = m_size;
    if (size == 0)
        return nullptr;
    while (size > 1) {
        const std::uint32_t half = size / 2;
        first += bucketOf(first[half]) <= bucket ? half : 0;
        size -= half;
    }
    return bucketOf(*first) == bucket ? first : nullptr;
}

// `entries` are sorted, and nothing waits.
void BucketCounts::addList(std::span<const std::uint64_t> entries) {
    if (entries.empty())
        return;
    if (m_isDense == 0) {
        const Together together = with(entries);
        const std::size_t list = std::bit_ceil(std::size_t{together.size});
        const std::size_t array = std::bit_ceil(std::size_t{together.last} - together.first + 1);
        if (array > kDenseFactor * std::max<std::size_t>(list, m_capacity) && together.fitsInList) {
            mergeLists(entries, together.size);
            return;
        }
        goDense(together.first, together.last);
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (m_isDense == 0) { // the one before was far off
            addList(entries.subspan(i));
            return;
        }
        addDense(bucketOf(entries[i]), countOf(entries[i]));
    }
}

BucketCounts::Together BucketCounts::with(std::span<const std::uint64_t> entries) const {
    Together made{m_size, bucketOf(entries.front()), bucketOf(entries.back()), true};
    if (m_size > 0) {
        made.first = std::min(made.first, bucketOf(m_words[0]));
        made.last = std::max(made.last, bucketOf(m_words[m_size - 1]));
    }
    std::uint32_t at = 0;
    for (const std::uint64_t entry : entries) {
        while (at < m_size && bucketOf(m_words[at]) < bucketOf(entry))
            ++at;
        if (at == m_size || bucketOf(m_words[at]) != bucketOf(entry))
            ++made.size;
        else if (countOf(m_words[at]) + countOf(entry) > kMostListed)
            made.fitsInList = false;
    }
    return made;
}

// From the back, so that every entry moves at most once. `size` is that of the result.
void BucketCounts::mergeLists(std::span<const std::uint64_t> entries, std::uint32_t size) {
    if (size > m_capacity) {
        const auto larger = static_cast<std::uint32_t>(
            std::max(std::bit_ceil(std::size_t{size}), std::size_t{kFirstCapacity}));
        auto moved = std::make_unique_for_overwrite<std::uint64_t[]>(larger);
        std::copy_n(m_words.get(), m_size, moved.get());
        m_words = std::move(moved);
        m_capacity = larger;
    }
    std::uint32_t from = m_size, to = size;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        while (from > 0 && bucketOf(m_words[from - 1]) > bucketOf(*entry))
            m_words[--to] = m_words[--from];
        if (from > 0 && bucketOf(m_words[from - 1]) == bucketOf(*entry))
            m_words[--to] = m_words[--from] + countOf(*entry);
        else
            m_words[--to] = *entry;
    }
    m_size = size;
}

void BucketCounts::goDense(std::uint32_t first, std::uint32_t last) {
    if (m_isDense != 0)
        return;
    const auto list = std::move(m_words);
    const std::uint32_t entries = m_size;
    m_isDense = 1;
    m_size = 0;
    m_capacity = 0;
    for (std::uint32_t i = 0; i < entries; ++i) {
        first = std::min(first, bucketOf(list[i]));
        last = std::max(last, bucketOf(list[i]));
    }
    coverDense(first, last);
    for (std::uint32_t i = 0; i < entries; ++i)
        m_words[bucketOf(list[i]) - m_base] = countOf(list[i]);
}

void BucketCounts::addDense(std::uint32_t bucket, std::uint64_t count) {
    if (bucket < m_base || bucket - m_base >= m_capacity) [[unlikely]] {
        const std::uint32_t first = std::min(bucket, m_base);
        const std::uint32_t last = std::max(bucket, m_base + m_capacity - 1);
        if (count <= kMostListed && goSparse(std::bit_ceil(std::size_t{last} - first + 1))) {
            const std::uint64_t entry = entryOf(bucket, count);
            mergeLists({&entry, 1}, m_size + 1);
            return;
        }
        coverDense(first, last);
    }
    m_words[bucket - m_base] += count;
}

// Back to a list where an array of `wider` counters would be far larger, as with one value far off.
bool BucketCounts::goSparse(std::size_t wider) {
    std::uint32_t size = 0;
    for (std::uint32_t i = 0; i < m_capacity; ++i) {
        if (m_words[i] > kMostListed)
            return false;
        size += m_words[i] != 0 ? 1U : 0U;
    }
    const std::size_t list = std::bit_ceil(std::size_t{size} + 1);
    if (wider <= kSparseFactor * list)
        return false;
    auto words = std::make_unique_for_overwrite<std::uint64_t[]>(list);
    m_size = 0;
    for (std::uint32_t i = 0; i < m_capacity; ++i)
        if (m_words[i] != 0) {
            words[m_size] = entryOf(m_base + i, m_words[i]);
            m_size = m_size + 1;
        }
    m_words = std::move(words);
    m_capacity = static_cast<std::uint32_t>(list);
    m_isDense = 0;
    return true;
}

void BucketCounts::coverDense(std::uint32_t first, std::uint32_t last) {
    const auto size = static_cast<std::uint32_t>(std::bit_ceil(std::uint64_t{last} - first + 1));
    // Spare counters go to the side that grows: below when the new bucket came from there.
    const std::uint32_t spare = size - (last - first + 1);
    const std::uint32_t base =
        m_capacity > 0 && first < m_base ? first - std::min(first, spare) : first;
    auto wider = std::make_unique<std::uint64_t[]>(size);
    for (std::uint32_t i = 0; i < m_capacity; ++i)
        if (m_words[i] != 0)
            wider[m_base + i - base] = m_words[i];
    m_words = std::move(wider);
    m_base = base;
    m_capacity = size;
}

} // namespace fuseboard::aggregates
