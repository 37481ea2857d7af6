// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/plan_executor.h"

#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/runtime/group_runner.h"
#include "engine/runtime/run_ledger.h"
#include "engine/runtime/sequencer.h"
#include "engine/runtime/source_reader.h"
#include "engine/runtime/stage_figures.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <set>
#include <thread>

namespace fuseboard {

namespace {

constexpr std::uint64_t kProbeEvery = 128; ///< batches; keeps the probe's cost under 1 %
constexpr std::uint64_t kStateCheckNs = 50'000'000;
constexpr std::size_t kBatchOverheadBytes = 64;

struct QueueSlot {
    std::optional<EdgeBatch> batch;
    std::uint64_t enqueuedNs = 0;
};

/// What waits on one edge, by morsel ordinal.
struct EdgeQueue {
    std::deque<QueueSlot> slots;
    std::uint64_t base = 0; ///< ordinal of slots.front()
    std::size_t bytes = 0;
    std::uint64_t rows = 0, crossedBytes = 0;

    void put(std::uint64_t ordinal, EdgeBatch batch, std::uint64_t now) {
        while (slots.size() <= ordinal - base)
            slots.emplace_back();
        bytes += batch.bytes + kBatchOverheadBytes;
        rows += batch.block == nullptr ? 0 : batch.block->rows.size();
        crossedBytes += batch.bytes;
        slots[ordinal - base] = {std::move(batch), now};
    }
    [[nodiscard]] bool has(std::uint64_t ordinal) const {
        return ordinal - base < slots.size() && slots[ordinal - base].batch.has_value();
    }
    /// Morsels are taken in ascending order.
    QueueSlot take(std::uint64_t ordinal) {
        FB_CHECK_EQ(ordinal, base);
        QueueSlot slot = std::move(slots.front());
        slots.pop_front();
        ++base;
        bytes -= slot.batch->bytes + kBatchOverheadBytes;
        return slot;
    }
};

struct StageState {
    std::uint64_t next = 0; ///< ordinal of the next morsel to start
    std::uint32_t running = 0;
    std::uint32_t concurrency = 1;
    std::vector<std::unique_ptr<GroupRunner>> idleRunners;
    std::vector<std::pair<NodeIndex, std::uint64_t>> exhausted;
    std::uint64_t stateCheckedNs = 0;
    std::uint64_t blockedSince = 0; ///< 0: not blocked
    StageFigures figures;
};

struct SourceState {
    std::uint32_t stage = 0;
    std::unique_ptr<SourceReader> reader;
    DecodeOptions decode;
    std::map<std::uint64_t, DecodedChunk> decoded;
    std::uint64_t nextChunk = 0; ///< to hand to the sequencer
    std::uint32_t decoding = 0;
    std::vector<DecodedChunk> preloaded; ///< then there is no reader
    std::size_t nextPreloaded = 0;
    std::uint64_t preloadedBytes = 0;
    std::string preloadedHash;
    std::vector<std::unique_ptr<RowDecoder>> idleDecoders;
    double decodedPerByte = 4;
};

class Executor {
public:
    Executor(RunSetup& setup, Plan plan, const RunHooks& hooks)
        : m_setup(setup), m_request(*setup.request), m_plan(std::move(plan)), m_hooks(hooks),
          m_ledger({setup.graph->properties().onError == OnError::Stop, m_request.maxErrors}) {}

    Status prepare();
    RunResult run();

private:
    Status prepareSource(std::uint32_t input);
    Status preload(SourceState& source, ChunkReader& reader);
    DecodedChunk decodeChunk(SourceState& source, ArrivedChunk arrived);

    void work();
    void watch();
    void readerArrived();
    [[nodiscard]] bool mayDecode(const SourceState& source) const;
    [[nodiscard]] bool mayRun(std::uint32_t stage);
    void refresh(std::uint32_t stage);
    void refreshAround(std::uint32_t stage);
    void decodeTask(std::unique_lock<std::mutex>& lock, std::uint32_t input);
    void stageTask(std::unique_lock<std::mutex>& lock, std::uint32_t stage);
    void runGroup(std::unique_lock<std::mutex>& lock, std::uint32_t stage, const MorselPtr& morsel,
                  std::vector<EdgeBatch>& inputs);
    void runSink(std::unique_lock<std::mutex>& lock, std::uint32_t stage, const MorselPtr& morsel,
                 std::vector<EdgeBatch>& inputs);
    void sequence(std::unique_lock<std::mutex>& lock);
    void publish(std::shared_ptr<Morsel> morsel);
    void checkSources();
    void finishedStage(std::uint32_t stage, const MorselPtr& morsel);
    void settle(std::uint64_t ordinal);
    void checkState(std::uint32_t stage, const GroupRunner& runner);
    void checkLimits();
    void stop();
    void failWith(Error error);
    [[nodiscard]] bool finished() const;
    [[nodiscard]] LiveFigures liveFigures();
    [[nodiscard]] std::vector<SamplePoint> samplePoints(std::uint64_t sinceStart);
    void collect(RunResult& result);

    RunSetup& m_setup;
    const RunRequest& m_request;
    Plan m_plan;
    const RunHooks& m_hooks;
    std::uint32_t m_threads = 1;
    std::size_t m_maxInFlight = 8;
    std::uint64_t m_memoryLimit = 0;

    std::mutex m_mutex; // guards everything below
    std::condition_variable m_work, m_watch;
    std::unique_ptr<Sequencer> m_sequencer;
    bool m_sequencing = false, m_stopped = false, m_inputEnded = false, m_watching = true;
    std::vector<SourceState> m_sources;
    std::vector<StageState> m_stages;
    std::vector<EdgeQueue> m_queues;
    std::set<std::uint32_t> m_ready;
    struct MorselState {
        MorselPtr morsel;
        std::uint32_t stagesLeft = 0, beforeSinksLeft = 0;
    };
    std::map<std::uint64_t, MorselState> m_morsels;
    std::uint64_t m_published = 0, m_settled = 0;
    std::size_t m_rejectedTaken = 0;
    RunLedger m_ledger;
    std::optional<Error> m_failure;
    bool m_keepsOutput = true; ///< the failure leaves what was written
    bool m_cancelled = false;
    std::uint64_t m_startNs = 0, m_startCpuNs = 0;
    std::vector<SamplePoint> m_samples;
    std::uint64_t m_sourceRows = 0;
    std::vector<std::uint32_t> m_reportOrdinal; ///< by stage: its row in the record; kNoStage: none
    Arena m_suffixes{256};
};

// --- before the first row
// -------------------------------------------------------------------------

Status Executor::prepare() {
    m_threads = m_request.threads != 0 ? m_request.threads
                                       : std::max(1U, std::thread::hardware_concurrency());
    m_maxInFlight = m_threads * 3 + 4;
    m_memoryLimit =
        m_request.memoryBytes != 0 ? m_request.memoryBytes : thisMachine().memoryBytes / 2;
    m_stages.resize(m_plan.stages.size());
    m_queues.resize(m_plan.edges.size());
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        const StagePlan& plan = m_plan.stages[s];
        StageState& state = m_stages[s];
        bool parallel = plan.kind == StagePlan::Kind::Group && !plan.stateful && !plan.forwards;
        if (plan.kind == StagePlan::Kind::Sink)
            parallel = !m_setup.sinks[sinkOf(m_plan, s)]->ordered();
        state.concurrency = parallel ? m_threads : 1;
        if (plan.kind != StagePlan::Kind::Group)
            continue;
        for (std::uint32_t i = 0; i < state.concurrency; ++i) {
            FB_TRY_ASSIGN(auto runner, GroupRunner::make(m_plan, s, *m_setup.accounts));
            state.idleRunners.push_back(std::move(runner));
        }
    }
    SequencerSettings settings;
    settings.clock = m_setup.clock;
    settings.limit = m_request.limit;
    settings.arrivals = m_request.arrivals;
    settings.keepRejected = m_setup.layout.rejectedSink != kNoStage;
    for (const OpenedInput& input : m_setup.inputs)
        settings.sourceNames.push_back(input.source.reader->name());
    m_sequencer = std::make_unique<Sequencer>(std::move(settings));
    m_sources.resize(m_setup.inputs.size());
    for (std::uint32_t i = 0; i < m_sources.size(); ++i)
        FB_TRY(prepareSource(i));
    return {};
}

Status Executor::prepareSource(std::uint32_t input) {
    SourceState& source = m_sources[input];
    OpenedInput& opened = m_setup.inputs[input];
    for (std::uint32_t s = 0; s < m_plan.stages.size(); ++s)
        if (m_plan.stages[s].port == opened.port)
            source.stage = s;
    source.decode = opened.source.decode;
    for (std::uint32_t i = 0; i < m_threads; ++i) {
        FB_TRY_ASSIGN(auto decoder, makeRowDecoder(source.decode));
        source.idleDecoders.push_back(std::move(decoder));
    }
    m_stages[source.stage].concurrency = m_threads;
    if (m_request.preload)
        return preload(source, *opened.source.reader);
    const SourceReader::Settings settings{m_request.batchBytes, m_request.oneRowBatches,
                                          m_request.rate};
    source.reader = std::make_unique<SourceReader>(std::move(opened.source.reader), settings,
                                                   [this] { readerArrived(); });
    return {};
}

Status Executor::preload(SourceState& source, ChunkReader& reader) {
    const std::size_t target = m_request.batchBytes != 0 ? m_request.batchBytes : kFirstBatchBytes;
    std::uint64_t held = 0;
    while (true) {
        ArrivedChunk arrived;
        FB_TRY_ASSIGN(const bool more,
                      reader.next(arrived.chunk, m_request.oneRowBatches ? 1 : target));
        arrived.last = !more;
        held += arrived.chunk.bytes.size();
        if (held > m_memoryLimit)
            return fail(ErrorCode::LimitExceeded,
                        fmt::format("the input does not fit into the {} bytes of memory that "
                                    "preloading may use",
                                    m_memoryLimit),
                        "leave --preload out, or raise --memory");
        source.preloaded.push_back(decodeChunk(source, std::move(arrived)));
        if (!more)
            break;
    }
    source.preloadedBytes = reader.bytesRead();
    source.preloadedHash = reader.inputHash();
    return {};
}

// --- sources
// --------------------------------------------------------------------------------------

DecodedChunk Executor::decodeChunk(SourceState& source, ArrivedChunk arrived) {
    std::unique_ptr<RowDecoder> decoder;
    {
        const std::lock_guard guard(m_mutex);
        decoder = std::move(source.idleDecoders.back());
        source.idleDecoders.pop_back();
    }
    DecodedChunk decoded;
    decoded.rows = std::make_shared<RowBlock>(arrived.chunk.bytes.size());
    decoded.arrivalNs = arrived.arrivalNs;
    decoded.wallNs = arrived.wallNs;
    decoded.last = arrived.last;
    RowBlock& block = *decoded.rows;
    thread_local std::vector<DecodedRow> rows;
    rows.clear();
    decoder->decode(arrived.chunk, block.arena, rows, decoded.rejected);
    block.rows.reserve(rows.size());
    const bool needsLines = m_setup.clock.kind() == EventClock::Kind::Field;
    for (const DecodedRow& row : rows) {
        BatchRow& made = block.rows.emplace_back();
        made.key.sequence = arrived.chunk.firstRow + row.row;
        made.data = row.data;
        made.meta = Value::record({});
        if (needsLines)
            decoded.lineOffsets.push_back(
                static_cast<std::uint32_t>(row.line.data() - arrived.chunk.bytes.data()));
    }
    if (arrived.chunk.memory != nullptr)
        block.memory.push_back(arrived.chunk.memory);
    decoded.source = std::move(arrived.chunk);
    const std::lock_guard guard(m_mutex);
    source.idleDecoders.push_back(std::move(decoder));
    return decoded;
}

void Executor::readerArrived() {
    const std::lock_guard lock(m_mutex);
    for (const SourceState& source : m_sources)
        refresh(source.stage);
}

bool Executor::mayDecode(const SourceState& source) const {
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

void Executor::decodeTask(std::unique_lock<std::mutex>& lock, std::uint32_t input) {
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
        // Rows are copied because the sequencer writes their keys; values are shared.
        const DecodedChunk& kept = source.preloaded[source.nextPreloaded++];
        decoded = kept;
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
        decoded = decodeChunk(source, std::move(arrived));
    const TaskTimes times = timer.stop();
    lock.lock();
    figures.addTask(times, decoded.rows->rows.size());
    figures.bytesIn += bytes;
    if (bytes > 0) {
        const double ratio =
            static_cast<double>(decoded.rows->bytes() + bytes) / static_cast<double>(bytes);
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
void Executor::sequence(std::unique_lock<std::mutex>& lock) {
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
        for (auto& morsel : made)
            publish(std::move(morsel));
        checkSources();
    }
    m_sequencing = false;
}

void Executor::checkSources() {
    if (m_sequencer->accepted() > 0 || m_sequencer->rejected() == 0 || m_failure)
        return;
    if (!m_sequencer->ended())
        return;
    const Rejection& first = m_sequencer->firstRejections().front();
    Error error(
        ErrorCode::InvalidSyntax,
        fmt::format("the first {} rows of the input were all rejected; the first of them: {}",
                    m_sequencer->rejected(), first.reason),
        "check the file and its --format");
    error.place.file = first.source;
    error.place.line = static_cast<std::uint32_t>(first.line);
    error.place.column = 1;
    m_failure = std::move(error);
    stop(); // the rejected rows themselves still reach their sink
}

void Executor::publish(std::shared_ptr<Morsel> morsel) {
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
    const auto& rejected = m_sequencer->rejectedSequences();
    if (m_rejectedTaken < rejected.size()) {
        m_ledger.addRejected(
            ordinal,
            {rejected.begin() + static_cast<std::ptrdiff_t>(m_rejectedTaken), rejected.end()});
        m_rejectedTaken = rejected.size();
    }
    for (std::uint32_t i = 0; i < m_sources.size(); ++i) {
        StageFigures& figures = m_stages[m_sources[i].stage].figures;
        const BlockPtr& rows = morsel->rows[i];
        const BlockPtr& bad = morsel->rejected[i];
        const std::size_t bytes = rows == nullptr ? 0 : deliveredBytes(*rows);
        figures.rowsIn +=
            (rows == nullptr ? 0 : rows->rows.size()) + (bad == nullptr ? 0 : bad->rows.size());
        figures.rowsOut += rows == nullptr ? 0 : rows->rows.size();
        bool materializes = false;
        for (const std::uint32_t e : m_plan.stages[m_sources[i].stage].outEdges) {
            const PlanEdge& edge = m_plan.edges[e];
            EdgeBatch batch;
            batch.block = edge.graphEdge == kNone ? bad : rows;
            batch.bytes = batch.block == nullptr || edge.insideGroup ? 0 : bytes;
            if (edge.branches)
                batch.suffix = RowPath().then(edge.branch, m_suffixes);
            materializes = materializes || (edge.graphEdge != kNone && !edge.insideGroup);
            m_queues[e].put(ordinal, std::move(batch), now);
            refresh(edge.toStage);
        }
        figures.bytesMaterialized += materializes ? bytes : 0;
    }
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

// --- stages
// ---------------------------------------------------------------------------------------

bool Executor::mayRun(std::uint32_t stage) {
    const StagePlan& plan = m_plan.stages[stage];
    StageState& state = m_stages[stage];
    if (plan.kind == StagePlan::Kind::Source) {
        for (const SourceState& source : m_sources)
            if (source.stage == stage)
                return mayDecode(source);
        return false;
    }
    if (m_stopped || state.running >= state.concurrency || state.next >= m_published)
        return false;
    for (const std::uint32_t e : plan.inEdges)
        if (!m_queues[e].has(state.next))
            return false;
    if (plan.kind == StagePlan::Kind::Sink && m_setup.holdsBack && state.next >= m_settled)
        return false;
    bool full = false;
    for (const std::uint32_t e : plan.outEdges)
        full = full || m_queues[e].bytes >= m_request.queueBytes;
    if (full && state.blockedSince == 0 && state.running == 0)
        state.blockedSince = monotonicNs();
    if (!full && state.blockedSince != 0)
        state.figures.blockedNs += monotonicNs() - std::exchange(state.blockedSince, 0);
    return !full;
}

void Executor::refresh(std::uint32_t stage) {
    if (!mayRun(stage)) {
        m_ready.erase(stage);
        return;
    }
    if (m_ready.insert(stage).second)
        m_work.notify_one();
}

void Executor::refreshAround(std::uint32_t stage) {
    refresh(stage);
    for (const std::uint32_t e : m_plan.stages[stage].inEdges)
        refresh(m_plan.edges[e].fromStage);
    for (const std::uint32_t e : m_plan.stages[stage].outEdges)
        refresh(m_plan.edges[e].toStage);
}

void Executor::stageTask(std::unique_lock<std::mutex>& lock, std::uint32_t stage) {
    StageState& state = m_stages[stage];
    const StagePlan& plan = m_plan.stages[stage];
    const std::uint64_t ordinal = state.next++;
    ++state.running;
    const MorselPtr morsel = m_morsels.at(ordinal).morsel;
    std::vector<EdgeBatch> inputs;
    std::uint64_t enqueued = 0;
    for (const std::uint32_t e : plan.inEdges) {
        QueueSlot slot = m_queues[e].take(ordinal);
        enqueued = std::max(enqueued, slot.enqueuedNs);
        inputs.push_back(std::move(*slot.batch));
    }
    state.figures.beginTask(enqueued, inputs, m_request.measure);
    refreshAround(stage);
    if (plan.kind == StagePlan::Kind::Group)
        runGroup(lock, stage, morsel, inputs);
    else
        runSink(lock, stage, morsel, inputs);
    --state.running;
    finishedStage(stage, morsel);
    refreshAround(stage);
}

void Executor::runGroup(std::unique_lock<std::mutex>& lock, std::uint32_t stage,
                        const MorselPtr& morsel, std::vector<EdgeBatch>& inputs) {
    StageState& state = m_stages[stage];
    const StagePlan& plan = m_plan.stages[stage];
    std::unique_ptr<GroupRunner> runner = std::move(state.idleRunners.back());
    state.idleRunners.pop_back();
    const bool probe =
        m_request.measure && plan.members.size() > 1 && morsel->ordinal % kProbeEvery == 0;
    lock.unlock();
    const TaskTimer timer(m_request.measure);
    TaskFigures figures;
    std::vector<EdgeBatch> outputs(plan.outEdges.size());
    runner->run(*morsel, inputs, outputs, probe, figures);
    inputs.clear();
    const TaskTimes times = timer.stop();
    lock.lock();
    state.figures.addTask(times, figures.rowsIn);
    state.figures.addGroup(figures);
    if (!figures.errors.empty())
        m_ledger.addErrors(morsel->ordinal, std::move(figures.errors));
    const std::uint64_t now = monotonicNs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::uint32_t e = plan.outEdges[i];
        m_queues[e].put(morsel->ordinal, std::move(outputs[i]), now);
    }
    if (plan.stateful) {
        checkState(stage, *runner);
        state.exhausted = runner->exhausted();
        if (!state.exhausted.empty())
            checkLimits();
    }
    state.idleRunners.push_back(std::move(runner));
}

void Executor::runSink(std::unique_lock<std::mutex>& lock, std::uint32_t stage,
                       const MorselPtr& morsel, std::vector<EdgeBatch>& inputs) {
    StageState& state = m_stages[stage];
    OutputSink& sink = *m_setup.sinks[sinkOf(m_plan, stage)];
    const std::optional<RowKey> cut = m_setup.holdsBack ? m_ledger.cut() : std::nullopt;
    lock.unlock();
    const TaskTimer timer(m_request.measure);
    EncodedMorsel encoded = sink.encode(*morsel, inputs, cut);
    inputs.clear();
    const std::uint64_t rows = encoded.rows, events = encoded.events, bytes = encoded.bytes.size();
    Status written = sink.commit(morsel->ordinal, std::move(encoded));
    const TaskTimes times = timer.stop();
    lock.lock();
    state.figures.addTask(times, events);
    state.figures.rowsIn += events;
    state.figures.rowsOut += rows;
    state.figures.bytesOut += bytes;
    if (!written) {
        m_keepsOutput = false;
        failWith(written.error());
    }
}

void Executor::finishedStage(std::uint32_t stage, const MorselPtr& morsel) {
    MorselState& state = m_morsels.at(morsel->ordinal);
    if (m_plan.stages[stage].kind == StagePlan::Kind::Group && --state.beforeSinksLeft == 0)
        settle(morsel->ordinal);
    if (--state.stagesLeft > 0)
        return;
    m_morsels.erase(morsel->ordinal);
    for (const SourceState& source : m_sources)
        refresh(source.stage);
    if (finished())
        m_work.notify_all();
}

void Executor::settle(std::uint64_t ordinal) {
    m_settled = m_ledger.settle(ordinal);
    if (m_setup.holdsBack) {
        if (m_ledger.cut())
            stop(); // what is under way still runs; sinks drop what lies behind the cut
        for (std::uint32_t s = 0; s < m_plan.stages.size(); ++s)
            if (m_plan.stages[s].kind == StagePlan::Kind::Sink)
                refresh(s);
    }
}

void Executor::checkState(std::uint32_t stage, const GroupRunner& runner) {
    StageState& state = m_stages[stage];
    const std::uint64_t now = monotonicNs();
    if (now - state.stateCheckedNs < kStateCheckNs && !m_inputEnded)
        return;
    state.stateCheckedNs = now;
    state.figures.stateBytes = runner.stateBytes();
    state.figures.groups = runner.groupCount();
    state.figures.mostStateBytes = std::max(state.figures.mostStateBytes, state.figures.stateBytes);
    state.figures.mostGroups = std::max(state.figures.mostGroups, state.figures.groups);
    std::size_t total = 0;
    for (const StageState& other : m_stages)
        total += other.figures.stateBytes;
    if (total <= m_memoryLimit)
        return;
    Error error(
        ErrorCode::LimitExceeded,
        fmt::format("the state of {} holds {} bytes in {} groups; all state may take {} bytes",
                    m_plan.stages[stage].label, state.figures.stateBytes, state.figures.groups,
                    m_memoryLimit),
        "group by fewer keys, set max_groups, or raise --memory");
    error.node = m_plan.graph->node(m_plan.stages[stage].members.front()).id;
    m_keepsOutput = false;
    failWith(std::move(error));
}

// Once every way to a sink leads through a full limit, later events cannot matter.
void Executor::checkLimits() {
    if (m_setup.cuttingLimits.empty())
        return;
    std::uint64_t last = 0;
    for (const NodeIndex limit : m_setup.cuttingLimits) {
        std::uint64_t at = kNeverDue;
        for (const StageState& state : m_stages)
            for (const auto& [node, sequence] : state.exhausted)
                if (node == limit)
                    at = sequence;
        if (at == kNeverDue)
            return;
        last = std::max(last, at);
    }
    m_ledger.cutAt(last);
    stop();
}

// No more input; morsels under way go through.
void Executor::stop() {
    if (std::exchange(m_inputEnded, true))
        return;
    m_work.notify_all();
}

void Executor::failWith(Error error) {
    if (!m_failure)
        m_failure = std::move(error);
    m_stopped = true;
    m_inputEnded = true;
    m_work.notify_all();
}

bool Executor::finished() const {
    return m_stopped || (m_inputEnded && m_morsels.empty());
}

// --- threads
// --------------------------------------------------------------------------------------

void Executor::work() {
    std::unique_lock lock(m_mutex);
    while (!finished()) {
        if (m_ready.empty()) {
            m_work.wait(lock);
            continue;
        }
        const std::uint32_t stage = *m_ready.rbegin();
        if (!mayRun(stage)) {
            m_ready.erase(stage);
            continue;
        }
        if (m_plan.stages[stage].kind != StagePlan::Kind::Source) {
            stageTask(lock, stage);
            continue;
        }
        for (std::uint32_t i = 0; i < m_sources.size(); ++i)
            if (m_sources[i].stage == stage)
                decodeTask(lock, i);
    }
    m_work.notify_all();
}

void Executor::watch() {
    constexpr auto kPeriod = std::chrono::milliseconds(33);
    std::unique_lock lock(m_mutex);
    std::uint64_t nextSample = m_startNs + kTickNs;
    while (m_watching) {
        m_watch.wait_for(lock, kPeriod);
        if (m_hooks.cancelled != nullptr && m_hooks.cancelled->load() && !finished()) {
            m_cancelled = true;
            m_keepsOutput = false;
            m_stopped = m_inputEnded = true;
            m_work.notify_all();
        }
        const std::uint64_t now = monotonicNs();
        if (m_request.measure && (now >= nextSample || !m_watching)) {
            nextSample += kTickNs;
            std::vector<SamplePoint> points = samplePoints(now - m_startNs);
            m_samples.insert(m_samples.end(), points.begin(), points.end());
            if (m_hooks.samples) {
                lock.unlock();
                m_hooks.samples(std::move(points));
                lock.lock();
            }
        }
        if (!m_sequencing && m_setup.clock.kind() == EventClock::Kind::Wall && !finished())
            if (auto morsel = m_sequencer->idle(wallNs()))
                publish(std::move(morsel));
        if (m_hooks.live) {
            const LiveFigures figures = liveFigures();
            lock.unlock();
            m_hooks.live(figures);
            lock.lock();
        }
    }
}

std::vector<SamplePoint> Executor::samplePoints(std::uint64_t sinceStart) {
    std::vector<SamplePoint> points;
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        if (m_reportOrdinal[s] == kNoStage)
            continue;
        SamplePoint& point = points.emplace_back();
        point.stage = m_reportOrdinal[s];
        point.tNs = sinceStart;
        const StageFigures& figures = m_stages[s].figures;
        point.rowsIn = figures.rowsIn;
        point.rowsOut = figures.rowsOut;
        point.busyNs = figures.busyNs;
        point.stateBytes = figures.stateBytes;
        for (const std::uint32_t e : m_plan.stages[s].inEdges)
            point.queueBytes += m_queues[e].bytes;
    }
    return points;
}

LiveFigures Executor::liveFigures() {
    LiveFigures live;
    live.progress.seconds = static_cast<double>(monotonicNs() - m_startNs) / 1e9;
    live.progress.cpuSeconds = static_cast<double>(processCpuNs() - m_startCpuNs) / 1e9;
    live.progress.rowsIn = m_sourceRows;
    live.progress.failedRows = m_ledger.failedRows();
    live.progress.rejectedRows = m_ledger.rejectedRows();
    for (const SourceState& source : m_sources) {
        if (source.reader == nullptr)
            continue;
        live.progress.bytesIn += source.reader->bytesRead();
        if (const auto total = source.reader->totalBytes())
            live.totalBytes = live.totalBytes.value_or(0) + *total;
    }
    for (std::uint32_t s = 0; s < m_stages.size(); ++s) {
        const StageFigures& figures = m_stages[s].figures;
        if (m_plan.stages[s].kind == StagePlan::Kind::Sink)
            live.progress.rowsOut += figures.rowsOut;
        auto& stage = live.stages.emplace_back();
        stage.id = m_plan.stages[s].id;
        stage.rowsIn = figures.rowsIn;
        stage.rowsOut = figures.rowsOut;
        stage.busyNs = figures.busyNs;
        stage.blockedNs = figures.blockedNs;
        for (const std::uint32_t e : m_plan.stages[s].inEdges) {
            stage.queueBytes += m_queues[e].bytes;
            stage.queueFull = stage.queueFull || m_queues[e].bytes >= m_request.queueBytes;
        }
    }
    return live;
}

RunResult Executor::run() {
    m_reportOrdinal = reportOrdinals(m_plan);
    m_startNs = monotonicNs();
    m_startCpuNs = processCpuNs();
    {
        const std::lock_guard lock(m_mutex);
        for (const SourceState& source : m_sources)
            refresh(source.stage);
    }
    for (SourceState& source : m_sources)
        if (source.reader != nullptr)
            source.reader->start();
    std::vector<std::thread> workers;
    for (std::uint32_t i = 0; i < m_threads; ++i)
        workers.emplace_back([this] { work(); });
    std::thread watcher([this] { watch(); });
    for (std::thread& worker : workers)
        worker.join();
    const std::uint64_t endNs = monotonicNs();
    for (SourceState& source : m_sources)
        if (source.reader != nullptr)
            source.reader->stop();
    {
        const std::lock_guard lock(m_mutex);
        m_watching = false;
    }
    m_watch.notify_all();
    watcher.join();
    RunResult result;
    result.record.run.seconds = static_cast<double>(endNs - m_startNs) / 1e9;
    collect(result);
    return result;
}

// --- afterwards
// -----------------------------------------------------------------------------------

void Executor::collect(RunResult& result) {
    RunRow& run = result.record.run;
    run.cpuSeconds = static_cast<double>(processCpuNs() - m_startCpuNs) / 1e9;
    run.threads = m_threads;
    run.rowsIn = m_sourceRows;
    const bool readWhole = m_sequencer->ended() && m_sequencer->sequenced() < m_request.limit;
    for (SourceState& source : m_sources) {
        const bool kept = source.reader == nullptr;
        run.bytesIn += kept ? source.preloadedBytes : source.reader->bytesRead();
        // Of input that was not read to its end there is no hash that means anything.
        if (readWhole)
            run.inputHash += kept ? source.preloadedHash : source.reader->inputHash();
        if (kept)
            continue;
        if (const auto failure = source.reader->failure(); failure && !m_failure)
            m_failure = failure;
    }
    if (!m_failure && m_ledger.stopper())
        m_failure = stopError(*m_ledger.stopper());
    if (!m_failure && m_ledger.tooMany())
        m_failure =
            Error(ErrorCode::LimitExceeded,
                  fmt::format("more than {} rows were rejected or failed", m_request.maxErrors),
                  "look at the first ones, or raise --max-errors");
    for (const auto& sink : m_setup.sinks) {
        if (m_keepsOutput)
            if (auto done = sink->finish(); !done && !m_failure)
                m_failure = done.error();
        result.sinks.push_back(sink->result());
        run.rowsOut += result.sinks.back().rows;
        result.nonFinite += sink->nonFinite();
        result.record.latency.push_back({0, sink->name(), sink->latency()});
    }
    run.outputHash = combinedHash(result.sinks);
    run.rejectedRows = m_ledger.rejectedRows();
    run.failedRows = m_ledger.failedRows();
    run.status = m_cancelled ? RunStatus::Cancelled
                 : m_failure ? RunStatus::Failed
                             : RunStatus::Done;
    run.errorText = m_failure ? m_failure->message : "";
    result.failure = m_failure;
    result.errors = m_ledger.digest();
    result.firstErrors = m_ledger.firstErrors();
    result.firstRejections = m_sequencer->firstRejections();
    std::vector<StageFigures> figures;
    for (StageState& state : m_stages)
        figures.push_back(std::move(state.figures));
    for (std::size_t e = 0; e < m_queues.size(); ++e)
        result.record.edges.push_back(edgeRow(m_plan, static_cast<std::uint32_t>(e),
                                              m_reportOrdinal, m_queues[e].rows,
                                              m_queues[e].crossedBytes));
    describeStages(m_plan, m_reportOrdinal, figures, m_threads, result.record);
    for (const StageRow& stage : result.record.stages)
        run.bytesMaterialized += stage.bytesMaterialized;
    result.record.samples = std::move(m_samples);
    result.notices = m_setup.notices;
}

} // namespace

Result<RunResult> executePlan(RunSetup& setup, const RunHooks& hooks) {
    FB_TRY_ASSIGN(Plan plan,
                  makePlan(*setup.graph, builtinCatalogue(), setup.boundInputs, setup.layout));
    Executor executor(setup, std::move(plan), hooks);
    FB_TRY(executor.prepare());
    return executor.run();
}

} // namespace fuseboard
