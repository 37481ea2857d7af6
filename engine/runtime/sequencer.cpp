// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/sequencer.h"

#include "engine/base/clock.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::size_t kFirstRejections = 10;

Value rejectedRecord(const RejectedRow& row, const std::string& source, Arena& arena) {
    const Field fields[] = {{"error", makeString(arena, row.reason)},
                            {"source", makeString(arena, source)},
                            {"line", Value::u64(row.line)},
                            {"text", makeString(arena, row.text)}};
    return makeRecord(arena, fields);
}

Value withTimestamp(const Value& data, std::uint64_t time, Arena& arena) {
    std::vector<Field> fields(data.fields().begin(), data.fields().end());
    for (Field& field : fields)
        if (field.key == "timestamp")
            field.value = Value::u64(time);
    return makeRecord(arena, fields);
}

} // namespace

Sequencer::Sequencer(SequencerSettings settings)
    : m_settings(std::move(settings)), m_sources(m_settings.sourceNames.size()) {
    // Under every other clock time comes with the rows; there is nothing to record.
    if (m_settings.clock.kind() != EventClock::Kind::Wall)
        m_settings.arrivals = nullptr;
    m_replays = m_settings.arrivals != nullptr && m_settings.arrivals->complete;
    const std::vector<std::string>& path = m_settings.clock.path();
    for (std::size_t i = 0; i < m_settings.columns.size(); ++i) {
        const ColumnPath& column = m_settings.columns[i];
        if (!path.empty() && column.size() <= path.size() &&
            std::equal(column.begin(), column.end(), path.begin())) {
            m_clockColumn = i;
            m_clockDepth = column.size();
        }
    }
}

void Sequencer::push(std::uint32_t input, DecodedChunk chunk) {
    m_sources[input].chunks.push_back(std::move(chunk));
}

// The next row or rejected row of a source, whichever stands first in it.
bool Sequencer::peek(Source& source, Item& item) {
    while (!source.chunks.empty()) {
        DecodedChunk& chunk = source.chunks.front();
        if (chunk.columns != nullptr)
            return false; // admitColumns() takes it
        const bool hasRow = chunk.rows != nullptr && source.nextRow < chunk.rows->rows.size();
        const bool hasRejected = source.nextRejected < chunk.rejected.size();
        if (!hasRow && !hasRejected) {
            source.ended = source.ended || chunk.last;
            source.chunks.pop_front();
            source.nextRow = source.nextRejected = source.nextUntimed = 0;
            continue;
        }
        const std::uint64_t row =
            hasRow ? chunk.rows->rows[source.nextRow].key.sequence : kNeverDue;
        const std::uint64_t bad = hasRejected ? chunk.rejected[source.nextRejected].row : kNeverDue;
        item.isRow = row < bad;
        item.untimed = item.isRow && source.nextUntimed < chunk.untimed.size() &&
                       chunk.untimed[source.nextUntimed] == source.nextRow;
        item.number = std::min(row, bad);
        item.time = std::nullopt;
        switch (m_settings.clock.kind()) {
        case EventClock::Kind::Index: item.time = item.number; break;
        case EventClock::Kind::Wall: item.time = chunk.wallNs; break;
        case EventClock::Kind::Field:
            // A time that comes from the clock cannot tell it.
            if (item.isRow && !(item.untimed && m_settings.clock.path().front() == "timestamp"))
                item.time = m_settings.clock.read(chunk.rows->rows[source.nextRow].data);
            break;
        }
        return true;
    }
    return false;
}

// Index: (i, source). Field: (time so far, source, i). Wall: whatever is there, oldest chunk first.
std::optional<std::uint32_t> Sequencer::choose(Item& chosen) {
    if (const auto replayed = replayedInput()) {
        if (peek(m_sources[*replayed], chosen))
            return replayed;
        if (!m_sources[*replayed].ended)
            return std::nullopt;
    }
    std::optional<std::uint32_t> best;
    std::uint64_t bestTime = 0;
    for (std::uint32_t input = 0; input < m_sources.size(); ++input) {
        Source& source = m_sources[input];
        Item item;
        if (!peek(source, item)) {
            if (!source.ended && m_settings.clock.kind() != EventClock::Kind::Wall)
                return std::nullopt;
            continue;
        }
        const std::uint64_t time = std::max(source.timeSoFar, item.time.value_or(source.timeSoFar));
        if (!best || time < bestTime) {
            best = input;
            bestTime = time;
            chosen = item;
        }
    }
    return best;
}

// The input that the next event came from in the run that is repeated.
std::optional<std::uint32_t> Sequencer::replayedInput() {
    if (!m_replays || m_settings.arrivals->arrivals.empty())
        return std::nullopt;
    const auto& arrivals = m_settings.arrivals->arrivals;
    while (m_nextArrival + 1 < arrivals.size() &&
           arrivals[m_nextArrival + 1].sequence <= m_sequence)
        ++m_nextArrival;
    const std::uint32_t input = arrivals[m_nextArrival].input;
    return input < m_sources.size() ? std::optional(input) : std::nullopt;
}

void Sequencer::record(std::uint32_t input) {
    auto& arrivals = m_settings.arrivals->arrivals;
    if (arrivals.empty() || arrivals.back().time != m_now || arrivals.back().input != input)
        arrivals.push_back({m_sequence, m_now, input});
}

RowBlock& Sequencer::blockFor(std::vector<BlockPtr>& blocks, std::uint32_t input) {
    if (blocks[input] == nullptr)
        blocks[input] = std::make_shared<RowBlock>();
    // Only the sequencer knows the block until the morsel is published.
    return const_cast<RowBlock&>(*blocks[input]);
}

void Sequencer::reject(std::uint32_t input, const RejectedRow& row, Morsel& morsel) {
    const std::uint64_t sequence = m_sequence++;
    morsel.rejectedAt.push_back(sequence);
    if (m_sources[input].rejected++ == 0)
        m_sources[input].firstRejection = {m_settings.sourceNames[input], row.line, row.reason};
    if (m_first.size() < kFirstRejections)
        m_first.push_back({m_settings.sourceNames[input], row.line, row.reason});
    if (!m_settings.keepRejected)
        return;
    RowBlock& block = blockFor(morsel.rejected, input);
    BatchRow& made = block.rows.emplace_back();
    made.key.sequence = sequence;
    made.data = rejectedRecord(row, m_settings.sourceNames[input], block.arena);
    made.meta = Value::record({});
    made.ingestNs = m_now;
}

// The first readable row sets the clock; later ones move it and deliver the ticks that they pass.
void Sequencer::passTime(std::uint64_t time, Morsel& morsel) {
    if (!m_started) {
        m_started = true;
        m_now = m_origin = m_lastTick = time;
        if (m_settings.arrivals != nullptr && !m_replays)
            m_settings.arrivals->origin = time;
        return;
    }
    m_now = std::max(m_now, time);
    if (m_settings.clock.kind() == EventClock::Kind::Index || m_replays)
        return;
    const std::uint64_t tick = m_origin + (m_now - m_origin) / kTickNs * kTickNs;
    if (tick <= m_lastTick)
        return;
    m_lastTick = tick;
    morsel.marks.push_back({m_sequence, tick});
    if (m_settings.arrivals != nullptr)
        m_settings.arrivals->ticks.push_back({m_sequence, tick});
}

void Sequencer::replayTicks(Morsel& morsel, std::uint64_t sequence) {
    const auto& ticks = m_settings.arrivals->ticks;
    for (; m_nextTick < ticks.size() && ticks[m_nextTick].sequence <= sequence; ++m_nextTick)
        morsel.marks.push_back({ticks[m_nextTick].sequence, ticks[m_nextTick].time});
}

RejectedRow Sequencer::withoutTime(const DecodedChunk& chunk, std::size_t row,
                                   std::uint64_t number) const {
    const std::string_view bytes = chunk.source.bytes;
    const std::size_t offset =
        chunk.columns != nullptr ? chunk.columns->lines[row].begin : chunk.lineOffsets[row];
    RejectedRow bad;
    bad.row = number;
    bad.line = chunk.source.firstLine +
               static_cast<std::uint64_t>(std::count(
                   bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    bad.reason = fmt::format("no readable time in {}", m_settings.clock.text());
    bad.text = excerpt(bytes.substr(offset, bytes.find('\n', offset) - offset));
    return bad;
}

void Sequencer::admit(std::uint32_t input, const Item& item, Morsel& morsel) {
    Source& source = m_sources[input];
    DecodedChunk& chunk = source.chunks.front();
    if (morsel.arrivalNs == 0)
        morsel.arrivalNs = chunk.arrivalNs;
    ++morsel.sourceRows;
    const bool records = m_settings.arrivals != nullptr && !m_replays;
    if (!item.isRow) {
        if (records)
            record(input);
        reject(input, chunk.rejected[source.nextRejected++], morsel);
        return;
    }
    const BatchRow& row = chunk.rows->rows[source.nextRow++];
    source.nextUntimed += item.untimed ? 1 : 0;
    std::optional<std::uint64_t> time = item.time;
    if (m_replays) {
        const auto& arrivals = m_settings.arrivals->arrivals;
        time = arrivals.empty() ? m_now : arrivals[m_nextArrival].time;
        replayTicks(morsel, m_sequence);
    }
    if (!time) {
        reject(input, withoutTime(chunk, source.nextRow - 1, item.number), morsel);
        return;
    }
    source.timeSoFar = std::max(source.timeSoFar, *time);
    passTime(*time, morsel);
    if (records)
        record(input); // after the time has passed: idle time may have run ahead of the row's own
    RowBlock& block = blockFor(morsel.rows, input);
    if (block.memory.empty() || block.memory.back() != chunk.rows)
        block.memory.push_back(chunk.rows);
    BatchRow& made = block.rows.emplace_back(row);
    made.key = {m_sequence++, kEventUnit, {}};
    made.ingestNs = m_now;
    if (item.untimed)
        made.data = withTimestamp(row.data, m_now, block.arena);
    ++m_accepted;
    ++source.accepted;
}

std::shared_ptr<Morsel> Sequencer::begin() {
    auto morsel = std::make_shared<Morsel>();
    morsel->ordinal = m_morsels;
    morsel->rows.resize(m_sources.size());
    morsel->rejected.resize(m_sources.size());
    morsel->columns.resize(m_sources.size());
    morsel->firstSequence = m_sequence;
    return morsel;
}

void Sequencer::finish(Morsel& morsel) {
    ++m_morsels;
    // Rows that only the passing of time or the end make arrive with the morsel that says so.
    if (morsel.arrivalNs == 0)
        morsel.arrivalNs = monotonicNs();
    if (m_replays) {
        m_origin = m_settings.arrivals->origin;
        if (m_ended) {
            replayTicks(morsel, kEndSequence);
            m_now = m_settings.arrivals->end;
        }
    }
    morsel.tickOrigin = m_origin;
    morsel.endNs = m_now;
    morsel.last = m_ended;
    if (m_ended && m_settings.arrivals != nullptr && !m_replays) {
        m_settings.arrivals->end = m_now;
        m_settings.arrivals->complete = true;
    }
}

std::shared_ptr<Morsel> Sequencer::next() {
    if (m_ended)
        return nullptr;
    auto morsel = begin();
    // One source: a chunk is a morsel. Several: as much as can be merged.
    Item item;
    bool cut = m_sources.size() == 1 && admitColumnsAhead(*morsel);
    const bool tookColumns = m_sources.size() == 1 && morsel->columns[0] != nullptr;
    const std::size_t chunks = m_sources.size() == 1 ? m_sources[0].chunks.size() : 0;
    while (!cut) {
        const auto input = tookColumns ? std::nullopt : choose(item);
        if (!input)
            break;
        if (m_sources.size() == 1 && m_sources[0].chunks.size() < chunks && morsel->sourceRows > 0)
            break;
        if (m_sequence >= m_settings.limit) {
            cut = true;
            break;
        }
        admit(*input, item, *morsel);
        if (isGarbage(m_sources[*input])) {
            cut = true;
            break;
        }
    }
    const bool allEnded = std::all_of(m_sources.begin(), m_sources.end(), [](const Source& source) {
        return source.ended && source.chunks.empty();
    });
    m_ended = cut || allEnded;
    if (morsel->sourceRows == 0 && !m_ended)
        return nullptr;
    finish(*morsel);
    return morsel;
}

std::optional<Sequencer::AllRejected> Sequencer::allRejected() const {
    for (const Source& source : m_sources) {
        const bool complete =
            isGarbage(source) || (source.ended && source.chunks.empty()) || m_accepted == 0;
        if (source.accepted == 0 && source.rejected > 0 && complete)
            return AllRejected{source.rejected, source.firstRejection};
    }
    return std::nullopt;
}

std::shared_ptr<Morsel> Sequencer::idle(std::uint64_t wallNs) {
    if (m_ended || !m_started || m_replays || m_settings.clock.kind() != EventClock::Kind::Wall)
        return nullptr;
    auto morsel = begin();
    passTime(wallNs, *morsel);
    if (morsel->marks.empty())
        return nullptr;
    finish(*morsel);
    return morsel;
}

} // namespace fuseboard
