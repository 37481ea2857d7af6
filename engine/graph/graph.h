// SPDX-License-Identifier: Apache-2.0
// The one graph type: imports, edits, passes, plans and exports all work on it. Nodes and edges are
// indexed arrays; removed ones leave a hole, so an index means the same thing through every pass.
// Every change goes through a mutator that writes the edit log: a snapshot is a position in the
// log.
#pragma once

#include "engine/graph/contract.h"
#include "engine/script/definitions.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fuseboard {

using NodeIndex = std::uint32_t;
using EdgeIndex = std::uint32_t;
using GroupIndex = std::uint32_t;
inline constexpr std::uint32_t kNone = 0xFFFFFFFFU;

struct Position {
    double x = 0, y = 0;
};

/// What a node is. Replaced as a whole, never changed in place.
struct NodeData {
    std::string id; ///< stable and unique: "select/3", "batch"; shown in exports and records
    std::string operatorName;
    std::string label; ///< as on screen: "select 3"
    Config config;
    std::optional<Position> position; ///< top left, in canvas units; none: lay out automatically
    std::string note;
    bool disabled = false; ///< sends nothing
    bool bypassed = false; ///< behaves as a passthrough
    std::string statement; ///< "select", "stream", "operator", "port", "script", "drawn"
    Place place;           ///< where it was imported from, if it was
};
using NodePtr = std::shared_ptr<const NodeData>;

enum class FusionChoice : std::uint8_t { Automatic, Pinned, Forbidden };

/// One end of an edge: a port of a node, or a boundary port of the pipeline (node == kNone).
struct Endpoint {
    NodeIndex node = kNone;
    std::string port;
    [[nodiscard]] bool isBoundary() const { return node == kNone; }
    bool operator==(const Endpoint&) const = default;
};

struct Edge {
    Endpoint from, to;
    FusionChoice fusion = FusionChoice::Automatic;
};

enum class EventOrder : std::uint8_t { Natural, Tremor };
enum class AtEnd : std::uint8_t { Flush, Discard };
enum class OnError : std::uint8_t { ToErr, Drop, Stop, AbortEvent };

struct GraphProperties {
    EventOrder eventOrder = EventOrder::Natural;
    AtEnd atEnd = AtEnd::Flush;
    OnError onError = OnError::ToErr;
    std::string
        clock; ///< saved binding of the source: "wall", "index", "event.timestamp:ms"; empty: none
    bool operator==(const GraphProperties&) const = default;
};

/// What a run reads or writes at a boundary port, as saved with the pipeline. `--in` and `--out`
/// win.
struct PortBinding {
    std::string
        connector; ///< "file", "generator", "stdin", "stdout", "discard", "memory"; empty: open
    OwnedValue settings;              ///< record: path, format, clock, shape, rows, …
    std::optional<Position> position; ///< of the card on the canvas
    std::string label;
};
using BindingPtr = std::shared_ptr<const PortBinding>;

/// Something that provenance speaks of.
struct Element {
    enum class Kind : std::uint8_t { Node, Edge, InputPort, OutputPort };
    Kind kind = Kind::Node;
    std::uint32_t index = kNone; ///< node or edge index, or position in inputs() / outputs()
    bool operator==(const Element&) const = default;
};

/// A convex set of nodes that one stage runs.
struct FusedGroup {
    std::vector<NodeIndex> members;      ///< in topological order
    std::vector<std::string> inputPorts; ///< boundary inputs whose decoding the stage does as well
    std::uint32_t loops = 1;             ///< split at pipeline breakers
};

class Graph {
public:
    // --- reading ---
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] const GraphProperties& properties() const { return m_properties; }
    /// Functions that the expressions of nodes may call, as imported or read with the pipeline.
    [[nodiscard]] const Definitions& definitions() const { return *m_definitions; }
    [[nodiscard]] const std::vector<std::string>& inputs() const { return m_inputs; }
    [[nodiscard]] const std::vector<std::string>& outputs() const { return m_outputs; }

    /// One past the largest index ever used; indices of removed nodes are skipped by nodes().
    [[nodiscard]] std::uint32_t nodeEnd() const {
        return static_cast<std::uint32_t>(m_nodes.size());
    }
    [[nodiscard]] std::uint32_t edgeEnd() const {
        return static_cast<std::uint32_t>(m_edges.size());
    }
    [[nodiscard]] bool hasNode(NodeIndex n) const {
        return n < m_nodes.size() && m_nodes[n].data != nullptr;
    }
    [[nodiscard]] bool hasEdge(EdgeIndex e) const { return e < m_edges.size() && m_edges[e].alive; }
    [[nodiscard]] const NodeData& node(NodeIndex n) const {
        FB_CHECK(hasNode(n));
        return *m_nodes[n].data;
    }
    [[nodiscard]] const NodePtr& nodePtr(NodeIndex n) const {
        FB_CHECK(hasNode(n));
        return m_nodes[n].data;
    }
    [[nodiscard]] const Edge& edge(EdgeIndex e) const {
        FB_CHECK(hasEdge(e));
        return m_edges[e].edge;
    }
    [[nodiscard]] std::vector<NodeIndex> nodes() const; ///< alive, ascending
    [[nodiscard]] std::vector<EdgeIndex> edges() const; ///< alive, ascending
    [[nodiscard]] std::uint32_t nodeCount() const { return m_nodeCount; }
    [[nodiscard]] std::uint32_t edgeCount() const { return m_edgeCount; }
    [[nodiscard]] std::optional<NodeIndex> findNode(std::string_view id) const;

    /// Edges that leave a node, over all its ports, in declaration order: the position is the
    /// branch ordinal of row keys (docs: semantics of order).
    [[nodiscard]] const std::vector<EdgeIndex>& outEdges(NodeIndex n) const {
        return m_nodes[n].out;
    }
    [[nodiscard]] const std::vector<EdgeIndex>& inEdges(NodeIndex n) const { return m_nodes[n].in; }
    /// Edges of a boundary port, by its position in inputs() / outputs().
    [[nodiscard]] const std::vector<EdgeIndex>& inputEdges(std::uint32_t port) const {
        return m_inputEdges[port];
    }
    [[nodiscard]] const std::vector<EdgeIndex>& outputEdges(std::uint32_t port) const {
        return m_outputEdges[port];
    }
    [[nodiscard]] std::optional<std::uint32_t> findInput(std::string_view port) const;
    [[nodiscard]] std::optional<std::uint32_t> findOutput(std::string_view port) const;

    /// Never null; an open port has an empty binding.
    [[nodiscard]] const BindingPtr& inputBinding(std::uint32_t port) const {
        return m_inputBindings[port];
    }
    [[nodiscard]] const BindingPtr& outputBinding(std::uint32_t port) const {
        return m_outputBindings[port];
    }

    [[nodiscard]] const std::vector<FusedGroup>& groups() const { return m_groups; }
    [[nodiscard]] GroupIndex groupOf(NodeIndex n) const; ///< kNone: a stage of its own

    /// Alive nodes, sources first; equal ranks by index. Fails with the cycle's nodes if there is
    /// one.
    [[nodiscard]] Result<std::vector<NodeIndex>> topologicalOrder() const;

    // --- naive ordinals: what row keys of ticks and of the end of input are made of ---
    /// Marks the graph as it stands as the naive one: ordinals and ranks of nodes are fixed.
    Status markNaive();
    /// One past the last naive node; later nodes were made by passes.
    [[nodiscard]] std::uint32_t naiveEnd() const { return m_naiveEnd; }
    [[nodiscard]] std::uint32_t naiveOrdinal(NodeIndex n) const { return m_nodes[n].ordinal; }
    [[nodiscard]] std::uint32_t naiveRank(NodeIndex n) const { return m_nodes[n].rank; }

    // --- changing (each writes the log) ---
    void setName(std::string name);
    void setProperties(GraphProperties properties);
    void setDefinitions(Definitions definitions);
    std::uint32_t addInput(std::string port);
    std::uint32_t addOutput(std::string port);
    void bindInput(std::uint32_t port, PortBinding binding);
    void bindOutput(std::uint32_t port, PortBinding binding);
    /// For editing only: removes the port with its edges, shifts later ports down, forgets the log.
    void removeInput(std::uint32_t port);
    void removeOutput(std::uint32_t port);
    /// Forgets how the graph came about: snapshots before this one are gone.
    void forgetLog();
    /// `wanted`, or `wanted/2`, `wanted/3`, …: the first that no node has.
    [[nodiscard]] std::string freeId(std::string_view wanted) const;

    /// The id must be new. A node made by a pass takes ordinal and rank of `inPlaceOf`, if given.
    NodeIndex addNode(NodeData data, NodeIndex inPlaceOf = kNone);
    /// Replaces what the node is; id and edges stay.
    void setNode(NodeIndex n, NodePtr data);
    /// Removes the node and its edges. Provenance: `into` stands for it from now on, if given.
    void removeNode(NodeIndex n, std::optional<Element> into = std::nullopt);
    /// `position`: place among the out edges of its origin (default: last).
    EdgeIndex addEdge(Endpoint from, Endpoint to, std::uint32_t outPosition = kNone,
                      std::uint32_t inPosition = kNone);
    void removeEdge(EdgeIndex e, std::optional<Element> into = std::nullopt);
    void setFusion(EdgeIndex e, FusionChoice choice);
    void setGroups(std::vector<FusedGroup> groups);

    /// Removes a node that forwards rows: every edge into it is spliced, in place, with every edge
    /// out of it, so that row order is kept. Returns the new edges. Provenance: the node becomes
    /// its first new edge, or `orElse` if it has no edges to splice.
    std::vector<EdgeIndex> bypass(NodeIndex n, std::optional<Element> orElse);

    // --- provenance (union forest) ---
    /// What stands for a naive element now; nullopt if it was removed without trace.
    [[nodiscard]] std::optional<Element> current(Element naive) const;
    /// current() of every naive node, by index, in time linear in the whole forest.
    [[nodiscard]] std::vector<std::optional<Element>> currentOfNaiveNodes() const;
    /// The same for any naive elements, in their order.
    [[nodiscard]] std::vector<std::optional<Element>>
    currentOf(const std::vector<Element>& naive) const;
    /// For each alive node the naive nodes it came from, itself included, ascending.
    [[nodiscard]] std::vector<std::vector<NodeIndex>> originsByNode() const;
    /// Records that `into` also stands for `absorbed` (select merging).
    void absorb(Element absorbed, Element into);

    // --- snapshots ---
    [[nodiscard]] std::size_t logPosition() const { return m_log.size(); }
    /// The graph as it was at an earlier position.
    [[nodiscard]] Graph at(std::size_t position) const;
    /// Undoes everything after `position`, in place.
    void rollBack(std::size_t position);
    /// Nodes touched since `position` (for the verifier), ascending, no repeats.
    [[nodiscard]] std::vector<NodeIndex> touchedSince(std::size_t position) const;

private:
    struct NodeSlot {
        NodePtr data; ///< null: removed
        std::vector<EdgeIndex> out, in;
        std::uint32_t ordinal = 0, rank = 0;
        std::optional<Element> parent; ///< provenance after removal
    };
    struct EdgeSlot {
        Edge edge;
        bool alive = false;
        std::optional<Element> parent;
    };
    struct LogEntry {
        enum class What : std::uint8_t {
            NodeAdded,
            NodeRemoved,
            NodeSet,
            EdgeAdded,
            EdgeRemoved,
            EdgeFusion,
            Groups,
            Name,
            Properties,
            Definitions,
            InputAdded,
            OutputAdded,
            InputBound,
            OutputBound,
            NodeParent,
            EdgeParent,
        };
        What what;
        std::uint32_t index = 0, outPosition = 0, inPosition = 0;
        NodePtr node;
        FusionChoice fusion = FusionChoice::Automatic;
        std::optional<Element> parent;
        std::shared_ptr<const std::vector<FusedGroup>> groups;
        std::shared_ptr<const GraphProperties> properties;
        std::shared_ptr<const Definitions> definitions;
        BindingPtr binding;
        std::string text;
    };
    std::vector<EdgeIndex>& outList(const Endpoint& from);
    std::vector<EdgeIndex>& inList(const Endpoint& to);
    void undo(const LogEntry& entry);
    void undoOfPort(const LogEntry& entry);
    void setParent(Element element, std::optional<Element> parent);
    void attach(EdgeIndex e, std::uint32_t outPosition, std::uint32_t inPosition);
    std::pair<std::uint32_t, std::uint32_t> detach(EdgeIndex e);
    LogEntry& log(LogEntry::What what, std::uint32_t index);
    void indexGroups();

    std::string m_name;
    GraphProperties m_properties;
    std::shared_ptr<const Definitions> m_definitions = std::make_shared<const Definitions>();
    std::vector<std::string> m_inputs, m_outputs;
    std::vector<BindingPtr> m_inputBindings, m_outputBindings;
    std::vector<std::vector<EdgeIndex>> m_inputEdges, m_outputEdges;
    std::vector<NodeSlot> m_nodes;
    std::vector<EdgeSlot> m_edges;
    std::uint32_t m_nodeCount = 0, m_edgeCount = 0, m_naiveEnd = 0;
    std::unordered_map<std::string, NodeIndex> m_byId;
    std::vector<FusedGroup> m_groups;
    std::vector<GroupIndex> m_groupOf;
    std::vector<LogEntry> m_log;
};

} // namespace fuseboard
