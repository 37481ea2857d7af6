// SPDX-License-Identifier: Apache-2.0
// Graphs as JSON: the pipeline file (.fuse.json), which holds everything and reads back to an equal
// graph, and the short form that the command line prints.
#pragma once

#include "engine/graph/rewrite.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Version of pipeline files that this build writes and the newest it reads.
inline constexpr std::uint64_t kPipelineFileVersion = 1;

// Limits of a pipeline file.
inline constexpr std::size_t kMaxPipelineFileBytes = 256U << 20U;
inline constexpr std::size_t kMaxPipelineNodes = 1'000'000;
inline constexpr std::size_t kMaxPipelineEdges = 4'000'000;

/// The text of a `.fuse.json` file: nodes in the order of the graph, one block each, edges one line
/// each, so that a change of one node is a change of a few lines. Expressions stand as text: as the
/// user wrote them where that reads back to the same tree, else as the tree prints. The functions
/// of the graph, and others that its expressions call, stand in "definitions", callees first:
///   {"function": "module::name", "text": "fn name(a) with … end"}
/// Fails with Unsupported for a tree that has no text.
[[nodiscard]] Result<std::string> printPipeline(const Graph& graph);

struct PipelineFile {
    Graph graph;
    /// Expressions that do not parse: their nodes keep the text without a tree, so that the window
    /// can open the file and show the error in place.
    std::vector<Error> problems;
    std::vector<std::string> notices; ///< worth telling, harmless
};

/// Canvas units in each direction in which a position is believed; what lies farther away was not
/// drawn by anybody, and is laid out automatically.
inline constexpr double kMaxPosition = 1e7;

/// Reads a pipeline file. All errors found are returned, at most 100; each message begins with the
/// place in the document ("nodes[3].config.where: …"), and Error::node names the node. A later
/// version gives NewerVersion alone. A key that this version does not know is an error, because the
/// next save would lose it. The graph need not be complete: whether it can run is for verify() to
/// say. The edges of each node keep their order.
[[nodiscard]] std::expected<PipelineFile, std::vector<Error>>
parsePipeline(std::string_view text, const std::string& file);

/// One node's configuration as in a pipeline file, and back. A configuration that calls a function
/// of its pipeline is refused: it means nothing alone.
[[nodiscard]] Result<std::string> printConfig(const Config& config);
[[nodiscard]] Result<Config> parseConfig(std::string_view json, const std::string& nodeId);

/// The GRAPH object of the command line:
///   {"name", "nodes": [{"id","operator","label","group","config"}],
///    "edges": [{"from","from_port","to","to_port"}], "ports": {"in": [...], "out": [...]}}
/// `group` is "group/1" … or null for a stage of its own. An end of an edge at a boundary port has
/// the port's name as `from` (`to`) and null as `from_port` (`to_port`). One line of JSON.
[[nodiscard]] std::string graphToJson(const Graph& graph);

/// Where everything of the naive graph went, and where everything of the optimised one came from:
///   {"origins": {"select/2": ["select/2"]},
///    "current": {"stream/aggregate": {"edge": {"from","from_port","to","to_port"}},
///                "select/1": {"node": "select/1"}, "port/err": {"port": "err"}, "x": null}}
/// `current` is null for what was removed without trace. Compact JSON.
[[nodiscard]] std::string provenanceToJson(const OptimizedGraph& optimized);

} // namespace fuseboard
