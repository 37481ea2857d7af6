// SPDX-License-Identifier: Apache-2.0
// Histogram: weighted counts of durations in nanoseconds, exact to 3 significant digits.
//
// The bucket layout and the definitions of percentile, min, max and mean are those of Gil Tene's
// HdrHistogram (lowest discernible value 1, 3 significant digits: 2048 sub-buckets). Counts stand
// in pages of 1024, one page a power of two above 1023 ns, allocated on first use, so that a
// histogram of similar values takes 8 to 16 KB and an empty one nothing.
//
// A value type: copying copies the counts, moving is cheap. Not synchronised: one thread writes,
// and who wants to read meanwhile takes a copy under the writer's lock.
#pragma once

#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

class Histogram {
public:
    /// Greater values are counted as this one (about 73 minutes); 0 is a value of its own.
    static constexpr std::uint64_t kMaxValueNs = (1ULL << 42) - 1;

    /// A range of values, both ends inclusive, and how often they were recorded.
    struct Bucket {
        std::uint64_t lowNs = 0;
        std::uint64_t highNs = 0;
        std::uint64_t count = 0;
        bool operator==(const Bucket&) const = default;
    };

    Histogram() = default;
    Histogram(const Histogram& other);
    Histogram& operator=(const Histogram& other);
    Histogram(Histogram&& other) noexcept;
    Histogram& operator=(Histogram&& other) noexcept;
    ~Histogram() = default;

    /// Counts `valueNs` `weight` times (a batch is recorded once, with its rows as weight).
    void record(std::uint64_t valueNs, std::uint64_t weight = 1);
    void merge(const Histogram& other);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return m_total; }
    [[nodiscard]] bool empty() const { return m_total == 0; }
    /// The least value that the smallest recorded one cannot be told from; 0 when empty.
    [[nodiscard]] std::uint64_t min() const;
    /// The greatest value that the largest recorded one cannot be told from; 0 when empty.
    [[nodiscard]] std::uint64_t max() const;
    /// Of the middles of the buckets; 0 when empty.
    [[nodiscard]] double mean() const;
    /// The greatest value of the first bucket at which at least `percent` per cent (0 to 100,
    /// clamped) of all recorded values are counted; at 0 the least value of the first bucket. 0
    /// when empty.
    [[nodiscard]] std::uint64_t percentile(double percent) const;
    /// How many recorded values lie in buckets up to the one of `valueNs`.
    [[nodiscard]] std::uint64_t countUpTo(std::uint64_t valueNs) const;

    /// The buckets with counts, ascending, at full resolution.
    [[nodiscard]] std::vector<Bucket> buckets() const;
    /// As buckets(), with each power of two cut into at most `perOctave` (1 to 1024, rounded down
    /// to a power of two) equal ranges; empty ranges are left out. For plots over a logarithmic
    /// axis.
    [[nodiscard]] std::vector<Bucket> coarseBuckets(std::uint32_t perOctave) const;

    /// Bytes that the counts take in memory.
    [[nodiscard]] std::size_t memoryBytes() const;
    /// Compact bytes with a version, the same on every machine.
    [[nodiscard]] std::string serialize() const;
    /// Fails with InvalidSyntax or NewerVersion; never reads beyond `bytes`.
    [[nodiscard]] static Result<Histogram> deserialize(std::string_view bytes);

    bool operator==(const Histogram& other) const;

private:
    static constexpr std::size_t kPageSize = 1024;
    static constexpr std::size_t kPages = 33;
    using Page = std::array<std::uint64_t, kPageSize>;

    [[nodiscard]] static std::size_t indexOf(std::uint64_t valueNs);
    [[nodiscard]] static std::uint64_t lowestAt(std::size_t index);
    [[nodiscard]] static std::uint64_t highestAt(std::size_t index);
    void add(std::size_t index, std::uint64_t weight);
    /// Calls `visit(index, count)` for every count above 0, ascending, while it returns true.
    template <class Visit> void visitCounts(Visit&& visit) const;

    std::array<std::unique_ptr<Page>, kPages> m_pages;
    std::uint64_t m_total = 0;
};

} // namespace fuseboard
