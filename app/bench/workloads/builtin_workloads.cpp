// SPDX-License-Identifier: Apache-2.0
// The workloads, in the order of the report. A new one is its file plus its line in this list:
// WORKLOAD(filterProject) stands for `Workload filterProjectWorkload()` in filter_project.cpp.
#include "app/bench/workload.h"

#define FB_WORKLOADS(WORKLOAD)                                                                     \
    WORKLOAD(influx)                                                                               \
    WORKLOAD(filterProject)                                                                        \
    WORKLOAD(logs)                                                                                 \
    WORKLOAD(columns)                                                                              \
    WORKLOAD(chain)                                                                                \
    WORKLOAD(hardData)                                                                             \
    WORKLOAD(memory)                                                                               \
    WORKLOAD(nexmarkQ0)                                                                            \
    WORKLOAD(nexmarkQ1)                                                                            \
    WORKLOAD(nexmarkQ2)                                                                            \
    WORKLOAD(nexmarkQ12)                                                                           \
    WORKLOAD(nexmarkQ14)                                                                           \
    WORKLOAD(nexmarkQ15)                                                                           \
    WORKLOAD(nexmarkQ16)                                                                           \
    WORKLOAD(nexmarkQ17)                                                                           \
    WORKLOAD(nexmarkQ18)                                                                           \
    WORKLOAD(nexmarkQ21)                                                                           \
    WORKLOAD(nexmarkQ22)

namespace fuseboard {

#define FB_DECLARE(name) Workload name##Workload();
FB_WORKLOADS(FB_DECLARE)
#undef FB_DECLARE

std::span<const Workload> builtinWorkloads() {
    static const std::vector<Workload> all = {
#define FB_ADD(name) name##Workload(),
        FB_WORKLOADS(FB_ADD)
#undef FB_ADD
    };
    return all;
}

} // namespace fuseboard
