// SPDX-License-Identifier: Apache-2.0
// hard-data: filter-project on rows that are not as one would like them, against the same rows
// without that: few keys that are frequent, bursts, fields of another type, malformed lines.
#include "app/bench/workload.h"

namespace fuseboard {

Workload hardDataWorkload() {
    struct Data {
        const char* name;
        const char* options;
    };
    constexpr Data kData[] = {
        {"clean", ""},
        {"Zipf keys", "&skew=1.1"},
        {"bursts", "&burst=10000:500:20"},
        {"1 % of another type", "&type-change=0.01"},
        {"1 % malformed", "&faults=0.01"},
        {"all of it", "&skew=1.1&burst=10000:500:20&type-change=0.01&faults=0.01"},
    };
    Workload workload{"hard-data", "filter-project on clean and on hard data", 2'000'000, {}, {}};
    for (const Data& data : kData) {
        BenchCase one;
        one.name = data.name;
        one.pipeline = "filter_project.fuse.json";
        one.inputs = {{std::string("readings?seed=1") + data.options, "ndjson"}};
        one.options = {"--max-errors", "1000000000"};
        one.sides = {{"optimised", FuseboardSide{}}, {"naive", FuseboardSide{PlanSide::Naive}}};
        workload.cases.push_back(std::move(one));
        if (data.options[0] != '\0')
            workload.figures.push_back(ratio(std::string("time on clean data, by: ") + data.name,
                                             {data.name, "optimised"}, {"clean", "optimised"}));
    }
    return workload;
}

} // namespace fuseboard
