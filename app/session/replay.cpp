// SPDX-License-Identifier: Apache-2.0
#include "app/session/run_settings.h"
#include "engine/graph/graph_json.h"

#include <fmt/format.h>
#include <utility>

namespace fuseboard {

namespace {

Status checkInputs(const RunRequest& run, RunId id) {
    for (const InputRequest& input : run.inputs) {
        if (input.source.location == "-")
            return fail(ErrorCode::Unsupported,
                        fmt::format("run {} read standard input, which is gone", id),
                        "save the data to a file and run that");
    }
    if (run.inputs.empty())
        return fail(ErrorCode::Unsupported, fmt::format("run {} names no input", id));
    return {};
}

} // namespace

Result<ReplayedRun> replayOf(const RunStore& store, RunId id) {
    FB_TRY_ASSIGN(const RunRow row, store.run(id));
    FB_TRY_ASSIGN(RunSettings settings, settingsFromJson(row.settingsJson));
    if (settings.pipelineText.empty())
        return fail(ErrorCode::Unsupported,
                    fmt::format("the pipeline of run {} was not kept as text", id));
    auto pipeline = parsePipeline(settings.pipelineText, fmt::format("pipeline of run {}", id));
    if (!pipeline)
        return fail(pipeline.error().front());
    if (!pipeline->problems.empty())
        return fail(pipeline->problems.front());
    ReplayedRun replay;
    replay.naive = std::move(pipeline->graph);
    replay.request = std::move(settings.request);
    replay.inputHash = row.inputHash;
    replay.outputHash = row.outputHash.value_or("");
    replay.planHash = row.planHash;
    replay.errorText = row.errorText;
    SessionRequest& request = replay.request;
    RunRequest& run = request.comparison.run;
    FB_TRY(checkInputs(run, id));
    request.plans = row.plan == PlanSide::Naive ? PlanChoice::Naive : PlanChoice::Optimized;
    request.comparison.repetitions = 1;
    request.comparison.warmups = 0;
    const std::string& clock = run.clock.empty() ? replay.naive.properties().clock : run.clock;
    if (clock == "wall" && run.arrivals == nullptr)
        return fail(
            ErrorCode::Unsupported,
            fmt::format("run {} went by the wall clock, and when its events arrived was not "
                        "kept (there were too many, or it did not end well)",
                        id),
            "run it again, or by a field of its events");
    for (OutputRequest& output : run.outputs)
        output.location = "discard:";
    request.passes.schemas.resize(replay.naive.inputs().size());
    for (const InputRequest& input : run.inputs)
        if (const auto port = replay.naive.findInput(input.port))
            request.passes.schemas[*port] = input.source.schema;
    return replay;
}

Result<std::string> hashInputs(const Graph& graph, const RunRequest& run) {
    std::string hash;
    for (const std::string& port : graph.inputs())
        for (const InputRequest& input : run.inputs) {
            if (input.port != port)
                continue;
            FB_TRY_ASSIGN(OpenedSource opened, openSource(input.source));
            SourceChunk chunk;
            while (true) {
                FB_TRY_ASSIGN(const bool more, opened.reader->next(chunk, 256U << 10U));
                if (!more)
                    break;
            }
            hash += opened.reader->inputHash();
        }
    return hash;
}

} // namespace fuseboard
