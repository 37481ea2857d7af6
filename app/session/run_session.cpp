// SPDX-License-Identifier: Apache-2.0
#include "app/session/group_compiler.h"
#include "app/session/session_recorder.h"
#include "engine/runtime/merged_outputs.h"
#include "engine/runtime/spool.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fuseboard {

namespace {

void addNotices(const RunResult& run, std::vector<std::string>& notices) {
    for (const std::string& notice : run.notices)
        if (std::find(notices.begin(), notices.end(), notice) == notices.end())
            notices.push_back(notice);
}

} // namespace

std::string_view toString(PlanChoice choice) {
    switch (choice) {
    case PlanChoice::Naive: return "naive";
    case PlanChoice::Optimized: return "optimized";
    case PlanChoice::Both: break;
    }
    return "both";
}

std::optional<PlanChoice> planChoiceFromText(std::string_view text) {
    for (const PlanChoice choice : {PlanChoice::Naive, PlanChoice::Optimized, PlanChoice::Both})
        if (toString(choice) == text)
            return choice;
    return std::nullopt;
}

const RunResult* SessionResult::last(PlanSide side) const {
    const auto& runs = side == PlanSide::Naive ? comparison.naive : comparison.optimized;
    return runs.empty() ? nullptr : &runs.back();
}

/// One performance: connects the runtime's hooks with the recorder and the caller's hooks.
class RunSession::Performance {
public:
    Performance(const OptimizedGraph& drawn, const OptimizedGraph& optimized,
                const SessionRequest& request, RunStore* store, const SessionHooks& hooks)
        : m_drawn(drawn), m_optimized(optimized), m_request(request), m_hooks(hooks),
          m_recorder(store, drawn.graph, optimized, request) {
        m_result.plans = request.plans;
        m_request.comparison.run.compiler = sharedCompiler();
    }

    SessionResult perform() {
        const Status done = m_request.plans == PlanChoice::Both ? compare() : runOne();
        if (!done) {
            m_recorder.abandonRun(done.error());
            m_result.cancelled = done.error().code == ErrorCode::Cancelled;
            if (!m_result.cancelled)
                m_result.failure = done.error();
        }
        m_recorder.report(m_result);
        return std::move(m_result);
    }

private:
    RunHooks runHooks() {
        RunHooks hooks;
        hooks.cancelled = m_hooks.cancelled;
        hooks.samples = [this](std::vector<SamplePoint> points) {
            m_recorder.samples(std::move(points));
        };
        hooks.figures = [this](RunRecord soFar) { m_recorder.figures(std::move(soFar)); };
        hooks.live = [this](const LiveFigures& figures) {
            m_recorder.progress(figures);
            tellProgress(figures);
        };
        return hooks;
    }

    void tellProgress(const LiveFigures& figures) {
        if (!m_hooks.progress)
            return;
        SessionProgress progress{m_planned, m_index, m_count, std::nullopt, figures};
        const auto total = figures.totalBytes;
        if (total && *total > 0) {
            const double part =
                static_cast<double>(figures.progress.bytesIn) / static_cast<double>(*total);
            progress.done =
                (static_cast<double>(m_index) + std::min(part, 1.0)) / static_cast<double>(m_count);
        }
        m_hooks.progress(progress);
    }

    void begins(const PlannedRun& planned, std::size_t index, std::size_t count) {
        m_planned = planned;
        m_index = index;
        m_count = count;
        m_recorder.beginRun(planned);
        tellProgress({});
    }

    void ended(const PlannedRun& planned, RunResult& run) {
        run.record.run.id = m_recorder.endRun(run);
        addNotices(run, m_result.notices);
        if (m_hooks.ended)
            m_hooks.ended(planned, run);
    }

    Status compare() {
        m_recorder.beginComparison();
        ComparisonHooks hooks;
        hooks.run = runHooks();
        hooks.begins = [this](const PlannedRun& planned, std::size_t index, std::size_t count) {
            begins(planned, index, count);
        };
        hooks.ended = [this](const PlannedRun& planned, RunResult& run) { ended(planned, run); };
        Result<ComparisonResult> result = comparePlans(
            {&m_drawn.graph, m_drawn.inputFields}, {&m_optimized.graph, m_optimized.inputFields},
            m_request.comparison, hooks);
        if (result)
            m_result.comparison = std::move(*result);
        m_recorder.endComparison(m_result.comparison);
        if (!result)
            return fail(std::move(result).error());
        m_result.failure = m_result.comparison.failure;
        m_result.cancelled = m_result.comparison.cancelled;
        return {};
    }

    Status runOne() {
        const bool naive = m_request.plans == PlanChoice::Naive;
        const OptimizedGraph& plan = naive ? m_drawn : m_optimized;
        const ComparisonRequest& comparison = m_request.comparison;
        const std::uint32_t count = std::max(1U, comparison.repetitions) + comparison.warmups;
        RunRequest request = comparison.run;
        request.side = naive ? PlanSide::Naive : PlanSide::Optimized;
        if (count > 1)
            FB_TRY(spoolInputs(request, comparison.spoolBytes, m_hooks.cancelled));
        const RunHooks hooks = runHooks();
        for (std::uint32_t i = 0; i < count; ++i) {
            const bool warmup = i < comparison.warmups;
            const PlannedRun planned{request.side, warmup ? i : i - comparison.warmups, warmup};
            begins(planned, i, count);
            const bool writes = i == comparison.warmups;
            FB_TRY_ASSIGN(RunResult run,
                          runGraph(plan.graph, plan.inputFields,
                                   writes ? request : withoutOutputs(request), hooks));
            run.record.run.repetition = planned.repetition;
            run.record.run.warmup = warmup;
            ended(planned, run);
            m_result.cancelled = run.record.run.status == RunStatus::Cancelled;
            m_result.failure = run.failure;
            if (!warmup || m_result.failure || m_result.cancelled)
                (naive ? m_result.comparison.naive : m_result.comparison.optimized)
                    .push_back(std::move(run));
            if (m_result.failure || m_result.cancelled)
                break;
        }
        return {};
    }

    const OptimizedGraph& m_drawn;
    const OptimizedGraph& m_optimized;
    SessionRequest m_request;
    const SessionHooks& m_hooks;
    SessionRecorder m_recorder;
    SessionResult m_result;
    PlannedRun m_planned;
    std::size_t m_index = 0, m_count = 1;
};

RunSession::RunSession(const Graph& naive, const OptimizedGraph& optimized, SessionRequest request,
                       RunStore* store)
    : m_naive(naive), m_optimized(optimized), m_request(std::move(request)), m_store(store) {
    // Kept here so that the arrivals under the wall clock can be stored with the runs; no other
    // clock fills it.
    RunRequest& run = m_request.comparison.run;
    if (run.arrivals == nullptr)
        run.arrivals = std::make_shared<ArrivalLog>();
}

RunSession::~RunSession() = default;

SessionResult RunSession::perform(const SessionHooks& hooks) {
    const auto refused = [this](const Error& error) {
        SessionResult result;
        result.plans = m_request.plans;
        result.failure = error;
        return result;
    };
    const Result<OptimizedGraph> drawn = drawnPipeline(m_naive);
    if (!drawn)
        return refused(drawn.error());
    auto outputs = mergeOutputs(m_request.comparison.run.outputs);
    if (!outputs)
        return refused(outputs.error());
    m_request.comparison.run.outputs = std::move(*outputs);
    return Performance(*drawn, m_optimized, m_request, m_store, hooks).perform();
}

} // namespace fuseboard
