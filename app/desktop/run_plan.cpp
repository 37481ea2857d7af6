// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/run_plan.h"

#include "views/document/endpoint_kinds.h"
#include "views/document/node_text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr const char* kEventTime = "event.timestamp:ms";
constexpr std::string_view kGenerate = "generate:";

QString tr(const char* text) {
    return QCoreApplication::translate("RunPlan", text);
}

bool hasBoundInput(const Graph& graph) {
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i) {
        if (!graph.inputBinding(i)->connector.empty())
            return true;
    }
    return false;
}

bool isTaken(const RunRequest& run, const std::string& output) {
    return std::ranges::any_of(run.outputs, [&](const OutputRequest& known) {
        return std::ranges::find(known.ports, output) != known.ports.end();
    });
}

/// `generate:metrics?rows=5&seed=1` as the settings of a generator.
PortBinding generatorBinding(std::string_view location) {
    PortBinding binding;
    binding.connector = "generator";
    location.remove_prefix(kGenerate.size());
    const std::size_t question = location.find('?');
    binding = withText(binding, "shape", location.substr(0, question));
    while (question != std::string_view::npos && !location.empty()) {
        const std::size_t start = location.find_first_of("?&");
        if (start == std::string_view::npos)
            break;
        location.remove_prefix(start + 1);
        const std::string_view option = location.substr(0, location.find('&'));
        if (const std::size_t equals = option.find('='); equals != std::string_view::npos)
            binding = withText(binding, option.substr(0, equals), option.substr(equals + 1));
    }
    return binding;
}

} // namespace

DataChoice exampleData() {
    return {tr("metrics, 1 M rows"), "generate:metrics?rows=1000000&seed=1", kEventTime};
}

DataChoice fileChoice(const QString& path) {
    return {QFileInfo(path).fileName(), path.toStdString(), {}};
}

std::vector<DataChoice> dataChoices(const Graph& graph) {
    std::vector<DataChoice> choices;
    if (hasBoundInput(graph)) {
        for (std::uint32_t i = 0; i < graph.inputs().size() && choices.empty(); ++i) {
            const PortBinding& binding = *graph.inputBinding(i);
            if (!binding.connector.empty())
                choices.push_back({portTitle(binding, graph.inputs()[i], true), {}, {}});
        }
    }
    choices.push_back(
        {tr("metrics, 100 k rows"), "generate:metrics?rows=100000&seed=1", kEventTime});
    choices.push_back(exampleData());
    choices.push_back({tr("access log, 100 k rows"), "generate:logs?rows=100000&seed=1", "index"});
    choices.push_back({tr("orders, 100 k rows"), "generate:orders?rows=100000&seed=1", kEventTime});
    choices.push_back(
        {tr("nested records, 100 k rows"), "generate:nested?rows=100000&seed=1", kEventTime});
    choices.push_back({tr("Nexmark auction, 100 k rows"), "generate:nexmark?rows=100000&seed=1",
                       "event.dateTime:ms"});
    return choices;
}

std::optional<std::string> openInput(const Graph& graph) {
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i) {
        if (graph.inputBinding(i)->connector.empty())
            return graph.inputs()[i];
    }
    return graph.inputs().empty() ? std::nullopt : std::optional(graph.inputs().front());
}

void bindOpenInput(Graph& graph, const DataChoice& data) {
    const auto name = openInput(graph);
    const auto port = name ? graph.findInput(*name) : std::nullopt;
    if (!port || !graph.inputBinding(*port)->connector.empty() || data.location.empty())
        return;
    PortBinding binding = *graph.inputBinding(*port);
    if (data.location.starts_with(kGenerate)) {
        const PortBinding made = generatorBinding(data.location);
        binding.connector = made.connector;
        binding.settings = made.settings;
    } else {
        binding.connector = "file";
        binding = withText(binding, "path", data.location);
    }
    graph.bindInput(*port, std::move(binding));
    GraphProperties properties = graph.properties();
    if (properties.clock.empty() && !data.clock.empty()) {
        properties.clock = data.clock;
        graph.setProperties(properties);
    }
}

Result<SourceSpec> sampledSource(const Graph& graph, const std::string& port,
                                 const DataChoice& chosen) {
    const auto index = graph.findInput(port);
    if (!index)
        return fail(ErrorCode::UnknownName, "there is no source " + port);
    if (!chosen.location.empty() && openInput(graph) == port) {
        SourceSpec source;
        source.location = chosen.location;
        return source;
    }
    const PortBinding& binding = *graph.inputBinding(*index);
    if (binding.connector.empty())
        return fail(ErrorCode::InvalidArgument, "no data is chosen for source " + port,
                    "choose sample data in the toolbar, or a file in the inspector");
    FB_TRY_ASSIGN(InputRequest input, inputOfBinding(port, binding));
    return input.source;
}

Result<PlannedSession> planSession(const Graph& graph, const RunChoices& options) {
    PlannedSession planned;
    SessionRequest& request = planned.request;
    RunRequest& run = request.comparison.run;
    request.pipelinePath = options.pipelinePath;
    request.comparison.repetitions = options.repetitions;
    if (!options.data.location.empty()) {
        const auto port = openInput(graph);
        if (!port)
            return fail(ErrorCode::InvalidArgument, "the pipeline has no source",
                        "drag a source from the palette onto the canvas");
        InputRequest input;
        input.port = *port;
        input.source.location = options.data.location;
        run.inputs.push_back(std::move(input));
    }
    FB_TRY(bindSavedPorts(graph, run, planned.effects));
    FB_TRY_ASSIGN(request.passes.schemas, pinnedSchemas(graph));
    for (InputRequest& input : run.inputs) {
        if (const auto port = graph.findInput(input.port))
            input.source.schema = request.passes.schemas[*port];
    }
    if (run.inputs.empty())
        return fail(ErrorCode::InvalidArgument, "there is no data to run on",
                    "choose sample data in the toolbar, or a file in the inspector of the source");
    OutputRequest discard; // rows for which nobody has chosen a place are compared and dropped
    for (const std::string& output : graph.outputs()) {
        if (output != "err" && !isTaken(run, output))
            discard.ports.push_back(output);
    }
    if (!discard.ports.empty())
        run.outputs.push_back(std::move(discard));
    run.clock = options.clock;
    if (run.clock.empty() && graph.properties().clock.empty())
        run.clock = options.data.clock;
    return planned;
}

} // namespace fuseboard
