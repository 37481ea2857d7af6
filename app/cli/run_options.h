// SPDX-License-Identifier: Apache-2.0
// Options of commands that run something: run and script.
#pragma once

#include "app/cli/pipeline_options.h"

#include <memory>
#include <string>
#include <vector>

namespace fuseboard {

struct RunOptions {
    PipelineOptions pipeline;
    std::vector<std::string> inputs, outputs; ///< DATA or PORT=DATA
    std::string plan = "optimized", exec = "auto", tier = "auto", clock, format, atEnd,
                writes = "optimized";
    std::string database, tag;
    std::uint32_t threads = 0;
    std::optional<std::uint32_t> repetitions, warmups;
    std::uint64_t memoryBytes = 0, queueBytes = 0, batchBytes = 0, spoolBytes = 0;
    std::uint64_t maxEventBytes = 0;
    std::optional<std::uint64_t> maxErrors, limit;
    double rate = 0;
    bool preload = false, trustInput = false, noHeader = false, allowEffects = false;
    bool noRecord = false, json = false;
};

void addInputOptions(CLI::App& command, RunOptions& options);
void addComparisonOptions(CLI::App& command, RunOptions& options);
void addDatabaseOption(CLI::App& command, std::string& database);

/// What the options mean for this pipeline. An error was said; `status` holds the exit status then.
[[nodiscard]] std::optional<SessionRequest> sessionOf(const RunOptions& options, const Graph& graph,
                                                      int& status);

/// Runs `naive` as the options say, reports, and gives the exit status.
[[nodiscard]] int runPipeline(const RunOptions& options, const Graph& naive);

} // namespace fuseboard
