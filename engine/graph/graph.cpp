// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

#include <algorithm>
#include <queue>

namespace fuseboard {

namespace {

std::vector<EdgeIndex>::iterator placeIn(std::vector<EdgeIndex>& list, std::uint32_t position) {
    return position >= list.size() ? list.end() : list.begin() + position;
}

std::uint32_t takeFrom(std::vector<EdgeIndex>& list, EdgeIndex e) {
    const auto at = std::find(list.begin(), list.end(), e);
    FB_CHECK(at != list.end());
    const auto position = static_cast<std::uint32_t>(at - list.begin());
    list.erase(at);
    return position;
}

std::optional<std::uint32_t> positionOf(const std::vector<std::string>& names,
                                        std::string_view name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        return std::nullopt;
    return static_cast<std::uint32_t>(at - names.begin());
}

const BindingPtr& openBinding() {
    static const BindingPtr open = std::make_shared<const PortBinding>();
    return open;
}

} // namespace

// --- reading ------------------------------------------------------------------------------------

std::vector<NodeIndex> Graph::nodes() const {
    std::vector<NodeIndex> all;
    all.reserve(m_nodeCount);
    for (NodeIndex n = 0; n < nodeEnd(); ++n)
        if (m_nodes[n].data != nullptr)
            all.push_back(n);
    return all;
}

std::vector<EdgeIndex> Graph::edges() const {
    std::vector<EdgeIndex> all;
    all.reserve(m_edgeCount);
    for (EdgeIndex e = 0; e < edgeEnd(); ++e)
        if (m_edges[e].alive)
            all.push_back(e);
    return all;
}

std::optional<NodeIndex> Graph::findNode(std::string_view id) const {
    const auto found = m_byId.find(std::string(id));
    return found == m_byId.end() ? std::nullopt : std::optional<NodeIndex>(found->second);
}

std::optional<std::uint32_t> Graph::findInput(std::string_view port) const {
    return positionOf(m_inputs, port);
}

std::optional<std::uint32_t> Graph::findOutput(std::string_view port) const {
    return positionOf(m_outputs, port);
}

GroupIndex Graph::groupOf(NodeIndex n) const {
    return n < m_groupOf.size() ? m_groupOf[n] : kNone;
}

Result<std::vector<NodeIndex>> Graph::topologicalOrder() const {
    std::vector<std::uint32_t> waiting(nodeEnd(), 0);
    std::priority_queue<NodeIndex, std::vector<NodeIndex>, std::greater<>> ready;
    for (NodeIndex n = 0; n < nodeEnd(); ++n) {
        if (m_nodes[n].data == nullptr)
            continue;
        for (const EdgeIndex e : m_nodes[n].in)
            if (!m_edges[e].edge.from.isBoundary())
                ++waiting[n];
        if (waiting[n] == 0)
            ready.push(n);
    }
    std::vector<NodeIndex> order;
    order.reserve(m_nodeCount);
    while (!ready.empty()) {
        const NodeIndex n = ready.top();
        ready.pop();
        order.push_back(n);
        for (const EdgeIndex e : m_nodes[n].out) {
            const NodeIndex to = m_edges[e].edge.to.node;
            if (to != kNone && --waiting[to] == 0)
                ready.push(to);
        }
    }
    if (order.size() == m_nodeCount)
        return order;
    // Name one cycle: walk backwards among the nodes that never became ready.
    NodeIndex at = 0;
    while (m_nodes[at].data == nullptr || waiting[at] == 0)
        ++at;
    std::vector<bool> seen(nodeEnd(), false);
    std::vector<NodeIndex> walk;
    while (!seen[at]) {
        seen[at] = true;
        walk.push_back(at);
        for (const EdgeIndex e : m_nodes[at].in) {
            const NodeIndex from = m_edges[e].edge.from.node;
            if (from != kNone && waiting[from] > 0) {
                at = from;
                break;
            }
        }
    }
    std::string names = m_nodes[at].data->id;
    for (auto step = walk.rbegin(); step != walk.rend(); ++step) {
        names += " -> " + m_nodes[*step].data->id;
        if (*step == at)
            break;
    }
    Error error(ErrorCode::InvalidGraph, "the pipeline has a cycle: " + names,
                "remove one of its edges; rows may only flow forward");
    error.node = m_nodes[at].data->id;
    error.place = m_nodes[at].data->place;
    return fail(std::move(error));
}

// --- changing -----------------------------------------------------------------------------------

Graph::LogEntry& Graph::log(LogEntry::What what, std::uint32_t index) {
    LogEntry& entry = m_log.emplace_back();
    entry.what = what;
    entry.index = index;
    return entry;
}

Status Graph::markNaive() {
    FB_TRY_ASSIGN(const std::vector<NodeIndex> order, topologicalOrder());
    for (NodeIndex n = 0; n < nodeEnd(); ++n)
        m_nodes[n].ordinal = n;
    for (std::uint32_t rank = 0; rank < order.size(); ++rank)
        m_nodes[order[rank]].rank = rank;
    m_naiveEnd = nodeEnd();
    return {};
}

void Graph::setName(std::string name) {
    log(LogEntry::What::Name, 0).text = std::exchange(m_name, std::move(name));
}

void Graph::setProperties(GraphProperties properties) {
    log(LogEntry::What::Properties, 0).properties =
        std::make_shared<const GraphProperties>(std::exchange(m_properties, std::move(properties)));
}

void Graph::setDefinitions(Definitions definitions) {
    log(LogEntry::What::Definitions, 0).definitions =
        std::exchange(m_definitions, std::make_shared<const Definitions>(std::move(definitions)));
}

std::uint32_t Graph::addInput(std::string port) {
    log(LogEntry::What::InputAdded, static_cast<std::uint32_t>(m_inputs.size()));
    m_inputs.push_back(std::move(port));
    m_inputEdges.emplace_back();
    m_inputBindings.push_back(openBinding());
    return static_cast<std::uint32_t>(m_inputs.size() - 1);
}

std::uint32_t Graph::addOutput(std::string port) {
    log(LogEntry::What::OutputAdded, static_cast<std::uint32_t>(m_outputs.size()));
    m_outputs.push_back(std::move(port));
    m_outputEdges.emplace_back();
    m_outputBindings.push_back(openBinding());
    return static_cast<std::uint32_t>(m_outputs.size() - 1);
}

void Graph::bindInput(std::uint32_t port, PortBinding binding) {
    log(LogEntry::What::InputBound, port).binding = std::exchange(
        m_inputBindings[port], std::make_shared<const PortBinding>(std::move(binding)));
}

void Graph::bindOutput(std::uint32_t port, PortBinding binding) {
    log(LogEntry::What::OutputBound, port).binding = std::exchange(
        m_outputBindings[port], std::make_shared<const PortBinding>(std::move(binding)));
}

void Graph::removeInput(std::uint32_t port) {
    while (!m_inputEdges[port].empty())
        removeEdge(m_inputEdges[port].back());
    m_inputs.erase(m_inputs.begin() + port);
    m_inputEdges.erase(m_inputEdges.begin() + port);
    m_inputBindings.erase(m_inputBindings.begin() + port);
    forgetLog();
}

void Graph::removeOutput(std::uint32_t port) {
    while (!m_outputEdges[port].empty())
        removeEdge(m_outputEdges[port].back());
    m_outputs.erase(m_outputs.begin() + port);
    m_outputEdges.erase(m_outputEdges.begin() + port);
    m_outputBindings.erase(m_outputBindings.begin() + port);
    forgetLog();
}

void Graph::forgetLog() {
    m_log.clear();
}

std::string Graph::freeId(std::string_view wanted) const {
    std::string id(wanted);
    for (int n = 2; m_byId.contains(id); ++n)
        id = fmt::format("{}/{}", wanted, n);
    return id;
}

NodeIndex Graph::addNode(NodeData data, NodeIndex inPlaceOf) {
    FB_CHECK(!m_byId.contains(data.id));
    const NodeIndex n = nodeEnd();
    log(LogEntry::What::NodeAdded, n);
    m_byId.emplace(data.id, n);
    NodeSlot& slot = m_nodes.emplace_back();
    slot.data = std::make_shared<const NodeData>(std::move(data));
    slot.ordinal = inPlaceOf == kNone ? n : m_nodes[inPlaceOf].ordinal;
    slot.rank = inPlaceOf == kNone ? n : m_nodes[inPlaceOf].rank;
    ++m_nodeCount;
    return n;
}

void Graph::setNode(NodeIndex n, NodePtr data) {
    FB_CHECK(hasNode(n));
    FB_CHECK_EQ(data->id, m_nodes[n].data->id);
    log(LogEntry::What::NodeSet, n).node = std::exchange(m_nodes[n].data, std::move(data));
}

void Graph::removeNode(NodeIndex n, std::optional<Element> into) {
    FB_CHECK(hasNode(n));
    while (!m_nodes[n].out.empty())
        removeEdge(m_nodes[n].out.back(), into);
    while (!m_nodes[n].in.empty())
        removeEdge(m_nodes[n].in.back(), into);
    log(LogEntry::What::NodeRemoved, n).node = m_nodes[n].data;
    m_byId.erase(m_nodes[n].data->id);
    m_nodes[n].data = nullptr;
    --m_nodeCount;
    setParent({Element::Kind::Node, n}, into);
}

std::vector<EdgeIndex>& Graph::outList(const Endpoint& from) {
    if (!from.isBoundary())
        return m_nodes[from.node].out;
    const auto port = findInput(from.port);
    FB_CHECK(port.has_value());
    return m_inputEdges[*port];
}

std::vector<EdgeIndex>& Graph::inList(const Endpoint& to) {
    if (!to.isBoundary())
        return m_nodes[to.node].in;
    const auto port = findOutput(to.port);
    FB_CHECK(port.has_value());
    return m_outputEdges[*port];
}

void Graph::attach(EdgeIndex e, std::uint32_t outPosition, std::uint32_t inPosition) {
    auto& out = outList(m_edges[e].edge.from);
    auto& in = inList(m_edges[e].edge.to);
    out.insert(placeIn(out, outPosition), e);
    in.insert(placeIn(in, inPosition), e);
    m_edges[e].alive = true;
    ++m_edgeCount;
}

std::pair<std::uint32_t, std::uint32_t> Graph::detach(EdgeIndex e) {
    FB_CHECK(hasEdge(e));
    const std::uint32_t out = takeFrom(outList(m_edges[e].edge.from), e);
    const std::uint32_t in = takeFrom(inList(m_edges[e].edge.to), e);
    m_edges[e].alive = false;
    --m_edgeCount;
    return {out, in};
}

EdgeIndex Graph::addEdge(Endpoint from, Endpoint to, std::uint32_t outPosition,
                         std::uint32_t inPosition) {
    FB_CHECK(from.isBoundary() || hasNode(from.node));
    FB_CHECK(to.isBoundary() || hasNode(to.node));
    const EdgeIndex e = edgeEnd();
    log(LogEntry::What::EdgeAdded, e);
    m_edges.emplace_back().edge = {std::move(from), std::move(to), FusionChoice::Automatic};
    attach(e, outPosition, inPosition);
    return e;
}

void Graph::removeEdge(EdgeIndex e, std::optional<Element> into) {
    const auto [out, in] = detach(e);
    LogEntry& entry = log(LogEntry::What::EdgeRemoved, e);
    entry.outPosition = out;
    entry.inPosition = in;
    setParent({Element::Kind::Edge, e}, into);
}

void Graph::setFusion(EdgeIndex e, FusionChoice choice) {
    FB_CHECK(hasEdge(e));
    log(LogEntry::What::EdgeFusion, e).fusion = std::exchange(m_edges[e].edge.fusion, choice);
}

void Graph::indexGroups() {
    m_groupOf.assign(nodeEnd(), kNone);
    for (GroupIndex g = 0; g < m_groups.size(); ++g)
        for (const NodeIndex n : m_groups[g].members)
            m_groupOf[n] = g;
}

void Graph::setGroups(std::vector<FusedGroup> groups) {
    log(LogEntry::What::Groups, 0).groups =
        std::make_shared<const std::vector<FusedGroup>>(std::exchange(m_groups, std::move(groups)));
    indexGroups();
}

std::vector<EdgeIndex> Graph::bypass(NodeIndex n, std::optional<Element> orElse) {
    const std::vector<EdgeIndex> ins = m_nodes[n].in;
    const std::vector<EdgeIndex> outs = m_nodes[n].out;
    std::vector<EdgeIndex> made;
    for (const EdgeIndex in : ins) {
        const Edge upper = m_edges[in].edge;
        const auto& siblings = outList(upper.from);
        auto place = static_cast<std::uint32_t>(std::find(siblings.begin(), siblings.end(), in) -
                                                siblings.begin());
        for (const EdgeIndex out : outs) {
            const Edge lower = m_edges[out].edge;
            const EdgeIndex e = addEdge(upper.from, lower.to, place++);
            const bool forbidden =
                upper.fusion == FusionChoice::Forbidden || lower.fusion == FusionChoice::Forbidden;
            const bool pinned =
                upper.fusion == FusionChoice::Pinned || lower.fusion == FusionChoice::Pinned;
            if (forbidden || pinned)
                setFusion(e, forbidden ? FusionChoice::Forbidden : FusionChoice::Pinned);
            made.push_back(e);
        }
    }
    std::optional<Element> into = orElse;
    if (!made.empty())
        into = Element{Element::Kind::Edge, made.front()};
    removeNode(n, into);
    return made;
}

// --- provenance ---------------------------------------------------------------------------------

void Graph::setParent(Element element, std::optional<Element> parent) {
    const bool isNode = element.kind == Element::Kind::Node;
    auto& slot = isNode ? m_nodes[element.index].parent : m_edges[element.index].parent;
    if (slot == parent)
        return;
    log(isNode ? LogEntry::What::NodeParent : LogEntry::What::EdgeParent, element.index).parent =
        slot;
    slot = parent;
}

void Graph::absorb(Element absorbed, Element into) {
    setParent(absorbed, into);
}

std::optional<Element> Graph::current(Element naive) const {
    std::optional<Element> at = naive;
    while (at) {
        if (at->kind == Element::Kind::Node) {
            if (hasNode(at->index))
                return at;
            at = m_nodes[at->index].parent;
        } else if (at->kind == Element::Kind::Edge) {
            if (hasEdge(at->index))
                return at;
            at = m_edges[at->index].parent;
        } else {
            return at;
        }
    }
    return at;
}

std::vector<std::optional<Element>> Graph::currentOf(const std::vector<Element>& naive) const {
    // Chains grow with every splice, so what was found once is kept for all that lead to it.
    std::vector<std::optional<Element>> nodes(nodeEnd()), edges(edgeEnd());
    std::vector<bool> nodeKnown(nodeEnd(), false), edgeKnown(edgeEnd(), false);
    std::vector<Element> walked;
    const auto resolve = [&](const Element& from) {
        std::optional<Element> at = from;
        walked.clear();
        while (at && (at->kind == Element::Kind::Node || at->kind == Element::Kind::Edge)) {
            const bool isNode = at->kind == Element::Kind::Node;
            if (isNode ? nodeKnown[at->index] : edgeKnown[at->index]) {
                at = isNode ? nodes[at->index] : edges[at->index];
                break;
            }
            if (isNode ? hasNode(at->index) : hasEdge(at->index))
                break;
            walked.push_back(*at);
            at = isNode ? m_nodes[at->index].parent : m_edges[at->index].parent;
        }
        for (const Element& element : walked) {
            const bool isNode = element.kind == Element::Kind::Node;
            (isNode ? nodes : edges)[element.index] = at;
            (isNode ? nodeKnown : edgeKnown)[element.index] = true;
        }
        return at;
    };
    std::vector<std::optional<Element>> result;
    result.reserve(naive.size());
    for (const Element& element : naive)
        result.push_back(resolve(element));
    return result;
}

std::vector<std::optional<Element>> Graph::currentOfNaiveNodes() const {
    std::vector<Element> nodes;
    const NodeIndex end = m_naiveEnd == 0 ? nodeEnd() : m_naiveEnd;
    for (NodeIndex n = 0; n < end; ++n)
        nodes.push_back({Element::Kind::Node, n});
    return currentOf(nodes);
}

std::vector<std::vector<NodeIndex>> Graph::originsByNode() const {
    std::vector<std::vector<NodeIndex>> origins(nodeEnd());
    const auto all = currentOfNaiveNodes();
    for (NodeIndex n = 0; n < all.size(); ++n)
        if (all[n] && all[n]->kind == Element::Kind::Node)
            origins[all[n]->index].push_back(n);
    return origins;
}

// --- snapshots ----------------------------------------------------------------------------------

void Graph::undoOfPort(const LogEntry& entry) {
    switch (entry.what) {
    case LogEntry::What::InputAdded:
        m_inputs.pop_back();
        m_inputEdges.pop_back();
        m_inputBindings.pop_back();
        break;
    case LogEntry::What::OutputAdded:
        m_outputs.pop_back();
        m_outputEdges.pop_back();
        m_outputBindings.pop_back();
        break;
    case LogEntry::What::InputBound: m_inputBindings[entry.index] = entry.binding; break;
    case LogEntry::What::OutputBound: m_outputBindings[entry.index] = entry.binding; break;
    default: FB_CHECK(false);
    }
}

void Graph::undo(const LogEntry& entry) {
    using What = LogEntry::What;
    switch (entry.what) {
    case What::NodeAdded:
        m_byId.erase(m_nodes.back().data->id);
        m_nodes.pop_back();
        --m_nodeCount;
        break;
    case What::NodeRemoved:
        m_nodes[entry.index].data = entry.node;
        m_byId.emplace(entry.node->id, entry.index);
        ++m_nodeCount;
        break;
    case What::NodeSet: m_nodes[entry.index].data = entry.node; break;
    case What::EdgeAdded:
        detach(entry.index);
        m_edges.pop_back();
        break;
    case What::EdgeRemoved: attach(entry.index, entry.outPosition, entry.inPosition); break;
    case What::EdgeFusion: m_edges[entry.index].edge.fusion = entry.fusion; break;
    case What::Groups:
        m_groups = *entry.groups;
        indexGroups();
        break;
    case What::Name: m_name = entry.text; break;
    case What::Properties: m_properties = *entry.properties; break;
    case What::Definitions: m_definitions = entry.definitions; break;
    case What::NodeParent: m_nodes[entry.index].parent = entry.parent; break;
    case What::EdgeParent: m_edges[entry.index].parent = entry.parent; break;
    default: undoOfPort(entry); break;
    }
}

void Graph::rollBack(std::size_t position) {
    FB_CHECK_LE(position, m_log.size());
    while (m_log.size() > position) {
        const LogEntry entry = std::move(m_log.back());
        m_log.pop_back();
        undo(entry);
    }
}

Graph Graph::at(std::size_t position) const {
    Graph copy = *this;
    copy.rollBack(position);
    return copy;
}

std::vector<NodeIndex> Graph::touchedSince(std::size_t position) const {
    std::vector<NodeIndex> touched;
    const auto add = [&](const Endpoint& end) {
        if (!end.isBoundary())
            touched.push_back(end.node);
    };
    for (std::size_t i = position; i < m_log.size(); ++i) {
        const LogEntry& entry = m_log[i];
        switch (entry.what) {
        case LogEntry::What::NodeAdded:
        case LogEntry::What::NodeRemoved:
        case LogEntry::What::NodeSet: touched.push_back(entry.index); break;
        case LogEntry::What::EdgeAdded:
        case LogEntry::What::EdgeRemoved:
            add(m_edges[entry.index].edge.from);
            add(m_edges[entry.index].edge.to);
            break;
        default: break;
        }
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    return touched;
}

} // namespace fuseboard
