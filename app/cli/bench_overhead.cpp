// SPDX-License-Identifier: Apache-2.0
// What measuring costs, with and without it in turns.
#include "app/cli/bench_command.h"
#include "app/cli/console.h"
#include "app/cli/table.h"
#include "engine/formats/json_text.h"
#include "engine/measure/statistics.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string number(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

/// Measuring may cost this much.
constexpr double kMostOverhead = 0.02;

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
    request.threads = command.threads.value_or(0);
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

} // namespace

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
} // namespace fuseboard
