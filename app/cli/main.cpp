// SPDX-License-Identifier: Apache-2.0
// fuseboard-cli: everything that Fuseboard does to a pipeline, without a display.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "engine/graph/graph_json.h"
#include "fuseboard/version.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string versionText() {
    const std::string commit = buildCommit();
    return fmt::format("fuseboard-cli {}{}\n"
                       "  build            {} {}, {}\n"
                       "  pipeline file    version {}\n"
                       "  database schema  version {}",
                       kVersion, commit.empty() ? "" : fmt::format(" ({})", commit), kCompiler,
                       kBuildType, kTargetMachine, kPipelineFileVersion, RunStore::schemaVersion());
}

void addCommands(CommandLine& line) {
    addImportCommand(line);
    addShowCommand(line);
    addOptimizeCommand(line);
    addRunCommand(line);
    addScriptCommand(line);
    addExportCommand(line);
    addGenerateCommand(line);
    addRunsCommand(line);
    addBenchCommand(line);
}

bool isCommand(const CLI::App& app, std::string_view name) {
    const auto all = app.get_subcommands([](const CLI::App*) { return true; });
    return std::ranges::any_of(
        all, [&](const CLI::App* command) { return command->get_name() == name; });
}

std::string commandNames(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names += (names.empty() ? "" : ", ") + command->get_name();
    return names;
}

int perform(int argc, char** argv) {
    CLI::App app("Optimise dataflow pipelines, run them as drawn and optimised, and keep every "
                 "figure.");
    app.name("fuseboard-cli");
    app.set_version_flag("--version", versionText());
    app.footer(
        "Example:\n  fuseboard-cli run influx.trickle --in generate:metrics?rows=100000 "
        "--plan both --clock event.timestamp:ms\n\n"
        "Exit status: 0 done, 1 the pipeline, a file or the data is at fault, 2 wrong usage, "
        "130 cancelled.");
    app.require_subcommand(1);
    CommandLine line(app);
    addCommands(line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        // Subcommands throw it too: the deepest one that was named prints its own help.
        const CLI::App* named = &app;
        std::string before;
        while (!named->get_subcommands().empty()) {
            before += (before.empty() ? "" : " ") + named->get_name();
            named = named->get_subcommands().front();
        }
        return deliver("-", named->help(before));
    } catch (const CLI::CallForVersion&) {
        return deliver("-", versionText() + "\n");
    } catch (const CLI::ParseError& error) {
        if (argc > 1 && argv[1][0] != '-' && !isCommand(app, argv[1]))
            return wrongUsage(fmt::format("there is no command \"{}\"", argv[1]),
                              "the commands are: " + commandNames(app));
        return wrongUsage(error.what(), "see fuseboard-cli --help, or COMMAND --help");
    }
    catchSignals();
    // Commands below a command come after it in the list.
    for (auto command = line.commands().rbegin(); command != line.commands().rend(); ++command)
        if (command->first->parsed())
            return command->second();
    return wrongUsage("no command was given", "see fuseboard-cli --help");
}

} // namespace

} // namespace fuseboard

int main(int argc, char** argv) {
    // CLI11 throws; whatever else gets here is a failure of the machine, such as no memory.
    try {
        return fuseboard::perform(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return fuseboard::kExitFailed;
    }
}
