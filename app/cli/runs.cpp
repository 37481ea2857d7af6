// SPDX-License-Identifier: Apache-2.0
// runs: what the database holds of earlier runs.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/number_options.h"
#include "app/cli/run_options.h"
#include "app/cli/run_report.h"
#include "app/cli/table.h"
#include "engine/formats/json_text.h"
#include "engine/graph/verifier.h"
#include "engine/store/run_export.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <memory>

namespace fuseboard {

namespace {

struct RunsCommand {
    std::string database, format = "csv", out = "-", text, plan, status;
    RunId a = 0, b = 0;
    std::size_t limit = 20;
    bool json = false;
};

Result<std::unique_ptr<RunStore>> open(const RunsCommand& command) {
    return RunStore::open(command.database.empty() ? defaultStorePath() : command.database);
}

std::string number(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

std::string textOrNull(const std::string& text) {
    return text.empty() ? "null" : jsonText(text);
}

// --- list

std::string rowJson(const RunRow& run) {
    return fmt::format(
        "{{\"id\":{},\"comparison_id\":{},\"pipeline\":{},\"plan\":\"{}\",\"status\":\"{}\","
        "\"started_ns\":{},\"seconds\":{},\"cpu_seconds\":{},\"rows_in\":{},\"rows_out\":{},"
        "\"bytes_in\":{},\"bytes_materialized\":{},\"peak_memory_bytes\":{},\"rejected_rows\":{},"
        "\"failed_rows\":{},\"input\":{},\"pipeline_hash\":{},\"plan_hash\":{},\"input_hash\":{},"
        "\"output_hash\":{},\"exec\":\"{}\",\"threads\":{},\"error\":{},\"tag\":{}}}",
        run.id, run.comparisonId ? fmt::to_string(*run.comparisonId) : "null",
        jsonText(run.pipelineName), toString(run.plan), toString(run.status), run.startedNs,
        number(run.seconds), number(run.cpuSeconds), run.rowsIn, run.rowsOut, run.bytesIn,
        run.bytesMaterialized, run.peakMemoryBytes, run.rejectedRows, run.failedRows,
        jsonText(run.inputName), textOrNull(run.pipelineHash), textOrNull(run.planHash),
        textOrNull(run.inputHash), textOrNull(run.outputHash.value_or("")), run.exec, run.threads,
        textOrNull(run.errorText), textOrNull(run.tag));
}

int list(const RunsCommand& command) {
    const auto store = open(command);
    if (!store)
        return failed(store.error());
    RunFilter filter;
    filter.text = command.text;
    filter.plan = planSideFromText(command.plan);
    filter.status = runStatusFromText(command.status);
    const auto runs = (*store)->listRuns(filter, command.limit);
    if (!runs)
        return failed(runs.error());
    std::vector<std::vector<std::string>> rows{{"id", "started (UTC)", "pipeline", "plan", "status",
                                                "time", "rows in", "rows out", "input"}};
    std::string json = "[";
    for (const RunRow& run : *runs) {
        rows.push_back({fmt::to_string(run.id), timeText(run.startedNs), run.pipelineName,
                        std::string(toString(run.plan)), std::string(toString(run.status)),
                        secondsText(run.seconds), countText(run.rowsIn), countText(run.rowsOut),
                        run.inputName});
        json += (json.size() == 1 ? "" : ",") + rowJson(run);
    }
    if (command.json)
        return deliver("-", json + "]\n");
    if (runs->empty())
        say(fmt::format("no runs in {}", (*store)->path()));
    return runs->empty() ? kExitDone : deliver("-", printTable(rows, {0, 5, 6, 7}));
}

// --- show

constexpr std::string_view kUnknown = "–";

/// Whether a run has told more than its progress: one that was killed at once has not.
bool hasFigures(const RunRow& run) {
    return run.peakMemoryBytes > 0;
}

std::string textIf(bool known, std::string text) {
    return known ? std::move(text) : std::string(kUnknown);
}

std::string factsText(const RunRow& run) {
    std::vector<std::vector<std::string>> rows{
        {fmt::format("run {}", run.id), std::string(toString(run.status))},
        {"pipeline", run.pipelineName},
        {"plan", fmt::format("{}, {}", toString(run.plan), run.planHash)},
        {"started", timeText(run.startedNs) + " UTC"},
        {"time",
         fmt::format("{}, {} of CPU", secondsText(run.seconds), secondsText(run.cpuSeconds))},
        {"rows", fmt::format("{} in, {} out", countText(run.rowsIn), countText(run.rowsOut))},
        {"bytes", fmt::format("{} read, {} materialised", bytesText(run.bytesIn),
                              textIf(hasFigures(run), bytesText(run.bytesMaterialized)))},
        {"memory", textIf(hasFigures(run), bytesText(run.peakMemoryBytes))},
        {"bad rows", fmt::format("{} rejected, {} failed", countText(run.rejectedRows),
                                 countText(run.failedRows))},
        {"not finite", fmt::format("{} written as null", plural(run.nonFinite, "number"))},
        {"input", fmt::format("{} {}", run.inputName, run.inputHash)},
        {"output", run.outputHash.value_or("no hash")},
        {"run by", fmt::format("{}, {} threads", run.exec,
                               textIf(run.threads > 0, fmt::to_string(run.threads)))},
        {"compiling", run.compileSeconds > 0 ? secondsText(run.compileSeconds) : "none"},
        {"machine",
         fmt::format("{}, {}, {} cores", run.machine.name, run.machine.cpu, run.machine.cores)},
        {"build", fmt::format("{}, {}", run.build.version, run.build.compiler)}};
    if (run.comparisonId)
        rows.push_back({"comparison", fmt::to_string(*run.comparisonId)});
    if (!run.errorText.empty())
        rows.push_back({"error", run.errorText});
    return printTable(rows, {});
}

std::string stagesText(const RunRecord& record) {
    std::vector<std::vector<std::string>> rows{{"stage", "rows in", "rows out", "busy", "p50",
                                                "p99", "materialised", "state", "groups", "a group",
                                                "errors"}};
    const bool known = hasFigures(record.run);
    const bool counted = known || !record.samples.empty();
    const auto percentile = [](const StageRow& stage, double part) {
        return textIf(!stage.service.empty(),
                      secondsText(static_cast<double>(stage.service.percentile(part)) / 1e9));
    };
    for (const StageRow& stage : record.stages)
        rows.push_back({stage.label, textIf(counted, countText(stage.rowsIn)),
                        textIf(counted, countText(stage.rowsOut)),
                        textIf(counted, secondsText(stage.busySeconds)), percentile(stage, 50),
                        percentile(stage, 99), textIf(known, bytesText(stage.bytesMaterialized)),
                        textIf(counted, bytesText(stage.stateBytes)),
                        stage.groups == 0 ? "" : countText(stage.groups),
                        stage.groups == 0 ? "" : bytesText(stage.stateBytes / stage.groups),
                        textIf(known, countText(stage.errors))});
    return printTable(rows, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

/// How the stages ran; empty for a run that does not say.
std::string codeText(const RunRecord& record) {
    std::vector<std::vector<std::string>> rows{{"stage", "ran", "code", "compiling"}};
    for (const StageRow& stage : record.stages) {
        if (stage.exec.empty())
            continue;
        std::string code;
        double seconds = 0;
        for (const CodeRow& made : record.code) {
            if (made.stage != stage.ordinal)
                continue;
            code += fmt::format("{}{} over {}{}{}", code.empty() ? "" : ", ", made.tier, made.form,
                                made.probe ? " (probe)" : "", made.reused ? " (made before)" : "");
            seconds += made.seconds;
        }
        rows.push_back({stage.label,
                        stage.execReason.empty()
                            ? stage.exec
                            : fmt::format("{}: {}", stage.exec, stage.execReason),
                        code, code.empty() ? "" : secondsText(seconds)});
    }
    return rows.size() == 1 ? "" : "\n" + printTable(rows, {3});
}

Result<RunRecord> recordOf(const RunsCommand& command, RunId id) {
    FB_TRY_ASSIGN(const auto store, open(command));
    return store->record(id);
}

int show(const RunsCommand& command) {
    const auto record = recordOf(command, command.a);
    if (!record)
        return failed(record.error());
    if (command.json)
        return deliver("-", exportRun(*record, RunFormat::Json) + "\n");
    return deliver("-", factsText(record->run) + "\n" + stagesText(*record) + codeText(*record));
}

int exportOne(const RunsCommand& command) {
    const auto format = runFormatFromText(command.json ? "json" : command.format);
    if (!format)
        return wrongUsage(format.error().message, format.error().hint);
    const auto record = recordOf(command, command.a);
    return record ? deliver(command.out, exportRun(*record, *format)) : failed(record.error());
}

// --- diff

std::string ratioText(const std::optional<double>& ratio) {
    return ratio ? fmt::format("{:.3f}", *ratio) : "-";
}
std::string ratioJson(const std::optional<double>& ratio) {
    return ratio ? number(*ratio) : "null";
}

std::string diffJson(const RunDiff& diff) {
    std::string stages;
    const auto stageJson = [](const std::optional<StageRow>& stage) {
        return stage ? fmt::format("{{\"id\":{},\"rows_in\":{},\"rows_out\":{},\"busy_seconds\":{},"
                                   "\"bytes_materialized\":{}}}",
                                   jsonText(stage->stageId), stage->rowsIn, stage->rowsOut,
                                   number(stage->busySeconds), stage->bytesMaterialized)
                     : std::string("null");
    };
    for (const StageDiff& stage : diff.stages)
        stages += fmt::format("{}{{\"a\":{},\"b\":{}}}", stages.empty() ? "" : ",",
                              stageJson(stage.a), stageJson(stage.b));
    return fmt::format(
        "{{\"a\":{},\"b\":{},\"same_pipeline\":{},\"same_plan\":{},\"same_input\":{},"
        "\"same_machine\":{},\"same_output\":{},\"seconds_ratio\":{},\"cpu_ratio\":{},"
        "\"bytes_materialized_ratio\":{},\"peak_memory_ratio\":{},\"stages\":[{}]}}\n",
        rowJson(diff.a), rowJson(diff.b), diff.samePipeline, diff.samePlan, diff.sameInput,
        diff.sameMachine, diff.sameOutput ? (*diff.sameOutput ? "true" : "false") : "null",
        ratioJson(diff.secondsRatio), ratioJson(diff.cpuRatio),
        ratioJson(diff.bytesMaterializedRatio), ratioJson(diff.peakMemoryRatio), stages);
}

std::string diffText(const RunDiff& diff) {
    const bool knowsA = hasFigures(diff.a), knowsB = hasFigures(diff.b);
    const auto same = [](bool yes) { return std::string(yes ? "the same" : "another"); };
    std::vector<std::vector<std::string>> facts{
        {"pipeline", same(diff.samePipeline)},
        {"plan", same(diff.samePlan)},
        {"input", same(diff.sameInput)},
        {"machine", same(diff.sameMachine)},
        {"output", diff.sameOutput ? same(*diff.sameOutput) : "not comparable"}};
    std::vector<std::vector<std::string>> figures{
        {"", fmt::format("run {}", diff.a.id), fmt::format("run {}", diff.b.id), "ratio"},
        {"time", secondsText(diff.a.seconds), secondsText(diff.b.seconds),
         ratioText(diff.secondsRatio)},
        {"CPU time", secondsText(diff.a.cpuSeconds), secondsText(diff.b.cpuSeconds),
         ratioText(diff.cpuRatio)},
        {"materialised", textIf(knowsA, bytesText(diff.a.bytesMaterialized)),
         textIf(knowsB, bytesText(diff.b.bytesMaterialized)),
         ratioText(diff.bytesMaterializedRatio)},
        {"memory", textIf(knowsA, bytesText(diff.a.peakMemoryBytes)),
         textIf(knowsB, bytesText(diff.b.peakMemoryBytes)), ratioText(diff.peakMemoryRatio)},
        {"rows in", countText(diff.a.rowsIn), countText(diff.b.rowsIn), ""},
        {"rows out", countText(diff.a.rowsOut), countText(diff.b.rowsOut), ""}};
    std::vector<std::vector<std::string>> stages{
        {"stage", fmt::format("busy {}", diff.a.id), fmt::format("busy {}", diff.b.id),
         fmt::format("rows in {}", diff.a.id), fmt::format("rows in {}", diff.b.id)}};
    for (const StageDiff& stage : diff.stages)
        stages.push_back({(stage.a ? stage.a : stage.b)->label,
                          stage.a ? secondsText(stage.a->busySeconds) : "-",
                          stage.b ? secondsText(stage.b->busySeconds) : "-",
                          stage.a ? countText(stage.a->rowsIn) : "-",
                          stage.b ? countText(stage.b->rowsIn) : "-"});
    return printTable(facts, {}) + "\n" + printTable(figures, {1, 2, 3}) + "\n" +
           printTable(stages, {1, 2, 3, 4});
}

int diff(const RunsCommand& command) {
    const auto a = recordOf(command, command.a);
    if (!a)
        return failed(a.error());
    const auto b = recordOf(command, command.b);
    if (!b)
        return failed(b.error());
    const RunDiff diff = diffRuns(*a, *b);
    return deliver("-", command.json ? diffJson(diff) : diffText(diff));
}

// --- replay

/// What the repetition must not differ in.
Status checkReplay(const ReplayedRun& replay, const OptimizedGraph& optimized, RunId id) {
    const bool naive = replay.request.plans == PlanChoice::Naive;
    if (!naive && planHash(optimized.graph) != replay.planHash)
        return fail(ErrorCode::Unsupported,
                    fmt::format("this version makes another plan of the pipeline of run {}", id),
                    "repeat it with the version that recorded it");
    FB_TRY_ASSIGN(const std::string hash, hashInputs(replay.naive, replay.request.comparison.run));
    if (!replay.inputHash.empty() && hash != replay.inputHash)
        return fail(ErrorCode::Disagreement,
                    fmt::format("the input of run {} has changed since", id),
                    "bring back the data that it ran on");
    return {};
}

int reportSameFailure(const RunsCommand& command, const RunRow& run, const Error& failure) {
    complain(failure);
    say(fmt::format("run {} failed in the same way as run {}", run.id, command.a));
    return command.json
               ? deliver("-", fmt::format("{{\"replayed\":{},\"run_id\":{},\"same_output\":null,"
                                          "\"same_failure\":true,\"output_hash\":null,"
                                          "\"seconds\":{}}}\n",
                                          command.a, run.id, number(run.seconds)))
               : kExitDone;
}

int reportReplay(const RunsCommand& command, const ReplayedRun& replay,
                 const SessionResult& result) {
    const RunResult* run = result.last(PlanSide::Naive);
    if (run == nullptr)
        run = result.last(PlanSide::Optimized);
    if (result.failure && run != nullptr && !replay.errorText.empty() &&
        run->record.run.errorText == replay.errorText)
        return reportSameFailure(command, run->record.run, *result.failure);
    if (result.failure)
        return failed(*result.failure);
    if (result.cancelled || run == nullptr)
        return failed(Error(ErrorCode::Cancelled, "cancelled"));
    const std::string hash = run->record.run.outputHash.value_or("");
    const bool known = !replay.outputHash.empty();
    const bool same = known && hash == replay.outputHash;
    if (command.json) {
        const int status =
            deliver("-", fmt::format("{{\"replayed\":{},\"run_id\":{},\"same_output\":{},\"same_"
                                     "failure\":null,\"output_hash\":{},"
                                     "\"seconds\":{}}}\n",
                                     command.a, run->record.run.id,
                                     known ? (same ? "true" : "false") : "null", textOrNull(hash),
                                     number(run->record.run.seconds)));
        if (status != kExitDone)
            return status;
    }
    if (known && !same)
        return failed(
            Error(ErrorCode::Disagreement, fmt::format("run {} gave other rows than run {}",
                                                       run->record.run.id, command.a)));
    say(fmt::format("run {} repeated run {} in {}: {}", run->record.run.id, command.a,
                    secondsText(run->record.run.seconds),
                    known ? "the same rows"
                          : "run " + fmt::to_string(command.a) +
                                " has no output hash to compare with"));
    return kExitDone;
}

int replay(const RunsCommand& command) {
    const auto store = open(command);
    if (!store)
        return failed(store.error());
    const auto replayed = replayOf(**store, command.a);
    if (!replayed)
        return failed(replayed.error());
    if (replayed->inputHash.empty())
        say(fmt::format("note: run {} did not read its input to the end, so whether it has changed "
                        "is not known",
                        command.a));
    const auto optimized = optimizePipeline(replayed->naive, replayed->request.passes);
    if (!optimized)
        return failed(optimized.error());
    if (const Status good = checkReplay(*replayed, *optimized, command.a); !good)
        return failed(good.error());
    SessionResult result;
    {
        ProgressBar bar;
        SessionHooks hooks;
        hooks.cancelled = &cancelled();
        hooks.progress = [&](const SessionProgress& progress) { bar.show(progress); };
        result =
            RunSession(replayed->naive, *optimized, replayed->request, store->get()).perform(hooks);
    }
    return reportReplay(command, *replayed, result);
}

// --- options

constexpr std::string_view kRecordKeys =
    "JSON keys: id, comparison_id, plan, pipeline_name, pipeline_hash, plan_hash, plan_text, "
    "input_name, input_hash, output_hash, seed, exec, threads, status, started_ns, repetition, "
    "warmup, tag, note, settings, seconds, cpu_seconds, rows_in, rows_out, bytes_in, "
    "bytes_materialized, compile_seconds, peak_memory_bytes, rejected_rows, failed_rows, "
    "error_text, measuring_overhead, machine {name, cpu, cores, memory_bytes, os}, build "
    "{version, compiler}, stages [ordinal, id, nodes, label, rows_in, rows_out, bytes_in, "
    "bytes_out, bytes_materialized, busy_seconds, blocked_seconds, idle_seconds, cpu_seconds, "
    "batches, errors, max_queue_bytes, state_bytes, groups, exec, exec_reason, service_ns, "
    "queue_wait_ns], members [stage, node, sampled_batches, rows_in, rows_out, sampled_ns], code "
    "[stage, form, tier, probe, seconds, reused], edges [from_stage, to_stage, "
    "from, from_port, to, to_port, rows, bytes], latency [sink, latency_ns], rewrites [pass, kind, "
    "applied, reason, before, after, predicted_saving_ns_per_row], samples [stage, t_ns, rows_in, "
    "rows_out, busy_ns, queue_bytes, state_bytes]. Histograms (…_ns) have count, min, max, mean, "
    "p50, p90, p99, p999 and buckets [from, to, count].";

CLI::App* addPart(CLI::App& app, const std::shared_ptr<RunsCommand>& command, const char* name,
                  const char* about, bool json) {
    CLI::App* part = app.add_subcommand(name, about);
    addDatabaseOption(*part, command->database);
    if (json)
        part->add_flag("--json", command->json, "Print JSON");
    return part;
}

void addListOptions(CLI::App& app, RunsCommand& command) {
    app.add_option("--limit", command.limit, "How many, newest first")
        ->check(wholeNumber())
        ->type_name("N");
    app.add_option("--find", command.text, "Part of the pipeline's name, input, tag or note");
    app.add_option("--plan", command.plan, "Only runs of this plan")
        ->check(CLI::IsMember({"naive", "optimized"}));
    app.add_option("--status", command.status, "Only runs that ended so")
        ->check(CLI::IsMember({"running", "done", "failed", "cancelled", "interrupted"}));
}

} // namespace

void addRunsCommand(CommandLine& line) {
    auto command = std::make_shared<RunsCommand>();
    CLI::App* app = line.app().add_subcommand("runs", "Look at recorded runs, and repeat them");
    app->require_subcommand(0, 1);
    addDatabaseOption(*app, command->database);
    app->add_flag("--json", command->json, "Print JSON");
    app->footer("Example:\n  fuseboard-cli runs list --find influx\n  fuseboard-cli runs diff 12 "
                "13\n  fuseboard-cli runs replay 13");
    line.add(app, [command] { return list(*command); });

    CLI::App* part = addPart(*app, command, "list", "The newest runs", true);
    addListOptions(*part, *command);
    part->footer(
        "Example:\n  fuseboard-cli runs list --plan optimized --limit 5\n\n--json: a list of "
        "runs with the keys id, comparison_id, pipeline, plan, status, started_ns, seconds, "
        "cpu_seconds, rows_in, rows_out, bytes_in, bytes_materialized, peak_memory_bytes, "
        "rejected_rows, failed_rows, input, pipeline_hash, plan_hash, input_hash, output_hash, "
        "exec, threads, error, tag.");
    line.add(part, [command] { return list(*command); });

    part = addPart(*app, command, "show", "One run with its stages", true);
    part->add_option("ID", command->a, "The run")->required();
    part->footer("Example:\n  fuseboard-cli runs show 13\n\n" + std::string(kRecordKeys));
    line.add(part, [command] { return show(*command); });

    part = addPart(*app, command, "diff", "Two runs side by side", true);
    part->add_option("A", command->a, "The one run")->required();
    part->add_option("B", command->b, "The other run")->required();
    part->footer("Example:\n  fuseboard-cli runs diff 12 13\n\n--json keys: a, b, same_pipeline, "
                 "same_plan, same_input, same_machine, same_output, seconds_ratio, cpu_ratio, "
                 "bytes_materialized_ratio, peak_memory_ratio, stages.");
    line.add(part, [command] { return diff(*command); });

    part =
        addPart(*app, command, "replay", "Repeat a run and check that its rows are the same", true);
    part->add_option("ID", command->a, "The run")->required();
    part->footer("Example:\n  fuseboard-cli runs replay 13\n\n--json keys: replayed, run_id, "
                 "same_output, same_failure, output_hash, seconds.");
    line.add(part, [command] { return replay(*command); });

    part = addPart(*app, command, "export", "A run for other programs", true);
    part->add_option("ID", command->a, "The run")->required();
    part->add_option("--format", command->format, "csv, json or perfetto")
        ->check(CLI::IsMember({"csv", "json", "perfetto"}));
    part->add_option("-o,--out", command->out, "Where to write it")->type_name("FILE");
    part->footer("Example:\n  fuseboard-cli runs export 13 --format perfetto -o run13.json\n\n"
                 "--json is --format json. " +
                 std::string(kRecordKeys));
    line.add(part, [command] { return exportOne(*command); });
}

} // namespace fuseboard
