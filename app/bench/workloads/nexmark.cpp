// SPDX-License-Identifier: Apache-2.0
#include "app/bench/workloads/nexmark.h"

namespace fuseboard {

Workload nexmarkWorkload(const std::string& query, std::string about,
                         std::vector<std::string> keys) {
    BenchCase all;
    all.pipeline = "nexmark/" + query + ".fuse.json";
    all.inputs = {{"nexmark?seed=1", "ndjson"}};
    all.module = "nexmark." + query;
    all.sides = {
        {"optimised", FuseboardSide{}},
        {"naive", FuseboardSide{PlanSide::Naive}},
        {"optimised, 2 threads", FuseboardSide{PlanSide::Optimized, 2}},
        {"DuckDB", PythonSide{"duckdb"}},
    };
    if (!keys.empty())
        all.equality = {RowEquality::Order::Any, std::move(keys)};
    return {"nexmark-" + query,
            "Nexmark: " + std::move(about),
            1'000'000,
            {std::move(all)},
            {ratio("optimised against naive", {"", "naive"}, {"", "optimised"}),
             ratio("against DuckDB", {"", "DuckDB"}, {"", "optimised"}),
             ratio("two threads against one", {"", "optimised"}, {"", "optimised, 2 threads"})}};
}

} // namespace fuseboard
