// SPDX-License-Identifier: Apache-2.0
// This machine's constants for the cost model.
#include "app/cli/bench_command.h"
#include "app/cli/console.h"
#include "app/session/cost_file.h"
#include "app/session/session.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

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

} // namespace

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
} // namespace fuseboard
