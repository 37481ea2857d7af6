// SPDX-License-Identifier: Apache-2.0
#include "engine/script/aggregates/bucket_counts.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace fuseboard::aggregates {

namespace {

constexpr std::uint32_t kFirstCapacity = 4;
constexpr std::uint64_t kMaxListed = std::numeric_limits<std::uint32_t>::max();

} // namespace

void BucketCounts::add(std::uint32_t bucket, std::uint64_t count) {
    if (count == 0)
        return;
    m_total += count;
    if (m_isDense)
        addDense(bucket, count);
    else
        addSparse(bucket, count);
}

void BucketCounts::merge(const BucketCounts& other) {
    other.forEach([&](std::uint32_t bucket, std::uint64_t count) {
        add(bucket, count);
        return true;
    });
}

void BucketCounts::addSparse(std::uint32_t bucket, std::uint64_t count) {
    std::uint64_t* begin = m_words.get();
    std::uint64_t* end = begin + m_size;
    std::uint64_t* at = std::lower_bound(
        begin, end, bucket, [](std::uint64_t e, std::uint32_t b) { return bucketOf(e) < b; });
    const bool there = at != end && bucketOf(*at) == bucket;
    if (there && countOf(*at) + count <= kMaxListed) [[likely]] {
        *at += count;
        return;
    }
    const std::uint32_t first = m_size == 0 ? bucket : std::min(bucket, bucketOf(*begin));
    const std::uint32_t last = m_size == 0 ? bucket : std::max(bucket, bucketOf(*(end - 1)));
    const std::size_t array = std::bit_ceil(std::size_t{last} - first + 1);
    const bool full = m_size == m_capacity;
    const std::uint32_t larger = m_capacity == 0 ? kFirstCapacity : m_capacity + m_capacity / 2;
    if (there || count > kMaxListed || (full && m_size > 0 && array <= larger)) {
        goDense(first, last);
        addDense(bucket, count);
        return;
    }
    if (full) {
        auto moved = std::make_unique_for_overwrite<std::uint64_t[]>(larger);
        std::copy(begin, end, moved.get());
        at = moved.get() + (at - begin);
        end = moved.get() + m_size;
        m_words = std::move(moved);
        m_capacity = larger;
    }
    std::move_backward(at, end, end + 1);
    *at = (std::uint64_t{bucket} << 32U) | count;
    m_size = m_size + 1;
}

void BucketCounts::goDense(std::uint32_t first, std::uint32_t last) {
    const auto list = std::move(m_words);
    const std::uint32_t entries = m_size;
    m_isDense = 1;
    m_size = 0;
    m_capacity = 0;
    coverDense(first, last);
    for (std::uint32_t i = 0; i < entries; ++i)
        m_words[bucketOf(list[i]) - m_base] = countOf(list[i]);
}

void BucketCounts::addDense(std::uint32_t bucket, std::uint64_t count) {
    if (bucket < m_base || bucket - m_base >= m_capacity) [[unlikely]]
        coverDense(std::min(bucket, m_base), std::max(bucket, m_base + m_capacity - 1));
    m_words[bucket - m_base] += count;
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
