// SPDX-License-Identifier: Apache-2.0
// Running one plan on one input: what is asked, what can be watched and stopped meanwhile, and what
// comes back. The only entry of the runtime besides comparison.h.
#pragma once

#include "engine/base/result.h"
#include "engine/connectors/source.h"
#include "engine/graph/rewrite.h"
#include "engine/measure/run_rows.h"
#include "engine/runtime/row_error.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

class CompiledLoop;  // engine/kernels/group_compiler.h
class GroupCompiler; // engine/kernels/group_compiler.h
enum class CodeTier : std::uint8_t;

/// The reference executor takes --memory, and refuses what asks for more than one row at a time:
/// rate and preload.
enum class Exec : std::uint8_t {
    Reference,
    Interpret,
    Compile, ///< code is made before the first rows are worked on
    Auto,    ///< interpreted until code is ready, which is made where it may pay
};
[[nodiscard]] std::string_view toString(Exec exec);
[[nodiscard]] std::optional<Exec> execFromText(std::string_view text);

/// An input that is in memory, and how its rows are decoded: its head was read with it.
struct SpooledInput {
    std::shared_ptr<const PreloadedInput> chunks;
    DecodeOptions decode;
};

/// What one boundary input reads.
struct InputRequest {
    std::string port = "in";
    SourceSpec source;
    std::shared_ptr<const SpooledInput> spooled; ///< wins over `source`; see spool.h
};

/// Where rows go. Several ports may share one sink: their rows are merged by key.
struct OutputRequest {
    std::vector<std::string> ports;    ///< boundary outputs; "err" also takes rejected source rows
    std::string location = "discard:"; ///< path, "-" or "discard:"
    Format format = Format::Ndjson;
    std::string* capture = nullptr; ///< memory sink: receives all bytes; wins over location
    /// Sees the bytes in order, before they are written; one thread at a time.
    std::function<void(std::string_view)> watch = nullptr;
};

/// Times of arrival and ticks of a run under the wall clock, for its repetition.
struct ArrivalLog {
    struct Arrival {
        std::uint64_t sequence = 0, time = 0;
        std::uint32_t input = 0; ///< position among the bound inputs; ticks have none
    };
    std::vector<Arrival> arrivals; ///< events from `sequence` on came from `input` at `time`
    std::vector<Arrival> ticks;    ///< ticks up to `time` fall before `sequence`
    std::uint64_t origin = 0;
    std::uint64_t end = 0; ///< the clock when the input ended
    bool complete = false;
};

struct RunRequest {
    PlanSide side = PlanSide::Naive;
    /// The graph as drawn that the one to run was made from, outliving the run; null: it is that
    /// one.
    const Graph* naive = nullptr;
    Exec exec = Exec::Auto;
    GroupCompiler* compiler = nullptr; ///< outlives the run; null: everything is interpreted
    std::optional<CodeTier> tier;      ///< of all code; without: the second one if it pays
    std::vector<InputRequest> inputs;
    std::vector<OutputRequest> outputs;
    std::string clock;                    ///< empty: the pipeline's own, else index
    std::optional<AtEnd> atEnd;           ///< overrides the pipeline's property
    std::uint32_t threads = 0;            ///< 0: one a core
    std::uint64_t queueBytes = 8U << 20U; ///< limit of each queue; one batch always fits
    std::uint64_t batchBytes = 0;         ///< fixed size of input pieces; 0: adapts
    bool oneRowBatches = false;           ///< every piece is one row (tests)
    bool preload = false;                 ///< decode before the clock starts
    double rate = 0;                      ///< events per second offered; 0: as fast as it goes
    std::uint64_t maxErrors = ~std::uint64_t{0};
    std::uint64_t limit = ~std::uint64_t{0}; ///< source events
    std::uint64_t memoryBytes = 0;           ///< of keyed state; 0: half of the machine's
    bool allowEffects = false;
    bool keepsCode = false; ///< RunResult::code is wanted, also of stages that no row reaches
    bool measure = true;    ///< false: no histograms, samples or probe (overhead bench)
    std::shared_ptr<ArrivalLog>
        arrivals; ///< filled by the first run under the wall clock, then used
};

/// The same run with its outputs hashed and discarded.
[[nodiscard]] RunRequest withoutOutputs(RunRequest request);

/// Live figures, published at most every 33 ms.
struct LiveFigures {
    RunProgress progress;
    std::optional<std::uint64_t> totalBytes; ///< of the input, when known
    struct StageLive {
        std::string id;
        std::uint64_t rowsIn = 0, rowsOut = 0, busyNs = 0, blockedNs = 0, queueBytes = 0;
        bool queueFull = false;
    };
    std::vector<StageLive> stages;
};

/// Called from a thread of the runtime; must be quick. Lifetimes: until run() returns.
struct RunHooks {
    std::function<void(const LiveFigures&)> live;
    std::function<void(std::vector<SamplePoint>)> samples;
    /// Some times a second: stages, members, edges and latency so far as the record will hold them,
    /// with the run's threads, memory and materialised bytes. The plan executor alone.
    std::function<void(RunRecord)> figures;
    const std::atomic<bool>* cancelled = nullptr;
};

/// A row that a source could not read.
struct Rejection {
    std::string source;
    std::uint64_t line = 0;
    std::string reason;
};

/// Digest of one sink's bytes.
struct SinkResult {
    std::string name; ///< its ports joined by "+"
    std::uint64_t rows = 0, bytes = 0;
    std::string hash; ///< of all bytes in order
};

/// The code of one stage that runs operators, for listings. It refers to the graph that ran.
struct KeptCode {
    std::uint32_t stage = 0;                                ///< ordinal
    std::vector<std::shared_ptr<const CompiledLoop>> loops; ///< empty: StageRow::execReason
};

struct RunResult {
    RunRecord record; ///< figures; record.run.status says how it ended
    std::vector<SinkResult> sinks;
    ErrorDigest errors;                     ///< failures that count for `identical`
    std::vector<RowError> firstErrors;      ///< at most 100, in key order
    std::vector<Rejection> firstRejections; ///< at most 10, in row order
    std::optional<Error> failure; ///< why it did not finish, or what makes the exit status 1
    std::vector<std::string> notices;
    std::vector<KeptCode> code; ///< by stage; see RunRequest::keepsCode
};

/// Runs the graph as it stands (naive, or optimised with its groups). `inputFields` by boundary
/// input: what decoders convert (empty: everything). Fails before anything ran; what goes wrong
/// later is in RunResult::failure, with the figures so far.
[[nodiscard]] Result<RunResult> runGraph(const Graph& graph,
                                         const std::vector<FieldTree>& inputFields,
                                         const RunRequest& request, const RunHooks& hooks);

} // namespace fuseboard
