// SPDX-License-Identifier: Apache-2.0
#include "engine/store/run_recorder.h"

#include "engine/base/check.h"
#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::chrono::seconds kPeriod{1};
// While the database refuses, points wait here; beyond this (some 60 MB) the newest are dropped, so
// that a run of days against a locked database cannot eat the memory.
constexpr std::size_t kMostWaiting = 1'000'000;

} // namespace

struct RunRecorder::Worker {
    RunStore &store;
    RunRow begun;
    std::string reserved;
    std::mutex mutex; // guards waiting and stopping
    std::condition_variable wake;
    std::vector<SamplePoint> waiting;
    bool stopping = false;
    bool finished = false;
    std::atomic<std::uint64_t> cpuNs{0};
    std::thread thread;

    Worker(RunStore &target, RunRow row) : store(target), begun(std::move(row)) {}

    void add(std::vector<SamplePoint> samples) {
        const std::scoped_lock lock(mutex);
        const std::size_t room = kMostWaiting - std::min(kMostWaiting, waiting.size());
        const auto last =
            samples.begin() + static_cast<std::ptrdiff_t>(std::min(room, samples.size()));
        waiting.insert(waiting.end(), samples.begin(), last);
    }

    void work() {
        std::unique_lock lock(mutex);
        while (!wake.wait_for(lock, kPeriod, [this] { return stopping; })) {
            std::vector<SamplePoint> batch = std::exchange(waiting, {});
            lock.unlock();
            const Status written = store.addSamples(begun.id, batch);
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
        record.run.id = begun.id;
        if (record.run.owner.pid == 0)
            record.run.owner = begun.owner;
        if (record.run.machine.name.empty())
            record.run.machine = begun.machine;
        record.run.startedNs = begun.startedNs;
        record.samples.insert(record.samples.begin(), waiting.begin(), waiting.end());
        waiting.clear();
        return record;
    }

    Result<RecordedRun> write(const RunRecord &record) {
        RecordedRun result;
        result.id = begun.id;
        const Status stored = store.finishRun(record);
        if (stored)
            return result;
        result.reason = stored.error();
        FB_TRY_ASSIGN(result.keptAside, store.keepAside(record, std::exchange(reserved, {})));
        return result;
    }
};

Result<std::unique_ptr<RunRecorder>> RunRecorder::start(RunStore &store, const RunRow &row) {
    RunRow begun = row;
    begun.status = RunStatus::Running;
    begun.owner = thisProcess();
    if (begun.machine.name.empty())
        begun.machine = thisMachine();
    if (begun.startedNs == 0)
        begun.startedNs = wallNs();
    FB_TRY_ASSIGN(begun.id, store.beginRun(begun));
    auto worker = std::make_unique<Worker>(store, std::move(begun));
    worker->reserved = store.reserveSpace();
    worker->thread = std::thread([raw = worker.get()] { raw->work(); });
    return std::unique_ptr<RunRecorder>(new RunRecorder(std::move(worker)));
}

RunRecorder::RunRecorder(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}

RunRecorder::~RunRecorder() {
    if (m_worker->finished)
        return;
    RunRecord abandoned;
    abandoned.run = m_worker->begun;
    abandoned.run.status = RunStatus::Interrupted;
    abandoned.run.seconds = static_cast<double>(wallNs() - m_worker->begun.startedNs) / 1e9;
    static_cast<void>(finish(std::move(abandoned))); // nobody is left to be told
}

RunId RunRecorder::id() const {
    return m_worker->begun.id;
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

double RunRecorder::cpuSeconds() const {
    return static_cast<double>(m_worker->cpuNs.load(std::memory_order_relaxed)) / 1e9;
}

} // namespace fuseboard
