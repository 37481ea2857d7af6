// SPDX-License-Identifier: Apache-2.0
// Numbers and times for chunks that come as columns: of one source, a chunk at a time.
#include "engine/runtime/sequencer.h"

#include <algorithm>

namespace fuseboard {

std::optional<std::uint64_t> Sequencer::timeOf(const DecodedChunk& chunk, std::uint32_t row) const {
    switch (m_settings.clock.kind()) {
    case EventClock::Kind::Index: return chunk.columns->firstRow + chunk.columns->ordinal[row];
    case EventClock::Kind::Wall: return chunk.wallNs;
    case EventClock::Kind::Field: break;
    }
    const Cell cell = chunk.columns->cell(m_clockColumn, row);
    if (cell.kind > CellKind::EscapedText || cell.kind == CellKind::EscapedText)
        return std::nullopt;
    Arena unused(0);
    return m_settings.clock.readBelow(cellValue(cell, unused), m_clockDepth);
}

// Rows of a chunk that needs no look at each of them: numbers follow each other and are the times.
bool Sequencer::admitAll(const DecodedChunk& chunk, Morsel& morsel) {
    Source& source = m_sources[0];
    const ColumnBlock& block = *chunk.columns;
    if (m_settings.clock.kind() != EventClock::Kind::Index || !chunk.rejected.empty() ||
        block.rows == 0 || block.rows > m_settings.limit - m_sequence)
        return false;
    passTime(block.firstRow + block.ordinal[0], morsel);
    m_now = std::max(m_now, block.firstRow + block.ordinal[block.rows - 1]);
    source.timeSoFar = m_now;
    morsel.sourceRows += block.rows;
    m_sequence += block.rows;
    m_accepted += block.rows;
    source.accepted += block.rows;
    return true;
}

// Takes chunks of columns that come next until one holds something; true when nothing may follow.
bool Sequencer::admitColumnsAhead(Morsel& morsel) {
    Source& source = m_sources[0];
    while (morsel.sourceRows == 0) {
        Item unused;
        (void)peek(source, unused); // drops chunks of which nothing is left
        if (source.chunks.empty() || source.chunks.front().columns == nullptr)
            return false;
        if (admitColumns(morsel))
            return true;
        if (morsel.sourceRows == 0)
            morsel.columns[0] = nullptr;
    }
    return false;
}

// Takes the first chunk; true when nothing may follow it.
bool Sequencer::admitColumns(Morsel& morsel) {
    Source& source = m_sources[0];
    const DecodedChunk chunk = std::move(source.chunks.front());
    source.chunks.pop_front();
    source.ended = source.ended || chunk.last;
    ColumnBlock& block = *chunk.columns;
    block.firstSequence = m_sequence;
    morsel.arrivalNs = chunk.arrivalNs;
    morsel.columns[0] = chunk.columns;
    if (m_sequence >= m_settings.limit) {
        block.rows = 0;
        return true;
    }
    if (admitAll(chunk, morsel))
        return false;
    const bool timed = m_settings.clock.kind() != EventClock::Kind::Index;
    if (timed)
        block.times = block.arena.allocateArray<std::uint64_t>(block.rows);
    const bool records = m_settings.arrivals != nullptr && !m_replays;
    std::uint32_t kept = 0, row = 0;
    bool cut = false;
    for (std::size_t bad = 0; !cut && (row < block.rows || bad < chunk.rejected.size());) {
        if (m_sequence >= m_settings.limit) {
            cut = true;
            break;
        }
        ++morsel.sourceRows;
        const std::uint64_t number =
            row < block.rows ? block.firstRow + block.ordinal[row] : kNeverDue;
        if (bad < chunk.rejected.size() && chunk.rejected[bad].row < number) {
            if (records)
                record(0);
            reject(0, chunk.rejected[bad++], morsel);
            cut = isGarbage(source);
            continue;
        }
        std::optional<std::uint64_t> time = timeOf(chunk, row);
        if (m_replays) {
            (void)replayedInput();
            const auto& arrivals = m_settings.arrivals->arrivals;
            time = arrivals.empty() ? m_now : arrivals[m_nextArrival].time;
            replayTicks(morsel, m_sequence);
        }
        if (!time) {
            reject(0, withoutTime(chunk, row++, number), morsel);
            cut = isGarbage(source);
            continue;
        }
        source.timeSoFar = std::max(source.timeSoFar, *time);
        passTime(*time, morsel);
        if (records)
            record(0);
        if (timed)
            block.times[kept] = m_now;
        block.moveRow(row++, kept++);
        ++m_sequence;
        ++m_accepted;
        ++source.accepted;
    }
    block.rows = kept;
    return cut;
}

} // namespace fuseboard
