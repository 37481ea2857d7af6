// SPDX-License-Identifier: Apache-2.0
// A fused group as its runner sees it: members, and where the rows of their ports go. What the
// interpreter walks and what loop_lowering.h turns into a typed program.
#pragma once

#include "engine/operators/operator_body.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fuseboard {

/// Where rows of one output port of a member go.
struct GroupTarget {
    bool leaves = false; ///< to `index` of the outputs, else to a member
    std::uint32_t index = 0;
    std::uint32_t input = 0; ///< input port of the member
    std::uint32_t branch = 0;
    bool branches = false; ///< append the branch number (rows that leave get it as a suffix)
};

struct GroupRoute {
    std::string port;
    std::vector<GroupTarget> targets; ///< in the order of edges
};

struct GroupMember {
    const NodeData* node = nullptr; ///< lives as long as the graph
    const OperatorSpec* spec = nullptr;
    std::vector<GroupRoute> routes; ///< Contract::outputs first, then other ports with edges
    bool disabled = false;          ///< swallows its rows
    bool numbersEmissions = false;
};

struct LoopGroup {
    std::string name; ///< of the stage
    std::vector<GroupMember> members;
    GroupTarget entry;
    std::uint32_t outputs = 0;
    bool reversed = false; ///< branches are handled last first (EventOrder::Tremor)
};

} // namespace fuseboard
