// SPDX-License-Identifier: Apache-2.0
#include "app/cli/pipeline_options.h"

#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/number_options.h"
#include "app/cli/table.h"
#include "app/session/cost_file.h"
#include "engine/connectors/byte_source.h"
#include "engine/connectors/connector.h"
#include "engine/formats/schema_json.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace fuseboard {

namespace {

// A schema is a small file; anything longer is a mistake.
constexpr std::size_t kMostSchemaBytes = 16U << 20U;

Result<std::string> readText(const std::string& path) {
    FB_TRY_ASSIGN(auto source, connectorFor(path).openSource(path));
    std::string text;
    std::array<char, 65536> piece{};
    while (true) {
        FB_TRY_ASSIGN(const std::size_t got, source->read(piece));
        if (got == 0)
            return text;
        text.append(piece.data(), got);
        if (text.size() > kMostSchemaBytes)
            return fail(Error(ErrorCode::LimitExceeded, "this is too long for a schema",
                              "name a JSON file with a list of fields")
                            .at({path, 0, 0, {}}));
    }
}

bool isIdentifier(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    });
}

} // namespace

void addPipelineArgument(CLI::App& command, PipelineOptions& options) {
    command
        .add_option("FILE", options.file,
                    "Pipeline: .trickle, .troy, .dot, .gv or .fuse.json; told by content if the "
                    "ending does not say")
        ->required();
    command
        .add_option("--module-path", options.modulePath,
                    "Folder searched by `use` before the built-in modules; may be repeated")
        ->allow_extra_args(false)
        ->type_name("DIR");
}

void addPassOptions(CLI::App& command, PipelineOptions& options) {
    CLI::Option* only = command.add_option("--pass", options.only, "Run only these passes");
    CLI::Option* without =
        command.add_option("--no-pass", options.without, "Leave these passes out");
    for (CLI::Option* option : {only, without})
        option->delimiter(',')->allow_extra_args(false)->type_name("NAME,...");
    only->excludes(without);
}

void addSchemaOption(CLI::App& command, PipelineOptions& options) {
    command
        .add_option("--schema", options.schemas,
                    "Declared schema of the input (or PORT=FILE), checked row by row")
        ->allow_extra_args(false)
        ->type_name("FILE");
}

void addThreadsOption(CLI::App& command, PipelineOptions& options) {
    command
        .add_option("--threads", options.workers,
                    "Worker threads of the run that the plan is for; 0: those of --costs")
        ->check(wholeNumber(0, kMaxThreads))
        ->type_name("N");
}

void addCostsOption(CLI::App& command, PipelineOptions& options) {
    command
        .add_option("--costs", options.costs,
                    "Constants of the cost model: built-in, calibrated (by `bench --calibrate`) or "
                    "a file")
        ->capture_default_str()
        ->type_name("TABLE");
}

std::optional<LoadedPipeline> load(const PipelineOptions& options, bool mustRun) {
    LoadResult loaded = loadPipeline(options.file, options.modulePath);
    if (!loaded) {
        complain(loaded.error());
        return std::nullopt;
    }
    for (const Notice& notice : loaded->notices)
        tell(notice);
    for (Error& problem : loaded->problems) {
        if (problem.place.file.empty())
            problem.place.file = options.file;
        mustRun ? complain(problem) : warn(problem);
    }
    if (mustRun && !loaded->problems.empty())
        return std::nullopt;
    return std::move(*loaded);
}

Result<PortValue> parsePortValue(const std::string& text, const std::vector<std::string>& ports,
                                 std::string_view kindOfPort) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
        return PortValue{{}, text};
    const std::string name = text.substr(0, equals);
    if (std::ranges::find(ports, name) != ports.end())
        return PortValue{name, text.substr(equals + 1)};
    std::error_code error;
    if (!isIdentifier(name) || std::filesystem::exists(text, error))
        return PortValue{{}, text};
    return fail(
        ErrorCode::InvalidArgument, fmt::format("the pipeline has no {} \"{}\"", kindOfPort, name),
        ports.empty() ? std::string("it has none") : fmt::format("there is: {}", joined(ports)));
}

std::string defaultInput(const Graph& graph) {
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i)
        if (graph.inputBinding(i)->connector.empty())
            return graph.inputs()[i];
    return graph.inputs().empty() ? "in" : graph.inputs().front();
}

std::optional<PassOptions> passesOf(const PipelineOptions& options, const Graph& graph,
                                    int& status) {
    PassOptions passes;
    passes.only = options.only;
    passes.without = options.without;
    passes.cancelled = [] { return cancelled().load(); };
    if (options.costs != "built-in") {
        const bool calibrated = options.costs == "calibrated";
        Result<CostTable> costs = readCostTable(calibrated ? calibratedCostsPath() : options.costs);
        if (!costs) {
            status = failed(costs.error());
            return std::nullopt;
        }
        passes.costs = *costs;
    }
    if (options.workers > 0)
        passes.costs.parallelism = options.workers;
    auto pinned = pinnedSchemas(graph);
    if (!pinned) {
        status = failed(pinned.error());
        return std::nullopt;
    }
    passes.schemas = std::move(*pinned);
    for (const std::string& text : options.schemas) {
        const auto place = [&]() -> Status {
            FB_TRY_ASSIGN(const PortValue named, parsePortValue(text, graph.inputs(), "input"));
            FB_TRY_ASSIGN(const std::string json, readText(named.value));
            FB_TRY_ASSIGN(Schema schema, parseSchema(json, named.value));
            const auto port =
                graph.findInput(named.port.empty() ? defaultInput(graph) : named.port);
            if (port)
                passes.schemas[*port] = std::make_shared<const Schema>(std::move(schema));
            return {};
        };
        if (const Status placed = place(); !placed) {
            status = failed(placed.error());
            return std::nullopt;
        }
    }
    return passes;
}

std::expected<OptimizedGraph, int> optimized(const PipelineOptions& options, const Graph& naive) {
    int status = kExitDone;
    const auto passes = passesOf(options, naive, status);
    if (!passes)
        return std::unexpected(status);
    Result<OptimizedGraph> result = optimizePipeline(naive, *passes);
    if (result)
        return std::move(*result);
    // Only the command line names passes.
    if (result.error().code == ErrorCode::UnknownName)
        return std::unexpected(wrongUsage(result.error().message, result.error().hint));
    return std::unexpected(failed(result.error()));
}

} // namespace fuseboard
