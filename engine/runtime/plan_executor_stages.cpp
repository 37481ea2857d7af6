// SPDX-License-Identifier: Apache-2.0
// One stage on one morsel, and what follows from it: settled failures, state, limits.
#include "engine/base/clock.h"
#include "engine/runtime/plan_executor_parts.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::uint64_t kProbeEvery = 128; ///< batches; keeps the probe's cost under 1 %
constexpr std::uint64_t kStateCheckNs = 50'000'000;
/// Input that is worth the time that compiling takes, seen or expected.
constexpr std::uint64_t kLongRows = 20'000;
constexpr std::uint64_t kLongBytes = 16U << 20U;

} // namespace

Status PlanExecutor::prepareStages() {
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
    return {};
}

// By out edge of the stage: whether a sink takes its rows as NDJSON, from this stage alone.
std::vector<bool> PlanExecutor::printedEdges(std::uint32_t stage) const {
    std::vector<bool> printed;
    for (const std::uint32_t e : m_plan.stages[stage].outEdges) {
        const std::uint32_t to = m_plan.edges[e].toStage;
        const StagePlan& sink = m_plan.stages[to];
        printed.push_back(sink.kind == StagePlan::Kind::Sink && sink.inEdges.size() == 1 &&
                          !m_setup.holdsBack && m_setup.sinks[sinkOf(m_plan, to)]->takesNdjson());
    }
    return printed;
}

Status PlanExecutor::prepareCode() {
    if (m_request.compiler == nullptr || m_request.exec == Exec::Interpret)
        return {};
    for (std::uint32_t s = 0; s < m_stages.size(); ++s)
        if (m_plan.stages[s].kind == StagePlan::Kind::Group)
            FB_TRY(prepareCode(s));
    return {};
}

// Whether an input is known to be worth the time that compiling takes.
bool PlanExecutor::hasLongInput() const {
    return std::ranges::any_of(m_setup.inputs, [](const OpenedInput& input) {
        const auto bytes = input.source.reader->totalBytes();
        return bytes.has_value() && *bytes >= kLongBytes;
    });
}

Status PlanExecutor::prepareCode(std::uint32_t stage) {
    StageState& state = m_stages[stage];
    auto group = state.idleRunners.front()->describe();
    if (!group)
        return {};
    StageCode::Settings settings;
    const bool compiles = m_request.exec == Exec::Compile;
    const bool isLong = m_request.limit >= kLongRows && hasLongInput();
    settings.policy = compiles || m_request.preload ? CodePolicy::AtOnce
                      : m_threads == 1 || isLong    ? CodePolicy::WhenLong
                                                    : CodePolicy::Background;
    settings.longRows = isLong ? 0 : kLongRows;
    settings.alone = m_threads == 1;
    settings.tier = m_request.tier;
    settings.probesAtOnce = compiles;
    for (const SourceState& source : m_sources)
        settings.takesColumns = settings.takesColumns || columnReader(source) == stage;
    settings.printed = state.idleRunners.front()->printedOutputs(printedEdges(stage));
    if (settings.takesColumns && m_setup.clock.kind() == EventClock::Kind::Field)
        settings.clock = m_setup.clock.path();
    const bool columns = settings.takesColumns;
    state.code =
        std::make_unique<StageCode>(*std::move(group), *m_request.compiler, std::move(settings));
    for (auto& runner : state.idleRunners) {
        std::unique_ptr<ColumnDecoder> rereader;
        if (columns) {
            FB_TRY_ASSIGN(rereader, makeColumnDecoder(m_setup.inputs[0].source.decode));
        }
        runner->useCode(*state.code, std::move(rereader));
    }
    return {};
}

void PlanExecutor::stageTask(std::unique_lock<std::mutex>& lock, std::uint32_t stage) {
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
        inputs.push_back(std::move(slot.batch));
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

// How many times as much input is left as was read, if that is known.
std::optional<double> PlanExecutor::inputLeft() const {
    std::uint64_t read = 0, total = 0;
    for (const SourceState& source : m_sources) {
        const auto bytes = source.reader == nullptr ? std::nullopt : source.reader->totalBytes();
        if (!bytes)
            return std::nullopt;
        total += *bytes;
        read += source.reader->bytesRead();
    }
    if (read == 0 || total < read)
        return std::nullopt;
    return static_cast<double>(total - read) / static_cast<double>(read);
}

void PlanExecutor::runGroup(std::unique_lock<std::mutex>& lock, std::uint32_t stage,
                            const MorselPtr& morsel, std::vector<EdgeBatch>& inputs) {
    StageState& state = m_stages[stage];
    const StagePlan& plan = m_plan.stages[stage];
    std::unique_ptr<GroupRunner> runner = std::move(state.idleRunners.back());
    state.idleRunners.pop_back();
    const MemberTiming timing = !m_request.measure || plan.members.size() < 2 ? MemberTiming::Off
                                : morsel->ordinal % kProbeEvery == 0          ? MemberTiming::All
                                                                     : MemberTiming::Untimed;
    const std::uint64_t spent = state.figures.busyNs;
    const std::optional<double> left = inputLeft();
    lock.unlock();
    if (state.code != nullptr)
        state.code->improve(spent, left);
    const TaskTimer timer(m_request.measure);
    TaskFigures figures;
    std::vector<EdgeBatch> outputs(plan.outEdges.size());
    runner->run(*morsel, inputs, outputs, timing, figures);
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

void PlanExecutor::runSink(std::unique_lock<std::mutex>& lock, std::uint32_t stage,
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
        failWith(written.error());
    }
}

void PlanExecutor::finishedStage(std::uint32_t stage, const MorselPtr& morsel) {
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

void PlanExecutor::settle(std::uint64_t ordinal) {
    m_settled = m_ledger.settle(ordinal);
    if (m_setup.holdsBack) {
        if (m_ledger.cut())
            stop(); // what is under way still runs; sinks drop what lies behind the cut
        for (std::uint32_t s = 0; s < m_plan.stages.size(); ++s)
            if (m_plan.stages[s].kind == StagePlan::Kind::Sink)
                refresh(s);
    }
}

void PlanExecutor::checkState(std::uint32_t stage, const GroupRunner& runner) {
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
    Error error = stateTooLarge(m_plan.stages[stage].label, state.figures.stateBytes,
                                state.figures.groups, m_memoryLimit);
    error.node = m_plan.graph->node(m_plan.stages[stage].members.front()).id;
    failWith(std::move(error));
}

// Once every way to a sink leads through a full limit, later events cannot matter.
void PlanExecutor::checkLimits() {
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

} // namespace fuseboard
