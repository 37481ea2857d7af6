// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/reference_executor.h"

#include "engine/base/clock.h"
#include "engine/graph/abort_scope.h"
#include "engine/runtime/run_ending.h"

#include <algorithm>

namespace fuseboard {

namespace {

/// A row on its way along an edge.
struct Travelling {
    Endpoint to;
    Row row;
    RowPath path;
};

class Reference final : public Emitter {
public:
    Reference(RunSetup& setup, const RunHooks& hooks)
        : m_setup(setup), m_graph(*setup.graph), m_hooks(hooks),
          m_sequencer(sequencerSettings(setup)), m_ledger(ledgerSettings(setup)) {}

    Status prepare();
    RunResult run();

    // What bodies call while a row or tick is at node m_node.
    void emit(std::uint32_t port, const Row& row) override {
        const Contract contract = contractOf(m_node);
        emitTo(contract.outputs[port], row);
    }
    void emitTo(std::string_view port, const Row& row) override;
    void fail(ErrorCode code, std::string message, const Expr* where, const Row& row) override;
    void keep(std::shared_ptr<const void> memory) override { m_kept.push_back(std::move(memory)); }

private:
    [[nodiscard]] Contract contractOf(NodeIndex n) const {
        return operatorOf(m_graph.node(n)).contract(m_graph.node(n).config);
    }
    void leave(const Travelling& at);
    void travel(std::vector<Travelling> entering);
    void ticksUpTo(const ClockMark& mark, std::uint64_t origin);
    void event(std::uint32_t input, const BatchRow& row);
    void flushAll(std::uint64_t now);
    void beginUnit(std::uint64_t sequence, std::uint64_t unit);
    void endUnit();
    Status writeUnit();
    void checkState();
    void morselRows(const Morsel& morsel);
    [[nodiscard]] bool limitsFull(std::uint64_t& sequence) const;
    void readInputs();
    void runMorsels();
    /// Nothing after the event at hand matters any more.
    [[nodiscard]] bool isOver() const { return m_ledger.cut() || m_ending.failure; }

    RunSetup& m_setup;
    const Graph& m_graph;
    const RunHooks& m_hooks;
    Sequencer m_sequencer;
    RunLedger m_ledger;
    std::vector<std::unique_ptr<RowDecoder>> m_decoders; // by input
    std::vector<char> m_inputEnded;                      // by input
    std::vector<std::unique_ptr<OperatorBody>> m_bodies; // by node
    std::vector<NodeIndex> m_byOrdinal, m_byRank;
    std::uint64_t m_units = 0, m_lastTick = 0, m_rowsIn = 0, m_memoryLimit = 0;
    RunEnding m_ending;

    // Of the unit (event, tick or flush) at hand.
    std::uint64_t m_sequence = 0, m_unit = 0;
    Arena m_arena;
    std::vector<std::shared_ptr<const void>> m_kept;
    std::vector<std::pair<std::uint32_t, BatchRow>> m_outputs; // boundary output, row
    std::vector<RowError> m_errors;
    // Of the body at work.
    NodeIndex m_node = kNone;
    RowPath m_path;
    std::uint64_t m_emissions = 0;
    bool m_aborted = false; // the unit at hand
    std::vector<Travelling> m_emitted;
};

Status Reference::prepare() {
    if (m_setup.request->rate > 0 || m_setup.request->preload)
        return fuseboard::fail(ErrorCode::Unsupported,
                               "the reference executor reads one row after the other as they come: "
                               "it offers no rate and preloads nothing",
                               "leave --rate and --preload out, or run with --exec interpret");
    m_memoryLimit = memoryLimit(*m_setup.request);
    for (const OpenedInput& input : m_setup.inputs) {
        FB_TRY_ASSIGN(auto decoder, makeRowDecoder(input.source.decode));
        m_decoders.push_back(std::move(decoder));
    }
    m_inputEnded.resize(m_setup.inputs.size());
    m_ending.inputs.resize(m_setup.inputs.size());
    m_bodies.resize(m_graph.nodeEnd());
    for (const NodeIndex n : m_graph.nodes())
        if (!m_graph.node(n).disabled) {
            FB_TRY_ASSIGN(m_bodies[n], operatorOf(m_graph.node(n)).makeBody(m_graph.node(n)));
        }
    m_byOrdinal = m_byRank = m_graph.nodes();
    std::sort(m_byOrdinal.begin(), m_byOrdinal.end(), [&](NodeIndex a, NodeIndex b) {
        return m_graph.naiveOrdinal(a) < m_graph.naiveOrdinal(b);
    });
    std::sort(m_byRank.begin(), m_byRank.end(), [&](NodeIndex a, NodeIndex b) {
        return m_graph.naiveRank(a) < m_graph.naiveRank(b);
    });
    return {};
}

void Reference::emitTo(std::string_view port, const Row& row) {
    const Contract contract = contractOf(m_node);
    RowPath path = m_path;
    if (numbersEmissions(contract))
        path = path.then(m_emissions++, m_arena);
    const auto& edges = m_graph.outEdges(m_node);
    for (std::uint32_t branch = 0; branch < edges.size(); ++branch) {
        const Edge& edge = m_graph.edge(edges[branch]);
        if (edge.from.port == port)
            m_emitted.push_back(
                {edge.to, row, edges.size() > 1 ? path.then(branch, m_arena) : path});
    }
}

void Reference::fail(ErrorCode code, std::string message, const Expr* where, const Row& row) {
    const Contract contract = contractOf(m_node);
    if (contract.errorsToErr || m_graph.properties().onError == OnError::ToErr) {
        Row made = row;
        made.data = errorRecord(message, row.data, m_arena);
        emitTo("err", made);
    }
    m_aborted = m_aborted || abortsEvent(m_graph, contract);
    RowError error = m_setup.accounts->failureAt(m_graph.node(m_node).id, code, where);
    error.sequence = m_sequence;
    error.unit = m_unit;
    error.path = m_path;
    error.message = std::move(message);
    m_errors.push_back(std::move(error));
}

void Reference::leave(const Travelling& at) {
    const RowKey key{m_sequence, m_unit, at.path};
    const auto output = m_graph.findOutput(at.to.port);
    FB_CHECK(output.has_value());
    m_outputs.push_back(
        {*output, BatchRow{key, at.row.data, at.row.meta, at.row.ingestNs, at.row.isBatch}});
}

// Depth first. Natural order: the first emitted row goes on first. Tremor's: the last one does.
void Reference::travel(std::vector<Travelling> entering) {
    const bool reversed = m_graph.properties().eventOrder == EventOrder::Tremor;
    std::vector<Travelling> stack;
    const auto push = [&](std::vector<Travelling>& rows) {
        if (!reversed)
            std::reverse(rows.begin(), rows.end());
        stack.insert(stack.end(), rows.begin(), rows.end());
        rows.clear();
    };
    push(entering);
    m_aborted = false; // a failure of acting on time ends its own row alone
    BodyContext context{m_arena, *this};
    while (!stack.empty()) {
        const Travelling at = stack.back();
        stack.pop_back();
        if (at.to.isBoundary()) {
            leave(at);
            continue;
        }
        m_node = at.to.node;
        m_path = at.path;
        m_emissions = 0;
        if (m_bodies[m_node] == nullptr)
            continue;
        const Contract contract = contractOf(m_node);
        const auto input = std::find(contract.inputs.begin(), contract.inputs.end(), at.to.port);
        m_bodies[m_node]->onRow(static_cast<std::uint32_t>(input - contract.inputs.begin()), at.row,
                                context);
        if (m_aborted) { // what has left stays, and so does state that was changed
            m_emitted.clear();
            return;
        }
        push(m_emitted);
    }
}

void Reference::beginUnit(std::uint64_t sequence, std::uint64_t unit) {
    m_sequence = sequence;
    m_unit = unit;
}

// Ports deliver in key order; sinks that serve several ports merge them by key.
void Reference::endUnit() {
    m_ledger.addErrors(m_units, std::move(m_errors));
    m_errors.clear();
    m_ledger.settle(m_units);
    std::stable_sort(m_outputs.begin(), m_outputs.end(),
                     [](const auto& a, const auto& b) { return a.second.key < b.second.key; });
    if (const Status written = writeUnit(); !written && !m_ending.failure)
        m_ending.failure = written.error();
    ++m_units;
    m_outputs.clear();
    m_kept.clear();
    m_arena.reset();
}

Status Reference::writeUnit() {
    for (std::size_t s = 0; s < m_setup.sinks.size(); ++s) {
        auto block = std::make_shared<RowBlock>();
        const auto& ports = m_setup.layout.sinks[s];
        for (const auto& [port, row] : m_outputs)
            if (std::find(ports.begin(), ports.end(), port) != ports.end() ||
                (port == kNone && s == m_setup.layout.rejectedSink))
                block->rows.push_back(row);
        Morsel morsel;
        morsel.arrivalNs = monotonicNs();
        EdgeBatch batch;
        batch.block = block;
        const auto cut = m_setup.holdsBack ? m_ledger.cut() : std::nullopt;
        EncodedMorsel encoded = m_setup.sinks[s]->encode(morsel, {&batch, 1}, cut);
        FB_TRY(m_setup.sinks[s]->commit(m_units, std::move(encoded)));
    }
    return {};
}

void Reference::event(std::uint32_t input, const BatchRow& row) {
    Row entering;
    entering.data = row.data;
    entering.meta = row.meta;
    entering.sequence = m_sequence;
    entering.ingestNs = row.ingestNs;
    const auto& edges = m_graph.inputEdges(input);
    std::vector<Travelling> rows;
    for (std::uint32_t branch = 0; branch < edges.size(); ++branch) {
        const Endpoint& to = m_graph.edge(edges[branch]).to;
        const RowPath path = edges.size() > 1 ? RowPath().then(branch, m_arena) : RowPath();
        if (to.isBoundary()) // past all nodes: no error aborts it
            leave({to, entering, path});
        else
            rows.push_back({to, entering, path});
    }
    travel(std::move(rows));
}

// Of all ticks that passed, those at which some node has something due. Every node acts before any
// row made by the tick reaches it.
void Reference::ticksUpTo(const ClockMark& mark, std::uint64_t origin) {
    while (true) {
        std::uint64_t time = kNeverDue;
        for (const NodeIndex n : m_byOrdinal)
            if (m_bodies[n] != nullptr)
                if (const std::uint64_t due = m_bodies[n]->nextDue(); due != kNeverDue)
                    time = std::min(time, nextTickFor(due, origin, m_lastTick));
        if (time > mark.time || time == kNeverDue) {
            m_lastTick = mark.time;
            return;
        }
        m_lastTick = time;
        beginUnit(mark.sequence, time);
        BodyContext context{m_arena, *this};
        std::vector<Travelling> rows;
        for (const NodeIndex n : m_byOrdinal) {
            if (m_bodies[n] == nullptr || m_bodies[n]->nextDue() > time)
                continue;
            m_node = n;
            m_path = RowPath().then(m_graph.naiveOrdinal(n), m_arena);
            m_emissions = 0;
            m_bodies[n]->onTick(time, m_sequence, context);
            rows.insert(rows.end(), m_emitted.begin(), m_emitted.end());
            m_emitted.clear();
        }
        travel(std::move(rows));
        endUnit();
    }
}

void Reference::flushAll(std::uint64_t now) {
    for (const NodeIndex n : m_byRank) {
        if (m_bodies[n] == nullptr)
            continue;
        beginUnit(kEndSequence, m_graph.naiveRank(n));
        m_node = n;
        m_path = {};
        m_emissions = 0;
        BodyContext context{m_arena, *this};
        m_bodies[n]->onEnd(now, kEndSequence, context);
        travel(std::exchange(m_emitted, {}));
        endUnit();
    }
}

bool Reference::limitsFull(std::uint64_t& sequence) const {
    sequence = 0;
    for (const NodeIndex n : m_setup.cuttingLimits) {
        if (m_bodies[n]->exhaustedAt() == kNeverDue)
            return false;
        sequence = std::max(sequence, m_bodies[n]->exhaustedAt());
    }
    return !m_setup.cuttingLimits.empty();
}

// The events of a morsel, over all inputs, in the order of their numbers.
void Reference::morselRows(const Morsel& morsel) {
    struct Numbered {
        std::uint32_t input;
        const BatchRow* row;
        bool rejected;
    };
    std::vector<Numbered> rows;
    for (std::uint32_t i = 0; i < m_setup.inputs.size(); ++i) {
        if (morsel.rows[i] != nullptr)
            for (const BatchRow& row : morsel.rows[i]->rows)
                rows.push_back({i, &row, false});
        if (morsel.rejected[i] != nullptr)
            for (const BatchRow& row : morsel.rejected[i]->rows)
                rows.push_back({i, &row, true});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Numbered& a, const Numbered& b) {
        return a.row->key.sequence < b.row->key.sequence;
    });
    std::size_t mark = 0;
    auto rejected = morsel.rejectedAt.begin();
    const auto rejectedUpTo = [&](std::uint64_t sequence) {
        const auto end = std::upper_bound(rejected, morsel.rejectedAt.end(), sequence);
        m_ledger.addRejected(m_units, {rejected, end});
        rejected = end;
    };
    for (const Numbered& at : rows) {
        const std::uint64_t sequence = at.row->key.sequence;
        rejectedUpTo(sequence);
        for (; mark < morsel.marks.size() && morsel.marks[mark].sequence <= sequence; ++mark)
            ticksUpTo(morsel.marks[mark], morsel.tickOrigin);
        beginUnit(sequence, kEventUnit);
        if (at.rejected)
            m_outputs.push_back({kNone, *at.row});
        else
            event(m_setup.inputs[at.input].port, *at.row);
        endUnit();
        std::uint64_t full = 0;
        if (limitsFull(full))
            m_ledger.cutAt(full);
        if (isOver())
            return;
    }
    for (; mark < morsel.marks.size(); ++mark)
        ticksUpTo(morsel.marks[mark], morsel.tickOrigin);
    rejectedUpTo(kEndSequence);
    endUnit();
}

void Reference::checkState() {
    std::size_t total = 0, most = 0, groups = 0;
    NodeIndex largest = kNone;
    for (const NodeIndex n : m_byOrdinal) {
        const std::size_t bytes = m_bodies[n] == nullptr ? 0 : m_bodies[n]->stateBytes();
        total += bytes;
        if (bytes > most) {
            most = bytes;
            groups = m_bodies[n]->groupCount();
            largest = n;
        }
    }
    if (total <= m_memoryLimit || m_ending.failure)
        return;
    const NodeData& node = m_graph.node(largest);
    m_ending.failure = stateTooLarge(node.label, most, groups, m_memoryLimit);
    m_ending.failure->node = node.id;
}

// One chunk of each input that has not ended.
void Reference::readInputs() {
    for (std::uint32_t i = 0; i < m_setup.inputs.size(); ++i) {
        if (m_inputEnded[i] != 0)
            continue;
        ChunkReader& reader = *m_setup.inputs[i].source.reader;
        ArrivedChunk arrived;
        const Result<bool> more = reader.next(arrived.chunk, 64U << 10U);
        arrived.arrivalNs = monotonicNs();
        arrived.wallNs = wallNs();
        arrived.last = !more || !*more;
        if (!more)
            m_ending.inputs[i].failure = more.error();
        m_inputEnded[i] = arrived.last ? 1 : 0;
        m_sequencer.push(i, decodeChunk(*m_decoders[i], std::move(arrived), true));
    }
}

void Reference::runMorsels() {
    while (auto morsel = m_sequencer.next()) {
        m_rowsIn += morsel->sourceRows;
        morselRows(*morsel);
        checkState();
        if (isOver())
            return;
        if (morsel->last && m_graph.properties().atEnd == AtEnd::Flush)
            flushAll(morsel->endNs);
    }
}

RunResult Reference::run() {
    const std::uint64_t began = monotonicNs(), beganCpu = processCpuNs();
    while (!m_sequencer.ended() && !isOver()) {
        m_ending.cancelled = m_hooks.cancelled != nullptr && m_hooks.cancelled->load();
        if (m_ending.cancelled)
            break;
        readInputs();
        runMorsels();
    }
    m_ending.keepsOutput = !m_ending.cancelled && !m_ending.failure;
    RunResult result;
    RunRow& run = result.record.run;
    run.seconds = static_cast<double>(monotonicNs() - began) / 1e9;
    run.cpuSeconds = static_cast<double>(processCpuNs() - beganCpu) / 1e9;
    run.threads = 1;
    run.rowsIn = m_rowsIn;
    for (std::size_t i = 0; i < m_setup.inputs.size(); ++i) {
        m_ending.inputs[i].bytes = m_setup.inputs[i].source.reader->bytesRead();
        m_ending.inputs[i].hash = m_setup.inputs[i].source.reader->inputHash();
    }
    endRun(m_setup, m_sequencer, m_ledger, m_ending, result);
    return result;
}

} // namespace

Result<RunResult> executeReference(RunSetup& setup, const RunHooks& hooks) {
    Reference reference(setup, hooks);
    FB_TRY(reference.prepare());
    return reference.run();
}

} // namespace fuseboard
