// SPDX-License-Identifier: Apache-2.0
#include "views/document/selection.h"

#include <algorithm>

namespace fuseboard {

const Item* Selection::current() const {
    return m_current ? &*m_current : nullptr;
}

bool Selection::contains(Side side, const Item& item) const {
    return side == m_side && std::binary_search(m_items.begin(), m_items.end(), item);
}

std::vector<std::string> Selection::nodeIds() const {
    std::vector<std::string> ids;
    for (const Item& item : m_items) {
        if (item.isNode())
            ids.push_back(item.id);
    }
    return ids;
}

void Selection::clear() {
    assign(m_side, {}, std::nullopt);
}

void Selection::select(Side side, Item item) {
    std::optional<Item> current = item;
    assign(side, {std::move(item)}, std::move(current));
}

void Selection::select(Side side, Items items) {
    std::optional<Item> current;
    if (!items.empty())
        current = items.back();
    assign(side, std::move(items), std::move(current));
}

void Selection::toggle(Side side, const Item& item) {
    Items items = side == m_side ? m_items : Items{};
    const auto at = std::find(items.begin(), items.end(), item);
    std::optional<Item> current;
    if (at == items.end()) {
        items.push_back(item);
        current = item;
    } else {
        items.erase(at);
        if (!items.empty())
            current = items.back();
    }
    assign(side, std::move(items), std::move(current));
}

void Selection::prune(Side side, const Graph& graph) {
    if (side != m_side)
        return;
    Items items = m_items;
    std::erase_if(items, [&](const Item& item) { return !elementOf(graph, item); });
    std::optional<Item> current = m_current;
    if (current && !elementOf(graph, *current))
        current = items.empty() ? std::nullopt : std::optional(items.back());
    replace(side, std::move(items), std::move(current));
}

void Selection::assign(Side side, Items items, std::optional<Item> current) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    if (side == m_side && items == m_items && current == m_current)
        return;
    Q_EMIT aboutToChange();
    replace(side, std::move(items), std::move(current));
}

void Selection::replace(Side side, Items items, std::optional<Item> current) {
    if (side == m_side && items == m_items && current == m_current)
        return;
    m_side = side;
    m_items = std::move(items);
    m_current = std::move(current);
    Q_EMIT changed();
}

} // namespace fuseboard
