// SPDX-License-Identifier: Apache-2.0
// export: a pipeline as a script, a picture or a file of another program.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/pipeline_options.h"
#include "app/cli/table.h"
#include "app/layout_client/worker_layout_service.h"
#include "engine/exporters/exporter.h"
#include "engine/graph/verifier.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

namespace fuseboard {

namespace {

struct ExportCommand {
    PipelineOptions pipeline;
    std::string target;
    std::string graph = "naive";
    std::string out = "-";
    bool listTargets = false, json = false;
};

int listTargets(bool json) {
    std::vector<std::vector<std::string>> rows;
    std::string list = "[";
    for (const ExportTarget& target : exportTargets()) {
        rows.push_back(
            {std::string(target.name), std::string(target.ending), std::string(target.summary)});
        list += fmt::format("{}{{\"name\":\"{}\",\"ending\":\"{}\",\"summary\":{},\"binary\":{}}}",
                            list.size() == 1 ? "" : ",", target.name, target.ending,
                            jsonText(target.summary), target.binary);
    }
    return deliver("-", json ? list + "]\n" : printTable(rows, {}));
}

int exportPipeline(const ExportCommand& command) {
    if (command.listTargets)
        return listTargets(command.json);
    if (command.pipeline.file.empty() || command.target.empty())
        return wrongUsage("export needs a pipeline and --to TARGET",
                          "--list-targets names the targets");
    const auto target = std::ranges::find(exportTargets(), command.target, &ExportTarget::name);
    if (target == exportTargets().end()) {
        std::vector<std::string> names;
        for (const ExportTarget& known : exportTargets())
            names.emplace_back(known.name);
        return wrongUsage(fmt::format("there is no target \"{}\"", command.target),
                          "the targets are: " + joined(names));
    }
    if (target->binary && command.out == "-" && isTerminal(STDOUT_FILENO))
        return wrongUsage(fmt::format("a {} does not go to a terminal", target->title),
                          "name a file with -o");
    if (command.json && command.out == "-")
        return wrongUsage("--json prints a report, so the export must go to a file",
                          "name one with -o FILE");
    const auto loaded = load(command.pipeline, command.graph == "optimized");
    if (!loaded)
        return kExitFailed;
    auto made = command.graph == "optimized" ? optimized(command.pipeline, loaded->naive)
                                             : std::expected<OptimizedGraph, int>();
    if (!made)
        return made.error();
    WorkerLayoutService layout;
    ExportRequest request;
    request.graph = &loaded->naive;
    request.optimized = &*made;
    request.useOptimized = command.graph == "optimized";
    request.planHash = planHash(request.useOptimized ? made->graph : loaded->naive);
    request.layout = &layout;
    Result<std::string> text = exportGraph(command.target, request);
    if (!text) {
        Error error = std::move(text).error();
        if (error.place.file.empty())
            error.place.file = command.pipeline.file;
        return failed(error);
    }
    if (const int status = deliver(command.out, *text); status != kExitDone || !command.json)
        return status;
    return deliver("-", fmt::format("{{\"target\":\"{}\",\"file\":{},\"graph\":\"{}\","
                                    "\"plan_hash\":\"{}\",\"bytes\":{}}}\n",
                                    command.target, jsonText(command.out), command.graph,
                                    request.planHash, text->size()));
}

} // namespace

void addExportCommand(CommandLine& line) {
    auto command = std::make_shared<ExportCommand>();
    CLI::App* app = line.app().add_subcommand("export", "Write a pipeline for another program");
    addPipelineArgument(*app, command->pipeline);
    app->get_option("FILE")->required(false);
    app->add_option("--to", command->target, "What to write; --list-targets names them")
        ->type_name("TARGET");
    app->add_flag("--list-targets", command->listTargets, "Name the targets");
    app->add_option("--graph", command->graph, "naive (as drawn) or optimized")
        ->check(CLI::IsMember({"naive", "optimized"}))
        ->type_name("GRAPH");
    addPassOptions(*app, command->pipeline);
    addSchemaOption(*app, command->pipeline);
    app->add_option("-o,--out", command->out, "Where to write it; standard output without it")
        ->type_name("FILE");
    app->add_flag("--json", command->json, "Print a report");
    app->footer("Example:\n  fuseboard-cli export orders-by-key.fuse.json --to duckdb-sql -o "
                "orders.sql\n\n"
                "--json keys: target, file, graph, plan_hash, bytes; with --list-targets a list of "
                "{name, ending, summary, binary}.");
    line.add(app, [command] { return exportPipeline(*command); });
}

} // namespace fuseboard
