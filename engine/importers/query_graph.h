// SPDX-License-Identifier: Apache-2.0
// Queries to graphs: what importers of query and deployment files share. Every boundary port, every
// declared stream and every select becomes a node, as Tremor builds them before it optimises.
#pragma once

#include "engine/graph/graph.h"
#include "engine/script/parser.h"

#include <map>
#include <string>
#include <vector>

namespace fuseboard {

/// Passthrough nodes of a pipeline's boundary ports, by port name.
struct PipelineEnds {
    std::map<std::string, NodeIndex> inputs, outputs;
};

/// Adds queries to a graph. Errors and notices collect in the lists given.
class QueryGraph {
public:
    QueryGraph(Graph& graph, std::vector<Notice>& notices, std::vector<Error>& errors)
        : m_graph(graph), m_notices(notices), m_errors(errors) {}

    /// Adds all nodes and inner edges of `query`. Ids begin with `prefix` ("" or "pipeline/p/").
    /// `file`: the query is a file of its own, in which `in/x` and `out/x` name further ports.
    PipelineEnds add(const Query& query, const std::string& prefix, bool file);

private:
    struct Scope;
    void addStatement(const QueryStatement& statement, Scope& scope);
    void addOperator(const CreateOperator& create, const QueryStatement& at, Scope& scope);
    void addScript(const CreateScript& create, const QueryStatement& at, Scope& scope);
    void addPipeline(const CreatePipeline& create, const QueryStatement& at, Scope& scope);
    void addSelect(const SelectStatement& select, const QueryStatement& at, Scope& scope);
    NodeIndex addPort(const std::string& port, Scope& scope);
    Endpoint sourceOf(const QueryEndpoint& end, const QueryStatement& at, Scope& scope);
    Endpoint targetOf(const QueryEndpoint& end, const QueryStatement& at, Scope& scope);
    /// A port of a node, or of an inner pipeline; one that does not exist is an error at `end`.
    Endpoint portOf(NodeIndex node, const QueryEndpoint& end, const QueryStatement& at,
                    bool output);
    Endpoint portOf(const std::map<std::string, NodeIndex>& ports, const QueryEndpoint& end,
                    const QueryStatement& at, bool output);
    Endpoint unknown(const QueryEndpoint& end, const QueryStatement& at, const Scope& scope);
    WindowSpec windowOf(const WindowDefinition& window);
    NodeIndex addNode(NodeData data, const QueryStatement& at, const Scope& scope);
    void wrong(Error error, const SourcePtr& source, Span span);

    Graph& m_graph;
    std::vector<Notice>& m_notices;
    std::vector<Error>& m_errors;
    Definitions m_definitions; ///< of all queries so far
};

/// A graph with Tremor's properties: its order of events, nothing flushed at the end, errors end
/// their row.
[[nodiscard]] Graph tremorGraph(std::string name);

/// "orders" of "/data/orders.trickle".
[[nodiscard]] std::string nameOfFile(const std::string& path);

} // namespace fuseboard
