// SPDX-License-Identifier: Apache-2.0
#include "engine/store/run_recorder.h"

#include "engine/base/check.h"
#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::chrono::seconds kPeriod{1};
// The figures of a plan with thousands of stages are written less often: for one part of the time
// in so many.
constexpr std::uint64_t kFiguresShare = 20;
// While the database refuses, points wait here; beyond this (some 60 MB) the newest are dropped, so
// that a run of days against a locked database cannot eat the memory.
constexpr std::size_t kMostWaiting = 1'000'000;

} // namespace

struct RunRecorder::Worker {
    RunStore& store;
    RunRecord known; ///< what the run began with
    std::string reserved;
    std::mutex mutex; // guards waiting, progress, figures and stopping
    std::condition_variable wake;
    std::vector<SamplePoint> waiting;
    std::optional<RunProgress> progress;
    std::shared_ptr<const RunRecord> figures;
    bool stopping = false;
    bool finished = false;
    std::atomic<std::uint64_t> cpuNs{0};
    std::thread thread;

    Worker(RunStore& target, RunRecord record) : store(target), known(std::move(record)) {}

    void add(std::vector<SamplePoint> samples) {
        const std::scoped_lock lock(mutex);
        const std::size_t room = kMostWaiting - std::min(kMostWaiting, waiting.size());
        const auto last =
            samples.begin() + static_cast<std::ptrdiff_t>(std::min(room, samples.size()));
        waiting.insert(waiting.end(), samples.begin(), last);
    }

    void work() {
        std::unique_lock lock(mutex);
        std::shared_ptr<const RunRecord> stored;
        std::uint64_t nextFigures = 0;
        while (!wake.wait_for(lock, kPeriod, [this] { return stopping; })) {
            std::vector<SamplePoint> batch = std::exchange(waiting, {});
            const std::optional<RunProgress> news = progress;
            const std::uint64_t began = monotonicNs();
            const bool fresh = figures != stored && began >= nextFigures;
            const std::shared_ptr<const RunRecord> now = fresh ? figures : nullptr;
            lock.unlock();
            const Status written = store.addSamples(known.run.id, batch, news, now.get());
            if (written && fresh) {
                stored = now;
                nextFigures = began + (monotonicNs() - began) * kFiguresShare;
            }
            cpuNs.store(threadCpuNs(), std::memory_order_relaxed);
            lock.lock();
            if (!written) { // they are tried again with the next ones
                batch.insert(batch.end(), waiting.begin(), waiting.end());
                waiting = std::move(batch);
            }
        }
    }

    void stop() {
        {
            const std::scoped_lock lock(mutex);
            stopping = true;
        }
        wake.notify_all();
        if (thread.joinable())
            thread.join();
    }

    /// Everything that is known of the run, with the points that still wait.
    RunRecord completed(RunRecord record) {
        record.run.id = known.run.id;
        if (record.run.owner.pid == 0)
            record.run.owner = known.run.owner;
        if (record.run.machine.name.empty())
            record.run.machine = known.run.machine;
        record.run.startedNs = known.run.startedNs;
        record.samples.insert(record.samples.begin(), waiting.begin(), waiting.end());
        waiting.clear();
        return record;
    }

    Result<RecordedRun> write(const RunRecord& record) {
        RecordedRun result;
        result.id = known.run.id;
        const Status stored = store.finishRun(record);
        if (stored)
            return result;
        result.reason = stored.error();
        FB_TRY_ASSIGN(result.keptAside, store.keepAside(record, std::exchange(reserved, {})));
        return result;
    }
};

Result<std::unique_ptr<RunRecorder>> RunRecorder::start(RunStore& store, const RunRow& row) {
    RunRecord record;
    record.run = row;
    return startRecord(store, record);
}

Result<std::unique_ptr<RunRecorder>> RunRecorder::startRecord(RunStore& store,
                                                              const RunRecord& record) {
    RunRecord begun = record;
    begun.run.owner = thisProcess();
    if (begun.run.machine.name.empty())
        begun.run.machine = thisMachine();
    if (begun.run.startedNs == 0)
        begun.run.startedNs = wallNs();
    FB_TRY_ASSIGN(begun.run.id, store.beginRecord(begun));
    auto worker = std::make_unique<Worker>(store, std::move(begun));
    worker->reserved = store.reserveSpace();
    worker->thread = std::thread([raw = worker.get()] { raw->work(); });
    return std::unique_ptr<RunRecorder>(new RunRecorder(std::move(worker)));
}

RunRecorder::RunRecorder(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}

RunRecorder::~RunRecorder() {
    if (m_worker->finished)
        return;
    RunRecord abandoned = m_worker->known;
    abandoned.run.status = RunStatus::Interrupted;
    const RunProgress reached = m_worker->progress.value_or(RunProgress());
    abandoned.run.seconds = static_cast<double>(wallNs() - abandoned.run.startedNs) / 1e9;
    abandoned.run.cpuSeconds = reached.cpuSeconds;
    abandoned.run.rowsIn = reached.rowsIn;
    abandoned.run.rowsOut = reached.rowsOut;
    abandoned.run.bytesIn = reached.bytesIn;
    abandoned.run.rejectedRows = reached.rejectedRows;
    abandoned.run.failedRows = reached.failedRows;
    if (const auto figures = m_worker->figures) {
        abandoned.run.threads = figures->run.threads;
        abandoned.run.bytesMaterialized = figures->run.bytesMaterialized;
        abandoned.run.peakMemoryBytes = figures->run.peakMemoryBytes;
        abandoned.stages = figures->stages;
        abandoned.members = figures->members;
        abandoned.edges = figures->edges;
        abandoned.latency = figures->latency;
    }
    static_cast<void>(finish(std::move(abandoned))); // nobody is left to be told
}

RunId RunRecorder::id() const {
    return m_worker->known.run.id;
}

void RunRecorder::addSamples(std::vector<SamplePoint> samples) {
    m_worker->add(std::move(samples));
}

Result<RecordedRun> RunRecorder::finish(RunRecord record) {
    FB_CHECK(!m_worker->finished);
    m_worker->finished = true;
    m_worker->stop();
    Result<RecordedRun> result = m_worker->write(m_worker->completed(std::move(record)));
    if (!m_worker->reserved.empty())
        ::unlink(m_worker->reserved.c_str());
    return result;
}

void RunRecorder::setProgress(const RunProgress& progress) {
    const std::scoped_lock lock(m_worker->mutex);
    m_worker->progress = progress;
}

void RunRecorder::setFigures(RunRecord figures) {
    auto latest = std::make_shared<const RunRecord>(std::move(figures));
    const std::scoped_lock lock(m_worker->mutex);
    m_worker->figures = std::move(latest);
}

double RunRecorder::cpuSeconds() const {
    return static_cast<double>(m_worker->cpuNs.load(std::memory_order_relaxed)) / 1e9;
}

} // namespace fuseboard
