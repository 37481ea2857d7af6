// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/runs_service.h"

#include "engine/store/run_store.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::size_t kMostRuns = 2000, kMostComparisons = 500;

Result<MeasuredSide> loadSide(const RunStore& store, const std::vector<RunEntry>& entries,
                              const SideChoice& choice) {
    MeasuredSide side;
    side.id = choice.id;
    side.plan = choice.side;
    const auto entry = std::ranges::find(entries, choice.id, &RunEntry::id);
    if (entry == entries.end())
        return side;
    for (const RunRow& run : entry->runs(choice.side)) {
        if (run.status != RunStatus::Done)
            continue;
        side.runs.push_back(run);
        FB_TRY_ASSIGN(const std::vector<LatencyRow> rows, store.latency(run.id));
        Histogram all;
        for (const LatencyRow& row : rows)
            all.merge(row.histogram);
        if (!all.empty()) {
            side.p50Ns.push_back(double(all.percentile(50)));
            side.p99Ns.push_back(double(all.percentile(99)));
        }
    }
    return side;
}

} // namespace

/// What only the worker thread touches.
struct RunsService::Worker {
    std::unique_ptr<RunStore> store;
    std::vector<RunEntry> entries;
};

RunsService::RunsService(std::string database, QObject* parent)
    : QObject(parent), m_database(std::move(database)), m_worker(std::make_shared<Worker>()) {
    m_pool.setMaxThreadCount(1);
}

RunsService::~RunsService() {
    m_pool.clear();
    m_pool.waitForDone();
}

void RunsService::tell(std::function<void()> inGuiThread) {
    QMetaObject::invokeMethod(this, std::move(inGuiThread), Qt::QueuedConnection);
}

void RunsService::post(Task task) {
    m_pool.start([this, worker = m_worker, task = std::move(task)] {
        const auto work = [&]() -> Status {
            if (worker->store == nullptr) {
                FB_TRY_ASSIGN(auto opened, RunStore::open(m_database));
                worker->store = std::move(opened);
            }
            return task(*worker->store);
        };
        if (const Status done = work(); !done) {
            QString message = QString::fromStdString(done.error().message);
            if (!done.error().hint.empty())
                message += QStringLiteral(": ") + QString::fromStdString(done.error().hint);
            tell([this, message] { Q_EMIT failed(message); });
        }
    });
}

void RunsService::refresh() {
    post([this, worker = m_worker](RunStore& store) -> Status {
        FB_TRY_ASSIGN(const std::vector<RunRow> runs,
                      store.listRuns({.warmups = false}, kMostRuns));
        FB_TRY_ASSIGN(const std::vector<ComparisonRow> comparisons,
                      store.listComparisons(kMostComparisons));
        worker->entries = entriesOf(runs, comparisons);
        tell([this, entries = worker->entries, count = int(runs.size())] {
            Q_EMIT entriesReady(entries, count);
        });
        return {};
    });
}

void RunsService::loadSides(const SideChoice& a, const SideChoice& b) {
    post([this, worker = m_worker, a, b](RunStore& store) -> Status {
        FB_TRY_ASSIGN(const MeasuredSide first, loadSide(store, worker->entries, a));
        FB_TRY_ASSIGN(const MeasuredSide second, loadSide(store, worker->entries, b));
        tell([this, first, second] { Q_EMIT sidesReady(first, second); });
        return {};
    });
}

void RunsService::setTag(const std::vector<RunId>& runs, const QString& tag) {
    post([runs, text = tag.toStdString()](RunStore& store) -> Status {
        for (const RunId run : runs)
            FB_TRY(store.setTag(run, text));
        return {};
    });
    refresh();
}

void RunsService::setNote(const std::vector<RunId>& runs, const QString& note) {
    post([runs, text = note.toStdString()](RunStore& store) -> Status {
        for (const RunId run : runs)
            FB_TRY(store.setNote(run, text));
        return {};
    });
    refresh();
}

} // namespace fuseboard
