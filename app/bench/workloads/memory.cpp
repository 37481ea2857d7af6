// SPDX-License-Identifier: Apache-2.0
// memory: filter-project on a stream that is far larger than what may be kept of it.
#include "app/bench/workload.h"

namespace fuseboard {

Workload memoryWorkload() {
    BenchCase all;
    all.pipeline = "filter_project.fuse.json";
    all.inputs = {{"readings?seed=1", "ndjson"}};
    all.sides = {{"optimised", FuseboardSide{}}};
    all.piped = true;
    return {"memory",
            "filter-project on rows that come through a pipe",
            50'000'000,
            {std::move(all)},
            {{"most memory of the run", MemoryFigure{{"", "optimised"}}}}};
}

} // namespace fuseboard
