// SPDX-License-Identifier: Apache-2.0
// From chunks of the inputs to morsels on the edges of their sources.
#include "engine/base/clock.h"
#include "engine/formats/column_packer.h"
#include "engine/runtime/plan_executor_parts.h"

#include <algorithm>

namespace fuseboard {

std::uint32_t PlanExecutor::sourceStage(std::uint32_t input) const {
    std::uint32_t stage = kNoStage;
    for (std::uint32_t s = 0; s < m_plan.stages.size(); ++s)
        if (m_plan.stages[s].port == m_setup.inputs[input].port)
            stage = s;
    return stage;
}

Status PlanExecutor::prepareSource(std::uint32_t input) {
    SourceState& source = m_sources[input];
    OpenedInput& opened = m_setup.inputs[input];
    for (std::uint32_t i = 0; i < m_threads; ++i) {
        FB_TRY_ASSIGN(auto decoder, makeRowDecoder(opened.source.decode));
        source.idleDecoders.push_back(std::move(decoder));
    }
    m_stages[source.stage].concurrency = m_threads;
    FB_TRY(prepareColumns(input));
    if (m_request.preload)
        return preload(source, *opened.source.reader);
    const SourceReader::Settings settings{m_request.batchBytes, m_request.oneRowBatches,
                                          m_request.rate};
    source.reader = std::make_unique<SourceReader>(std::move(opened.source.reader), settings,
                                                   [this] { readerArrived(); });
    return {};
}

// The group that alone reads what the source sends, if it may get columns; else kNoStage.
std::uint32_t PlanExecutor::columnReader(const SourceState& source) const {
    if (m_setup.inputs.size() != 1 || !hasColumns(m_setup.inputs[0].source.decode))
        return kNoStage;
    std::uint32_t reader = kNoStage;
    for (const std::uint32_t e : m_plan.stages[source.stage].outEdges) {
        const PlanEdge& edge = m_plan.edges[e];
        if (edge.graphEdge == kNone)
            continue; // rejected rows
        const StagePlan& to = m_plan.stages[edge.toStage];
        if (reader != kNoStage || to.kind != StagePlan::Kind::Group || to.inEdges.size() != 1 ||
            to.forwards)
            return kNoStage;
        reader = edge.toStage;
    }
    return reader;
}

Status PlanExecutor::prepareColumns(std::uint32_t input) {
    SourceState& source = m_sources[input];
    const std::uint32_t reader = columnReader(source);
    if (reader == kNoStage || m_stages[reader].code == nullptr)
        return {};
    source.readerCode = m_stages[reader].code.get();
    DecodeOptions options = m_setup.inputs[input].source.decode;
    options.fields = source.readerCode->reads().fields;
    for (std::uint32_t i = 0; i < m_threads; ++i) {
        FB_TRY_ASSIGN(auto decoder, makeColumnDecoder(options));
        source.columnDecoders.push_back(std::move(decoder));
    }
    return {};
}

Status PlanExecutor::preload(SourceState& source, ChunkReader& reader) {
    const bool columns = source.readerCode != nullptr && source.readerCode->wantsColumns();
    const std::size_t usual = columns ? kPackedBatchBytes : kFirstBatchBytes;
    const std::size_t target = m_request.batchBytes != 0 ? m_request.batchBytes : usual;
    ColumnPacker packer;
    std::uint64_t held = 0;
    while (true) {
        ArrivedChunk arrived;
        FB_TRY_ASSIGN(const bool more,
                      reader.next(arrived.chunk, m_request.oneRowBatches ? 1 : target));
        arrived.last = !more;
        if (m_hooks.cancelled != nullptr && m_hooks.cancelled->load())
            return fail(ErrorCode::Cancelled, "cancelled");
        held += arrived.chunk.bytes.size();
        if (held > m_memoryLimit)
            return fail(ErrorCode::LimitExceeded,
                        fmt::format("the input does not fit into the {} bytes of memory that "
                                    "preloading may use",
                                    m_memoryLimit),
                        "leave --preload out, or raise --memory");
        source.preloaded.push_back(decode(source, std::move(arrived)));
        if (source.preloaded.back().columns != nullptr)
            packer.add(source.preloaded.back().columns);
        if (!more)
            break;
    }
    packer.finish();
    // As the input, its code is there before the clock starts.
    const auto packed = std::ranges::find_if(source.preloaded, [](const DecodedChunk& chunk) {
        return chunk.columns != nullptr && chunk.columns->rows > 0;
    });
    if (packed != source.preloaded.end())
        source.readerCode->prepare(*packed->columns, m_request.measure);
    source.preloadedRead = {reader.bytesRead(), reader.inputHash(), std::nullopt};
    return {};
}

// One of the source's decoders is taken for the time it works.
DecodedChunk PlanExecutor::decode(SourceState& source, ArrivedChunk arrived) {
    if (source.readerCode != nullptr && source.readerCode->wantsColumns())
        return decodeToColumns(source, std::move(arrived));
    std::unique_ptr<RowDecoder> decoder;
    {
        const std::lock_guard guard(m_mutex);
        decoder = std::move(source.idleDecoders.back());
        source.idleDecoders.pop_back();
    }
    const bool keepsLines = m_setup.clock.kind() == EventClock::Kind::Field;
    DecodedChunk decoded = decodeChunk(*decoder, std::move(arrived), keepsLines);
    const std::lock_guard guard(m_mutex);
    source.idleDecoders.push_back(std::move(decoder));
    return decoded;
}

DecodedChunk PlanExecutor::decodeToColumns(SourceState& source, ArrivedChunk arrived) {
    std::unique_ptr<ColumnDecoder> decoder;
    {
        const std::lock_guard guard(m_mutex);
        decoder = std::move(source.columnDecoders.back());
        source.columnDecoders.pop_back();
    }
    DecodedChunk decoded = decodeColumns(*decoder, std::move(arrived));
    const std::lock_guard guard(m_mutex);
    source.columnDecoders.push_back(std::move(decoder));
    return decoded;
}

void PlanExecutor::readerArrived() {
    const std::lock_guard lock(m_mutex);
    for (const SourceState& source : m_sources)
        refresh(source.stage);
}

bool PlanExecutor::mayDecode(const SourceState& source) const {
    if (m_stopped || m_inputEnded || source.idleDecoders.empty())
        return false;
    const bool has = source.reader != nullptr ? source.reader->hasChunk()
                                              : source.nextPreloaded < source.preloaded.size();
    if (!has || source.decoding + source.decoded.size() + m_morsels.size() >= m_maxInFlight)
        return false;
    // The sequencer may be waiting for this very source while the others' rows fill the queues.
    if (m_sources.size() > 1 && m_morsels.empty())
        return true;
    for (const std::uint32_t e : m_plan.stages[source.stage].outEdges)
        if (m_queues[e].bytes >= m_request.queueBytes)
            return false;
    return true;
}

void PlanExecutor::decodeTask(std::unique_lock<std::mutex>& lock, std::uint32_t input) {
    SourceState& source = m_sources[input];
    StageFigures& figures = m_stages[source.stage].figures;
    ArrivedChunk arrived;
    DecodedChunk decoded;
    std::uint64_t ordinal = 0;
    if (source.reader != nullptr) {
        auto taken = source.reader->take();
        if (!taken)
            return;
        arrived = std::move(*taken);
        ordinal = arrived.ordinal;
    } else {
        ordinal = source.nextPreloaded;
        decoded = std::move(source.preloaded[source.nextPreloaded++]);
        decoded.arrivalNs = monotonicNs();
        decoded.wallNs = wallNs();
    }
    ++source.decoding;
    refresh(source.stage);
    m_work.notify_one();
    lock.unlock();
    const TaskTimer timer(m_request.measure);
    const std::size_t bytes = arrived.chunk.bytes.size();
    if (source.reader != nullptr)
        decoded = decode(source, std::move(arrived));
    const TaskTimes times = timer.stop();
    lock.lock();
    figures.addTask(times, decoded.rowCount());
    figures.bytesIn += bytes;
    if (bytes > 0) {
        const double ratio =
            static_cast<double>(decoded.decodedBytes() + bytes) / static_cast<double>(bytes);
        source.decodedPerByte += (ratio - source.decodedPerByte) / 8;
        // A decoded piece should fill half of a core's second-level cache.
        const double target = 256.0 * 1024 / source.decodedPerByte;
        if (source.reader != nullptr)
            source.reader->setTarget(
                std::clamp(static_cast<std::size_t>(target), kLeastBatchBytes, kMostBatchBytes));
    }
    --source.decoding;
    source.decoded.emplace(ordinal, std::move(decoded));
    sequence(lock);
    refresh(source.stage);
}

// One worker at a time numbers rows; chunks that arrive meanwhile are taken in the same turn.
void PlanExecutor::sequence(std::unique_lock<std::mutex>& lock) {
    if (m_sequencing)
        return;
    m_sequencing = true;
    while (!m_stopped && !m_inputEnded) {
        std::vector<std::pair<std::uint32_t, DecodedChunk>> next;
        for (std::uint32_t i = 0; i < m_sources.size(); ++i) {
            auto& decoded = m_sources[i].decoded;
            while (!decoded.empty() && decoded.begin()->first == m_sources[i].nextChunk) {
                next.emplace_back(i, std::move(decoded.begin()->second));
                decoded.erase(decoded.begin());
                ++m_sources[i].nextChunk;
            }
        }
        if (next.empty())
            break;
        lock.unlock();
        std::vector<std::shared_ptr<Morsel>> made;
        for (auto& [input, chunk] : next)
            m_sequencer->push(input, std::move(chunk));
        while (auto morsel = m_sequencer->next())
            made.push_back(std::move(morsel));
        lock.lock();
        for (const auto& morsel : made)
            publish(morsel);
    }
    m_sequencing = false;
}

void PlanExecutor::publish(const MorselPtr& morsel) {
    const std::uint64_t now = monotonicNs();
    const std::uint64_t ordinal = morsel->ordinal;
    m_published = ordinal + 1;
    m_inputEnded = m_inputEnded || morsel->last;
    m_sourceRows += morsel->sourceRows;
    MorselState& state = m_morsels[ordinal];
    state.morsel = morsel;
    for (const StagePlan& stage : m_plan.stages) {
        state.stagesLeft += stage.kind == StagePlan::Kind::Source ? 0 : 1;
        state.beforeSinksLeft += stage.kind == StagePlan::Kind::Group ? 1 : 0;
    }
    m_ledger.addRejected(ordinal, morsel->rejectedAt);
    for (std::uint32_t i = 0; i < m_sources.size(); ++i)
        deliver(*morsel, i, now);
    // Stages that nobody feeds answer each morsel too.
    for (std::uint32_t s = 0; s < m_plan.stages.size(); ++s)
        if (m_plan.stages[s].inEdges.empty())
            refresh(s);
    if (state.beforeSinksLeft == 0)
        settle(ordinal);
    if (m_morsels[ordinal].stagesLeft == 0)
        m_morsels.erase(ordinal);
    m_work.notify_all();
}

// The rows of one input, on every edge that leaves it.
void PlanExecutor::deliver(const Morsel& morsel, std::uint32_t input, std::uint64_t now) {
    StageFigures& figures = m_stages[m_sources[input].stage].figures;
    const BlockPtr& rows = morsel.rows[input];
    const BlockPtr& bad = morsel.rejected[input];
    const ColumnBlockPtr& columns = morsel.columns[input];
    const std::size_t bytes = rows == nullptr ? 0 : deliveredBytes(*rows);
    const std::size_t count = columns != nullptr ? columns->rows
                              : rows != nullptr  ? rows->rows.size()
                                                 : 0;
    figures.rowsIn += count + (bad == nullptr ? 0 : bad->rows.size());
    figures.rowsOut += count;
    bool materializes = false;
    for (const std::uint32_t e : m_plan.stages[m_sources[input].stage].outEdges) {
        const PlanEdge& edge = m_plan.edges[e];
        EdgeBatch batch;
        batch.block = edge.graphEdge == kNone ? bad : rows;
        if (edge.graphEdge != kNone)
            batch.columns = columns;
        batch.bytes = batch.block == nullptr || edge.insideGroup ? 0 : bytes;
        if (edge.branches)
            batch.suffix = RowPath().then(edge.branch, m_suffixes);
        materializes =
            materializes || (edge.graphEdge != kNone && !edge.insideGroup && columns == nullptr);
        m_queues[e].put(morsel.ordinal, std::move(batch), now);
        refresh(edge.toStage);
    }
    figures.bytesMaterialized += materializes ? bytes : 0;
}

} // namespace fuseboard
