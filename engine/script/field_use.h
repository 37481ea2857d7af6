// SPDX-License-Identifier: Apache-2.0
// Which parts of its surroundings an expression reads: column pruning, the rewrites and the
// operators' own descriptions all ask this one analysis. Never too little, sometimes too much.
#pragma once

#include "engine/script/ast.h"
#include "engine/value/field_tree.h"

#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

struct FieldUse {
    FieldTree event;
    FieldTree meta; ///< `$`
    bool state = false;
    bool group = false;
    bool window = false;
};

/// Adds everything that `expr`, a whole expression, reads. An index that is no literal reads the
/// whole of what it indexes; `let event…` and an `emit` without a value read the whole event.
void addFieldUse(const Expr& expr, FieldUse& use);
/// Only the paths of `event`.
void addFieldUse(const Expr& expr, FieldTree& event);
void addFieldUse(const GroupBy& by, FieldUse& use);
void addFieldUse(const GroupBy& by, FieldTree& event);

/// The keys of a path that has one of the roots Event, Meta or State, up to the first segment that
/// is no constant key. `complete`: there was no such segment.
struct ConstantPath {
    PathRoot root = PathRoot::Event;
    std::vector<std::string> keys;
    bool complete = true;
};
/// nullopt when `expr` is no path, or one with another root. A path on top of a path is one path.
[[nodiscard]] std::optional<ConstantPath> constantPath(const Expr& expr);

} // namespace fuseboard
