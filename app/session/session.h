// SPDX-License-Identifier: Apache-2.0
// What the command line and the window do with a pipeline: load it, optimise it, run one plan or
// both, and record everything. No Qt; nothing here prints.
//
// Threads: the functions block and may be called from any thread, one RunSession at a time from one
// thread. Hooks are called from threads of the runtime or from the calling one and must be quick.
#pragma once

#include "engine/importers/importer.h"
#include "engine/runtime/comparison.h"
#include "engine/store/run_store.h"
#include "optimizer/optimizer.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

// --- loading and optimising

struct LoadedPipeline {
    Graph naive;                 ///< as drawn or imported
    std::vector<Notice> notices; ///< worth telling, harmless
    std::vector<Error> problems; ///< what keeps the graph from running; empty: it can
    std::string format;          ///< "trickle", "troy", "dot", "fuse-json"
};
using LoadResult = std::expected<LoadedPipeline, std::vector<Error>>;

/// Reads a pipeline file of any kind. `layout` parses DOT; null: a worker of its own is started
/// when one is needed. The errors are never empty.
[[nodiscard]] LoadResult loadPipeline(const std::string& path,
                                      const std::vector<std::string>& modulePath = {},
                                      LayoutService* layout = nullptr);
/// As loadPipeline() for text that is in memory; `name` is for messages and tells the kind.
[[nodiscard]] LoadResult loadPipelineText(const std::string& name, std::string text,
                                          const std::vector<std::string>& modulePath = {},
                                          LayoutService* layout = nullptr);

/// A script file (.tremor) as a pipeline of one script node. Every port that it emits to by a
/// literal name is an output.
[[nodiscard]] LoadResult loadScript(const std::string& path,
                                    const std::vector<std::string>& modulePath = {});

/// Which passes run, and what is declared about the inputs.
struct PassOptions {
    std::vector<std::string> only;    ///< names of passes; empty: all
    std::vector<std::string> without; ///< wins over `only`
    /// By position of the boundary input; missing or null: nothing is declared.
    std::vector<std::shared_ptr<const Schema>> schemas;
    CostTable costs;
    std::function<bool()> cancelled; ///< may be empty
};

/// Runs the optimiser with the operators of this build.
/// Errors: InvalidGraph, UnknownName (a pass nobody knows), Cancelled.
[[nodiscard]] Result<OptimizedGraph> optimizePipeline(Graph naive, const PassOptions& options);
/// The graph as drawn, ready to run: what the naive plan is made of.
[[nodiscard]] Result<OptimizedGraph> drawnPipeline(Graph naive);

/// The counts that a report of a graph gives.
struct GraphCounts {
    std::size_t nodes = 0;
    std::size_t passthroughs = 0; ///< nodes that only forward
    /// Groups of at least two members; a boundary input that a group decodes counts as one.
    std::size_t fusedGroups = 0;
    std::size_t edges = 0; ///< those at boundary ports included
};
[[nodiscard]] GraphCounts countGraph(const Graph& graph);

/// The folder of the sample pipelines, of an installed build or of the sources; empty: none.
[[nodiscard]] std::string samplesFolder();

// --- binding of boundary ports

/// How rows are written to `location`: CSV if it ends so, else NDJSON.
[[nodiscard]] Format formatOfOutput(std::string_view location);
/// What a binding that is saved with a pipeline reads (writes). InvalidArgument: no file is named;
/// Unsupported: a connector that does not run here.
[[nodiscard]] Result<InputRequest> inputOfBinding(const std::string& port,
                                                  const PortBinding& binding);
[[nodiscard]] Result<OutputRequest> outputOfBinding(const std::string& port,
                                                    const PortBinding& binding);
/// The schema that is declared on a source and saved with it; null: none. InvalidSyntax,
/// InvalidArgument: what is saved is none.
[[nodiscard]] Result<std::shared_ptr<const Schema>> pinnedSchema(const PortBinding& binding);
/// Those of all boundary inputs, by position; what PassOptions::schemas takes.
[[nodiscard]] Result<std::vector<std::shared_ptr<const Schema>>> pinnedSchemas(const Graph& graph);
/// What stands in a binding's settings under kSchemaSetting to declare it.
[[nodiscard]] OwnedValue schemaSetting(const Schema& schema);
inline constexpr std::string_view kSchemaSetting = "schema";
/// Adds the saved bindings of all ports that `run` does not bind. `effects` receives what the
/// pipeline would touch outside of the process by its own choice, for people: "read x (input in)".
[[nodiscard]] Status bindSavedPorts(const Graph& graph, RunRequest& run,
                                    std::vector<std::string>& effects);

// --- running

enum class PlanChoice : std::uint8_t { Naive, Optimized, Both };
[[nodiscard]] std::string_view toString(PlanChoice choice); ///< "naive", "optimized", "both"
[[nodiscard]] std::optional<PlanChoice> planChoiceFromText(std::string_view text);

/// Everything that a session is started with. Stored with every run, so that it can be repeated.
struct SessionRequest {
    PlanChoice plans = PlanChoice::Both;
    /// Inputs, outputs and every other option. `run.side` is set for each run. For one plan,
    /// repetitions and warmups count its runs and the first measured one writes the outputs.
    /// Outputs that go to one place become one sink (runtime/merged_outputs.h).
    ComparisonRequest comparison;
    PassOptions passes;       ///< what the optimised graph was made with
    std::string pipelinePath; ///< as the user gave it; empty: never saved
    std::string tag;          ///< of every run
};

/// How far the whole session has come.
struct SessionProgress {
    PlannedRun run;        ///< the one under way
    std::size_t index = 0; ///< of that run, from 0
    std::size_t count = 1; ///< runs of the session
    std::optional<double>
        done;            ///< of the whole session, 0 to 1; none when the input has no known end
    LiveFigures figures; ///< of the run under way
};

struct SessionHooks {
    /// At most every 33 ms, and once at the beginning of each run.
    std::function<void(const SessionProgress&)> progress;
    /// After each run, warm-ups included.
    std::function<void(const PlannedRun&, const RunResult&)> ended;
    const std::atomic<bool>* cancelled = nullptr;
};

struct SessionResult {
    PlanChoice plans = PlanChoice::Both;
    /// Measured runs as the database knows them, in the order in which they ran.
    std::vector<RunId> runIds;
    std::optional<ComparisonId> comparisonId;
    /// Results by plan. Of one plan only, `identical` and `speedup` say nothing.
    ComparisonResult comparison;
    /// Why it did not finish, or what makes the exit status 1. Results so far are kept.
    std::optional<Error> failure;
    bool cancelled = false;
    std::string database; ///< path; empty: nothing was recorded
    std::vector<std::string>
        keptAside; ///< files that hold figures until the database takes them in
    std::optional<Error> recordingFailure; ///< why the database does not hold everything
    std::vector<std::string> notices;      ///< of the runs and of the recording

    /// The last run of a side with figures; null if there is none.
    [[nodiscard]] const RunResult* last(PlanSide side) const;
};

/// Runs one plan or both and records every measured run. Warm-ups are not stored. What goes wrong
/// with the recording becomes a notice and never costs a result.
class RunSession {
public:
    /// `naive` is the graph as drawn and `optimized` what optimizePipeline() made of it. `store`
    /// may be null: nothing is recorded. All three outlive the session.
    RunSession(const Graph& naive, const OptimizedGraph& optimized, SessionRequest request,
               RunStore* store);
    ~RunSession();
    RunSession(const RunSession&) = delete;
    RunSession& operator=(const RunSession&) = delete;

    /// Performs it. Once only.
    [[nodiscard]] SessionResult perform(const SessionHooks& hooks);

private:
    class Performance;
    const Graph& m_naive;
    const OptimizedGraph& m_optimized;
    SessionRequest m_request;
    RunStore* m_store;
};

// --- repeating

/// A recorded run, ready to be run again.
struct ReplayedRun {
    Graph naive;
    SessionRequest request; ///< of the one plan that the run was of, one repetition, no warm-up
    std::string inputHash;  ///< what the input was; empty: not known
    std::string outputHash; ///< what the outputs must be; empty: they may differ
    std::string planHash;
    std::string errorText; ///< of a run that failed
};
/// What a stored run was started with. Outputs go nowhere: only their hash matters. Errors:
/// NotFound, Unsupported (standard input, or a record without settings), NewerVersion,
/// InvalidSyntax.
[[nodiscard]] Result<ReplayedRun> replayOf(const RunStore& store, RunId id);

/// Reads the inputs to their ends and hashes them, as a run does: what RunRow::inputHash is
/// compared with. Errors: those of reading.
[[nodiscard]] Result<std::string> hashInputs(const Graph& graph, const RunRequest& run);

/// The settings of a run as they are stored: one JSON object.
[[nodiscard]] std::string settingsToJson(const Graph& naive, const SessionRequest& request);

// --- the cost of measuring

struct OverheadResult {
    std::vector<double> withCpuSeconds, withoutCpuSeconds; ///< by repetition
    /// CPU time with measuring by CPU time without it, minus 1; with the 95 % interval.
    double overhead = 0;
    std::optional<double> low, high;
    std::uint64_t rows = 0; ///< of each run
};
/// Runs `plan` with and without measuring in turns and compares the CPU time. Nothing is recorded
/// in a database. Errors: those of runGraph(), Cancelled.
[[nodiscard]] Result<OverheadResult> measureOverhead(const OptimizedGraph& plan,
                                                     const RunRequest& request,
                                                     std::uint32_t repetitions,
                                                     const SessionHooks& hooks);

/// Measures the constants of the cost model on this machine, on one thread: decoding, work, and
/// what an edge costs by batch, row and byte; caches and workers are asked of the system. What
/// describes pipelines rather than machines keeps its built-in value. `rows` are those of each run;
/// runs are taken in turns and medians used. Errors: those of runGraph(), Cancelled.
[[nodiscard]] Result<CostTable> calibrateCosts(std::uint64_t rows, std::uint32_t repetitions,
                                               const SessionHooks& hooks);

} // namespace fuseboard
