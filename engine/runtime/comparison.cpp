// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/comparison.h"

#include "engine/operators/operator_body.h"

#include <algorithm>

namespace fuseboard {

namespace {

bool readsStandardInput(const RunRequest& request) {
    return std::any_of(request.inputs.begin(), request.inputs.end(), [](const InputRequest& input) {
        return input.source.location == "-" && input.preloaded == nullptr;
    });
}

// Standard input can be read once, the plans run many times.
Status spool(RunRequest& request, std::uint64_t limit) {
    for (InputRequest& input : request.inputs) {
        if (input.source.location != "-" || input.preloaded != nullptr)
            continue;
        FB_TRY_ASSIGN(OpenedSource opened, openSource(input.source));
        auto loaded = PreloadedInput::load(*opened.reader, 256U << 10U, limit);
        if (!loaded) {
            Error error = loaded.error();
            if (error.code == ErrorCode::LimitExceeded)
                error.hint = "raise --spool-bytes, or run on a file";
            return fail(std::move(error));
        }
        input.preloaded = std::move(*loaded);
        input.source.format = opened.decode.format;
        input.source.csvNames = std::move(opened.decode.csvNames);
    }
    return {};
}

RunRequest requestOf(const RunRequest& base, PlanSide side, bool writes) {
    RunRequest request = base;
    request.side = side;
    if (writes)
        return request;
    for (OutputRequest& output : request.outputs) {
        output.location = "discard:";
        output.capture = nullptr;
    }
    return request;
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// Runs both plans again, keeping what they write, to show the first rows that differ. The outputs
// of one sink are held in memory, so this is only done up to a size.
std::optional<Difference> findDifference(const ComparedPlan& naive, const ComparedPlan& optimized,
                                         const RunRequest& base, const RunResult& naiveResult,
                                         const RunResult& optimizedResult) {
    constexpr std::uint64_t kMostBytes = 256U << 20U;
    for (std::size_t s = 0; s < naiveResult.sinks.size(); ++s) {
        const SinkResult& a = naiveResult.sinks[s];
        const SinkResult& b = optimizedResult.sinks[s];
        if (a.hash == b.hash || a.bytes > kMostBytes || b.bytes > kMostBytes)
            continue;
        std::string texts[2];
        for (const PlanSide side : {PlanSide::Naive, PlanSide::Optimized}) {
            const ComparedPlan& plan = side == PlanSide::Naive ? naive : optimized;
            RunRequest request = requestOf(base, side, false);
            request.outputs[s].capture = &texts[side == PlanSide::Naive ? 0 : 1];
            if (auto again = runGraph(*plan.graph, plan.inputFields, request, {}); !again)
                return std::nullopt;
        }
        const auto left = linesOf(texts[0]), right = linesOf(texts[1]);
        for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
            const std::string_view l = i < left.size() ? left[i] : std::string_view();
            const std::string_view r = i < right.size() ? right[i] : std::string_view();
            if (l != r)
                return Difference{a.name, i + 1, std::string(l.substr(0, 2000)),
                                  std::string(r.substr(0, 2000))};
        }
    }
    return std::nullopt;
}

/// Nodes that promise no repeatable result, by label.
std::string nondeterministicNodes(const Graph& graph) {
    std::string names;
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        const OperatorSpec* spec = findOperator(node.operatorName);
        if (spec != nullptr && !spec->contract(node.config).deterministic)
            names += (names.empty() ? "" : ", ") + node.label;
    }
    return names;
}

} // namespace

void compareResults(const RunResult& naive, const RunResult& optimized,
                    std::optional<bool>& identical, std::string& reason) {
    identical = false;
    if (naive.sinks.size() != optimized.sinks.size()) {
        reason = "the plans have different sinks";
        return;
    }
    for (std::size_t s = 0; s < naive.sinks.size(); ++s) {
        const SinkResult& a = naive.sinks[s];
        const SinkResult& b = optimized.sinks[s];
        if (a.hash == b.hash)
            continue;
        reason = fmt::format("output {} differs: {} rows as drawn, {} rows optimised", a.name,
                             a.rows, b.rows);
        return;
    }
    if (naive.errors != optimized.errors) {
        reason = fmt::format("failed rows differ: {} as drawn, {} optimised", naive.errors.count,
                             optimized.errors.count);
        return;
    }
    if (naive.record.run.rejectedRows != optimized.record.run.rejectedRows) {
        reason = fmt::format("rejected rows differ: {} as drawn, {} optimised",
                             naive.record.run.rejectedRows, optimized.record.run.rejectedRows);
        return;
    }
    identical = true;
    reason.clear();
}

Result<ComparisonResult> comparePlans(const ComparedPlan& naive, const ComparedPlan& optimized,
                                      const ComparisonRequest& request,
                                      const ComparisonHooks& hooks) {
    RunRequest base = request.run;
    base.naive = naive.graph;
    if (readsStandardInput(base))
        FB_TRY(spool(base, request.spoolBytes));
    if (base.arrivals == nullptr)
        base.arrivals = std::make_shared<ArrivalLog>();
    ComparisonResult result;
    bool written = false;
    std::optional<RunResult> first[2];
    const std::vector<PlannedRun> order = interleave(request.repetitions, request.warmups);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const PlannedRun& planned = order[i];
        const bool isNaive = planned.plan == PlanSide::Naive;
        const bool writes = !written && !planned.warmup && planned.plan == request.writes;
        written = written || writes;
        if (hooks.begins)
            hooks.begins(planned, i, order.size());
        const ComparedPlan& plan = isNaive ? naive : optimized;
        FB_TRY_ASSIGN(RunResult run, runGraph(*plan.graph, plan.inputFields,
                                              requestOf(base, planned.plan, writes), hooks.run));
        run.record.run.repetition = planned.repetition;
        run.record.run.warmup = planned.warmup;
        if (hooks.ended)
            hooks.ended(planned, run);
        result.cancelled = run.record.run.status == RunStatus::Cancelled;
        if (result.cancelled)
            return result;
        if (run.failure && !result.failure)
            result.failure = run.failure;
        if (!first[isNaive ? 0 : 1])
            first[isNaive ? 0 : 1] = run;
        if (!planned.warmup)
            (isNaive ? result.naive : result.optimized).push_back(std::move(run));
        // A plan that fails does so each time: one measured run of each side tells whether they
        // agree, and has written what is kept.
        if (result.failure && !result.naive.empty() && !result.optimized.empty())
            break;
    }
    FB_CHECK(first[0].has_value() && first[1].has_value());
    compareResults(*first[0], *first[1], result.identical, result.identicalReason);
    if (const std::string nodes = nondeterministicNodes(*naive.graph); !nodes.empty()) {
        result.identical = std::nullopt;
        result.identicalReason = fmt::format("{} may give other results each time", nodes);
    } else if (!*result.identical) {
        result.difference = findDifference(naive, optimized, base, *first[0], *first[1]);
    }
    std::vector<double> seconds[2];
    for (const RunResult& run : result.naive)
        seconds[0].push_back(run.record.run.seconds);
    for (const RunResult& run : result.optimized)
        seconds[1].push_back(run.record.run.seconds);
    result.speedup = compareSeconds(seconds[0], seconds[1]);
    return result;
}

} // namespace fuseboard
