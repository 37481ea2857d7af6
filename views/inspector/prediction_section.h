// SPDX-License-Identifier: Apache-2.0
// The inspector's section "Predicted and measured": the cost model's estimates of a node beside the
// figures of its last run.
#pragma once

#include "views/inspector/node_sections.h"

#include <QString>

#include <set>

namespace fuseboard {

void fillPredictions(Section& section, const GraphDocument& document, const Inspected& inspected);

/// The busy time that fusing these nodes saved over the whole run, or was predicted to: nullptr
/// before a run, or where it was not measured node by node.
[[nodiscard]] QWidget* makeSavingBars(const GraphDocument& document,
                                      const std::set<std::string>& nodeIds, double savingNsPerRow);

} // namespace fuseboard
