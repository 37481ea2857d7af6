// SPDX-License-Identifier: Apache-2.0
// Recorded runs as text for other programs, and the difference of two runs. Pure functions of rows.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/run_rows.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

enum class RunFormat : std::uint8_t {
    Csv,  ///< one line a stage, with the run's figures repeated; RFC 4180
    Json, ///< one object with everything; histograms as [low, high, count], plan and settings as
          ///< the texts that they are
    Perfetto, ///< Chrome's trace event JSON: a track a stage from the time series
};
[[nodiscard]] Result<RunFormat>
runFormatFromText(std::string_view text); ///< "csv", "json", "perfetto"

[[nodiscard]] std::string exportRun(const RunRecord& record, RunFormat format);

/// A stage in one run, the other, or both.
struct StageDiff {
    std::optional<StageRow> a;
    std::optional<StageRow> b;
};

/// Two runs side by side. Stages are matched by id, then by having the same nodes; then come those
/// that only `b` has. Ratios are b / a, none where a is 0.
struct RunDiff {
    RunRow a;
    RunRow b;
    bool samePipeline = false;
    bool samePlan = false;
    bool sameInput = false;
    bool sameMachine = false;
    std::optional<bool> sameOutput; ///< none where a run has no output hash
    std::optional<double> secondsRatio;
    std::optional<double> cpuRatio;
    std::optional<double> bytesMaterializedRatio;
    std::optional<double> peakMemoryRatio;
    std::vector<StageDiff> stages;
};
[[nodiscard]] RunDiff diffRuns(const RunRecord& a, const RunRecord& b);

} // namespace fuseboard
