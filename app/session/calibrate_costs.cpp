// SPDX-License-Identifier: Apache-2.0
// One chain of selects is run as one stage and as a stage a node: the difference is what its edges
// cost. Rows of two widths tell the share of a byte from that of a row, pieces of two sizes the
// share of a batch.
#include "app/session/session.h"
#include "engine/measure/statistics.h"
#include "engine/operators/operator_body.h"
#include "optimizer/cost/workload.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

namespace fuseboard {

namespace {

constexpr std::size_t kNodes = 8;
constexpr std::uint64_t kLargePiece = 64U << 10U, kSmallPiece = 4U << 10U;

/// `length` selects whose rows have `fields` fields, each a text made anew by every node.
std::string chainText(std::size_t length, std::size_t fields) {
    std::string target;
    for (std::size_t i = 0; i < fields; ++i)
        target += fmt::format("{}\\\"f{}\\\": \\\"#{{event.timestamp}} is a long enough text\\\"",
                              i == 0 ? "" : ", ", i);
    target += R"(, \"timestamp\": event.timestamp)";
    std::string nodes, edges = R"({"from_input": "in", "to": "select/0"})";
    for (std::size_t n = 0; n < length; ++n) {
        nodes += fmt::format(R"({}{{"id": "select/{}", "operator": "select", "label": "select {}",)"
                             R"("config": {{"target": {{"expression": "{{{}}}"}}}}}})",
                             n == 0 ? "" : ",\n", n, n, target);
        edges += n + 1 < length
                     ? fmt::format(R"(, {{"from": "select/{}", "to": "select/{}"}})", n, n + 1)
                     : fmt::format(R"(, {{"from": "select/{}", "to_output": "out"}})", n);
    }
    return fmt::format(R"({{"fuseboard": 1, "name": "calibration", "inputs": [{{"name": "in"}}],)"
                       R"("outputs": [{{"name": "out"}}], "nodes": [{}], "edges": [{}]}})",
                       nodes, edges);
}

/// One chain in one of its forms, and what a run of it takes on one thread.
struct Trial {
    OptimizedGraph plan;
    std::uint64_t pieceBytes = kLargePiece;
    bool preload = true;

    std::vector<double> cpuNs{};        ///< by repetition
    std::vector<double> decodeByteNs{}; ///< likewise; only without preload
    std::uint64_t rows = 0;
    std::uint64_t batches = 0; ///< of one stage
    double bytesPerRow = 0;    ///< of one edge between two nodes

    [[nodiscard]] double ns() const { return median(cpuNs); }
};

Result<Graph> chain(std::size_t length, std::size_t fields) {
    LoadResult loaded = loadPipelineText("calibration.fuse.json", chainText(length, fields));
    if (!loaded)
        return fail(loaded.error().front());
    return std::move(loaded->naive);
}

/// The chain as one stage: a model in which edges cost a fortune fuses all of it.
Result<OptimizedGraph> fused(Graph graph) {
    PassOptions options;
    options.only = {"fuse"};
    options.costs.batchOverheadNs = 1e9;
    options.costs.parallelism = 1;
    return optimizePipeline(std::move(graph), options);
}

RunRequest requestOf(const Trial& trial, std::uint64_t rows) {
    RunRequest request;
    request.side = PlanSide::Optimized;
    request.threads = 1;
    request.clock = "index";
    request.preload = trial.preload;
    request.batchBytes = trial.pieceBytes;
    InputRequest input;
    input.source.location = fmt::format("generate:metrics?rows={}&seed=1", rows);
    request.inputs.push_back(std::move(input));
    OutputRequest output;
    output.ports = {"out"};
    request.outputs.push_back(std::move(output));
    return request;
}

Status runTrial(Trial& trial, std::uint64_t rows, const SessionHooks& hooks) {
    RunHooks runHooks;
    runHooks.cancelled = hooks.cancelled;
    FB_TRY_ASSIGN(const RunResult run, runGraph(trial.plan.graph, trial.plan.inputFields,
                                                requestOf(trial, rows), runHooks));
    if (run.record.run.status == RunStatus::Cancelled)
        return fail(ErrorCode::Cancelled, "cancelled");
    if (run.failure)
        return fail(*run.failure);
    trial.cpuNs.push_back(run.record.run.cpuSeconds * 1e9);
    trial.rows = run.record.run.rowsIn;
    for (const StageRow& stage : run.record.stages) {
        trial.batches = std::max(trial.batches, stage.batches);
        if (stage.nodes.empty() && stage.bytesIn > 0)
            trial.decodeByteNs.push_back(stage.busySeconds * 1e9 /
                                         static_cast<double>(stage.bytesIn));
        else if (stage.rowsOut > 0)
            trial.bytesPerRow =
                static_cast<double>(stage.bytesMaterialized) / static_cast<double>(stage.rowsOut);
    }
    return {};
}

/// What all edges of the chain take, over all rows.
double edgesNs(const Trial& separate, const Trial& together) {
    return separate.ns() - together.ns();
}

/// A measured constant that noise has driven to nothing keeps its built-in value.
double orBuiltIn(double measured, double builtIn) {
    return measured > builtIn / 100 ? measured : builtIn;
}

double cacheBytes(int name, double builtIn) {
    const long bytes = ::sysconf(name);
    return bytes > 0 ? static_cast<double>(bytes) : builtIn;
}

/// What the model says of the nodes' own work, in ns a row.
Result<double> predictedWork(const Graph& graph) {
    FB_TRY_ASSIGN(const auto order, graph.topologicalOrder());
    const Workload load = estimateWorkload(graph, builtinCatalogue(), order, {}, {});
    double ns = 0;
    for (const NodeLoad& node : load.nodes)
        ns += node.workNs;
    return ns / load.inputRows;
}

enum TrialName : std::uint8_t { // places in the list of trials
    Alone,                      // one node
    Fused,
    Separate, // narrow rows, large pieces
    FusedWide,
    SeparateWide,
    FusedSmall,
    SeparateSmall,
    Decoding,
    kTrials
};

using Trials = std::array<Trial, kTrials>;

Result<Trials> makeTrials() {
    constexpr std::size_t kNarrow = 2, kWide = 16;
    Trials trials;
    const auto make = [&](TrialName name, std::size_t length, std::size_t fields,
                          std::uint64_t pieceBytes, bool fuses) -> Status {
        FB_TRY_ASSIGN(Graph graph, chain(length, fields));
        FB_TRY_ASSIGN(OptimizedGraph plan,
                      fuses ? fused(std::move(graph)) : drawnPipeline(std::move(graph)));
        trials[name] = {std::move(plan), pieceBytes, name != Decoding};
        return {};
    };
    FB_TRY(make(Alone, 1, kNarrow, kLargePiece, true));
    FB_TRY(make(Fused, kNodes, kNarrow, kLargePiece, true));
    FB_TRY(make(Separate, kNodes, kNarrow, kLargePiece, false));
    FB_TRY(make(FusedWide, kNodes, kWide, kLargePiece, true));
    FB_TRY(make(SeparateWide, kNodes, kWide, kLargePiece, false));
    FB_TRY(make(FusedSmall, kNodes, kNarrow, kSmallPiece, true));
    FB_TRY(make(SeparateSmall, kNodes, kNarrow, kSmallPiece, false));
    FB_TRY(make(Decoding, 1, kNarrow, kLargePiece, false));
    return trials;
}

Result<CostTable> constantsOf(const Trials& trials) {
    constexpr double kEdges = kNodes - 1;
    const CostTable builtIn;
    CostTable costs;
    const Trial& narrow = trials[Separate];
    const Trial& wide = trials[SeparateWide];
    const Trial& small = trials[SeparateSmall];
    const auto rows = static_cast<double>(narrow.rows);
    const double narrowNs = edgesNs(narrow, trials[Fused]) / kEdges;
    const double wideNs = edgesNs(wide, trials[FusedWide]) / kEdges;
    const double smallNs = edgesNs(small, trials[FusedSmall]) / kEdges;
    costs.batchOverheadNs =
        orBuiltIn((smallNs - narrowNs) / static_cast<double>(small.batches - narrow.batches),
                  builtIn.batchOverheadNs);
    const auto rowNs = [&](double ns, const Trial& trial) {
        return (ns - costs.batchOverheadNs * static_cast<double>(trial.batches)) / rows;
    };
    const double perByte =
        (rowNs(wideNs, wide) - rowNs(narrowNs, narrow)) / (wide.bytesPerRow - narrow.bytesPerRow);
    costs.materializedByteNs = orBuiltIn(perByte, builtIn.materializedByteNs);
    costs.handOverRowNs =
        orBuiltIn(rowNs(narrowNs, narrow) - costs.materializedByteNs * narrow.bytesPerRow,
                  builtIn.handOverRowNs);
    costs.decodeByteNs = orBuiltIn(median(trials[Decoding].decodeByteNs), builtIn.decodeByteNs);
    FB_TRY_ASSIGN(const double one, predictedWork(trials[Alone].plan.graph));
    costs.workFactor = orBuiltIn((trials[Fused].ns() - trials[Alone].ns()) / (rows * kEdges * one),
                                 builtIn.workFactor);
    costs.l2Bytes = cacheBytes(_SC_LEVEL2_CACHE_SIZE, builtIn.l2Bytes);
    costs.l3Bytes = std::max(cacheBytes(_SC_LEVEL3_CACHE_SIZE, builtIn.l3Bytes), costs.l2Bytes);
    costs.parallelism = std::max(1U, std::thread::hardware_concurrency());
    return costs;
}

} // namespace

Result<CostTable> calibrateCosts(std::uint64_t rows, std::uint32_t repetitions,
                                 const SessionHooks& hooks) {
    FB_TRY_ASSIGN(Trials trials, makeTrials());
    const std::size_t count = (repetitions + 1) * trials.size();
    for (std::size_t i = 0; i < count; ++i) {
        Trial& trial = trials[i % trials.size()];
        if (hooks.progress)
            hooks.progress({{}, i, count, static_cast<double>(i) / static_cast<double>(count), {}});
        FB_TRY(runTrial(trial, rows, hooks));
        if (i < trials.size()) { // the first round warms up
            trial.cpuNs.clear();
            trial.decodeByteNs.clear();
        }
    }
    return constantsOf(trials);
}

} // namespace fuseboard
