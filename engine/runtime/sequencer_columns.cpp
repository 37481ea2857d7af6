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

// A chunk that needs no look at each of its rows: numbers follow each other and are the times.
bool Sequencer::admitAll(const DecodedChunk& chunk, Morsel& morsel) {
    Source& source = m_sources[0];
    const ColumnBlock& block = *chunk.columns;
    const std::uint64_t events = block.rows + chunk.rejected.size();
    if (m_settings.clock.kind() != EventClock::Kind::Index || block.rows == 0 ||
        events > m_settings.limit - m_sequence)
        return false;
    // The first good row of a source must not come too late.
    if (source.accepted == 0 && !chunk.rejected.empty())
        return false;
    morsel.sourceRows += events;
    std::uint32_t row = 0;
    for (const RejectedRow& bad : chunk.rejected) {
        const auto* const next = std::lower_bound(block.ordinal + row, block.ordinal + block.rows,
                                                  bad.row - block.firstRow);
        admitRows(block, row, static_cast<std::uint32_t>(next - block.ordinal), morsel);
        row = static_cast<std::uint32_t>(next - block.ordinal);
        reject(0, bad, morsel);
    }
    admitRows(block, row, block.rows, morsel);
    source.timeSoFar = m_now;
    return true;
}

// Rows that follow each other, under the index clock.
void Sequencer::admitRows(const ColumnBlock& block, std::uint32_t begin, std::uint32_t end,
                          Morsel& morsel) {
    if (begin == end)
        return;
    passTime(block.firstRow + block.ordinal[begin], morsel);
    m_now = std::max(m_now, block.firstRow + block.ordinal[end - 1]);
    m_sequence += end - begin;
    m_accepted += end - begin;
    m_sources[0].accepted += end - begin;
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
