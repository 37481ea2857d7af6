// SPDX-License-Identifier: Apache-2.0
// What the optimiser says about a node, put into sentences.
#pragma once

#include "engine/graph/rewrite.h"

#include <QString>

#include <set>
#include <string>
#include <vector>

namespace fuseboard {

/// One rewrite that names the node, or its refusal.
struct RewriteNote {
    bool applied = false;
    bool isFusion = false;
    int pass = 0; ///< from 1, as in the pass stepper
    QString text;
    double savingNsPerRow = 0;   ///< predicted
    std::set<std::string> nodes; ///< that it was about
};

/// Of the first `passes` passes, in order.
[[nodiscard]] std::vector<RewriteNote> notesOf(const OptimizedGraph& optimized, int passes,
                                               const std::set<std::string>& nodeIds);

/// First letter upper case, a full stop at the end.
[[nodiscard]] QString sentenceOf(const std::string& text);

} // namespace fuseboard
