// SPDX-License-Identifier: Apache-2.0
// columns: TPC-H queries 1 and 6 over flat rows, from memory (the operators alone) and from CSV.
#include "app/bench/workload.h"

namespace fuseboard {

namespace {

struct Query {
    std::string name;   ///< in the report
    std::string module; ///< of the peers, and the pipeline's name
    std::string handwritten;
};

BenchCase caseOf(const Query& query, bool memory) {
    const std::string place = memory ? "memory" : "file";
    BenchCase one;
    one.name = query.name + (memory ? ", preloaded" : ", CSV");
    one.pipeline = query.module + ".fuse.json";
    one.inputs = {{"lineitem?seed=1", "csv"}};
    one.module = query.module;
    one.clock = memory ? BenchClock::Operators : BenchClock::WholeProcess;
    one.sides = {
        {"optimised", FuseboardSide{}},
        {"naive", FuseboardSide{PlanSide::Naive}},
        {"optimised, 2 threads", FuseboardSide{PlanSide::Optimized, 2}},
        {"DuckDB", PythonSide{"duckdb"}},
        {"Polars", PythonSide{"polars"}},
        {"hand-written", ProgramSide{"columns", {query.handwritten, place}}},
    };
    one.equality.order = RowEquality::Order::Any;
    one.equality.keys = {"l_returnflag", "l_linestatus"};
    return one;
}

} // namespace

Workload columnsWorkload() {
    Workload workload{
        "columns", "TPC-H queries 1 and 6, from memory and from CSV", 6'000'000, {}, {}};
    for (const Query& query :
         {Query{"Q1", "pricing_summary", "summary"}, Query{"Q6", "forecast_revenue", "revenue"}})
        for (const bool memory : {true, false}) {
            workload.cases.push_back(caseOf(query, memory));
            const std::string& name = workload.cases.back().name;
            const auto add = [&](const std::string& about, std::string of, std::string by) {
                workload.figures.push_back(
                    ratio(name + ": " + about, {name, std::move(of)}, {name, std::move(by)}));
            };
            add("optimised against naive", "naive", "optimised");
            add("against DuckDB", "DuckDB", "optimised");
            add("against Polars", "Polars", "optimised");
            add("against the hand-written program", "hand-written", "optimised");
            add("two threads against one", "optimised", "optimised, 2 threads");
        }
    return workload;
}

} // namespace fuseboard
