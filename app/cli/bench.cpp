// SPDX-License-Identifier: Apache-2.0
// bench: figures about Fuseboard itself, alone and beside other systems.
#include "app/bench/workload.h"
#include "app/cli/bench_command.h"
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/table.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>

namespace fuseboard {

namespace {

constexpr std::string_view kOverhead = "overhead";

int bench(BenchCommand command) {
    if (command.calibrate)
        return benchCalibrate(command);
    std::vector<std::string> names = {std::string(kOverhead)};
    for (const Workload& workload : builtinWorkloads())
        names.push_back(workload.name);
    for (const std::string& name : command.workloads)
        if (std::ranges::find(names, name) == names.end())
            return wrongUsage(fmt::format("there is no workload \"{}\"", name),
                              "there is: " + joined(names));
    if (command.workloads.empty())
        command.workloads = names;
    const auto overhead = std::ranges::remove(command.workloads, kOverhead);
    const bool measuresOverhead = !overhead.empty();
    command.workloads.erase(overhead.begin(), overhead.end());
    if (measuresOverhead)
        if (const int status = benchOverhead(command); status != kExitDone)
            return status;
    return command.workloads.empty() ? kExitDone : benchWorkloads(command);
}

std::string workloadsText() {
    std::string text =
        fmt::format("\n  {:<16}what measuring costs, with and without it in turns", kOverhead);
    for (const Workload& workload : builtinWorkloads())
        text += fmt::format("\n  {:<16}{} ({} rows)", workload.name, workload.about,
                            countText(workload.rows));
    return text;
}

void addOptions(CLI::App& app, BenchCommand& command) {
    app.add_option("WORKLOAD", command.workloads, "What to measure; all of it without a name");
    app.add_option("--rows", command.rows,
                   "Rows of each run (overhead: 50,000, calibration: 20,000, others: see below)")
        ->type_name("N");
    app.add_option("--repetitions,--repeat", command.repetitions,
                   "Runs of each kind (overhead: 201, calibration: 11, others: 5)")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    app.add_option("--threads", command.threads,
                   "Worker threads; 0: one a core (overhead: 0, others: 1, also of the peers)")
        ->type_name("N");
    app.add_option("--exec", command.exec, "How workloads run: auto, interpret or compile")
        ->check(CLI::IsMember({"auto", "reference", "interpret", "compile"}))
        ->type_name("HOW");
    app.add_option("--data", command.folder,
                   "Folder for inputs, outputs and the database of workloads (a temporary one)")
        ->type_name("DIR");
    app.add_option("--write", command.page,
                   "Renew the tables of the measured workloads in this page")
        ->type_name("FILE");
    app.add_flag("--json", command.json, "Print JSON");
    CLI::Option* calibrate =
        app.add_flag("--calibrate", command.calibrate,
                     "Measure this machine's constants for the cost model; used only with --costs");
    app.add_option("-o,--output", command.output,
                   "File of the calibrated table (default: where --costs calibrated looks)")
        ->needs(calibrate)
        ->type_name("FILE");
}

} // namespace

void addBenchCommand(CommandLine& line) {
    auto command = std::make_shared<BenchCommand>();
    CLI::App* app = line.app().add_subcommand("bench", "Measure Fuseboard itself and its peers");
    addOptions(*app, *command);
    app->footer(fmt::format(
        "Workloads:{}\n\nExamples:\n  fuseboard-cli bench overhead --json\n"
        "  fuseboard-cli bench filter-project --rows 200000 --write docs/benchmarks.md\n"
        "  fuseboard-cli bench --calibrate\n\n"
        "--json keys: overhead {{ratio, ci95, limit, within_limit, rows, cpu_seconds_with, "
        "cpu_seconds_without}}; of each other workload name, rows, repetitions, threads, load, "
        "cases "
        "[{{name, input_bytes, output_rows, sides [{{name, missing, seconds, process_seconds, "
        "inner_seconds, compile_seconds, peak_bytes}}]}}], figures [{{about, unit, value, ci95}}]; "
        "with --calibrate the table.",
        workloadsText()));
    line.add(app, [command] { return bench(*command); });
}

} // namespace fuseboard
