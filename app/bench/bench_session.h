// SPDX-License-Identifier: Apache-2.0
// Performs workloads: makes the inputs, runs every side once and compares the results, then takes
// the times in turns.
#pragma once

#include "app/bench/workload.h"
#include "engine/base/result.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

struct BenchRequest {
    std::uint64_t rows = 0; ///< of each input; 0: the full size of the workload
    std::uint32_t repetitions = 5;
    std::uint32_t threads = 1; ///< of each side that names none
    std::string exec;          ///< --exec of each run; empty: its default
    std::string folder;        ///< for inputs, outputs and the database; it exists
    std::string cli;           ///< the program that is measured, with its path
};

struct BenchHooks {
    std::function<void(const std::string& what)> progress; ///< before each process
    const std::atomic<bool>* cancelled = nullptr;
};

/// What one side of a case took. Times stand in the order of the repetitions.
struct SideResult {
    std::string name;
    std::string missing; ///< why it did not run; empty: it did
    /// The times that count, as the case's clock says.
    std::vector<double> seconds;
    /// Of the process from start to exit, and as the program itself says.
    std::vector<double> processSeconds, innerSeconds;
    double compileSeconds = 0;   ///< of the last run; part of the process
    std::uint64_t peakBytes = 0; ///< the most of all runs
};

struct CaseResult {
    std::string name;
    std::uint64_t inputBytes = 0;
    std::uint64_t outputRows = 0;
    std::vector<SideResult> sides;
    [[nodiscard]] const SideResult* side(const std::string& name) const;
};

struct FigureResult {
    std::string about;
    std::string unit;                    ///< "x", "ns", "MiB"
    std::optional<double> value;         ///< none if a side is missing
    std::optional<double> low{}, high{}; ///< the 95 % interval
};

struct WorkloadResult {
    std::string name;
    std::string about;
    std::uint64_t rows = 0;
    double load = 0; ///< what the machine was busy with before: its load average of one minute
    std::vector<CaseResult> cases;
    std::vector<FigureResult> figures;
};

/// Nothing is timed before the results of all sides of all cases are equal. Errors: Disagreement;
/// NotFound if a pipeline is not there; Cancelled; what makes a process fail, with its message.
[[nodiscard]] Result<WorkloadResult>
performWorkload(const Workload& workload, const BenchRequest& request, const BenchHooks& hooks);

/// The workload's figures from the times of its cases.
[[nodiscard]] std::vector<FigureResult>
benchFigures(const Workload& workload, const std::vector<CaseResult>& cases, std::uint64_t rows);

} // namespace fuseboard
