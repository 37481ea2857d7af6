// SPDX-License-Identifier: Apache-2.0
// Private to engine/store: figures that found the database locked or full. Each lies in a small
// database of its own beside the real one, under the name `<path>.pending-<pid>-<n>.sqlite`, until
// somebody opens the real one. A file gets that name only when it is complete.
#pragma once

#include "engine/base/result.h"
#include "engine/measure/run_rows.h"

#include <SQLiteCpp/Database.h>

#include <string>

namespace fuseboard {

/// Writes one run or comparison aside; the name of the file. `reserved` as in RunStore::keepAside.
[[nodiscard]] Result<std::string> writePending(const std::string& path, const RunRecord& record,
                                               const std::string& reserved);
[[nodiscard]] Result<std::string> writePending(const std::string& path, const ComparisonRow& row);
/// A file with room for a run, or an empty name.
[[nodiscard]] std::string reservePending(const std::string& path);

/// Moves everything that lies beside `path` into `database`. Files that are not readable by this
/// build stay where they are; damaged ones are renamed to `….damaged`.
[[nodiscard]] Status takePending(SQLite::Database& database, const std::string& path);

/// Keeps from `before` what a finished row leaves empty: owner, machine, start, comparison,
/// tag and note.
void completeFrom(RunRow& row, const RunRow& before);
/// As above: creation and pipeline of a comparison, which a finished row may leave out.
void completeFrom(ComparisonRow& row, const ComparisonRow& before);

} // namespace fuseboard
