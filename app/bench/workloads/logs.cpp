// SPDX-License-Identifier: Apache-2.0
// logs: access log lines are dissected and filtered; count and p99 by status and ten seconds.
#include "app/bench/workload.h"

namespace fuseboard {

Workload logsWorkload() {
    BenchCase all;
    all.pipeline = "logs.fuse.json";
    all.inputs = {{"logs?seed=1", "log"}};
    all.module = "logs";
    all.sides = {
        {"optimised", FuseboardSide{}},
        {"naive", FuseboardSide{PlanSide::Naive}},
        {"DuckDB", PythonSide{"duckdb"}},
        {"hand-written", ProgramSide{"logs"}},
    };
    all.equality.order = RowEquality::Order::Any;
    all.equality.keys = {"at", "status"};
    all.equality.percentiles = {"p99"};
    return {"logs",
            "access log lines, dissect, filter, count and p99 by status and ten seconds",
            2'000'000,
            {std::move(all)},
            {ratio("optimised against naive", {"", "naive"}, {"", "optimised"}),
             ratio("against DuckDB", {"", "DuckDB"}, {"", "optimised"}),
             ratio("against the hand-written program", {"", "hand-written"}, {"", "optimised"})}};
}

} // namespace fuseboard
