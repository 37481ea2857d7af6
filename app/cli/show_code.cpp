// SPDX-License-Identifier: Apache-2.0
#include "app/cli/show_code.h"

#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/session/code_listing.h"

#include <algorithm>
#include <fmt/format.h>

namespace fuseboard {

namespace {

Result<CodeQuery> queryOf(const ShowCodeOptions& options, const Graph& graph) {
    CodeQuery query;
    query.form = *codeFormFromText(options.form);
    query.tier = *codeTierFromText(options.tier);
    query.preload = options.preload;
    query.stage = options.stage;
    for (const std::string& text : options.samples) {
        FB_TRY_ASSIGN(const PortValue named, parsePortValue(text, graph.inputs(), "input"));
        InputRequest& input = query.samples.emplace_back();
        input.port = named.port.empty() ? defaultInput(graph) : named.port;
        input.source.location = named.value;
    }
    return query;
}

// Node ids stand to the left of the lines, each where it begins.
std::string linesText(const ListedStage& stage, const ListedCode& code) {
    std::size_t width = 0;
    for (const std::string& node : stage.nodes)
        width = std::max(width, node.size());
    std::string out;
    std::size_t before = ListedLine::kNoNode;
    for (const ListedLine& line : code.lines) {
        const bool begins = line.node != before && line.node != ListedLine::kNoNode;
        out += fmt::format("{:<{}} | {}\n", begins ? stage.nodes[line.node] : std::string(), width,
                           line.text);
        before = line.node;
    }
    return out;
}

std::string listingText(const CodeListing& listing) {
    std::string out;
    for (const ListedStage& stage : listing.stages) {
        out += fmt::format("{}# {}\n", out.empty() ? "" : "\n", stage.label);
        if (!stage.refusal.empty())
            out += fmt::format("not compiled: {}\n", stage.refusal);
        for (const ListedCode& code : stage.code)
            out += fmt::format("over {}, kinds of values {}\n{}", code.rows,
                               stage.sampled ? "as in the sample" : "not known",
                               linesText(stage, code));
    }
    return out;
}

std::string textsJson(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts)
        out += (out.empty() ? "" : ",") + jsonText(text);
    return "[" + out + "]";
}

std::string codeJson(const ListedStage& stage, const ListedCode& code) {
    std::string lines;
    for (const ListedLine& line : code.lines)
        lines += fmt::format("{}{{\"node\":{},\"text\":{}}}", lines.empty() ? "" : ",",
                             line.node == ListedLine::kNoNode ? "null"
                                                              : jsonText(stage.nodes[line.node]),
                             jsonText(line.text));
    return fmt::format("{{\"rows\":\"{}\",\"lines\":[{}]}}", code.rows, lines);
}

std::string listingJson(const CodeListing& listing, const std::string& form) {
    std::string stages;
    for (const ListedStage& stage : listing.stages) {
        std::string code;
        for (const ListedCode& one : stage.code)
            code += (code.empty() ? "" : ",") + codeJson(stage, one);
        stages += fmt::format(
            "{}{{\"id\":{},\"label\":{},\"nodes\":{},\"compiled\":{},\"reason\":{},\"sampled\":{},"
            "\"code\":[{}]}}",
            stages.empty() ? "" : ",", jsonText(stage.id), jsonText(stage.label),
            textsJson(stage.nodes), stage.refusal.empty(),
            stage.refusal.empty() ? "null" : jsonText(stage.refusal), stage.sampled, code);
    }
    return fmt::format("{{\"form\":\"{}\",\"stages\":[{}]}}\n", form, stages);
}

} // namespace

int showCode(const PipelineOptions& pipeline, const ShowCodeOptions& options, bool json,
             const std::string& out) {
    const auto loaded = load(pipeline, true);
    if (!loaded)
        return kExitFailed;
    std::optional<OptimizedGraph> plan;
    if (options.plan == "naive") {
        auto drawn = drawnPipeline(loaded->naive);
        if (!drawn)
            return failed(drawn.error());
        plan = *std::move(drawn);
    } else {
        auto made = optimized(pipeline, loaded->naive);
        if (!made)
            return made.error();
        plan = *std::move(made);
    }
    const Result<CodeQuery> query = queryOf(options, plan->graph);
    if (!query)
        return failed(query.error());
    const Result<CodeListing> listing = listCode(*plan, *query);
    if (!listing)
        return failed(listing.error());
    for (const std::string& notice : listing->notices)
        say("note: " + notice);
    return deliver(out, json ? listingJson(*listing, options.form) : listingText(*listing));
}

} // namespace fuseboard
