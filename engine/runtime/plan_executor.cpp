// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/plan_executor.h"

#include "engine/base/clock.h"
#include "engine/runtime/plan_executor_parts.h"

#include <algorithm>
#include <thread>

namespace fuseboard {

namespace {
constexpr std::uint64_t kFiguresNs = 250'000'000;
} // namespace

Status PlanExecutor::prepare() {
    m_threads = m_request.threads != 0 ? m_request.threads
                                       : std::max(1U, std::thread::hardware_concurrency());
    m_maxInFlight = m_threads * 3 + 4;
    m_memoryLimit = memoryLimit(m_request);
    FB_TRY(prepareStages());
    m_sources.resize(m_setup.inputs.size());
    for (std::uint32_t i = 0; i < m_sources.size(); ++i)
        m_sources[i].stage = sourceStage(i);
    FB_TRY(prepareCode());
    SequencerSettings settings = sequencerSettings(m_setup); // before sources hand over readers
    for (std::uint32_t i = 0; i < m_sources.size(); ++i)
        FB_TRY(prepareSource(i));
    if (m_sources.size() == 1 && m_sources[0].readerCode != nullptr)
        settings.columns = m_sources[0].readerCode->reads().paths;
    m_sequencer.emplace(std::move(settings));
    return {};
}

bool PlanExecutor::mayRun(std::uint32_t stage) {
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

void PlanExecutor::refresh(std::uint32_t stage) {
    if (!mayRun(stage)) {
        m_ready.erase(stage);
        return;
    }
    if (m_ready.insert(stage).second)
        m_work.notify_one();
}

void PlanExecutor::refreshAround(std::uint32_t stage) {
    refresh(stage);
    for (const std::uint32_t e : m_plan.stages[stage].inEdges)
        refresh(m_plan.edges[e].fromStage);
    for (const std::uint32_t e : m_plan.stages[stage].outEdges)
        refresh(m_plan.edges[e].toStage);
}

// No more input; morsels under way go through.
void PlanExecutor::stop() {
    if (std::exchange(m_inputEnded, true))
        return;
    m_work.notify_all();
}

// What was written so far does not become visible.
void PlanExecutor::failWith(Error error) {
    if (!m_ending.failure)
        m_ending.failure = std::move(error);
    m_ending.keepsOutput = false;
    m_stopped = true;
    m_inputEnded = true;
    m_work.notify_all();
}

bool PlanExecutor::finished() const {
    return m_stopped || (m_inputEnded && m_morsels.empty());
}

void PlanExecutor::work() {
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

void PlanExecutor::watch() {
    constexpr auto kPeriod = std::chrono::milliseconds(33);
    std::unique_lock lock(m_mutex);
    std::uint64_t nextSample = m_startNs + kTickNs, nextFigures = m_startNs + kFiguresNs;
    while (m_watching) {
        m_watch.wait_for(lock, kPeriod);
        if (m_hooks.cancelled != nullptr && m_hooks.cancelled->load() && !finished()) {
            m_ending.cancelled = true;
            m_ending.keepsOutput = false;
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
        if (m_hooks.figures && m_request.measure && now >= nextFigures) {
            nextFigures = now + kFiguresNs;
            RunRecord figures = figuresSoFar();
            lock.unlock();
            m_hooks.figures(std::move(figures));
            lock.lock();
        }
        if (!m_sequencing && m_setup.clock.kind() == EventClock::Kind::Wall && !finished())
            if (auto morsel = m_sequencer->idle(wallNs()))
                publish(morsel);
        if (m_hooks.live) {
            const LiveFigures figures = liveFigures();
            lock.unlock();
            m_hooks.live(figures);
            lock.lock();
        }
    }
}

RunResult PlanExecutor::run() {
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
    workers.reserve(m_threads);
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

Result<RunResult> executePlan(RunSetup& setup, const RunHooks& hooks) {
    FB_TRY_ASSIGN(Plan plan,
                  makePlan(*setup.graph, builtinCatalogue(), setup.boundInputs, setup.layout));
    PlanExecutor executor(setup, std::move(plan), hooks);
    FB_TRY(executor.prepare());
    return executor.run();
}

} // namespace fuseboard
