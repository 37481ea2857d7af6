// SPDX-License-Identifier: Apache-2.0
// The rewrites, one file each. What a pass does, with its side conditions, stands on top of its
// file.
#pragma once

#include "optimizer/passes/pass.h"

namespace fuseboard {

std::vector<Rewrite> removePassthroughs(Graph& graph, PassContext& context);
std::vector<Rewrite> foldConstants(Graph& graph, PassContext& context);
std::vector<Rewrite> pushFiltersUp(Graph& graph, PassContext& context);
std::vector<Rewrite> mergeFilters(Graph& graph, PassContext& context);
std::vector<Rewrite> mergeSelects(Graph& graph, PassContext& context);
std::vector<Rewrite> removeDeadFields(Graph& graph, PassContext& context);
std::vector<Rewrite> removeDeadNodes(Graph& graph, PassContext& context);
std::vector<Rewrite> pruneColumns(Graph& graph, PassContext& context);
std::vector<Rewrite> fuse(Graph& graph, PassContext& context);

} // namespace fuseboard
