// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_recorder.h"

#include "app/session/planned_record.h"
#include "engine/base/clock.h"
#include "engine/connectors/generator.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"
#include "engine/measure/process_stats.h"
#include "engine/operators/operator_body.h"
#include "fuseboard/version.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fuseboard {

namespace {

BuildRow thisBuild() {
    const std::string commit = buildCommit();
    return {fmt::format("{}{}{}", kVersion, commit.empty() ? "" : "+", commit),
            fmt::format("{} {}", kCompiler, kBuildType)};
}

std::vector<RewriteRow> rewriteRows(const OptimizedGraph& optimized) {
    std::vector<RewriteRow> rows;
    for (const PassRecord& pass : optimized.passes)
        for (const Rewrite& rewrite : pass.rewrites) {
            RewriteRow& row = rows.emplace_back();
            row.ordinal = static_cast<std::uint32_t>(rows.size() - 1);
            row.pass = rewrite.pass;
            row.kind = rewrite.kind;
            row.applied = rewrite.applied;
            row.reason = rewrite.missingFact.empty()
                             ? rewrite.reason
                             : fmt::format("{}; needed: {}", rewrite.reason, rewrite.missingFact);
            row.before = rewrite.before;
            row.after = rewrite.after;
            if (rewrite.applied)
                row.predictedSavingNsPerRow = rewrite.predictedSavingNsPerRow;
        }
    return rows;
}

std::optional<std::uint64_t> seedOf(const RunRequest& run) {
    constexpr std::string_view kPrefix = "generate:";
    for (const InputRequest& input : run.inputs)
        if (input.source.location.starts_with(kPrefix))
            if (const auto options = parseGeneratorOptions(
                    std::string_view(input.source.location).substr(kPrefix.size())))
                return options->seed;
    return std::nullopt;
}

/// Whether every node gives the same results each time.
bool isRepeatable(const Graph& graph) {
    const std::vector<NodeIndex> nodes = graph.nodes();
    return std::ranges::all_of(nodes, [&](NodeIndex n) {
        const NodeData& node = graph.node(n);
        const OperatorInfo* info = builtinCatalogue().find(node.operatorName);
        return info == nullptr || info->contract(node.config).deterministic;
    });
}

} // namespace

SessionRecorder::SessionRecorder(RunStore* store, const Graph& drawn,
                                 const OptimizedGraph& optimized, const SessionRequest& request)
    : m_store(store), m_drawn(drawn), m_optimized(optimized), m_request(request) {
    if (m_store == nullptr)
        return;
    m_pipelineHash = planHash(drawn);
    m_planHashes[0] = m_pipelineHash;
    m_planHashes[1] = planHash(optimized.graph);
    m_planTexts[0] = graphToJson(drawn);
    m_planTexts[1] = graphToJson(optimized.graph);
    m_rewrites = rewriteRows(optimized);
    m_seed = seedOf(request.comparison.run);
    m_repeatable = isRepeatable(drawn);
}

void SessionRecorder::note(const Error& reason, const std::string& keptAside) {
    if (!m_failure)
        m_failure = reason;
    if (keptAside.empty()) {
        m_notices.push_back(fmt::format("a run was not recorded: {}", reason.message));
        return;
    }
    m_keptAside.push_back(keptAside);
    m_notices.push_back(fmt::format("the database could not take the figures ({}); they are in {} "
                                    "until it is opened next time",
                                    reason.message, keptAside));
}

void SessionRecorder::beginComparison() {
    if (m_store == nullptr)
        return;
    ComparisonRow row;
    row.createdNs = wallNs();
    row.pipelineName = m_drawn.name();
    row.pipelineHash = m_pipelineHash;
    row.repetitions = m_request.comparison.repetitions;
    row.warmups = m_request.comparison.warmups;
    Result<ComparisonId> id = m_store->beginComparison(row);
    if (!id) {
        note(id.error(), {});
        return;
    }
    row.id = *id;
    m_comparison = std::move(row);
}

RunRecord SessionRecorder::recordOf(const PlannedRun& planned) const {
    const bool naive = planned.plan == PlanSide::Naive;
    RunRecord record;
    RunRow& run = record.run;
    run.plan = planned.plan;
    run.pipelineName = m_drawn.name();
    run.pipelineHash = m_pipelineHash;
    run.planHash = m_planHashes[naive ? 0 : 1];
    run.planText = m_planTexts[naive ? 0 : 1];
    run.exec = toString(m_request.comparison.run.exec);
    run.threads = m_request.comparison.run.threads;
    run.settingsJson = settingsToJson(m_drawn, m_request);
    run.seed = m_seed;
    run.machine = thisMachine();
    run.build = thisBuild();
    run.repetition = planned.repetition;
    run.warmup = planned.warmup;
    run.tag = m_request.tag;
    for (const InputRequest& input : m_request.comparison.run.inputs)
        run.inputName += (run.inputName.empty() ? "" : ", ") + input.source.location;
    if (m_comparison)
        run.comparisonId = m_comparison->id;
    if (!naive)
        record.rewrites = m_rewrites;
    return record;
}

void SessionRecorder::beginRun(const PlannedRun& planned) {
    if (m_store == nullptr)
        return;
    m_begun = recordOf(planned);
    m_sampled = false;
    if (planned.warmup)
        return;
    RunRecord begun = *m_begun;
    begun.run.startedNs = wallNs();
    const Graph& graph = planned.plan == PlanSide::Naive ? m_drawn : m_optimized.graph;
    addPlannedStages(graph, m_request.comparison.run, begun);
    // A database that refuses now may take the whole run at its end, or a file beside it will.
    if (auto recorder = RunRecorder::startRecord(*m_store, begun)) {
        const std::lock_guard lock(m_mutex);
        m_recorder = std::move(*recorder);
    }
}

void SessionRecorder::samples(std::vector<SamplePoint> points) {
    const std::lock_guard lock(m_mutex);
    if (m_recorder == nullptr)
        return;
    m_sampled = true;
    m_recorder->addSamples(std::move(points));
}

void SessionRecorder::progress(const LiveFigures& figures) {
    const std::lock_guard lock(m_mutex);
    if (m_recorder != nullptr)
        m_recorder->setProgress(figures.progress);
}

void SessionRecorder::figures(RunRecord soFar) {
    const std::lock_guard lock(m_mutex);
    if (m_recorder != nullptr)
        m_recorder->setFigures(std::move(soFar));
}

RunId SessionRecorder::endRun(const RunResult& result) {
    // A warm-up is only kept when the session ends with it.
    if (!m_begun || (m_begun->run.warmup && result.record.run.status == RunStatus::Done))
        return 0;
    RunRecord record = result.record;
    RunRecord known = std::move(*m_begun);
    m_begun.reset();
    RunRow& run = record.run;
    run.comparisonId = known.run.comparisonId;
    run.plan = known.run.plan;
    run.repetition = known.run.repetition;
    run.warmup = known.run.warmup;
    run.pipelineName = std::move(known.run.pipelineName);
    run.pipelineHash = std::move(known.run.pipelineHash);
    run.planHash = std::move(known.run.planHash);
    run.planText = std::move(known.run.planText);
    run.settingsJson =
        settingsToJson(m_drawn, m_request); // now with the arrivals, if there are any
    run.seed = known.run.seed;
    run.machine = std::move(known.run.machine);
    run.build = std::move(known.run.build);
    run.tag = std::move(known.run.tag);
    if (run.status != RunStatus::Done || !m_repeatable)
        run.outputHash.reset();
    record.rewrites = std::move(known.rewrites);
    if (m_sampled)
        record.samples.clear(); // the recorder has them
    return store(std::move(record));
}

void SessionRecorder::abandonRun(const Error& error) {
    if (!m_begun)
        return;
    RunRecord record = std::move(*m_begun);
    m_begun.reset();
    record.run.status =
        error.code == ErrorCode::Cancelled ? RunStatus::Cancelled : RunStatus::Failed;
    record.run.errorText = error.message;
    store(std::move(record));
}

RunId SessionRecorder::store(RunRecord record) {
    std::unique_ptr<RunRecorder> recorder;
    {
        const std::lock_guard lock(m_mutex);
        recorder = std::move(m_recorder);
    }
    if (recorder == nullptr)
        return storeWhole(record);
    Result<RecordedRun> written = recorder->finish(std::move(record));
    if (!written) {
        note(written.error(), {});
        return 0;
    }
    m_runIds.push_back(written->id);
    if (!written->keptAside.empty())
        note(written->reason, written->keptAside);
    return written->id;
}

// Of a run that the database refused to begin.
RunId SessionRecorder::storeWhole(const RunRecord& record) {
    Result<RunId> id = m_store->addRun(record);
    if (id) {
        m_runIds.push_back(*id);
        return *id;
    }
    Result<std::string> aside = m_store->keepAside(record);
    note(id.error(), aside ? *aside : std::string());
    return 0;
}

void SessionRecorder::endComparison(const ComparisonResult& result) {
    if (!m_comparison)
        return;
    ComparisonRow row = *m_comparison;
    row.finishedNs = wallNs();
    row.identical = result.identical;
    row.identicalReason = result.identicalReason;
    row.speedup = result.speedup.ratio;
    row.ciLow = result.speedup.ciLow;
    row.ciHigh = result.speedup.ciHigh;
    row.verdict = result.speedup.verdict;
    const Status written = m_store->finishComparison(row);
    if (written)
        return;
    Result<std::string> aside = m_store->keepAside(row);
    note(written.error(), aside ? *aside : std::string());
}

void SessionRecorder::report(SessionResult& result) const {
    if (m_store == nullptr)
        return;
    result.runIds = m_runIds;
    if (m_comparison)
        result.comparisonId = m_comparison->id;
    result.database = m_store->path();
    result.keptAside = m_keptAside;
    result.recordingFailure = m_failure;
    result.notices.insert(result.notices.end(), m_notices.begin(), m_notices.end());
}

} // namespace fuseboard
