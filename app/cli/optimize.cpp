// SPDX-License-Identifier: Apache-2.0
// optimize: what the passes made of a pipeline, what they refused and why.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/pipeline_options.h"
#include "app/cli/table.h"
#include "engine/formats/json_text.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace fuseboard {

namespace {

struct OptimizeCommand {
    PipelineOptions pipeline;
    bool explain = false, json = false;
};

// --- JSON

std::string listOf(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts)
        out += (out.size() == 1 ? "" : ",") + jsonText(text);
    return out + "]";
}

std::string rewriteJson(const Rewrite& rewrite) {
    std::string saving;
    printFloat(rewrite.predictedSavingNsPerRow, saving);
    return fmt::format("{{\"kind\":{},\"applied\":{},\"reason\":{},\"missing_fact\":{},"
                       "\"before\":{},\"after\":{},\"predicted_saving_ns_per_row\":{}}}",
                       jsonText(rewrite.kind), rewrite.applied, jsonText(rewrite.reason),
                       rewrite.missingFact.empty() ? "null" : jsonText(rewrite.missingFact),
                       listOf(rewrite.before), listOf(rewrite.after), saving);
}

std::string passJson(const PassRecord& pass) {
    std::string rewrites, seconds;
    for (const Rewrite& rewrite : pass.rewrites)
        rewrites += (rewrites.empty() ? "" : ",") + rewriteJson(rewrite);
    printFloat(pass.seconds, seconds);
    return fmt::format("{{\"name\":\"{}\",\"enabled\":{},\"seconds\":{},\"rewrites\":[{}]}}",
                       pass.name, pass.enabled, seconds, rewrites);
}

std::string jsonOf(const Graph& naive, const OptimizedGraph& optimized) {
    std::string passes;
    for (const PassRecord& pass : optimized.passes)
        passes += (passes.empty() ? "" : ",") + passJson(pass);
    return fmt::format("{{\"naive\":{},\"optimized\":{},\"passes\":[{}],\"provenance\":{},"
                       "\"plan_hash\":\"{}\"}}\n",
                       graphToJson(naive), graphToJson(optimized.graph), passes,
                       provenanceToJson(optimized), planHash(optimized.graph));
}

// --- text

std::string headText(const Graph& naive, const OptimizedGraph& optimized) {
    const GraphCounts before = countGraph(naive), after = countGraph(optimized.graph);
    return fmt::format("{}\n"
                       "  as drawn   {}, {}, {}\n"
                       "  optimised  {}, {}, {}, {}\n"
                       "  plan       {}\n\n",
                       naive.name(), plural(before.nodes, "node"),
                       plural(before.passthroughs, "passthrough"), plural(before.edges, "edge"),
                       plural(after.nodes, "node"), plural(after.passthroughs, "passthrough"),
                       plural(after.fusedGroups, "fused group"), plural(after.edges, "edge"),
                       planHash(optimized.graph));
}

std::string passesText(const OptimizedGraph& optimized) {
    std::vector<std::vector<std::string>> rows{{"pass", "applied", "refused", "time"}};
    for (const PassRecord& pass : optimized.passes) {
        if (!pass.enabled) {
            rows.push_back({pass.name, "off", "", ""});
            continue;
        }
        rows.push_back({pass.name, fmt::to_string(pass.applied), fmt::to_string(pass.refused),
                        secondsText(pass.seconds)});
    }
    return printTable(rows, {1, 2, 3}) + "\n";
}

std::string nodesText(const OptimizedGraph& optimized) {
    std::vector<std::vector<std::string>> rows{{"node", "label", "stage", "made from"}};
    const auto origins = optimized.graph.originsByNode();
    const Graph naive = optimized.graph.at(optimized.naivePosition);
    for (const NodeIndex n : optimized.graph.nodes()) {
        std::vector<std::string> ids;
        for (const NodeIndex origin : origins[n])
            ids.push_back(naive.node(origin).id);
        const GroupIndex group = optimized.graph.groupOf(n);
        rows.push_back({optimized.graph.node(n).id, optimized.graph.node(n).label,
                        group == kNone ? "its own" : fmt::format("group/{}", group + 1),
                        joined(ids)});
    }
    return printTable(rows, {});
}

std::string explanation(const OptimizedGraph& optimized) {
    std::string out;
    for (const PassRecord& pass : optimized.passes) {
        if (pass.rewrites.empty())
            continue;
        out += "\n" + pass.name + "\n";
        for (const Rewrite& rewrite : pass.rewrites) {
            out += fmt::format("  {} {}: {}", rewrite.applied ? "applied" : "refused", rewrite.kind,
                               joined(rewrite.before));
            if (rewrite.after != rewrite.before && !rewrite.after.empty())
                out += " -> " + joined(rewrite.after);
            out += "\n    " + rewrite.reason + "\n";
            if (!rewrite.missingFact.empty())
                out += "    would be possible with: " + rewrite.missingFact + "\n";
        }
    }
    return out;
}

int optimize(const OptimizeCommand& command) {
    const auto loaded = load(command.pipeline, true);
    if (!loaded)
        return kExitFailed;
    const auto made = optimized(command.pipeline, loaded->naive);
    if (!made)
        return made.error();
    if (command.json)
        return deliver("-", jsonOf(loaded->naive, *made));
    return deliver("-", headText(loaded->naive, *made) + passesText(*made) + nodesText(*made) +
                            (command.explain ? explanation(*made) : ""));
}

} // namespace

void addOptimizeCommand(CommandLine& line) {
    auto command = std::make_shared<OptimizeCommand>();
    CLI::App* app =
        line.app().add_subcommand("optimize", "Optimise a pipeline and say what was done");
    addPipelineArgument(*app, command->pipeline);
    addPassOptions(*app, command->pipeline);
    addCostsOption(*app, command->pipeline);
    addThreadsOption(*app, command->pipeline);
    addSchemaOption(*app, command->pipeline);
    app->add_flag("--explain", command->explain, "Every rewrite and refusal with its reason");
    app->add_flag("--json", command->json, "Print graphs, rewrites and provenance as JSON");
    app->footer(
        "Example:\n  fuseboard-cli optimize influx.trickle --explain\n\n"
        "--json keys: naive, optimized (graphs as `show --json` prints them), passes: "
        "[{name, enabled, seconds, rewrites: [{kind, applied, reason, missing_fact, before, "
        "after, predicted_saving_ns_per_row}]}], provenance: {origins, current}, plan_hash.");
    line.add(app, [command] { return optimize(*command); });
}

} // namespace fuseboard
