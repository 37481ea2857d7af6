// SPDX-License-Identifier: Apache-2.0
// show: a graph as text, JSON, DOT or a picture, or the code of its plan.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/pipeline_options.h"
#include "app/cli/show_code.h"
#include "app/cli/table.h"
#include "app/layout_client/worker_layout_service.h"
#include "engine/exporters/exporter.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_text.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

namespace fuseboard {

namespace {

struct ShowCommand {
    PipelineOptions pipeline;
    std::string format = "text";
    std::string graph; ///< empty: naive, or optimised with --after
    std::string after;
    std::string out = "-";
    bool json = false;
    ShowCodeOptions code;
};

/// One graph under its title.
struct Shown {
    std::string title;
    OptimizedGraph graph;
    bool isOptimized = false;
};

std::string textOf(const std::vector<Shown>& graphs) {
    std::string out;
    for (const Shown& shown : graphs) {
        const GraphCounts counts = countGraph(shown.graph.graph);
        out += fmt::format("{}# {}: {}, {}, {}, {}\n", out.empty() ? "" : "\n", shown.title,
                           plural(counts.nodes, "node"), plural(counts.passthroughs, "passthrough"),
                           plural(counts.fusedGroups, "fused group"), plural(counts.edges, "edge"));
        out += graphText(shown.graph.graph);
    }
    return out;
}

std::string jsonOf(const std::vector<Shown>& graphs) {
    if (graphs.size() == 1)
        return graphToJson(graphs.front().graph.graph) + "\n";
    std::string out = "{";
    for (const Shown& shown : graphs)
        out +=
            fmt::format("{}\"{}\":{}", out.size() == 1 ? "" : ",",
                        shown.isOptimized ? "optimized" : "naive", graphToJson(shown.graph.graph));
    return out + "}\n";
}

int picture(const ShowCommand& command, const std::vector<Shown>& graphs) {
    if (graphs.size() > 1)
        return wrongUsage(fmt::format("a {} shows one graph", command.format),
                          "choose --graph naive or --graph optimized");
    if (command.format == "png" && command.out == "-" && isTerminal(STDOUT_FILENO))
        return wrongUsage("a PNG picture does not go to a terminal", "name a file with -o");
    const Shown& shown = graphs.front();
    WorkerLayoutService layout;
    ExportRequest request;
    request.graph = &shown.graph.graph;
    request.optimized = &shown.graph;
    request.useOptimized = shown.isOptimized;
    request.layout = &layout;
    const Result<std::string> text = exportGraph(command.format, request);
    return text ? deliver(command.out, *text) : failed(text.error());
}

// The optimised graph as it was after a pass.
int rollBackTo(const std::string& pass, OptimizedGraph& graph) {
    const auto at = std::ranges::find(graph.passes, pass, &PassRecord::name);
    if (at == graph.passes.end()) {
        std::vector<std::string> names;
        for (const PassRecord& known : graph.passes)
            names.push_back(known.name);
        return wrongUsage(fmt::format("there is no pass \"{}\"", pass),
                          "the passes are: " + joined(names));
    }
    graph.graph.rollBack(at->logPosition);
    return kExitDone;
}

int collect(const ShowCommand& command, const Graph& naive, std::vector<Shown>& graphs) {
    const bool wantsNaive = command.graph == "naive" || command.graph == "both" ||
                            (command.graph.empty() && command.after.empty());
    if (wantsNaive) {
        Shown& shown = graphs.emplace_back();
        shown.title = "as drawn";
        shown.graph.graph = naive;
    }
    if (command.graph == "naive" || (command.graph.empty() && command.after.empty()))
        return kExitDone;
    auto made = optimized(command.pipeline, naive);
    if (!made)
        return made.error();
    Shown& shown = graphs.emplace_back();
    shown.title = command.after.empty() ? "optimised" : "after " + command.after;
    shown.isOptimized = true;
    shown.graph = std::move(*made);
    return command.after.empty() ? kExitDone : rollBackTo(command.after, shown.graph);
}

int show(const ShowCommand& command) {
    if (!command.code.form.empty())
        return showCode(command.pipeline, command.code, command.json, command.out);
    const bool runs = !command.graph.empty() && command.graph != "naive";
    const auto loaded = load(command.pipeline, runs || !command.after.empty());
    if (!loaded)
        return kExitFailed;
    std::vector<Shown> graphs;
    if (const int status = collect(command, loaded->naive, graphs); status != kExitDone)
        return status;
    if (command.json || command.format == "json")
        return deliver(command.out, jsonOf(graphs));
    if (command.format == "text")
        return deliver(command.out, textOf(graphs));
    return picture(command, graphs);
}

} // namespace

namespace {

void addCodeOptions(CLI::App& app, ShowCodeOptions& code) {
    CLI::Option* form =
        app.add_option("--code", code.form,
                       "What the stages of a plan run as: program (typed), ir (LLVM) or asm")
            ->check(CLI::IsMember({"program", "ir", "asm"}))
            ->type_name("FORM");
    app.add_option("--group", code.stage,
                   "With --code: one stage alone, by its label, a node's id, or its number")
        ->needs(form)
        ->type_name("NAME");
    app.add_option("--plan", code.plan, "With --code: naive or optimized (the default)")
        ->needs(form)
        ->check(CLI::IsMember({"naive", "optimized"}))
        ->type_name("PLAN");
    app.add_option("--tier", code.tier,
                   "With --code: calls (made first, the default) or inlined (of runs that last)")
        ->needs(form)
        ->check(CLI::IsMember({"calls", "inlined"}))
        ->type_name("TIER");
    app.add_flag("--preload", code.preload, "With --code: for input that `run --preload` holds")
        ->needs(form);
    app.add_option("--in", code.samples,
                   "With --code: rows that show the kinds of values, FILE or PORT=FILE; else the "
                   "pipeline's own source, if it can be read again")
        ->needs(form)
        ->type_name("SAMPLE");
}

} // namespace

void addShowCommand(CommandLine& line) {
    auto command = std::make_shared<ShowCommand>();
    CLI::App* app = line.app().add_subcommand("show", "Show the graph of a pipeline");
    addPipelineArgument(*app, command->pipeline);
    app->add_option("--format", command->format, "text, json, dot, svg or png")
        ->check(CLI::IsMember({"text", "json", "dot", "svg", "png"}))
        ->type_name("FORMAT");
    app->add_option("--graph", command->graph, "naive (as drawn), optimized or both")
        ->check(CLI::IsMember({"naive", "optimized", "both"}))
        ->type_name("GRAPH");
    app->add_option("--after", command->after, "The optimised graph as it was after this pass")
        ->type_name("PASS");
    addPassOptions(*app, command->pipeline);
    addCostsOption(*app, command->pipeline);
    addThreadsOption(*app, command->pipeline);
    addSchemaOption(*app, command->pipeline);
    app->add_option("-o,--out", command->out, "Where to write it; standard output without it")
        ->type_name("FILE");
    app->add_flag("--json", command->json, "The same as --format json");
    addCodeOptions(*app, command->code);
    app->footer(
        "Example:\n  fuseboard-cli show influx.trickle --graph optimized --format svg -o "
        "influx.svg\n\n"
        "--json prints {name, nodes: [{id, operator, label, group, config}], edges: [{from, "
        "from_port, to, to_port}], ports: {in, out}}; with --graph both {naive, optimized}. With "
        "--code it prints {form, stages: [{id, label, nodes, compiled, reason, sampled, code: "
        "[{rows, lines: [{node, text}]}]}]}; rows is columns, packed columns or rows.");
    line.add(app, [command] { return show(*command); });
}

} // namespace fuseboard
