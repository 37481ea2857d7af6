// SPDX-License-Identifier: Apache-2.0
// script: one script over data, without a pipeline around it.
#include "app/cli/command_line.h"
#include "app/cli/console.h"
#include "app/cli/run_options.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

namespace fuseboard {

namespace {

int runScriptFile(const RunOptions& options) {
    const LoadResult loaded = loadScript(options.pipeline.file, options.pipeline.modulePath);
    if (!loaded) {
        complain(loaded.error());
        return kExitFailed;
    }
    for (const Notice& notice : loaded->notices)
        tell(notice);
    return runPipeline(options, loaded->naive);
}

} // namespace

void addScriptCommand(CommandLine& line) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* app = line.app().add_subcommand("script", "Run a script on each row of data");
    app->add_option("FILE", options->pipeline.file, "Script: .tremor")->required();
    app->add_option("--module-path", options->pipeline.modulePath,
                    "Folder searched by `use` before the built-in modules; may be repeated")
        ->allow_extra_args(false)
        ->type_name("DIR");
    addInputOptions(*app, *options);
    app->footer(
        "Example:\n  fuseboard-cli script total.tremor --in orders.csv --out totals.ndjson\n\n"
        "--json keys: as those of `run`.");
    line.add(app, [options] { return runScriptFile(*options); });
}

} // namespace fuseboard
