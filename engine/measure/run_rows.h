// SPDX-License-Identifier: Apache-2.0
// The rows of a run: the one vocabulary in which runtime, store, window and command line speak of
// what was measured. Plain values, no behaviour; they may be copied to any thread.
//
// Units: names end in Ns (nanoseconds), Seconds or Bytes; rows and batches are counts. Wall times
// are nanoseconds since 1970-01-01 UTC. An empty string means "not known"; std::optional marks
// figures for which 0 would be a statement. Every member has its default written out, so that
// designated initialisers may leave it out without a warning.
#pragma once

#include "engine/measure/histogram.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Ids are given by the store, ascending from 1; 0 means "not stored yet".
using RunId = std::int64_t;
using ComparisonId = std::int64_t;

/// Which graph the plan was made from.
enum class PlanSide : std::uint8_t { Naive, Optimized };

enum class RunStatus : std::uint8_t {
    Running,
    Done,
    Failed,      ///< stopped by an error; errorText says which
    Cancelled,   ///< stopped by the user
    Interrupted, ///< its process ended without finishing it
};

enum class Verdict : std::uint8_t {
    None,       ///< not judged: fewer than 3 repetitions, or no figures
    Faster,     ///< the optimised plan is
    Slower,     ///< the optimised plan is
    CannotTell, ///< the confidence interval contains 1
};

[[nodiscard]] std::string_view toString(PlanSide side);    ///< "naive", "optimized"
[[nodiscard]] std::string_view toString(RunStatus status); ///< "running", "done", …
[[nodiscard]] std::string_view
toString(Verdict verdict); ///< "none", "faster", "slower", "cannot tell"
[[nodiscard]] std::optional<PlanSide> planSideFromText(std::string_view text);
[[nodiscard]] std::optional<RunStatus> runStatusFromText(std::string_view text);
[[nodiscard]] std::optional<Verdict> verdictFromText(std::string_view text);

/// The machine that a run was measured on (measure/process_stats.h fills it).
struct MachineRow {
    std::string name{};
    std::string cpu{}; ///< model name
    std::uint32_t cores = 0;
    std::uint64_t memoryBytes = 0;
    std::string os{};
    bool operator==(const MachineRow&) const = default;
};

struct BuildRow {
    std::string version{};  ///< of Fuseboard
    std::string compiler{}; ///< name, version and build type
    bool operator==(const BuildRow&) const = default;
};

/// The process that a run belongs to; tells a living run from one whose process died.
struct OwnerRow {
    std::int64_t pid = 0;
    std::uint64_t startTime = 0;    ///< clock ticks after boot, as in /proc/<pid>/stat
    std::string bootId{};           ///< of the kernel's present boot
    std::uint64_t pidNamespace = 0; ///< inode of the pid namespace; pids mean nothing outside it
    bool operator==(const OwnerRow&) const = default;
};

/// One execution of one plan on one input.
struct RunRow {
    RunId id = 0;
    std::optional<ComparisonId> comparisonId{};
    PlanSide plan = PlanSide::Naive;
    std::string pipelineName{};
    std::string pipelineHash{};
    std::string planHash{};
    std::string planText{}; ///< the plan as JSON; left empty by lists
    std::string inputName{};
    std::string inputHash{};
    std::optional<std::string>
        outputHash; ///< none when the run did not end, or its outputs may differ
    std::optional<std::uint64_t> seed{}; ///< of the generator or of sampling, when one was used
    std::string exec{};                  ///< "reference", "interpret" or "compile"
    std::uint32_t threads = 1;
    RunStatus status = RunStatus::Running;
    std::uint64_t startedNs = 0; ///< wall time
    double seconds = 0;          ///< from the first row asked for to the last row written
    double cpuSeconds = 0;       ///< of all threads, recording included
    std::uint64_t rowsIn = 0;
    std::uint64_t rowsOut = 0;
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesMaterialized = 0;
    double compileSeconds =
        0; ///< of its CodeRows but reused ones; part of `seconds` where it waits
    std::uint64_t peakMemoryBytes = 0;
    std::uint64_t rejectedRows = 0; ///< by the source: not readable as rows
    std::uint64_t failedRows = 0;   ///< that an operator raised an error on
    std::uint64_t nonFinite = 0;    ///< numbers of the outputs: NaN and infinities written as null
    std::string errorText{};        ///< what stopped a failed run
    std::string settingsJson{};     ///< every option that the run was started with, for replay
    MachineRow machine{};
    BuildRow build{};
    std::uint32_t repetition = 0; ///< within its comparison, from 0; warm-ups count apart
    bool warmup = false;
    OwnerRow owner{};
    std::uint64_t heartbeatNs = 0; ///< wall time of the owner's last sign of life
    std::string tag{};
    std::string note{};
    std::optional<double>
        measuringOverhead; ///< CPU time spent on measuring as a share of all, 0 to 1
    bool operator==(const RunRow&) const = default;
};

/// How far a running run has come; written with each heartbeat, so that a killed run keeps it.
struct RunProgress {
    double seconds = 0;
    double cpuSeconds = 0;
    std::uint64_t rowsIn = 0;
    std::uint64_t rowsOut = 0;
    std::uint64_t bytesIn = 0;
    std::uint64_t rejectedRows = 0;
    std::uint64_t failedRows = 0;
    bool operator==(const RunProgress&) const = default;
};

/// One stage of a run's plan.
struct StageRow {
    RunId runId = 0;
    std::uint32_t ordinal = 0; ///< position in the plan, from 0; other rows name the stage by it
    std::string stageId{};     ///< stable across runs of the same plan
    std::vector<std::string> nodes{}; ///< ids of the nodes that it runs, in order
    std::string label{};
    std::uint64_t rowsIn = 0;
    std::uint64_t rowsOut = 0;
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::uint64_t bytesMaterialized = 0;
    double busySeconds = 0;    ///< working on batches, summed over workers
    double blockedSeconds = 0; ///< had input but the queue behind it was full
    double idleSeconds = 0;    ///< had no input
    double cpuSeconds = 0;
    std::uint64_t batches = 0;
    std::uint64_t errors = 0;
    std::uint64_t maxQueueBytes = 0; ///< of the queue before it
    std::uint64_t stateBytes = 0;    ///< of keyed and window state, greatest
    std::uint64_t groups = 0;        ///< keys in its state, greatest
    /// "compiled": generated code ran over some of its batches; "interpreted"; empty: a stage that
    /// runs no operators, or a run that did not say.
    std::string exec{};
    std::string execReason{}; ///< why it, or a part of its batches, was interpreted
    Histogram service{};      ///< ns a batch took, weighted with its rows
    Histogram queueWait{};    ///< ns a batch waited, weighted with its rows
    bool operator==(const StageRow&) const = default;
};

/// Machine code that a run had made for a stage.
struct CodeRow {
    RunId runId = 0;
    std::uint32_t stage = 0; ///< ordinal
    std::string form{};      ///< of the rows that it runs over: "columns" or "rows"
    std::string tier{};      ///< how much was spent on it: "calls" or "inlined"
    bool probe = false;      ///< the variant that tells what each member costs
    double seconds = 0;      ///< that making it took
    bool reused = false;     ///< an earlier run of the process, or another stage, had it made
    bool operator==(const CodeRow&) const = default;
};

/// The cost of one node inside a stage, from the batches that the probe ran node by node. A source
/// that its group decodes has such a row too, under the id of its stage.
struct MemberRow {
    RunId runId = 0;
    std::uint32_t stage = 0; ///< ordinal
    std::string node{};
    std::uint64_t sampledBatches = 0; ///< in which the member was timed
    std::uint64_t rowsIn = 0, rowsOut = 0;
    std::uint64_t sampledNs = 0; ///< of all its rows, as the timed ones have it
    bool operator==(const MemberRow&) const = default;
};

/// What crossed one edge of the graph between two stages; a stage that is not there is the
/// pipeline's boundary.
struct EdgeRow {
    RunId runId = 0;
    std::optional<std::uint32_t> fromStage{};
    std::optional<std::uint32_t> toStage{};
    std::string fromNode{};
    std::string fromPort{};
    std::string toNode{};
    std::string toPort{};
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0; ///< materialised
    bool operator==(const EdgeRow&) const = default;
};

/// End-to-end latency at one sink: from a row's (scheduled) arrival to its write.
struct LatencyRow {
    RunId runId = 0;
    std::string sink{};
    Histogram histogram{};
    bool operator==(const LatencyRow&) const = default;
};

/// One point of the time series, every 100 ms and once at the end. Counters count from the run's
/// start, so a lost point costs resolution only.
struct SamplePoint {
    RunId runId = 0;
    std::uint32_t stage = 0; ///< ordinal
    std::uint64_t tNs = 0;   ///< since the run's start
    std::uint64_t rowsIn = 0;
    std::uint64_t rowsOut = 0;
    std::uint64_t busyNs = 0;
    std::uint64_t queueBytes = 0; ///< waiting before the stage at that moment
    std::uint64_t stateBytes = 0;
    bool operator==(const SamplePoint&) const = default;
};

/// One thing that a pass did, or refused to do.
struct RewriteRow {
    RunId runId = 0;
    std::uint32_t ordinal = 0; ///< position among the run's rewrites; the store numbers them
    std::string pass{};
    std::string kind{};
    bool applied = false;
    std::string reason{};
    std::vector<std::string> before{}; ///< node ids
    std::vector<std::string> after{};
    std::optional<double> predictedSavingNsPerRow{};
    bool operator==(const RewriteRow&) const = default;
};

/// Interleaved runs of two plans on one input.
struct ComparisonRow {
    ComparisonId id = 0;
    std::uint64_t createdNs = 0;  ///< wall time
    std::uint64_t finishedNs = 0; ///< wall time; 0 while it is not finished
    std::string pipelineName{};
    std::string pipelineHash{};
    std::vector<RunId> naiveRuns{};     ///< measured ones, by repetition; filled by the store
    std::vector<RunId> optimizedRuns{}; ///< measured ones, by repetition; filled by the store
    std::optional<bool> identical{};    ///< outputs; none when they may differ or were not compared
    std::string identicalReason{};      ///< why `identical` is false or not there
    std::optional<double> speedup{};    ///< median naive seconds / median optimised seconds
    std::optional<double> ciLow{};      ///< 95 % confidence interval of speedup
    std::optional<double> ciHigh{};
    Verdict verdict = Verdict::None;
    std::uint32_t repetitions = 0; ///< measured runs a plan
    std::uint32_t warmups = 0;     ///< runs a plan that were dropped
    bool operator==(const ComparisonRow&) const = default;
};

struct SettingRow {
    std::string key{};
    std::string value{}; ///< JSON or plain text, as its owner likes
    bool operator==(const SettingRow&) const = default;
};

/// Everything that is kept of one run. The runId of the rows follows run.id when they are stored.
struct RunRecord {
    RunRow run{};
    std::vector<StageRow> stages{};
    std::vector<MemberRow> members{};
    std::vector<CodeRow> code{}; ///< in the order of stages
    std::vector<EdgeRow> edges{};
    std::vector<LatencyRow> latency{};
    std::vector<RewriteRow> rewrites{};
    std::vector<SamplePoint> samples{};
    bool operator==(const RunRecord&) const = default;
};

} // namespace fuseboard
