// SPDX-License-Identifier: Apache-2.0
#include "views/document/counterparts.h"

#include <algorithm>

namespace fuseboard {

namespace {

void sortUnique(Items& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

bool isAlive(const Graph& graph, const Element& element) {
    switch (element.kind) {
    case Element::Kind::Node: return graph.hasNode(element.index);
    case Element::Kind::Edge: return graph.hasEdge(element.index);
    case Element::Kind::InputPort: return element.index < graph.inputs().size();
    case Element::Kind::OutputPort: return element.index < graph.outputs().size();
    }
    return false;
}

} // namespace

Counterparts::Counterparts(const Graph& naive, const Graph& optimised) {
    std::vector<Element> all;
    for (const NodeIndex node : naive.nodes())
        all.push_back({Element::Kind::Node, node});
    for (const EdgeIndex edge : naive.edges())
        all.push_back({Element::Kind::Edge, edge});
    for (std::uint32_t port = 0; port < naive.inputs().size(); ++port)
        all.push_back({Element::Kind::InputPort, port});
    for (std::uint32_t port = 0; port < naive.outputs().size(); ++port)
        all.push_back({Element::Kind::OutputPort, port});
    const std::vector<std::optional<Element>> now = optimised.currentOf(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!now[i] || !isAlive(optimised, *now[i]))
            continue;
        const Item drawn = itemOf(naive, all[i]), item = itemOf(optimised, *now[i]);
        m_toOptimised[drawn].push_back(item);
        m_toDrawn[item].push_back(drawn);
    }
    // Several naive nodes may stand behind one: absorbed ones are not found through current().
    const std::vector<std::vector<NodeIndex>> origins = optimised.originsByNode();
    for (const NodeIndex node : optimised.nodes()) {
        const Item item = Item::node(optimised.node(node).id);
        if (node >= origins.size())
            continue;
        for (const NodeIndex origin : origins[node]) {
            if (!naive.hasNode(origin))
                continue;
            const Item drawn = Item::node(naive.node(origin).id);
            m_toOptimised[drawn].push_back(item);
            m_toDrawn[item].push_back(drawn);
        }
    }
    for (auto* side : {&m_toOptimised, &m_toDrawn}) {
        for (auto& [item, items] : *side)
            sortUnique(items);
    }
}

Items Counterparts::of(Side side, const Item& item) const {
    const auto& map = side == Side::Drawn ? m_toOptimised : m_toDrawn;
    const auto at = map.find(item);
    return at == map.end() ? Items{} : at->second;
}

Items Counterparts::of(Side side, const Items& items) const {
    Items all;
    for (const Item& item : items) {
        Items found = of(side, item);
        all.insert(all.end(), found.begin(), found.end());
    }
    sortUnique(all);
    return all;
}

} // namespace fuseboard
