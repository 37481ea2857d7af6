// SPDX-License-Identifier: Apache-2.0
// The results of workloads as text for a terminal, as JSON, and as tables of a page.
#pragma once

#include "app/bench/bench_session.h"

#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] std::string workloadText(const WorkloadResult& result, const BenchRequest& request);
/// One object on one line.
[[nodiscard]] std::string workloadJson(const WorkloadResult& result, const BenchRequest& request);

/// `page` with the tables of `result` in their place: between `<!-- workload NAME -->` and
/// `<!-- end of NAME -->`, or at the end if it has none yet.
[[nodiscard]] std::string withTables(std::string page, const WorkloadResult& result,
                                     const BenchRequest& request);

} // namespace fuseboard
