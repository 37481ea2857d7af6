// SPDX-License-Identifier: Apache-2.0
// What the engine runs: stages joined by queues. The naive plan has one stage a node, the optimised
// plan one stage a fused group; sources decode and sinks print in stages of their own.
#pragma once

#include "engine/graph/rewrite.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fuseboard {

inline constexpr std::uint32_t kNoStage = 0xFFFFFFFFU;

/// One output port of one member (or of a source), and the edges that deliver its rows.
struct PlanEdge {
    EdgeIndex graphEdge = kNone; ///< kNone: rejected rows of a source to the `err` sink
    std::uint32_t fromStage = 0, toStage = 0;
    Endpoint from, to;
    std::uint32_t branch = 0; ///< position among the out edges of its origin
    bool branches = false;    ///< the origin has more than one out edge
    bool insideGroup = false; ///< a source fused with its reader: nothing is materialised
};

struct StagePlan {
    enum class Kind : std::uint8_t { Source, Group, Sink };
    Kind kind = Kind::Group;
    std::string id;    ///< stable: ids of its nodes joined by "+"
    std::string label; ///< for people; a port's source, sink and passthrough have different ones
    std::vector<NodeIndex> members;               ///< Group: in topological order
    std::uint32_t port = kNone;                   ///< Source: boundary input
    std::vector<std::uint32_t> outputs;           ///< Sink: boundary outputs that it merges
    std::vector<std::uint32_t> inEdges, outEdges; ///< PlanEdge indices
    bool stateful = false;                        ///< its batches are processed one after the other
    bool forwards = false; ///< one passthrough with one edge in: batches by reference
    std::uint32_t reportedWith =
        kNoStage; ///< Source fused with a group: figures belong to that stage
};

struct Plan {
    const Graph* graph = nullptr;  ///< outlives the plan
    std::vector<StagePlan> stages; ///< in topological order: sources, groups, sinks
    std::vector<PlanEdge> edges;
    std::string hash;
};

/// Which boundary outputs go to which sink. One sink may merge several.
struct SinkLayout {
    std::vector<std::vector<std::uint32_t>> sinks; ///< by sink: boundary outputs
    /// Sink that also takes rejected rows; kNoStage: they are only counted.
    std::uint32_t rejectedSink = kNoStage;
};

/// The plan of a graph as it stands: its fused groups are stages, all other nodes are on their own.
/// Only inputs with a true entry in `boundInputs` get a source.
[[nodiscard]] Result<Plan> makePlan(const Graph& graph, const Catalogue& catalogue,
                                    const std::vector<bool>& boundInputs, const SinkLayout& sinks);

} // namespace fuseboard
