// SPDX-License-Identifier: Apache-2.0
// The command `bench` and what it can measure. Private to app/cli.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

struct BenchCommand {
    std::vector<std::string> workloads;
    std::uint64_t rows = 0;        ///< of each run; 0: as many as suit what is measured
    std::uint32_t repetitions = 0; ///< of each kind; 0 likewise
    std::optional<std::uint32_t> threads{};
    std::string exec;   ///< of each run of a workload; empty: its default
    std::string folder; ///< for the files of the workloads; empty: a temporary one
    std::string page;   ///< whose tables are renewed; empty: none
    bool json = false;
    bool calibrate = false;
    std::string output; ///< of the calibration; empty: where --costs calibrated looks
};

/// Each gives the exit status.
[[nodiscard]] int benchOverhead(const BenchCommand& command);
[[nodiscard]] int benchCalibrate(const BenchCommand& command);
[[nodiscard]] int benchWorkloads(const BenchCommand& command);

} // namespace fuseboard
