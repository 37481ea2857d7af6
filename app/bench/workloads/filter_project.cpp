// SPDX-License-Identifier: Apache-2.0
// filter-project: nested NDJSON, a filter on a number, four fields of which one is computed.
#include "app/bench/workload.h"

namespace fuseboard {

Workload filterProjectWorkload() {
    BenchCase all;
    all.pipeline = "filter_project.fuse.json";
    all.inputs = {{"readings?seed=1", "ndjson"}};
    all.module = "filter_project";
    all.sides = {
        {"optimised", FuseboardSide{}},
        {"naive", FuseboardSide{PlanSide::Naive}},
        {"optimised, trusting", FuseboardSide{PlanSide::Optimized, 0, {"--trust-input"}}},
        {"optimised, 2 threads", FuseboardSide{PlanSide::Optimized, 2}},
        {"DuckDB", PythonSide{"duckdb"}},
        {"Polars", PythonSide{"polars"}},
        {"hand-written", ProgramSide{"filter_project", {"validate"}}},
        {"hand-written, trusting", ProgramSide{"filter_project", {"trust"}}},
    };
    return {"filter-project",
            "NDJSON, filter on a nested number, four fields, NDJSON",
            2'000'000,
            {std::move(all)},
            {ratio("optimised against naive", {"", "naive"}, {"", "optimised"}),
             ratio("against DuckDB", {"", "DuckDB"}, {"", "optimised"}),
             ratio("against Polars", {"", "Polars"}, {"", "optimised"}),
             ratio("against the hand-written program", {"", "hand-written"}, {"", "optimised"}),
             ratio("against it, both trusting the input", {"", "hand-written, trusting"},
                   {"", "optimised, trusting"}),
             ratio("two threads against one", {"", "optimised"}, {"", "optimised, 2 threads"})}};
}

} // namespace fuseboard
