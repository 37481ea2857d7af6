// SPDX-License-Identifier: Apache-2.0
// influx: the sample influx.trickle, statistics over every field of every series, on line protocol.
#include "app/bench/workload.h"

#include <fmt/format.h>

namespace fuseboard {

Workload influxWorkload() {
    Workload workload{"influx", "the sample influx.trickle on line protocol", 2'000'000, {}, {}};
    for (const std::uint64_t keys : {100U, 10'000U, 1'000'000U}) {
        BenchCase one;
        one.name = fmt::format("{} keys", keys);
        one.pipeline = "../../../resources/samples/influx.trickle";
        one.inputs = {{fmt::format("metrics?seed=1&keys={}", keys), "influx"}};
        one.options = {"--clock", "event.timestamp:ms"};
        one.sides = {{"optimised", FuseboardSide{}}, {"naive", FuseboardSide{PlanSide::Naive}}};
        one.equality.tolerance = 0;
        workload.figures.push_back(ratio(one.name + ": optimised against naive",
                                         {one.name, "naive"}, {one.name, "optimised"}));
        workload.cases.push_back(std::move(one));
    }
    return workload;
}

} // namespace fuseboard
