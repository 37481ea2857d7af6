// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_options.h"

#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/number_options.h"
#include "app/cli/table.h"
#include "engine/kernels/group_compiler.h"
#include "engine/operators/operator_body.h"
#include "engine/runtime/event_clock.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace fuseboard {

namespace {

constexpr std::uint64_t kMaxRepetitions = 100'000;

void addSize(CLI::App& command, const char* name, std::uint64_t& to, const char* about) {
    // Transformations run in the reverse of this order: the sign is looked at first.
    command.add_option(name, to, about)
        ->transform(CLI::AsSizeValue(false))
        ->transform(notNegative())
        ->type_name("SIZE");
}

/// From options to a request, for one graph.
class RequestMaker {
public:
    RequestMaker(const RunOptions& options, const Graph& graph)
        : m_options(options), m_graph(graph), m_run(m_request.comparison.run) {}

    Result<SessionRequest> make() {
        fillSession();
        FB_TRY(fillRun());
        FB_TRY(bindInputs());
        FB_TRY(bindOutputs());
        FB_TRY(bindSavedPorts(m_graph, m_run, m_effects));
        FB_TRY(checkEffects());
        if (m_run.inputs.empty())
            return fail(ErrorCode::InvalidArgument, "the run has no input",
                        "name one with --in FILE");
        bindRest();
        return std::move(m_request);
    }

private:
    void fillSession() {
        ComparisonRequest& comparison = m_request.comparison;
        const bool both = m_options.plan == "both";
        m_request.plans = *planChoiceFromText(m_options.plan);
        m_request.pipelinePath = m_options.pipeline.file;
        m_request.tag = m_options.tag;
        comparison.repetitions = m_options.repetitions.value_or(both ? 5 : 1);
        comparison.warmups = m_options.warmups.value_or(both ? 1 : 0);
        comparison.writes = *planSideFromText(m_options.writes);
        if (m_options.spoolBytes != 0)
            comparison.spoolBytes = m_options.spoolBytes;
    }

    Status fillRun() {
        m_run.exec = *execFromText(m_options.exec);
        m_run.tier = codeTierFromText(m_options.tier);
        m_run.clock = m_options.clock;
        if (!m_options.atEnd.empty())
            m_run.atEnd = m_options.atEnd == "flush" ? AtEnd::Flush : AtEnd::Discard;
        m_run.threads = m_options.threads;
        if (m_options.queueBytes != 0)
            m_run.queueBytes = m_options.queueBytes;
        m_run.batchBytes = m_options.batchBytes;
        m_run.preload = m_options.preload;
        m_run.rate = m_options.rate;
        m_run.memoryBytes = m_options.memoryBytes;
        m_run.allowEffects = m_options.allowEffects;
        m_run.maxErrors = m_options.maxErrors.value_or(m_run.maxErrors);
        m_run.limit = m_options.limit.value_or(m_run.limit);
        return {};
    }

    Status bindInputs() {
        for (const std::string& text : m_options.inputs) {
            FB_TRY_ASSIGN(const PortValue named, parsePortValue(text, m_graph.inputs(), "input"));
            InputRequest input;
            input.port = named.port.empty() ? defaultInput(m_graph) : named.port;
            input.source.location = named.value;
            input.source.format = formatFromName(m_options.format);
            input.source.csvHeader = !m_options.noHeader;
            input.source.trustInput = m_options.trustInput;
            if (m_options.maxEventBytes != 0)
                input.source.maxEventBytes = m_options.maxEventBytes;
            m_run.inputs.push_back(std::move(input));
        }
        return {};
    }

    Status bindOutputs() {
        std::vector<std::string> known = m_graph.outputs();
        if (std::ranges::find(known, "err") == known.end())
            known.emplace_back("err"); // takes the rejected rows of the sources of any pipeline
        std::optional<std::string> rest;
        for (const std::string& text : m_options.outputs) {
            FB_TRY_ASSIGN(PortValue named, parsePortValue(text, known, "output"));
            if (!named.port.empty())
                addOutput({named.port}, named.value);
            else if (std::exchange(rest, named.value))
                return fail(ErrorCode::InvalidArgument, "--out is given twice without a port",
                            "write --out PORT=FILE to split the outputs");
        }
        if (rest)
            addOutput(openOutputs(), *rest);
        return {};
    }

    /// What nothing else takes goes to standard output, or nowhere.
    void bindRest() {
        std::vector<std::string> ports = openOutputs();
        if (ports.empty())
            return;
        const bool discards = m_options.json || m_options.plan == "both";
        if (discards)
            say("note: rows are discarded; keep them with --out FILE");
        addOutput(std::move(ports), discards ? "discard:" : "-");
    }

    [[nodiscard]] std::vector<std::string> openOutputs() const {
        std::vector<std::string> ports;
        for (const std::string& port : m_graph.outputs()) {
            const bool taken = std::ranges::any_of(m_run.outputs, [&](const OutputRequest& output) {
                return std::ranges::find(output.ports, port) != output.ports.end();
            });
            if (!taken && port != "err")
                ports.push_back(port);
        }
        return ports;
    }

    void addOutput(std::vector<std::string> ports, const std::string& location) {
        if (ports.empty())
            return;
        OutputRequest output;
        output.ports = std::move(ports);
        output.location = location;
        output.format = formatOfOutput(location);
        m_run.outputs.push_back(std::move(output));
    }

    Status checkEffects() {
        for (const NodeIndex n : m_graph.nodes()) {
            const NodeData& node = m_graph.node(n);
            const OperatorInfo* info = builtinCatalogue().find(node.operatorName);
            if (info != nullptr && info->contract(node.config).sideEffects)
                m_effects.push_back(fmt::format("whatever {} ({}) does", node.label, info->title));
        }
        if (m_effects.empty())
            return {};
        if (m_options.allowEffects) {
            say(fmt::format("note: the pipeline reaches outside: {}", joined(m_effects)));
            return {};
        }
        return fail(Error(ErrorCode::NotAllowed,
                          fmt::format("the pipeline reaches outside by itself: it would {}",
                                      joined(m_effects)),
                          "bind its ports with --in and --out, or permit this with --allow-effects")
                        .at({m_options.pipeline.file, 0, 0, {}}));
    }

    const RunOptions& m_options;
    const Graph& m_graph;
    SessionRequest m_request;
    RunRequest& m_run;
    std::vector<std::string> m_effects;
};

bool writesToStdout(const SessionRequest& request) {
    return std::ranges::any_of(request.comparison.run.outputs,
                               [](const OutputRequest& output) { return output.location == "-"; });
}

// What a program that starts this one has got wrong, and no pipeline can be blamed for.
std::optional<int> wrongTogether(const RunOptions& options) {
    if (!options.clock.empty())
        if (const auto clock = EventClock::parse(options.clock); !clock)
            return wrongUsage(clock.error().message, clock.error().hint);
    if (options.rate > 0 && options.preload)
        return wrongUsage("--rate offers rows as they would arrive, --preload has them all at once",
                          "leave one of them out");
    if (options.exec == "reference" && (options.rate > 0 || options.preload))
        return wrongUsage("--exec reference reads one row after the other as they come, without "
                          "--rate and --preload",
                          "leave them out, or run with --exec interpret");
    return std::nullopt;
}

} // namespace

void addDatabaseOption(CLI::App& command, std::string& database) {
    command
        .add_option("--db", database,
                    "Database of runs; else FUSEBOARD_DB, else "
                    "$XDG_DATA_HOME/fuseboard/runs.sqlite")
        ->type_name("FILE");
}

void addInputOptions(CLI::App& app, RunOptions& options) {
    app.add_option("--in", options.inputs,
                   "Rows to run on: a file (plain, .gz, .zst, .xz), - for standard input, or "
                   "generate:SHAPE?rows=N; PORT=DATA for other inputs")
        ->allow_extra_args(false)
        ->type_name("DATA");
    app.add_option("--out", options.outputs,
                   "Where rows go: a file or - for standard output; PORT=FILE for one output, "
                   "err=FILE for failed and rejected rows. Outputs of one place are merged in "
                   "the order of their rows")
        ->allow_extra_args(false)
        ->type_name("FILE");
    app.add_option("--clock", options.clock,
                   "Where event time comes from: wall, index, or a field with a unit, as in "
                   "event.timestamp:ms")
        ->type_name("CLOCK");
    app.add_option("--format", options.format, "Of the input: ndjson, csv, influx or lines")
        ->check(CLI::IsMember({"ndjson", "csv", "influx", "lines"}))
        ->type_name("FORMAT");
    app.add_flag("--no-header", options.noHeader, "CSV without names in its first line");
    addSchemaOption(app, options.pipeline);
    app.add_flag("--trust-input", options.trustInput, "Do not validate fields that nobody reads");
    addSize(app, "--max-event-bytes", options.maxEventBytes, "Longer lines are rejected (16 MiB)");
    app.add_option("--at-end", options.atEnd,
                   "What windows do at the end of input: discard or flush")
        ->check(CLI::IsMember({"discard", "flush"}))
        ->type_name("WHAT");
    app.add_option("--limit", options.limit, "Stop after so many rows")
        ->check(wholeNumber())
        ->type_name("N");
    app.add_option("--max-errors", options.maxErrors, "More rejected or failed rows end the run")
        ->check(wholeNumber())
        ->type_name("N");
    app.add_flag("--preload", options.preload, "Decode the input before the clock starts");
    app.add_option("--rate", options.rate, "Rows a second to offer; else as fast as it goes")
        ->check(realNumber(1e-6, 1e12))
        ->type_name("N");
    app.add_option_function<std::uint32_t>(
           "--threads",
           [&options](std::uint32_t threads) {
               options.threads = threads;
               options.pipeline.workers = threads;
           },
           "Worker threads, for which the plan is made; 0: one a core")
        ->check(wholeNumber(0, kMaxThreads))
        ->type_name("N");
    addSize(app, "--memory", options.memoryBytes,
            "Limit of the state, as in 2G; half of the machine");
    addSize(app, "--queue-bytes", options.queueBytes, "Limit of each queue");
    addSize(app, "--batch-bytes", options.batchBytes, "Size of pieces of input; else it adapts");
    app.add_option("--exec", options.exec, "auto, reference, interpret or compile")
        ->check(CLI::IsMember({"auto", "reference", "interpret", "compile"}))
        ->type_name("HOW");
    app.add_option("--tier", options.tier,
                   "How compiled code is made: with calls of the engine's kernels (at once), with "
                   "kernels inlined (slower to make), or auto: the second once it pays")
        ->check(CLI::IsMember({"auto", "calls", "inlined"}))
        ->type_name("TIER");
    app.add_flag("--allow-effects", options.allowEffects,
                 "Let the pipeline reach files and sockets that it names itself");
    addDatabaseOption(app, options.database);
    app.add_flag("--no-record", options.noRecord, "Keep no figures");
    app.add_option("--tag", options.tag, "A word to find the runs by")->type_name("TEXT");
    app.add_flag("--json", options.json, "Print the figures as JSON; rows go to --out or nowhere");
}

void addComparisonOptions(CLI::App& app, RunOptions& options) {
    app.add_option("--plan", options.plan,
                   "optimized (default), naive (as drawn) or both, which compares them")
        ->check(CLI::IsMember({"naive", "optimized", "both"}))
        ->type_name("PLAN");
    app.add_option("--repeat", options.repetitions, "Measured runs a plan (1; 5 with both)")
        ->check(wholeNumber(1, kMaxRepetitions))
        ->type_name("N");
    app.add_option("--warmup", options.warmups,
                   "Runs a plan that are not measured (0; 1 with both)")
        ->check(wholeNumber(0, kMaxRepetitions))
        ->type_name("N");
    app.add_option("--write", options.writes, "With --plan both: the plan that writes the outputs")
        ->check(CLI::IsMember({"naive", "optimized"}))
        ->type_name("PLAN");
    addSize(app, "--spool-bytes", options.spoolBytes,
            "Limit of standard input kept for repetition");
    addPassOptions(app, options.pipeline);
    addCostsOption(app, options.pipeline);
}

std::optional<SessionRequest> sessionOf(const RunOptions& options, const Graph& graph,
                                        int& status) {
    if (const auto wrong = wrongTogether(options)) {
        status = *wrong;
        return std::nullopt;
    }
    auto passes = passesOf(options.pipeline, graph, status);
    if (!passes)
        return std::nullopt;
    Result<SessionRequest> request = RequestMaker(options, graph).make();
    if (!request) {
        Error error = request.error();
        if (error.place.file.empty())
            error.place.file = options.pipeline.file;
        status = failed(error);
        return std::nullopt;
    }
    if (options.json && writesToStdout(*request)) {
        status = wrongUsage("--json prints the figures on standard output, so rows cannot go there",
                            "name a file with --out, or leave it out to discard the rows");
        return std::nullopt;
    }
    request->passes = std::move(*passes);
    for (InputRequest& input : request->comparison.run.inputs)
        if (const auto port = graph.findInput(input.port))
            input.source.schema = request->passes.schemas[*port];
    return std::move(*request);
}

} // namespace fuseboard
