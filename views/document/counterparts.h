// SPDX-License-Identifier: Apache-2.0
// Provenance between the two graphs of a document, both ways, in items.
#pragma once

#include "views/document/item.h"

#include <map>

namespace fuseboard {

/// Immutable. Built from a graph that has been through some passes and the naive graph it came
/// from.
class Counterparts {
public:
    Counterparts() = default;
    Counterparts(const Graph& naive, const Graph& optimised);

    /// What stands on the other side for `item` of `side`; sorted, may be empty.
    [[nodiscard]] Items of(Side side, const Item& item) const;
    [[nodiscard]] Items of(Side side, const Items& items) const;

private:
    std::map<Item, Items> m_toOptimised, m_toDrawn;
};

} // namespace fuseboard
