// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/comparison.h"

#include "engine/operators/operator_body.h"
#include "engine/runtime/spool.h"

#include <algorithm>

namespace fuseboard {

namespace {

RunRequest requestOf(const RunRequest& base, PlanSide side, bool writes) {
    RunRequest request = writes ? base : withoutOutputs(base);
    request.side = side;
    return request;
}

/// Runs a plan again for the bytes of one of its outputs.
Rerun rerunOf(const ComparedPlan& plan, const RunRequest& base, PlanSide side, std::size_t sink,
              const std::atomic<bool>* cancelled) {
    return [&plan, &base, side, sink, cancelled](const OutputWatch& watch) -> Status {
        RunRequest request = requestOf(base, side, false);
        request.outputs[sink].watch = watch;
        RunHooks hooks;
        hooks.cancelled = cancelled;
        FB_TRY_ASSIGN(const RunResult again,
                      runGraph(*plan.graph, plan.inputFields, request, hooks));
        if (again.record.run.status == RunStatus::Cancelled)
            return fail(ErrorCode::Cancelled, "the search for the first difference was cancelled");
        return {};
    };
}

std::optional<Difference> firstDifference(const ComparedPlan& naive, const ComparedPlan& optimized,
                                          const RunRequest& base, const ComparisonHooks& hooks,
                                          const std::vector<SinkResult>& naiveSinks,
                                          const std::vector<SinkResult>& optimizedSinks) {
    const std::atomic<bool>* cancelled = hooks.run.cancelled;
    for (std::size_t s = 0; s < naiveSinks.size(); ++s)
        if (naiveSinks[s].hash != optimizedSinks[s].hash)
            return findDifference(naiveSinks[s].name,
                                  rerunOf(naive, base, PlanSide::Naive, s, cancelled),
                                  rerunOf(optimized, base, PlanSide::Optimized, s, cancelled));
    return std::nullopt;
}

/// Nodes that promise no repeatable result, by label.
std::string nondeterministicNodes(const Graph& graph) {
    std::string names;
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        const OperatorSpec* spec = findOperator(node.operatorName);
        if (spec != nullptr && !spec->contract(node.config).deterministic)
            names += (names.empty() ? "" : ", ") + node.label;
    }
    return names;
}

bool writesOutside(const RunRequest& request) {
    return std::ranges::any_of(request.outputs, [](const OutputRequest& output) {
        return output.capture == nullptr && output.location != "discard:";
    });
}

} // namespace

std::vector<double> secondsToCompare(const std::vector<RunResult>& runs, bool firstWrote) {
    constexpr std::size_t kFewest = 3; // fewer give no verdict
    std::vector<double> seconds;
    for (std::size_t i = firstWrote && runs.size() > kFewest ? 1 : 0; i < runs.size(); ++i)
        seconds.push_back(runs[i].record.run.seconds);
    return seconds;
}

void compareResults(const RunResult& naive, const RunResult& optimized,
                    std::optional<bool>& identical, std::string& reason) {
    identical = false;
    if (naive.sinks.size() != optimized.sinks.size()) {
        reason = "the plans have different sinks";
        return;
    }
    for (std::size_t s = 0; s < naive.sinks.size(); ++s) {
        const SinkResult& a = naive.sinks[s];
        const SinkResult& b = optimized.sinks[s];
        if (a.hash == b.hash)
            continue;
        reason = fmt::format("output {} differs: {} rows as drawn, {} rows optimised", a.name,
                             a.rows, b.rows);
        return;
    }
    if (naive.errors != optimized.errors) {
        reason = fmt::format("failed rows differ: {} as drawn, {} optimised", naive.errors.count,
                             optimized.errors.count);
        return;
    }
    if (naive.record.run.rejectedRows != optimized.record.run.rejectedRows) {
        reason = fmt::format("rejected rows differ: {} as drawn, {} optimised",
                             naive.record.run.rejectedRows, optimized.record.run.rejectedRows);
        return;
    }
    identical = true;
    reason.clear();
}

Result<ComparisonResult> comparePlans(const ComparedPlan& naive, const ComparedPlan& optimized,
                                      const ComparisonRequest& request,
                                      const ComparisonHooks& hooks) {
    RunRequest base = request.run;
    base.naive = naive.graph;
    FB_TRY(spoolInputs(base, request.spoolBytes, hooks.run.cancelled));
    if (base.arrivals == nullptr)
        base.arrivals = std::make_shared<ArrivalLog>();
    ComparisonResult result;
    bool written = false;
    std::optional<RunResult> firstNaive, firstOptimized;
    const std::vector<PlannedRun> order = interleave(request.repetitions, request.warmups);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const PlannedRun& planned = order[i];
        const bool isNaive = planned.plan == PlanSide::Naive;
        const bool writes = !written && !planned.warmup && planned.plan == request.writes;
        written = written || writes;
        if (hooks.begins)
            hooks.begins(planned, i, order.size());
        const ComparedPlan& plan = isNaive ? naive : optimized;
        FB_TRY_ASSIGN(RunResult run, runGraph(*plan.graph, plan.inputFields,
                                              requestOf(base, planned.plan, writes), hooks.run));
        run.record.run.repetition = planned.repetition;
        run.record.run.warmup = planned.warmup;
        if (hooks.ended)
            hooks.ended(planned, run);
        result.cancelled = run.record.run.status == RunStatus::Cancelled;
        if (result.cancelled)
            return result;
        if (run.failure && !result.failure)
            result.failure = run.failure;
        if (auto& first = isNaive ? firstNaive : firstOptimized; !first)
            first = run;
        if (!planned.warmup)
            (isNaive ? result.naive : result.optimized).push_back(std::move(run));
        // A plan that fails does so each time: one measured run of each side tells whether they
        // agree, and has written what is kept.
        if (result.failure && !result.naive.empty() && !result.optimized.empty())
            break;
    }
    FB_CHECK(firstNaive.has_value());
    FB_CHECK(firstOptimized.has_value());
    compareResults(*firstNaive, *firstOptimized, result.identical, result.identicalReason);
    if (const std::string nodes = nondeterministicNodes(*naive.graph); !nodes.empty()) {
        result.identical = std::nullopt;
        result.identicalReason = fmt::format("{} may give other results each time", nodes);
    } else if (result.identical == false) {
        result.difference = firstDifference(naive, optimized, base, hooks, firstNaive->sinks,
                                            firstOptimized->sinks);
    }
    const bool outside = writesOutside(base);
    result.speedup = compareSeconds(
        secondsToCompare(result.naive, outside && request.writes == PlanSide::Naive),
        secondsToCompare(result.optimized, outside && request.writes == PlanSide::Optimized));
    return result;
}

} // namespace fuseboard
