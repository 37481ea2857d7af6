// SPDX-License-Identifier: Apache-2.0
// What crosses an edge between two stages. Every edge answers every morsel of the input with
// exactly one batch of the same ordinal, possibly without rows: that is the progress mark.
#pragma once

#include "engine/operators/operator_body.h"
#include "engine/runtime/row_key.h"
#include "engine/value/column_block.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

namespace fuseboard {

struct BatchRow {
    RowKey key;
    Value data;
    Value meta;
    std::uint64_t ingestNs = 0;
    bool isBatch = false;
};

/// Rows in key order and the memory that their values point into. Immutable once published.
struct RowBlock {
    std::vector<BatchRow> rows;
    Arena arena;
    std::vector<std::shared_ptr<const void>> memory; ///< blocks and chunks that values point into

    explicit RowBlock(std::size_t firstChunk = 4096) : arena(firstChunk) {}
    /// Bytes written for this edge: rows and the values that were copied for it.
    [[nodiscard]] std::size_t bytes() const {
        return rows.size() * sizeof(BatchRow) + arena.used();
    }
};
using BlockPtr = std::shared_ptr<const RowBlock>;

using ColumnBlockPtr = std::shared_ptr<const ColumnBlock>;

/// Rows that were printed where they were made, for a sink that only writes them.
struct PrintedRows {
    std::unique_ptr<char, decltype(&std::free)> memory{nullptr, &std::free};
    std::size_t size = 0;
    std::uint64_t rows = 0;
    std::uint64_t events = 0;    ///< a batch is one of them and many rows
    std::uint64_t nonFinite = 0; ///< floats printed as null
    [[nodiscard]] std::string_view text() const { return {memory.get(), size}; }
};

/// A block as one edge delivers it: the suffix is appended to the path of each row, so that a node
/// that forwards rows to several edges shares one block among them.
struct EdgeBatch {
    BlockPtr block; ///< null: no rows, or they come in one of the two forms below
    RowPath suffix;
    ColumnBlockPtr columns;                     ///< from a source to the one group that reads it
    std::shared_ptr<const PrintedRows> printed; ///< to a sink that nothing else feeds
    std::size_t bytes = 0;                      ///< charged to the edge's queue

    [[nodiscard]] std::size_t rowCount() const {
        return columns != nullptr   ? columns->rows
               : printed != nullptr ? printed->events
               : block != nullptr   ? block->rows.size()
                                    : 0;
    }
};

/// Ticks up to `time` fall before the event `sequence`.
struct ClockMark {
    std::uint64_t sequence = 0;
    std::uint64_t time = 0;
};

/// A consecutive piece of the input, numbered from 0. Shared by all its tasks.
struct Morsel {
    std::uint64_t ordinal = 0;
    std::vector<BlockPtr> rows;            ///< by boundary input
    std::vector<ColumnBlockPtr> columns;   ///< by boundary input; instead of rows
    std::vector<BlockPtr> rejected;        ///< by boundary input: rows for the source's `err`
    std::vector<std::uint64_t> rejectedAt; ///< sequence numbers of rejected rows, ascending
    std::vector<ClockMark> marks;          ///< ascending
    std::uint64_t tickOrigin = 0;          ///< ticks fall at tickOrigin + n * kTickNs, n > 0
    std::uint64_t arrivalNs = 0;           ///< monotonic; of its oldest row
    std::uint64_t endNs = 0;               ///< clock after its last row
    std::uint64_t sourceRows = 0;
    std::uint64_t firstSequence = 0;
    bool last = false; ///< the input has ended
};
using MorselPtr = std::shared_ptr<const Morsel>;

inline constexpr std::uint64_t kTickNs = 100'000'000;

/// The first tick at or after `due` that has not passed yet; kNeverDue when there is none. A due
/// time may lie in the past: a batch carries the time of its first row.
[[nodiscard]] inline std::uint64_t nextTickFor(std::uint64_t due, std::uint64_t origin,
                                               std::uint64_t lastTick) {
    due = due == kNeverDue ? due : (due > lastTick ? due : lastTick + 1);
    if (due <= origin)
        return origin + kTickNs;
    const std::uint64_t steps = (due - origin - 1) / kTickNs + 1;
    const bool beyond = steps > (kNeverDue - origin) / kTickNs;
    return beyond ? kNeverDue : origin + steps * kTickNs;
}

} // namespace fuseboard
