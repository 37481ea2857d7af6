// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_report.h"

#include "app/cli/console.h"
#include "app/cli/table.h"
#include "engine/formats/json_text.h"
#include "engine/kernels/group_compiler.h"

#include <algorithm>
#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr std::size_t kShownRows = 10;

std::string number(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

std::string numberOrNull(const std::optional<double>& value) {
    return value ? number(*value) : "null";
}

double rowsPerSecond(const RunRow& run) {
    return run.seconds > 0 ? static_cast<double>(run.rowsIn) / run.seconds : 0;
}

Histogram latencyOf(const RunRecord& record) {
    Histogram all;
    for (const LatencyRow& sink : record.latency)
        all.merge(sink.histogram);
    return all;
}

std::string listOf(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts)
        out += (out.size() == 1 ? "" : ",") + jsonText(text);
    return out + "]";
}

std::string stageJson(const RunRecord& record, const StageRow& stage) {
    std::string code;
    for (const CodeRow& row : record.code)
        if (row.stage == stage.ordinal)
            code += fmt::format("{}{{\"form\":\"{}\",\"tier\":\"{}\",\"probe\":{},\"seconds\":{},"
                                "\"reused\":{}}}",
                                code.empty() ? "" : ",", row.form, row.tier, row.probe,
                                number(row.seconds), row.reused);
    return fmt::format(
        "{{\"id\":{},\"label\":{},\"nodes\":{},\"rows_in\":{},\"rows_out\":{},"
        "\"bytes_materialized\":{},\"busy_seconds\":{},\"service_ns\":{{\"p50\":{},\"p99\":{}}},"
        "\"queue_wait_ns\":{{\"p50\":{},\"p99\":{}}},\"state_bytes\":{},\"groups\":{},"
        "\"errors\":{},\"exec\":{},\"exec_reason\":{},\"code\":[{}]}}",
        jsonText(stage.stageId), jsonText(stage.label), listOf(stage.nodes), stage.rowsIn,
        stage.rowsOut, stage.bytesMaterialized, number(stage.busySeconds),
        stage.service.percentile(50), stage.service.percentile(99), stage.queueWait.percentile(50),
        stage.queueWait.percentile(99), stage.stateBytes, stage.groups, stage.errors,
        stage.exec.empty() ? "null" : jsonText(stage.exec),
        stage.execReason.empty() ? "null" : jsonText(stage.execReason), code);
}

std::string planJson(const RunResult& result) {
    const RunRow& run = result.record.run;
    const Histogram latency = latencyOf(result.record);
    std::string stages;
    for (const StageRow& stage : result.record.stages)
        stages += (stages.empty() ? "" : ",") + stageJson(result.record, stage);
    return fmt::format(
        "{{\"run_id\":{},\"status\":\"{}\",\"seconds\":{},\"cpu_seconds\":{},\"rows_in\":{},"
        "\"rows_out\":{},\"rows_per_s\":{},\"bytes_in\":{},\"bytes_materialized\":{},"
        "\"compile_seconds\":{},\"peak_memory_bytes\":{},\"latency_ns\":{{\"p50\":{},\"p90\":{},"
        "\"p99\":{},\"p999\":{},\"max\":{}}},\"stages\":[{}]}}",
        run.id == 0 ? "null" : fmt::to_string(run.id), toString(run.status), number(run.seconds),
        number(run.cpuSeconds), run.rowsIn, run.rowsOut, number(rowsPerSecond(run)), run.bytesIn,
        run.bytesMaterialized, number(run.compileSeconds), run.peakMemoryBytes,
        latency.percentile(50), latency.percentile(90), latency.percentile(99),
        latency.percentile(99.9), latency.max(), stages);
}

std::string graphsJson(const ReportedSession& session) {
    return fmt::format("{{\"naive\":{{\"nodes\":{},\"passthroughs\":{},\"edges\":{}}},"
                       "\"optimized\":{{\"nodes\":{},\"passthroughs\":{},\"fused_groups\":{},"
                       "\"edges\":{}}}}}",
                       session.naive.nodes, session.naive.passthroughs, session.naive.edges,
                       session.optimized.nodes, session.optimized.passthroughs,
                       session.optimized.fusedGroups, session.optimized.edges);
}

std::string differenceJson(const std::optional<Difference>& difference) {
    if (!difference)
        return "null";
    return fmt::format("{{\"sink\":{},\"row\":{},\"naive\":{},\"optimized\":{}}}",
                       jsonText(difference->sink), difference->row, jsonText(difference->naive),
                       jsonText(difference->optimized));
}

const RunResult* anyRun(const SessionResult& result) {
    const RunResult* run = medianRun(result, PlanSide::Naive);
    return run != nullptr ? run : medianRun(result, PlanSide::Optimized);
}

/// How much of a run was compiling. Repetitions use the code of the first run.
std::string codeText(const RunRecord& record) {
    std::size_t compiled = 0, all = 0;
    for (const StageRow& stage : record.stages) {
        compiled += stage.exec == "compiled" ? 1 : 0;
        all += stage.exec.empty() ? 0 : 1;
    }
    double seconds = 0, inlined = 0;
    bool reused = true;
    for (const CodeRow& code : record.code) {
        (code.tier == toString(CodeTier::Inlined) ? inlined : seconds) += code.seconds;
        reused = reused && code.reused;
    }
    if (compiled == 0)
        return "";
    std::string took = seconds > 0 ? secondsText(seconds) : "";
    if (inlined > 0)
        took += fmt::format("{}{} for inlined kernels", took.empty() ? "" : " and ",
                            secondsText(inlined));
    return fmt::format("compiled in {}{}: {} of {}", took, reused ? ", before this run" : "",
                       compiled, plural(all, "stage"));
}

std::string compiledText(const SessionResult& result) {
    std::string out;
    for (const PlanSide side : {PlanSide::Naive, PlanSide::Optimized}) {
        const RunResult* run = medianRun(result, side);
        const std::string text = run == nullptr ? "" : codeText(run->record);
        if (!text.empty())
            out +=
                fmt::format("{}: {}\n", side == PlanSide::Naive ? "as drawn" : "optimised", text);
    }
    return out;
}

std::string identicalText(const ComparisonResult& comparison) {
    if (!comparison.identical)
        return fmt::format("identical: cannot tell, {}", comparison.identicalReason);
    if (*comparison.identical)
        return "identical: yes, the same rows in the same order";
    std::string text = fmt::format("identical: NO, {}", comparison.identicalReason);
    if (const auto& first = comparison.difference)
        text +=
            fmt::format("\n  first difference: row {} of output {}\n    as drawn   {}\n"
                        "    optimised  {}",
                        first->row, first->sink, first->naive.empty() ? "(no row)" : first->naive,
                        first->optimized.empty() ? "(no row)" : first->optimized);
    return text;
}

std::string speedupText(const Speedup& speedup) {
    if (!speedup.ratio)
        return {};
    std::string text = fmt::format("speedup: {:.2f} times", *speedup.ratio);
    if (speedup.ciLow && speedup.ciHigh)
        text += fmt::format(" (95 %: {:.2f} to {:.2f})", *speedup.ciLow, *speedup.ciHigh);
    if (speedup.verdict == Verdict::None)
        return text + "; no verdict, that takes 3 repetitions\n";
    return fmt::format("{}; optimised is {}\n", text,
                       speedup.verdict == Verdict::CannotTell
                           ? "neither faster nor slower as far as one can tell"
                           : toString(speedup.verdict));
}

} // namespace

const RunResult* medianRun(const SessionResult& result, PlanSide side) {
    const auto& runs =
        side == PlanSide::Naive ? result.comparison.naive : result.comparison.optimized;
    if (runs.empty())
        return nullptr;
    std::vector<const RunResult*> order;
    for (const RunResult& run : runs)
        order.push_back(&run);
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>((order.size() - 1) / 2);
    std::ranges::nth_element(order, middle, {},
                             [](const RunResult* run) { return run->record.run.seconds; });
    return *middle;
}

std::string sessionJson(const ReportedSession& session) {
    const SessionResult& result = *session.result;
    const ComparisonResult& comparison = result.comparison;
    const bool compared = result.plans == PlanChoice::Both;
    std::string ids, plans;
    for (const RunId id : result.runIds)
        ids += (ids.empty() ? "" : ",") + fmt::to_string(id);
    for (const PlanSide side : {PlanSide::Naive, PlanSide::Optimized})
        if (const RunResult* run = medianRun(result, side))
            plans += fmt::format("{}\"{}\":{}", plans.empty() ? "" : ",", toString(side),
                                 planJson(*run));
    const Speedup& speedup = comparison.speedup;
    const std::string interval =
        speedup.ciLow && speedup.ciHigh
            ? fmt::format("[{},{}]", number(*speedup.ciLow), number(*speedup.ciHigh))
            : "null";
    const std::string reason = !compared ? "only one plan ran" : comparison.identicalReason;
    const RunResult* any = anyRun(result);
    const RunRow counted = any == nullptr ? RunRow() : any->record.run;
    return fmt::format(
        "{{\"run_ids\":[{}],\"identical\":{},\"identical_reason\":{},\"difference\":{},"
        "\"errors\":{{\"rejected_rows\":{},\"failed_rows\":{},\"non_finite\":{}}},\"speedup\":{},"
        "\"speedup_ci95\":{},\"verdict\":\"{}\",\"plans\":{{{}}},\"graphs\":{},"
        "\"failure\":{},\"cancelled\":{},\"database\":{},\"kept_aside\":{}}}\n",
        ids, comparison.identical ? (*comparison.identical ? "true" : "false") : "null",
        reason.empty() ? "null" : jsonText(reason), differenceJson(comparison.difference),
        counted.rejectedRows, counted.failedRows, counted.nonFinite, numberOrNull(speedup.ratio),
        interval, toString(speedup.verdict), plans, graphsJson(session),
        result.failure ? jsonText(result.failure->message) : "null", result.cancelled,
        result.database.empty() ? "null" : jsonText(result.database), listOf(result.keptAside));
}

std::string sessionText(const ReportedSession& session) {
    const SessionResult& result = *session.result;
    std::vector<std::vector<std::string>> rows{
        {"plan", "time", "rows/s", "rows in", "rows out", "materialised", "p50", "p99", "memory"}};
    for (const PlanSide side : {PlanSide::Naive, PlanSide::Optimized}) {
        const RunResult* run = medianRun(result, side);
        if (run == nullptr)
            continue;
        const RunRow& row = run->record.run;
        const Histogram latency = latencyOf(run->record);
        const auto percentile = [&latency](double part) {
            return latency.empty()
                       ? std::string("–")
                       : secondsText(static_cast<double>(latency.percentile(part)) / 1e9);
        };
        rows.push_back(
            {side == PlanSide::Naive ? "as drawn" : "optimised", secondsText(row.seconds),
             countText(static_cast<std::uint64_t>(rowsPerSecond(row))), countText(row.rowsIn),
             countText(row.rowsOut), bytesText(row.bytesMaterialized), percentile(50),
             percentile(99), bytesText(row.peakMemoryBytes)});
    }
    std::string out = rows.size() > 1 ? printTable(rows, {1, 2, 3, 4, 5, 6, 7, 8}) : "";
    out += compiledText(result);
    if (result.plans == PlanChoice::Both && !result.cancelled && rows.size() == 3) {
        out += speedupText(result.comparison.speedup);
        out += identicalText(result.comparison) + "\n";
    }
    if (result.runIds.empty() || out.empty() || result.recordingFailure)
        return out;
    std::vector<std::string> ids;
    for (const RunId id : result.runIds)
        ids.push_back(fmt::to_string(id));
    return out + fmt::format("recorded as {} {} in {}\n", ids.size() == 1 ? "run" : "runs",
                             joined(ids), result.database);
}

std::string badRowsText(const RunResult& run) {
    const RunRow& row = run.record.run;
    std::string out;
    if (row.rejectedRows > 0) {
        out += fmt::format("{} rejected:\n", row.rejectedRows == 1
                                                 ? std::string("1 row was")
                                                 : countText(row.rejectedRows) + " rows were");
        for (const Rejection& bad : run.firstRejections)
            out += fmt::format("  {}:{}: {}\n", bad.source, bad.line, bad.reason);
        if (row.rejectedRows > run.firstRejections.size())
            out += "  …\n";
    }
    if (row.failedRows > 0) {
        out += fmt::format("{} failed:\n", plural(row.failedRows, "row"));
        const std::size_t shown = std::min(kShownRows, run.firstErrors.size());
        for (std::size_t i = 0; i < shown; ++i) {
            const RowError& error = run.firstErrors[i];
            const std::string place = error.place.line == 0
                                          ? std::string()
                                          : fmt::format("{}:{}:{}: ", error.place.file,
                                                        error.place.line, error.place.column);
            out += fmt::format("  {}{} (event {}, node {})\n", place, error.message,
                               error.sequence + 1, error.origin);
        }
        if (row.failedRows > shown)
            out += "  …\n";
    }
    return out;
}

} // namespace fuseboard
