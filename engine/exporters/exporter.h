// SPDX-License-Identifier: Apache-2.0
// Graphs to scripts, pictures and files. A new target is one file with one function and one line in
// builtin_exporters.cpp.
#pragma once

#include "engine/graph/layout_service.h"
#include "engine/graph/rewrite.h"

#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// What to export. Pointers are not owned and outlive the call.
struct ExportRequest {
    const Graph* graph = nullptr;              ///< as drawn; required
    const OptimizedGraph* optimized = nullptr; ///< needed when useOptimized
    bool useOptimized = false;
    /// Hash of the plan that is exported; empty: computed.
    std::string planHash;
    LayoutService* layout = nullptr; ///< needed for pictures
};

struct ExportTarget {
    std::string_view name;    ///< "duckdb-sql"
    std::string_view title;   ///< "DuckDB SQL script"
    std::string_view ending;  ///< ".sql"
    std::string_view summary; ///< one sentence
    bool binary = false;      ///< not text: refuse to print on a terminal
    bool needsLayout = false;
    Result<std::string> (*write)(const ExportRequest& request);
};

[[nodiscard]] std::span<const ExportTarget> exportTargets();
/// What a target cannot express is refused: Unsupported, Error::node names the node, the message
/// the reason. Nothing is ever left out. Errors besides: UnknownName (target).
[[nodiscard]] Result<std::string> exportGraph(std::string_view target,
                                              const ExportRequest& request);

ExportTarget trickleTarget();
ExportTarget duckdbSqlTarget();
ExportTarget polarsTarget();
ExportTarget dotTarget();
ExportTarget svgTarget();
ExportTarget pngTarget();
ExportTarget fuseJsonTarget();

} // namespace fuseboard
