// SPDX-License-Identifier: Apache-2.0
#include "tests/property/random_evaluation.h"

#include "engine/operators/operator_body.h"
#include "engine/runtime/comparison.h"
#include "optimizer/optimizer.h"
#include "tests/support/compact_graph.h"

#include <fstream>

namespace fuseboard {

namespace {

struct Rows {
    std::string out, err;
    RunResult result;
};

Result<Rows> run(const Graph& graph, const std::vector<FieldTree>& fields, const Graph& naive,
                 const std::string& file, std::uint32_t batchBytes, GroupCompiler* compiler) {
    Rows rows;
    RunRequest request;
    request.exec = compiler == nullptr ? Exec::Interpret : Exec::Compile;
    request.compiler = compiler;
    request.naive = &naive;
    request.threads = 1;
    request.batchBytes = batchBytes;
    request.clock = "index";
    request.measure = false;
    request.inputs.emplace_back();
    request.inputs[0].source.location = file;
    request.outputs.push_back({{"out"}, "discard:", Format::Ndjson, &rows.out});
    request.outputs.push_back({{"err"}, "discard:", Format::Ndjson, &rows.err});
    FB_TRY_ASSIGN(rows.result, runGraph(graph, fields, request, {}));
    return rows;
}

/// The first line that is not the same in both.
std::string difference(const std::string& one, const std::string& other) {
    std::size_t at = 0;
    while (at < one.size() && at < other.size() && one[at] == other[at])
        ++at;
    const std::size_t begin = at == 0 ? 0 : one.rfind('\n', at - 1) + 1;
    const auto line = [begin](const std::string& text) {
        return begin >= text.size() ? "(nothing)"
                                    : text.substr(begin, text.find('\n', begin) - begin);
    };
    return fmt::format("interpreted: {}\ncompiled:    {}", line(one), line(other));
}

std::string compare(const Result<Rows>& interpreted, const Result<Rows>& compiled) {
    if (!interpreted || !compiled)
        return !interpreted ? describe(interpreted.error()) : describe(compiled.error());
    if (interpreted->out != compiled->out)
        return difference(interpreted->out, compiled->out);
    if (interpreted->err != compiled->err)
        return difference(interpreted->err, compiled->err);
    std::optional<bool> identical;
    std::string reason;
    compareResults(interpreted->result, compiled->result, identical, reason);
    return identical == true ? "" : reason;
}

std::string compareOf(const std::string& pipeline, std::uint32_t batchBytes,
                      GroupCompiler& compiler, const std::string& file) {
    auto parsed = parseCompactGraph(pipeline, builtinCatalogue());
    if (!parsed)
        return describe(parsed.error());
    Graph naive = *std::move(parsed);
    if (auto marked = naive.markNaive(); !marked)
        return describe(marked.error());
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    auto optimized = optimize(naive, options);
    if (!optimized)
        return describe(optimized.error());
    const auto drawn = run(naive, {}, naive, file, batchBytes, nullptr);
    if (std::string text = compare(drawn, run(naive, {}, naive, file, batchBytes, &compiler));
        !text.empty())
        return "as drawn\n" + text;
    const auto fused =
        run(optimized->graph, optimized->inputFields, naive, file, batchBytes, &compiler);
    std::string text = compare(drawn, fused);
    return text.empty() ? text : "optimised\n" + text;
}

} // namespace

Evaluation randomEvaluation(const Choose& choose) {
    RandomExpression make(choose);
    const int depth = 1 + static_cast<int>(choose(4));
    Evaluation made;
    made.pipeline = fmt::format("property on_error {}\n"
                                "f: filter\n    where {}\n"
                                "s: select\n    target {}\n",
                                choose(3) == 0 ? "drop" : "to_err", make.boolean(depth),
                                choose(4) == 0 ? make.any(depth) : make.record(depth));
    if (choose(3) == 0)
        made.pipeline += fmt::format("    where {}\n", make.boolean(depth));
    if (choose(3) == 0)
        made.pipeline += fmt::format("    having {}\n", make.boolean(depth));
    made.pipeline += fmt::format("r: route\n    branches one: {}; two: {}\n", make.boolean(depth),
                                 make.boolean(1));
    made.input = randomRows(choose, 1 + choose(60));
    made.batchBytes = choose(2) * (100 + choose(800));
    return made;
}

std::string compareEvaluations(const Evaluation& evaluation, GroupCompiler& compiler,
                               const std::string& file) {
    std::ofstream(file) << evaluation.input;
    // A node that no code is made for turns columns into rows.
    const std::string edges = "f.out -> s\ns.out -> r\nr.one -> out\nr.two -> out\nr.else -> out\n"
                              "f.err -> err\ns.err -> err\nr.err -> err\n";
    const std::uint32_t bytes = evaluation.batchBytes;
    std::string text = compareOf(evaluation.pipeline + edges + "in -> f\n", bytes, compiler, file);
    if (!text.empty())
        return "from columns, " + text;
    const std::string all = "all: sample\n    n 1\n";
    text = compareOf(evaluation.pipeline + all + edges + "in -> all\nall -> f (forbidden)\n", bytes,
                     compiler, file);
    return text.empty() ? text : "from rows, " + text;
}

} // namespace fuseboard
