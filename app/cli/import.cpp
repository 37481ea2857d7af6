// SPDX-License-Identifier: Apache-2.0
// import: any pipeline file to a pipeline file of Fuseboard.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/pipeline_options.h"
#include "app/cli/table.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <memory>

namespace fuseboard {

namespace {

struct ImportCommand {
    PipelineOptions pipeline;
    std::string out = "-";
    bool json = false;
};

std::string reportText(const LoadedPipeline& loaded, const std::string& out) {
    const GraphCounts counts = countGraph(loaded.naive);
    return fmt::format("{{\"format\":\"{}\",\"name\":{},\"file\":{},\"nodes\":{},"
                       "\"passthroughs\":{},\"edges\":{},\"notices\":{},\"problems\":{}}}\n",
                       loaded.format, jsonText(loaded.naive.name()), jsonText(out), counts.nodes,
                       counts.passthroughs, counts.edges, loaded.notices.size(),
                       loaded.problems.size());
}

// A parameter that did not read may have no place in the file, which would then run without it.
bool losesProblems(const LoadedPipeline& loaded, const std::string& text) {
    if (loaded.problems.empty())
        return false;
    const auto again = parsePipeline(text, loaded.naive.name());
    if (!again)
        return again.error().size() < loaded.problems.size();
    return verify(again->graph, builtinCatalogue()).size() + again->problems.size() <
           loaded.problems.size();
}

int import(const ImportCommand& command) {
    if (command.json && command.out == "-")
        return wrongUsage("--json prints a report, so the pipeline must go to a file",
                          "name one with -o PIPELINE.fuse.json");
    const auto loaded = load(command.pipeline, false);
    if (!loaded)
        return kExitFailed;
    const Result<std::string> text = printPipeline(loaded->naive);
    if (!text)
        return failed(text.error());
    if (losesProblems(*loaded, *text))
        return failed(Error(ErrorCode::InvalidArgument,
                            "nothing was written: a part of the pipeline that does not read cannot "
                            "be kept in a pipeline file",
                            "solve the problems above first"));
    if (const int status = deliver(command.out, *text); status != kExitDone)
        return status;
    if (command.json)
        if (const int status = deliver("-", reportText(*loaded, command.out)); status != kExitDone)
            return status;
    if (loaded->problems.empty())
        return kExitDone;
    say(fmt::format("the pipeline was imported, but does not run before {} {} solved",
                    plural(loaded->problems.size(), "problem"),
                    loaded->problems.size() == 1 ? "is" : "are"));
    return kExitFailed;
}

} // namespace

void addImportCommand(CommandLine& line) {
    auto command = std::make_shared<ImportCommand>();
    CLI::App* app = line.app().add_subcommand("import", "Convert a pipeline to .fuse.json");
    addPipelineArgument(*app, command->pipeline);
    app->add_option("-o,--out", command->out, "Where to write it; standard output without it")
        ->type_name("PIPELINE.fuse.json");
    app->add_flag("--json", command->json, "Print a report");
    app->footer("Example:\n  fuseboard-cli import influx.trickle -o influx.fuse.json\n\n"
                "--json keys: format, name, file, nodes, passthroughs, edges, notices, problems.");
    line.add(app, [command] { return import(*command); });
}

} // namespace fuseboard
