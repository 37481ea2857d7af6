// SPDX-License-Identifier: Apache-2.0
// The sequencer numbers the events of all sources, gives them their time and lays the ticks between
// them (docs: semantics of order and time). It alone waits for an idle source.
#pragma once

#include "engine/runtime/decoded_chunk.h"
#include "engine/runtime/event_clock.h"
#include "engine/runtime/run.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

struct SequencerSettings {
    EventClock clock;
    std::vector<std::string> sourceNames; ///< by input
    std::uint64_t limit = ~std::uint64_t{0};
    std::shared_ptr<ArrivalLog> arrivals;
    bool keepRejected = false;       ///< rejected rows become rows of Morsel::rejected
    std::vector<ColumnPath> columns; ///< of chunks that come as columns
};

/// Not thread-safe; one owner at a time.
class Sequencer {
public:
    explicit Sequencer(SequencerSettings settings);

    /// Chunks of a source are pushed in their order.
    void push(std::uint32_t input, DecodedChunk chunk);
    /// A morsel of everything that can be numbered now; nothing if no row can, unless the input
    /// ended.
    [[nodiscard]] std::shared_ptr<Morsel> next();
    /// Wall clock only: the time passes without events. A morsel with nothing but marks, or null.
    [[nodiscard]] std::shared_ptr<Morsel> idle(std::uint64_t wallNs);

    [[nodiscard]] bool ended() const { return m_ended; }
    [[nodiscard]] std::uint64_t sequenced() const { return m_sequence; } ///< events numbered so far
    [[nodiscard]] const std::vector<Rejection>& firstRejections() const { return m_first; }
    /// A source whose rows were all rejected: so many of them, or up to the end, or as far as the
    /// run went without a good row from any source.
    struct AllRejected {
        std::uint64_t rows = 0;
        Rejection first;
    };
    [[nodiscard]] std::optional<AllRejected> allRejected() const;

private:
    struct Source {
        std::deque<DecodedChunk> chunks;
        std::size_t nextRow = 0, nextRejected = 0, nextUntimed = 0; ///< within chunks.front()
        std::uint64_t timeSoFar = 0;
        std::uint64_t accepted = 0, rejected = 0;
        Rejection firstRejection;
        bool ended = false;
    };
    /// So many rejected rows and no good one: this is not the right format.
    [[nodiscard]] static bool isGarbage(const Source& source) {
        constexpr std::uint64_t kGarbageRows = 1000;
        return source.accepted == 0 && source.rejected >= kGarbageRows;
    }
    struct Item {
        bool isRow = false;
        bool untimed = false; ///< its field `timestamp` takes the time of its arrival
        std::uint64_t number = 0;
        std::optional<std::uint64_t> time; ///< as read; nothing: unreadable
    };
    [[nodiscard]] bool peek(Source& source, Item& item);
    [[nodiscard]] std::optional<std::uint32_t> choose(Item& item);
    [[nodiscard]] std::optional<std::uint32_t> replayedInput();
    void record(std::uint32_t input);
    void admit(std::uint32_t input, const Item& item, Morsel& morsel);
    [[nodiscard]] RejectedRow withoutTime(const DecodedChunk& chunk, std::size_t row,
                                          std::uint64_t number) const;
    void reject(std::uint32_t input, const RejectedRow& row, Morsel& morsel);
    // sequencer_columns.cpp: whole chunks of one source
    [[nodiscard]] bool admitColumnsAhead(Morsel& morsel);
    [[nodiscard]] bool admitColumns(Morsel& morsel);
    [[nodiscard]] bool admitAll(const DecodedChunk& chunk, Morsel& morsel);
    void admitRows(const ColumnBlock& block, std::uint32_t begin, std::uint32_t end,
                   Morsel& morsel);
    [[nodiscard]] std::optional<std::uint64_t> timeOf(const DecodedChunk& chunk,
                                                      std::uint32_t row) const;
    void passTime(std::uint64_t time, Morsel& morsel);
    void replayTicks(Morsel& morsel, std::uint64_t sequence);
    RowBlock& blockFor(std::vector<BlockPtr>& blocks, std::uint32_t input);
    std::shared_ptr<Morsel> begin();
    void finish(Morsel& morsel);

    SequencerSettings m_settings;
    std::vector<Source> m_sources;
    bool m_replays = false, m_started = false, m_ended = false;
    std::uint64_t m_sequence = 0, m_now = 0, m_origin = 0, m_lastTick = 0, m_morsels = 0;
    std::uint64_t m_accepted = 0;
    std::size_t m_nextArrival = 0, m_nextTick = 0;
    std::vector<Rejection> m_first;
    std::size_t m_clockColumn = 0, m_clockDepth = 0; ///< where columns hold the time
    Arena m_numbers{256};
};

} // namespace fuseboard
