// SPDX-License-Identifier: Apache-2.0
#include "app/session/group_compiler.h"
#include "app/session/session.h"

namespace fuseboard {

namespace {

/// One run that must end well.
Result<RunResult> runOnce(const OptimizedGraph& plan, RunRequest request, bool measure,
                          const SessionHooks& hooks) {
    request.measure = measure;
    request.compiler = sharedCompiler();
    RunHooks runHooks;
    runHooks.cancelled = hooks.cancelled;
    FB_TRY_ASSIGN(RunResult run, runGraph(plan.graph, plan.inputFields, request, runHooks));
    if (run.record.run.status == RunStatus::Cancelled)
        return fail(ErrorCode::Cancelled, "cancelled");
    if (run.failure)
        return fail(*run.failure);
    return run;
}

} // namespace

Result<OverheadResult> measureOverhead(const OptimizedGraph& plan, const RunRequest& request,
                                       std::uint32_t repetitions, const SessionHooks& hooks) {
    OverheadResult result;
    // "Naive" stands for runs that measure: the order is the fair one of any comparison.
    const std::vector<PlannedRun> order = interleave(repetitions, 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool measures = order[i].plan == PlanSide::Naive;
        if (hooks.progress)
            hooks.progress({order[i],
                            i,
                            order.size(),
                            static_cast<double>(i) / static_cast<double>(order.size()),
                            {}});
        FB_TRY_ASSIGN(const RunResult run, runOnce(plan, request, measures, hooks));
        result.rows = run.record.run.rowsIn;
        if (!order[i].warmup)
            (measures ? result.withCpuSeconds : result.withoutCpuSeconds)
                .push_back(run.record.run.cpuSeconds);
    }
    const Speedup ratio = compareSeconds(result.withCpuSeconds, result.withoutCpuSeconds);
    result.overhead = ratio.ratio.value_or(1) - 1;
    if (ratio.ciLow)
        result.low = *ratio.ciLow - 1;
    if (ratio.ciHigh)
        result.high = *ratio.ciHigh - 1;
    return result;
}

} // namespace fuseboard
