// SPDX-License-Identifier: Apache-2.0
// bench: figures about Fuseboard itself.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "app/session/cost_file.h"
#include "engine/formats/json_text.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>

namespace fuseboard {

namespace {

struct BenchCommand {
    std::vector<std::string> workloads;
    std::uint64_t rows = 0;        ///< of each run; 0: as many as suit what is measured
    std::uint32_t repetitions = 0; ///< of each kind; 0 likewise
    std::uint32_t threads = 0;
    bool json = false;
    bool calibrate = false;
    std::string output; ///< of the calibration; empty: where --costs calibrated looks
};

/// Measuring may cost this much.
constexpr double kMostOverhead = 0.02;

std::string number(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

Result<OptimizedGraph> sampleOf(const std::string& name) {
    const std::string folder = samplesFolder();
    if (folder.empty())
        return fail(ErrorCode::NotFound, "the sample pipelines are not there",
                    "they are installed with Fuseboard, in share/fuseboard/samples");
    LoadResult loaded = loadPipeline(folder + "/" + name);
    if (!loaded)
        return fail(loaded.error().front());
    return optimizePipeline(std::move(loaded->naive), {});
}

RunRequest metricsRequest(const BenchCommand& command) {
    RunRequest request;
    request.side = PlanSide::Optimized;
    request.clock = "event.timestamp:ms";
    request.threads = command.threads;
    InputRequest input;
    // Many short runs in turns tell small differences apart from the machine's own ups and downs.
    input.source.location =
        fmt::format("generate:metrics?rows={}&seed=1", command.rows == 0 ? 50'000 : command.rows);
    request.inputs.push_back(std::move(input));
    OutputRequest output;
    output.ports = {"out"};
    request.outputs.push_back(std::move(output));
    return request;
}

std::string overheadJson(const OverheadResult& result) {
    const auto list = [](const std::vector<double>& seconds) {
        std::string out = "[";
        for (const double value : seconds)
            out += (out.size() == 1 ? "" : ",") + number(value);
        return out + "]";
    };
    const std::string interval =
        result.low && result.high
            ? fmt::format("[{},{}]", number(*result.low), number(*result.high))
            : "null";
    return fmt::format("{{\"overhead\":{{\"ratio\":{},\"ci95\":{},\"limit\":{},\"within_limit\":{},"
                       "\"rows\":{},\"cpu_seconds_with\":{},\"cpu_seconds_without\":{}}}}}\n",
                       number(result.overhead), interval, number(kMostOverhead),
                       result.overhead <= kMostOverhead, result.rows, list(result.withCpuSeconds),
                       list(result.withoutCpuSeconds));
}

std::string overheadText(const OverheadResult& result) {
    std::string out = fmt::format("measuring costs {:.2f} % of CPU time", result.overhead * 100);
    if (result.low && result.high)
        out += fmt::format(" (95 %: {:.2f} % to {:.2f} %)", *result.low * 100, *result.high * 100);
    return out +
           fmt::format("; the limit is {:.0f} %\n{} runs each of {} rows, median {} with and {} "
                       "without\n",
                       kMostOverhead * 100, result.withCpuSeconds.size(), countText(result.rows),
                       secondsText(median(result.withCpuSeconds)),
                       secondsText(median(result.withoutCpuSeconds)));
}

int benchOverhead(const BenchCommand& command) {
    const auto plan = sampleOf("influx.trickle");
    if (!plan)
        return failed(plan.error());
    Result<OverheadResult> result;
    {
        ProgressBar bar;
        SessionHooks hooks;
        hooks.cancelled = &cancelled();
        hooks.progress = [&](const SessionProgress& progress) { bar.show(progress); };
        result = measureOverhead(*plan, metricsRequest(command),
                                 command.repetitions == 0 ? 201 : command.repetitions, hooks);
    }
    if (!result)
        return failed(result.error());
    return deliver("-", command.json ? overheadJson(*result) : overheadText(*result));
}

std::string calibrationText(const CostTable& costs, const std::string& path) {
    const CostTable builtIn;
    std::string out = fmt::format("{:<22} {:>12} {:>12}\n", "constant", "built in", "this machine");
    for (const CostField& field : costFields())
        if (field.measured)
            out += fmt::format("{:<22} {:>12.4g} {:>12.4g}  {}\n", field.name, builtIn.*field.value,
                               costs.*field.value, field.about);
    return out + fmt::format("written: {}\nuse it with `--costs {}`\n", path,
                             path == calibratedCostsPath() ? "calibrated" : path);
}

int benchCalibrate(const BenchCommand& command) {
    Result<CostTable> costs;
    {
        ProgressBar bar;
        SessionHooks hooks;
        hooks.cancelled = &cancelled();
        hooks.progress = [&](const SessionProgress& progress) { bar.show(progress); };
        costs = calibrateCosts(command.rows == 0 ? 20'000 : command.rows,
                               command.repetitions == 0 ? 11 : command.repetitions, hooks);
    }
    if (!costs)
        return failed(costs.error());
    const std::string path = command.output.empty() ? calibratedCostsPath() : command.output;
    if (const Status written = writeCostTable(*costs, path); !written)
        return failed(written.error());
    return deliver("-",
                   command.json ? printCostTable(*costs) + "\n" : calibrationText(*costs, path));
}

struct Workload {
    std::string_view name;
    std::string_view about;
    int (*perform)(const BenchCommand& command);
};

constexpr std::array kWorkloads{
    Workload{"overhead", "what measuring costs, with and without it in turns", benchOverhead},
};

int bench(const BenchCommand& command) {
    if (command.calibrate)
        return benchCalibrate(command);
    std::vector<std::string> names;
    for (const Workload& workload : kWorkloads)
        names.emplace_back(workload.name);
    for (const std::string& name : command.workloads)
        if (std::ranges::find(names, name) == names.end())
            return wrongUsage(fmt::format("there is no workload \"{}\"", name),
                              "there is: " + joined(names));
    for (const Workload& workload : kWorkloads) {
        if (!command.workloads.empty() &&
            std::ranges::find(command.workloads, workload.name) == command.workloads.end())
            continue;
        if (const int status = workload.perform(command); status != kExitDone)
            return status;
    }
    return kExitDone;
}

std::string workloadsText() {
    std::string text;
    for (const Workload& workload : kWorkloads)
        text += fmt::format("\n  {:<10}{}", workload.name, workload.about);
    return text;
}

} // namespace

void addBenchCommand(CommandLine& line) {
    auto command = std::make_shared<BenchCommand>();
    CLI::App* app = line.app().add_subcommand("bench", "Measure Fuseboard itself");
    app->add_option("WORKLOAD", command->workloads, "What to measure; all of it without a name");
    app->add_option("--rows", command->rows,
                    "Rows of each run (overhead: 50,000, calibration: 20,000)")
        ->type_name("N");
    app->add_option("--repeat", command->repetitions,
                    "Runs of each kind (overhead: 201, calibration: 11)")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    app->add_option("--threads", command->threads, "Worker threads; 0: one a core")->type_name("N");
    app->add_flag("--json", command->json, "Print JSON");
    CLI::Option* calibrate = app->add_flag(
        "--calibrate", command->calibrate,
        "Measure this machine's constants for the cost model; used only with --costs");
    app->add_option("-o,--output", command->output,
                    "File of the calibrated table (default: where --costs calibrated looks)")
        ->needs(calibrate)
        ->type_name("FILE");
    app->footer(fmt::format("Workloads:{}\n\nExamples:\n  fuseboard-cli bench overhead --json\n"
                            "  fuseboard-cli bench --calibrate\n\n"
                            "--json keys: overhead {{ratio, ci95, limit, within_limit, rows, "
                            "cpu_seconds_with, cpu_seconds_without}}; with --calibrate the table.",
                            workloadsText()));
    line.add(app, [command] { return bench(*command); });
}

} // namespace fuseboard
