// SPDX-License-Identifier: Apache-2.0
// What a session's result looks like: one JSON object, or a few lines for people.
#pragma once

#include "app/session/session.h"

#include <string>

namespace fuseboard {

/// Everything that a report speaks of; not owned.
struct ReportedSession {
    const SessionResult* result = nullptr;
    GraphCounts naive, optimized;
};

/// The object of `run --json`, with a newline.
[[nodiscard]] std::string sessionJson(const ReportedSession& session);
/// The summary on standard error, without the rows that failed.
[[nodiscard]] std::string sessionText(const ReportedSession& session);
/// Rejected and failed rows: how many, and the first ten of each with their places.
[[nodiscard]] std::string badRowsText(const RunResult& run);

/// The measured run of a side whose time is the median; null if there is none. Its figures are
/// those of one row of the database.
[[nodiscard]] const RunResult* medianRun(const SessionResult& result, PlanSide side);

} // namespace fuseboard
