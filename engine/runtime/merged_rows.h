// SPDX-License-Identifier: Apache-2.0
// The rows of several batches in key order, one after the other.
#pragma once

#include "engine/runtime/batch.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fuseboard {

/// A walk over the rows of the batches that a task takes, merged by key (rows with equal keys in
/// the order of the batches). Nothing is copied or listed: a single batch is walked as it stands.
/// Not thread-safe.
class MergedRows {
public:
    /// Starts over with `inputs`, whose blocks outlive the walk. Paths with their suffixes stand in
    /// `arena`, which is not reset while their keys are used.
    void reset(std::span<const EdgeBatch> inputs, Arena& arena);

    /// How many rows the batches hold together.
    [[nodiscard]] std::size_t total() const { return m_total; }
    [[nodiscard]] std::size_t taken() const { return m_taken; }
    [[nodiscard]] bool atEnd() const { return m_taken == m_total; }

    // Of the row at hand; only before the end.
    [[nodiscard]] const BatchRow& row() const { return *m_heads[m_least].at; }
    [[nodiscard]] const RowKey& key() const { return m_heads[m_least].key; }
    /// Position of its batch among the inputs.
    [[nodiscard]] std::uint32_t input() const { return m_heads[m_least].input; }
    void next();
    /// next(), `count` times, of a walk over one batch.
    void skip(std::size_t count);

private:
    /// A batch that has rows left.
    struct Head {
        const BatchRow* at = nullptr;
        const BatchRow* end = nullptr;
        RowPath suffix;
        std::uint32_t input = 0;
        RowKey key; ///< of *at, with the suffix
    };
    void readKey(Head& head) {
        head.key = head.at->key;
        head.key.path = head.key.path.then(head.suffix, *m_arena);
    }
    void findLeast();

    std::vector<Head> m_heads; ///< in the order of the inputs
    std::size_t m_least = 0, m_total = 0, m_taken = 0;
    Arena* m_arena = nullptr;
};

} // namespace fuseboard
