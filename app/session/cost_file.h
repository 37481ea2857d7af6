// SPDX-License-Identifier: Apache-2.0
// A cost table as a JSON file: what `bench --calibrate` writes and `--costs` reads.
#pragma once

#include "engine/base/result.h"
#include "optimizer/cost/cost_table.h"

#include <string>
#include <string_view>

namespace fuseboard {

/// One JSON object: "version", then every constant by its name (see costFields()).
[[nodiscard]] std::string printCostTable(const CostTable& costs);
/// Constants that are left out keep their built-in value. InvalidSyntax, UnknownName,
/// InvalidArgument (not a positive number), Unsupported (another version); all carry `file`.
[[nodiscard]] Result<CostTable> parseCostTable(std::string_view text, const std::string& file);

/// Where the calibrated table of this machine lies: costs.json beside the database of runs.
[[nodiscard]] std::string calibratedCostsPath();
/// NotFound (with the way to make one), NotReadable, and the errors of parseCostTable().
[[nodiscard]] Result<CostTable> readCostTable(const std::string& path);
/// Replaces the file as a whole and makes its folder. NotWritable.
[[nodiscard]] Status writeCostTable(const CostTable& costs, const std::string& path);

} // namespace fuseboard
