// SPDX-License-Identifier: Apache-2.0
// Options that name a pipeline and choose its passes, shared by the commands that have them.
#pragma once

#include "app/session/session.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace fuseboard {

inline constexpr std::uint64_t kMaxThreads = 1024;

struct PipelineOptions {
    std::string file;
    std::vector<std::string> modulePath;
    std::vector<std::string> only, without; ///< names of passes
    std::vector<std::string> schemas;       ///< FILE or PORT=FILE
    std::string costs = "built-in";         ///< or "calibrated", or a file
    std::uint32_t workers = 0; ///< that the plan is made for; 0: as many as the costs assume
};

void addPipelineArgument(CLI::App& command, PipelineOptions& options);
void addPassOptions(CLI::App& command, PipelineOptions& options);
void addSchemaOption(CLI::App& command, PipelineOptions& options);
/// For commands that optimise and do not run: `run` has such an option anyway.
void addThreadsOption(CLI::App& command, PipelineOptions& options);
void addCostsOption(CLI::App& command, PipelineOptions& options);

/// Loads the file and prints what is wrong with it. `problems` keep a pipeline from running: they
/// are errors when it is about to (`mustRun`), else warnings. Nothing: it was said why.
[[nodiscard]] std::optional<LoadedPipeline> load(const PipelineOptions& options, bool mustRun);

/// What optimizePipeline() takes. An error was said; `status` holds the exit status then.
[[nodiscard]] std::optional<PassOptions> passesOf(const PipelineOptions& options,
                                                  const Graph& graph, int& status);

/// PORT=REST where PORT is one of `ports`; else the text is all REST and names no port. A text with
/// an identifier before `=` that names neither a port nor a file is refused.
struct PortValue {
    std::string port; ///< empty: none was named
    std::string value;
};
[[nodiscard]] Result<PortValue> parsePortValue(const std::string& text,
                                               const std::vector<std::string>& ports,
                                               std::string_view kindOfPort);
/// The port that `--in DATA` and `--schema FILE` mean: the first open one, else the first.
[[nodiscard]] std::string defaultInput(const Graph& graph);

/// The optimised graph, or the exit status after saying why there is none.
[[nodiscard]] std::expected<OptimizedGraph, int> optimized(const PipelineOptions& options,
                                                           const Graph& naive);

} // namespace fuseboard
