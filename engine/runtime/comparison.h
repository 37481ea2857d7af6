// SPDX-License-Identifier: Apache-2.0
// Runs two plans in turns on the same input and says which is faster and whether their results
// agree (docs: semantics of identical and of fairness).
#pragma once

#include "engine/measure/statistics.h"
#include "engine/runtime/difference.h"
#include "engine/runtime/run.h"

namespace fuseboard {

struct ComparisonRequest {
    RunRequest run;                        ///< side is set for each run; outputs are written once
    PlanSide writes = PlanSide::Optimized; ///< whose first measured run writes the outputs
    std::uint32_t repetitions = 5;
    std::uint32_t warmups = 1;
    std::uint64_t spoolBytes = 1ULL << 30U; ///< limit of standard input kept for repetition
};

/// One side of a comparison.
struct ComparedPlan {
    const Graph* graph = nullptr;
    std::vector<FieldTree> inputFields; ///< empty: everything is decoded
};

/// Watches the runs of a comparison; called on the calling thread, between runs.
struct ComparisonHooks {
    RunHooks run;
    /// Before each run; may return an error to end the comparison.
    std::function<void(const PlannedRun&, std::size_t index, std::size_t count)> begins;
    /// After each run, with its figures.
    std::function<void(const PlannedRun&, RunResult&)> ended;
};

struct ComparisonResult {
    std::vector<RunResult> naive, optimized; ///< measured runs, by repetition
    std::optional<bool> identical;
    std::string identicalReason;
    std::optional<Difference> difference;
    Speedup speedup;
    std::optional<Error> failure; ///< of the first run that failed; the comparison ends with it
    bool cancelled = false;
};

[[nodiscard]] Result<ComparisonResult> comparePlans(const ComparedPlan& naive,
                                                    const ComparedPlan& optimized,
                                                    const ComparisonRequest& request,
                                                    const ComparisonHooks& hooks);

/// The measured seconds of one side, for the ratio. Its first run, if that is the one that wrote
/// the outputs outside (`firstWrote`), is left out where at least three others tell as much: the
/// other side has no run that wrote.
[[nodiscard]] std::vector<double> secondsToCompare(const std::vector<RunResult>& runs,
                                                   bool firstWrote);

/// Compares what two runs left: bytes of each sink in order, failures as a multiset.
void compareResults(const RunResult& naive, const RunResult& optimized,
                    std::optional<bool>& identical, std::string& reason);

} // namespace fuseboard
