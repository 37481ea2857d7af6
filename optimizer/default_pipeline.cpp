// SPDX-License-Identifier: Apache-2.0
// The passes in the order in which they run, each with the reason for its place.
#include "optimizer/optimizer.h"
#include "optimizer/passes/passes.h"

#include <array>

namespace fuseboard {

namespace {

constexpr std::array<PassInfo, 9> kPipeline{{
    {"remove-passthroughs", "Remove passthroughs", "passthroughs",
     "splices out nodes that forward every row, and removes disabled ones",
     "first: what really reads what can only be seen without them", removePassthroughs},
    {"fold-constants", "Fold constants", "constant folding",
     "evaluates what does not depend on the event",
     "before all that looks at expressions: a folded condition is a simpler fact", foldConstants},
    {"remove-dead-nodes", "Remove dead nodes", "dead nodes",
     "removes nodes that nothing feeds or whose rows reach no output",
     "after folding cut branches off; a dead reader would keep neighbours apart and fields alive",
     removeDeadNodes},
    {"push-filters-up", "Push filters up", "predicate pushdown",
     "moves a filter before a select that only copies what the filter reads",
     "before merging: a filter between two selects keeps them apart", pushFiltersUp},
    {"merge-filters", "Merge filters", "filter merging", "joins neighbouring filters by `and`",
     "after pushing, which brings filters together", mergeFilters},
    {"merge-selects", "Merge selects", "select merging",
     "joins neighbouring selects that work row by row", "after filters have moved out from between",
     mergeSelects},
    {"remove-dead-fields", "Remove dead fields", "dead fields",
     "drops computed fields that no reader needs and that cannot raise",
     "after merging, which leaves fewer readers with plainer needs", removeDeadFields},
    {"prune-columns", "Prune columns", "column pruning",
     "works out which fields the sources have to convert", "once no expression changes any more",
     pruneColumns},
    {"fuse", "Fuse", "fusion", "groups nodes into stages that materialise nothing inside",
     "last: it needs the final nodes and the width of their rows", fuse},
}};

} // namespace

std::span<const PassInfo> defaultPipeline() {
    return kPipeline;
}

} // namespace fuseboard
