// SPDX-License-Identifier: Apache-2.0
// FieldTree: which parts of an event a consumer reads. Sources convert only those (column pruning).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

/// A set of paths into an event, as a tree. `whole` means everything from here down; then there are
/// no children. A default FieldTree reads nothing. Not synchronised; copy it freely.
struct FieldTree {
    bool whole = false;
    std::vector<std::pair<std::string, FieldTree>>
        children; ///< distinct keys, in order of addition

    /// The tree that reads the whole event.
    [[nodiscard]] static FieldTree all();

    /// Adds the path (keys from the root). The empty path adds the whole event.
    void add(std::span<const std::string> path);
    /// Whether nothing at all is read.
    [[nodiscard]] bool empty() const { return !whole && children.empty(); }
    /// What is read below `key`, or nullptr. Of a whole tree, every child is whole.
    [[nodiscard]] const FieldTree* child(std::string_view key) const;
    /// Adds everything that `other` reads.
    void merge(const FieldTree& other);
    /// For people: `*`, `nothing`, or the paths joined by commas (`tags.host, timestamp`).
    [[nodiscard]] std::string text() const;

    friend bool operator==(const FieldTree&, const FieldTree&) = default;
};

} // namespace fuseboard
