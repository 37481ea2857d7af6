// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/run_service.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::string_view kSource = "source/";

/// The id that the runtime gives the stage of a group: the ids of its members joined by "+".
std::string stageIdOf(const Graph& graph, const FusedGroup& group) {
    std::string id;
    for (const NodeIndex member : group.members)
        id += (id.empty() ? "" : "+") + graph.node(member).id;
    return id;
}

NodeFigures figuresOf(const LiveFigures::StageLive& stage, double seconds) {
    NodeFigures figures;
    figures.rowsIn = stage.rowsIn;
    figures.rowsOut = stage.rowsOut;
    if (seconds > 0) {
        figures.rowsPerSecond = double(std::max(stage.rowsIn, stage.rowsOut)) / seconds;
        figures.busyShare = std::min(1.0, double(stage.busyNs) / 1e9 / seconds);
        figures.blockedShare = std::min(1.0, double(stage.blockedNs) / 1e9 / seconds);
    }
    return figures;
}

/// Rows that have crossed each edge so far are not counted while a run goes on, but full queues
/// are.
void markFullQueues(const LiveFigures& live, const Graph& graph, RunFigures& all) {
    for (const LiveFigures::StageLive& stage : live.stages) {
        const auto node = graph.findNode(stage.id);
        if (!stage.queueFull || !node)
            continue;
        for (const EdgeIndex edge : graph.inEdges(*node))
            all.edges[edgeKey(graph, graph.edge(edge))].queueFull = true;
    }
}

} // namespace

RunFigures liveFigures(const LiveFigures& live, const Graph& graph) {
    RunFigures all;
    all.live = true;
    all.seconds = live.progress.seconds;
    all.rows = live.progress.rowsIn;
    std::unordered_map<std::string, const FusedGroup*> groups;
    for (const FusedGroup& group : graph.groups())
        groups.emplace(stageIdOf(graph, group), &group);
    for (const LiveFigures::StageLive& stage : live.stages) {
        const NodeFigures figures = figuresOf(stage, all.seconds);
        if (stage.id.starts_with(kSource))
            all.inputs[stage.id.substr(kSource.size())] = figures;
        if (const auto group = groups.find(stage.id); group != groups.end()) {
            for (const NodeIndex member : group->second->members)
                all.nodes[graph.node(member).id] = figures;
            for (const std::string& port : group->second->inputPorts)
                all.inputs[port] = figures;
        } else if (graph.findNode(stage.id)) {
            all.nodes[stage.id] = figures;
        }
    }
    markFullQueues(live, graph, all);
    return all;
}

RunService::~RunService() {
    m_cancelled = true;
    if (m_thread.joinable())
        m_thread.join();
}

bool RunService::start(RunJob job) {
    if (m_running)
        return false;
    if (m_thread.joinable())
        m_thread.join();
    m_cancelled = false;
    m_stepWaiting = false;
    m_running = true;
    m_thread = std::thread([this, job = std::move(job)]() mutable { perform(std::move(job)); });
    return true;
}

void RunService::stop() {
    m_cancelled = true;
}

void RunService::perform(RunJob job) {
    auto outcome = std::make_shared<RunOutcome>();
    std::unique_ptr<RunStore> store;
    if (!job.database.empty()) {
        auto opened = RunStore::open(job.database);
        if (opened)
            store = std::move(*opened);
        else
            outcome->storeFailure = std::move(opened).error();
    }
    SessionHooks hooks;
    hooks.cancelled = &m_cancelled;
    hooks.progress = [this, &job](const SessionProgress& progress) {
        if (m_stepWaiting.exchange(true))
            return; // the window is behind: the next one will be newer
        RunStep step;
        step.side = progress.run.plan == PlanSide::Naive ? Side::Drawn : Side::Optimised;
        step.warmup = progress.run.warmup;
        step.index = progress.index;
        step.count = progress.count;
        step.done = progress.done;
        const Graph& graph = step.side == Side::Drawn ? *job.naive : job.optimized->graph;
        step.figures = std::make_shared<const RunFigures>(liveFigures(progress.figures, graph));
        QMetaObject::invokeMethod(
            this,
            [this, step] {
                m_stepWaiting = false;
                if (m_running)
                    Q_EMIT this->progress(step);
            },
            Qt::QueuedConnection);
    };
    RunSession session(*job.naive, *job.optimized, job.request, store.get());
    outcome->result = session.perform(hooks);
    outcome->job = std::move(job);
    QMetaObject::invokeMethod(
        this,
        [this, outcome] {
            m_running = false;
            Q_EMIT ended(outcome);
        },
        Qt::QueuedConnection);
}

} // namespace fuseboard
