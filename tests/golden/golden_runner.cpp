// SPDX-License-Identifier: Apache-2.0
// Runs the plain text cases under tests/golden/<folder>/*.test. A file holds cases; a case is a
// list of blocks, each a line `# block [argument]` and what follows it:
//
//     # name splice in place          starts a case
//     # pipeline                      compact form (tests/support/compact_graph.h)
//     # schema                        declared schema of the first input, one field a line
//     # passes remove-passthroughs    the passes to run; without the block: all of them
//     # workers 1                     that the plan is for; without the block: those of the cost
//     table # expect graph                  what comes out, in the compact form # expect rewrites
//     + or - (refused), pass, kind, reason [, missing fact] # expect fields                 what
//     the first input has to convert # input event.t:ms              rows (NDJSON) of the port
//     `in`, and the clock (default: index) # expect output                 rows of the port `out`,
//     from the reference executor; the plans
//                                     as drawn and optimised must give the same, interpreted
//                                     and compiled
//     # expect errors                 rows of the port `err`, likewise
//
// A block that a case does not have is not checked. On a difference FILE.actual is written beside
// the file (in the build folder if that is read-only). `--update` rewrites the files instead. A new
// kind of block is one more line in kExpectations.
#include "engine/graph/verifier.h"
#include "engine/jit/llvm_compiler.h"
#include "engine/operators/operator_body.h"
#include "engine/runtime/run.h"
#include "optimizer/optimizer.h"
#include "tests/support/compact_graph.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <regex>
#include <sstream>
#include <unistd.h>

namespace fuseboard {

namespace {

struct Block {
    std::string title; ///< "expect graph", "passes"
    std::string argument;
    std::string body;
};

struct Case {
    std::string name;
    std::vector<Block> blocks;
    [[nodiscard]] const Block* find(std::string_view title) const {
        const auto at = std::ranges::find(blocks, title, &Block::title);
        return at == blocks.end() ? nullptr : &*at;
    }
};

/// What came of a case; expectations print from it.
struct Outcome {
    OptimizedGraph optimized;
    std::string output, errors; ///< rows of `out` and `err`; empty without an input
};

std::string rewritesText(const Outcome& outcome) {
    // Costs may be tuned at any time: numbers of nanoseconds are not part of the expectation.
    static const std::regex kNumbers("[0-9]+ ns");
    std::string text;
    for (const PassRecord& pass : outcome.optimized.passes)
        for (const Rewrite& rewrite : pass.rewrites)
            text +=
                fmt::format("{} {}, {}: {}{}\n", rewrite.applied ? '+' : '-', rewrite.pass,
                            rewrite.kind, std::regex_replace(rewrite.reason, kNumbers, "N ns"),
                            rewrite.missingFact.empty() ? "" : " [" + rewrite.missingFact + "]");
    return text;
}

std::string fieldsText(const Outcome& outcome) {
    return outcome.optimized.inputFields.front().text() + "\n";
}

struct Expectation {
    std::string_view title;
    std::string (*print)(const Outcome& outcome);
};

constexpr Expectation kExpectations[] = {
    {"expect graph", [](const Outcome& o) { return printCompactGraph(o.optimized.graph); }},
    {"expect rewrites", rewritesText},
    {"expect fields", fieldsText},
    {"expect output", [](const Outcome& o) { return o.output; }},
    {"expect errors", [](const Outcome& o) { return o.errors; }},
};

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> all;
    for (std::string word; stream >> word;)
        all.push_back(word);
    return all;
}

struct Rows {
    std::string out, err;
    bool operator==(const Rows&) const = default;
};

GroupCompiler& compiler() {
    static const std::unique_ptr<GroupCompiler> kCompiler = [] {
        auto made = makeLlvmCompiler();
        FB_CHECK(made.has_value());
        return *std::move(made);
    }();
    return *kCompiler;
}

Result<Rows> runOnce(const Graph& graph, const std::vector<FieldTree>& fields, const Graph& naive,
                     const Block& input, Exec exec, CodeTier tier = CodeTier::Calls) {
    const auto file = std::filesystem::temp_directory_path() /
                      fmt::format("fuseboard-golden-{}.ndjson", getpid());
    std::ofstream(file) << input.body;
    Rows rows;
    RunRequest request;
    request.exec = exec;
    request.compiler = &compiler();
    request.tier = tier;
    request.naive = &naive;
    request.threads = 2;
    request.batchBytes = 64; // several pieces, so that their borders matter
    request.clock = input.argument.empty() ? "index" : input.argument;
    request.inputs.emplace_back();
    request.inputs[0].source.location = file.string();
    request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &rows.out});
    request.outputs.push_back({{"err"}, "discard:", Format::Ndjson, &rows.err});
    const Result<RunResult> ran = runGraph(graph, fields, request, {});
    std::filesystem::remove(file);
    FB_TRY_ASSIGN(const RunResult result, ran);
    // Rejected rows name their source, which is another one in each process.
    for (std::size_t at; (at = rows.err.find(file.string())) != std::string::npos;)
        rows.err.replace(at, file.string().size(), "golden-input.ndjson");
    if (result.failure)
        rows.err += describe(*result.failure) + "\n";
    return rows;
}

/// The rows of the reference executor, or what another way of running gave instead.
Result<Rows> runAllWays(const Graph& naive, const OptimizedGraph& optimized, const Block& input) {
    FB_TRY_ASSIGN(Rows reference, runOnce(naive, {}, naive, input, Exec::Reference));
    for (const Exec exec : {Exec::Interpret, Exec::Compile}) {
        const std::string how = exec == Exec::Compile ? ", compiled:\n" : ":\n";
        FB_TRY_ASSIGN(const Rows drawn, runOnce(naive, {}, naive, input, exec));
        if (drawn != reference)
            return Rows{"as drawn" + how + drawn.out, drawn.err};
        FB_TRY_ASSIGN(const Rows fused,
                      runOnce(optimized.graph, optimized.inputFields, naive, input, exec));
        if (fused != reference)
            return Rows{"optimised" + how + fused.out, fused.err};
    }
    FB_TRY_ASSIGN(const Rows inlined, runOnce(optimized.graph, optimized.inputFields, naive, input,
                                              Exec::Compile, CodeTier::Inlined));
    if (inlined != reference)
        return Rows{"optimised, compiled with kernels inlined:\n" + inlined.out, inlined.err};
    return reference;
}

Result<Outcome> runCase(const Case& one) {
    const Block* pipeline = one.find("pipeline");
    if (pipeline == nullptr)
        return fail(ErrorCode::InvalidSyntax, "the case has no pipeline");
    FB_TRY_ASSIGN(Graph graph, parseCompactGraph(pipeline->body, builtinCatalogue()));
    if (auto errors = verify(graph, builtinCatalogue()); !errors.empty())
        return fail(std::move(errors.front()));
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    options.verifyAll = true;
    if (const Block* passes = one.find("passes"))
        options.only = words(passes->argument);
    if (const Block* workers = one.find("workers"))
        options.costs.parallelism = std::stod(workers->argument);
    if (const Block* schema = one.find("schema")) {
        FB_TRY_ASSIGN(Schema declared, parseCompactSchema(schema->body));
        options.inputSchemas.push_back(std::make_shared<const Schema>(std::move(declared)));
    }
    FB_TRY(graph.markNaive());
    FB_TRY_ASSIGN(OptimizedGraph optimized, optimize(graph, options));
    Outcome outcome{std::move(optimized), {}, {}};
    if (const Block* input = one.find("input")) {
        FB_TRY_ASSIGN(Rows rows, runAllWays(graph, outcome.optimized, *input));
        outcome.output = std::move(rows.out);
        outcome.errors = std::move(rows.err);
    }
    return outcome;
}

Block parseTitle(const std::string& line) {
    Block block;
    std::string text = line.substr(2);
    for (const Expectation& expectation : kExpectations)
        if (text == expectation.title) {
            block.title = text;
            return block;
        }
    const auto space = text.find(' ');
    block.title = text.substr(0, space);
    block.argument = space == std::string::npos ? "" : text.substr(space + 1);
    return block;
}

std::vector<Case> readCases(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("# ")) {
            Block block = parseTitle(line);
            if (block.title == "name")
                cases.push_back({block.argument, {}});
            else if (!cases.empty())
                cases.back().blocks.push_back(std::move(block));
        } else if (!cases.empty() && !cases.back().blocks.empty()) {
            cases.back().blocks.back().body += line + "\n";
        }
    }
    for (Case& one : cases)
        for (Block& block : one.blocks)
            while (block.body.ends_with("\n\n"))
                block.body.pop_back();
    return cases;
}

std::string textOf(const std::vector<Case>& cases) {
    std::string text;
    for (const Case& one : cases) {
        text += text.empty() ? "" : "\n";
        text += "# name " + one.name + "\n";
        for (const Block& block : one.blocks)
            text += fmt::format("# {}{}{}\n{}", block.title, block.argument.empty() ? "" : " ",
                                block.argument, block.body == "\n" ? "" : block.body);
    }
    return text;
}

/// Replaces what the case expects by what came; true if that changed anything.
bool takeActual(Case& one) {
    const Result<Outcome> outcome = runCase(one);
    bool changed = false;
    for (Block& block : one.blocks) {
        std::string actual;
        for (const Expectation& expectation : kExpectations)
            if (block.title == expectation.title)
                actual = outcome ? expectation.print(*outcome) : describe(outcome.error()) + "\n";
        if (!block.title.starts_with("expect"))
            continue;
        if (block.body == "\n")
            block.body.clear();
        if (actual == block.body)
            continue;
        changed = true;
        block.body = std::move(actual);
    }
    if (!outcome && !changed)
        std::cerr << one.name << ": " << describe(outcome.error()) << "\n";
    return changed || !outcome;
}

int runFile(const std::filesystem::path& path, bool update) {
    std::vector<Case> cases = readCases(path);
    std::vector<std::string> failed;
    for (Case& one : cases)
        if (takeActual(one))
            failed.push_back(one.name);
    if (failed.empty())
        return 0;
    std::filesystem::path target = path;
    if (!update)
        target += ".actual";
    if (std::ofstream file(target); !(file << textOf(cases))) {
        target = std::filesystem::path(FB_BUILD_DIR) / target.filename();
        std::ofstream(target) << textOf(cases);
    }
    if (update)
        return 0;
    for (const std::string& name : failed)
        std::cerr << "FAILED " << path.filename().string() << ": " << name << "\n";
    std::cerr << "compare: diff -u " << path.string() << " " << target.string() << "\n";
    return static_cast<int>(failed.size());
}

} // namespace

int runGolden(const std::vector<std::string>& arguments) {
    const bool update = std::ranges::find(arguments, "--update") != arguments.end();
    std::vector<std::filesystem::path> files;
    for (const std::string& argument : arguments) {
        if (argument == "--update")
            continue;
        if (std::filesystem::is_directory(argument)) {
            for (const auto& entry : std::filesystem::directory_iterator(argument))
                if (entry.path().extension() == ".test")
                    files.push_back(entry.path());
        } else {
            files.emplace_back(argument);
        }
    }
    std::ranges::sort(files);
    if (files.empty()) {
        std::cerr << "usage: golden_runner [--update] FOLDER|FILE.test ...\n";
        return 2;
    }
    int failures = 0;
    for (const auto& file : files)
        failures += runFile(file, update);
    std::cout << files.size() << " files, " << failures << " cases failed\n";
    return failures == 0 ? 0 : 1;
}

} // namespace fuseboard

int main(int argc, char** argv) {
    return fuseboard::runGolden({argv + 1, argv + argc});
}
