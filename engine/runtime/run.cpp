// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/run.h"

#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/runtime/plan_executor.h"
#include "engine/runtime/reference_executor.h"

#include <algorithm>
#include <array>

namespace fuseboard {

namespace {

constexpr std::array<std::string_view, 4> kExecNames = {"reference", "interpret", "compile",
                                                        "auto"};

} // namespace

std::string_view toString(Exec exec) {
    return kExecNames[static_cast<std::size_t>(exec)];
}

std::optional<Exec> execFromText(std::string_view text) {
    const auto found = std::find(kExecNames.begin(), kExecNames.end(), text);
    if (found == kExecNames.end())
        return std::nullopt;
    return static_cast<Exec>(found - kExecNames.begin());
}

RunRequest withoutOutputs(RunRequest request) {
    for (OutputRequest& output : request.outputs) {
        output.location = "discard:";
        output.capture = nullptr;
        output.watch = nullptr;
    }
    return request;
}

Result<RunResult> runGraph(const Graph& graph, const std::vector<FieldTree>& inputFields,
                           const RunRequest& request, const RunHooks& hooks) {
    std::optional<Graph> changed;
    if (request.atEnd && *request.atEnd != graph.properties().atEnd) {
        changed = graph;
        GraphProperties properties = graph.properties();
        properties.atEnd = *request.atEnd;
        changed->setProperties(std::move(properties));
    }
    const std::uint64_t started = wallNs();
    resetPeakRss();
    FB_TRY_ASSIGN(RunSetup setup,
                  prepareRun(changed ? *changed : graph, inputFields, request, hooks.cancelled));
    std::string inputName;
    for (const OpenedInput& input : setup.inputs)
        inputName += (inputName.empty() ? "" : ", ") + input.source.reader->name();
    Result<RunResult> result = request.exec == Exec::Reference ? executeReference(setup, hooks)
                                                               : executePlan(setup, hooks);
    if (!result)
        return result;
    RunRow& run = result->record.run;
    run.plan = request.side;
    run.exec = toString(request.exec);
    run.startedNs = started;
    run.pipelineName = graph.name();
    run.peakMemoryBytes = peakRssBytes();
    run.inputName = std::move(inputName);
    return result;
}

} // namespace fuseboard
