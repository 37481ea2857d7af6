// SPDX-License-Identifier: Apache-2.0
// Recorded runs as the Runs tab lists them: a comparison with its two sides, or a single run. Plain
// values that a service makes from the database.
#pragma once

#include "engine/measure/run_rows.h"
#include "engine/measure/statistics.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

/// One row of the list.
struct RunEntry {
    RunId id = 0; ///< names the entry: its first run
    std::optional<ComparisonRow> comparison;
    std::vector<RunRow> drawn, optimised; ///< measured runs by repetition
    [[nodiscard]] const std::vector<RunRow>& runs(PlanSide side) const {
        return side == PlanSide::Naive ? drawn : optimised;
    }
    [[nodiscard]] const RunRow* any() const; ///< nullptr: none
};

/// Groups runs into entries, newest first. `runs` newest first.
[[nodiscard]] std::vector<RunEntry> entriesOf(const std::vector<RunRow>& runs,
                                              const std::vector<ComparisonRow>& comparisons);

/// One half of an A/B comparison, with the figures that are not in the run's own row.
struct MeasuredSide {
    RunId id = 0;
    PlanSide plan = PlanSide::Naive;
    std::vector<RunRow> runs;
    std::vector<double> p50Ns, p99Ns;    ///< by run; empty: not known
    [[nodiscard]] QString title() const; ///< "run #12, as drawn"
};

/// B by A of one metric.
struct MetricRatio {
    QString name;
    double ratio = 1;
    std::optional<double> low, high;
};
[[nodiscard]] std::vector<MetricRatio> ratiosOf(const MeasuredSide& a, const MeasuredSide& b);

/// How much faster B is than A, by wall time.
[[nodiscard]] Speedup speedupOf(const MeasuredSide& a, const MeasuredSide& b);

/// "today 14:32", "yesterday 09:01", "12 November"
[[nodiscard]] QString whenText(std::uint64_t wallNs);

} // namespace fuseboard
