// SPDX-License-Identifier: Apache-2.0
// The queue of one edge: batches by morsel ordinal, measured in bytes. Who may put and take is
// decided by the executor.
#pragma once

#include "engine/base/check.h"
#include "engine/runtime/batch.h"

#include <cstdint>
#include <deque>

namespace fuseboard {

/// Charged to a queue for a batch itself, beside its rows.
inline constexpr std::size_t kBatchOverheadBytes = 64;

struct QueueSlot {
    EdgeBatch batch;
    std::uint64_t enqueuedNs = 0;
    bool filled = false;
};

/// What waits on one edge, by morsel ordinal. Guarded by the executor's lock.
struct EdgeQueue {
    std::deque<QueueSlot> slots;
    std::uint64_t base = 0; ///< ordinal of slots.front()
    std::size_t bytes = 0;
    std::uint64_t rows = 0, crossedBytes = 0;

    void put(std::uint64_t ordinal, EdgeBatch batch, std::uint64_t now) {
        while (slots.size() <= ordinal - base)
            slots.emplace_back();
        bytes += batch.bytes + kBatchOverheadBytes;
        rows += batch.rowCount();
        crossedBytes += batch.bytes;
        slots[ordinal - base] = {std::move(batch), now, true};
    }
    [[nodiscard]] bool has(std::uint64_t ordinal) const {
        return ordinal - base < slots.size() && slots[ordinal - base].filled;
    }
    /// Morsels are taken in ascending order.
    QueueSlot take(std::uint64_t ordinal) {
        FB_CHECK_EQ(ordinal, base);
        QueueSlot slot = std::move(slots.front());
        slots.pop_front();
        ++base;
        bytes -= slot.batch.bytes + kBatchOverheadBytes;
        return slot;
    }
};

} // namespace fuseboard
