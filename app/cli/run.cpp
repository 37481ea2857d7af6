// SPDX-License-Identifier: Apache-2.0
// run: a pipeline on data, by one plan or both.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/run_options.h"
#include "app/cli/run_report.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

namespace fuseboard {

namespace {

Result<std::unique_ptr<RunStore>> openStore(const RunOptions& options) {
    if (options.noRecord)
        return std::unique_ptr<RunStore>();
    auto store = RunStore::open(options.database.empty() ? defaultStorePath() : options.database);
    if (store)
        return store;
    Error error = std::move(store).error();
    if (error.hint.empty())
        error.hint = "name another database with --db FILE, or keep no figures with --no-record";
    return fail(std::move(error));
}

int exitStatus(const SessionResult& result) {
    if (result.cancelled)
        return kExitCancelled;
    const bool disagree = result.comparison.identical == false;
    return result.failure || disagree || result.recordingFailure ? kExitFailed : kExitDone;
}

int report(const RunOptions& options, const ReportedSession& session) {
    const SessionResult& result = *session.result;
    for (const std::string& notice : result.notices)
        say("note: " + notice);
    const RunResult* run = result.last(PlanSide::Naive);
    if (run == nullptr)
        run = result.last(PlanSide::Optimized);
    std::string text = run == nullptr ? std::string() : badRowsText(*run);
    if (!options.json)
        text += sessionText(session);
    if (!text.empty()) {
        text.pop_back();
        say(text);
    }
    if (result.failure) {
        Error failure = *result.failure;
        if (failure.place.file.empty() && !failure.node.empty())
            failure.place.file = options.pipeline.file;
        complain(failure);
    }
    if (result.comparison.identical == false)
        complain(Error(ErrorCode::Disagreement,
                       "the two plans disagree: " + result.comparison.identicalReason));
    if (result.recordingFailure)
        complain(*result.recordingFailure);
    if (result.cancelled)
        say("cancelled");
    if (options.json)
        if (const int status = deliver("-", sessionJson(session)); status != kExitDone)
            return status;
    return exitStatus(result);
}

int run(const RunOptions& options) {
    const auto loaded = load(options.pipeline, true);
    return loaded ? runPipeline(options, loaded->naive) : kExitFailed;
}

} // namespace

int runPipeline(const RunOptions& options, const Graph& naive) {
    int status = kExitDone;
    const auto request = sessionOf(options, naive, status);
    if (!request)
        return status;
    const auto made = optimized(options.pipeline, naive);
    if (!made)
        return made.error();
    const auto store = openStore(options);
    if (!store)
        return failed(store.error());
    SessionResult result;
    {
        ProgressBar bar;
        SessionHooks hooks;
        hooks.cancelled = &cancelled();
        hooks.progress = [&](const SessionProgress& progress) { bar.show(progress); };
        result = RunSession(naive, *made, *request, store->get()).perform(hooks);
    }
    return report(options, {&result, countGraph(naive), countGraph(made->graph)});
}

void addRunCommand(CommandLine& line) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* app = line.app().add_subcommand("run", "Run a pipeline on data");
    addPipelineArgument(*app, options->pipeline);
    addInputOptions(*app, *options);
    addComparisonOptions(*app, *options);
    app->footer(
        "Example:\n  fuseboard-cli run influx.trickle --in metrics.influx.gz --plan both "
        "--clock event.timestamp:ms --out stats.ndjson\n\n"
        "A schema file lists the fields that every row has; further fields are allowed:\n"
        "  {\"fields\": [{\"path\": \"tags.host\", \"type\": \"string\", "
        "\"nullable\": false, \"required\": true}, …]}\n"
        "  types: bool, int, float, number, string, record, array, any; nullable is false "
        "and required true\n"
        "  when left out.\n\n"
        "A run that is cancelled (Ctrl-C, SIGTERM, SIGHUP) keeps the rows that it has "
        "written: those of --out FILE as FILE.partial, beside FILE, which stays as it "
        "was.\n\n"
        "--json keys: run_ids, identical, identical_reason, difference, errors "
        "{rejected_rows, failed_rows, non_finite}, speedup, speedup_ci95, verdict, plans {naive, "
        "optimized} (figures of the median run; each of its stages has exec, exec_reason and "
        "code [form, tier, probe, seconds, reused]), graphs, failure, cancelled, database, "
        "kept_aside.");
    line.add(app, [options] { return run(*options); });
}

} // namespace fuseboard
