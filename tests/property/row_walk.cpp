// SPDX-License-Identifier: Apache-2.0
#include "tests/property/row_walk.h"

#include "engine/formats/json_text.h"
#include "engine/graph/expression_origin.h"
#include "engine/operators/operator_body.h"

#include <algorithm>

namespace fuseboard {

namespace {

class Walk {
public:
    Walk(const Graph& graph, const Graph& naive, const std::vector<bool>& counts)
        : m_graph(graph), m_naive(naive), m_counts(counts), m_origins(graph, naive) {
        m_bodies.resize(graph.nodeEnd());
        for (const NodeIndex n : graph.nodes()) {
            const OperatorSpec* spec = findOperator(graph.node(n).operatorName);
            auto body = spec->makeBody(graph.node(n));
            FB_CHECK(body.has_value());
            m_bodies[n] = *std::move(body);
        }
    }

    WalkResult run(const std::vector<Value>& events) {
        for (std::size_t i = 0; i < events.size(); ++i) {
            Row row;
            row.data = events[i];
            row.meta = Value::record({});
            row.sequence = i;
            for (std::uint32_t port = 0; port < m_graph.inputs().size(); ++port)
                for (const EdgeIndex e : m_graph.inputEdges(port))
                    deliver(e, row);
        }
        std::ranges::sort(m_result.errors);
        return std::move(m_result);
    }

private:
    class Out final : public Emitter {
    public:
        Out(Walk& walk, NodeIndex n) : m_walk(walk), m_node(n) {}
        void emit(std::uint32_t port, const Row& row) override {
            const NodeData& node = m_walk.m_graph.node(m_node);
            emitTo(findOperator(node.operatorName)->contract(node.config).outputs[port], row);
        }
        void emitTo(std::string_view port, const Row& row) override {
            for (const EdgeIndex e : m_walk.m_graph.outEdges(m_node))
                if (m_walk.m_graph.edge(e).from.port == port)
                    m_walk.deliver(e, row);
        }
        void fail(ErrorCode code, std::string, const Expr* where, const Row& row) override {
            const std::string& origin = m_walk.m_origins.of(m_walk.m_graph.node(m_node).id, where);
            if (m_walk.m_counts[*m_walk.m_naive.findNode(origin)])
                m_walk.m_result.errors.push_back(
                    fmt::format("{}, {}, {}", row.sequence, origin, toString(code)));
        }
        void keep(std::shared_ptr<const void> memory) override {
            m_walk.m_kept.push_back(std::move(memory));
        }

    private:
        Walk& m_walk;
        NodeIndex m_node;
    };

    void deliver(EdgeIndex e, const Row& row) {
        const Endpoint& to = m_graph.edge(e).to;
        if (to.isBoundary()) {
            std::string text = to.port + ": ";
            printJson(row.data, text);
            m_result.rows.push_back(std::move(text));
            return;
        }
        const NodeData& node = m_graph.node(to.node);
        Out out(*this, to.node);
        if (node.disabled)
            return;
        if (node.bypassed) {
            out.emitTo("out", row);
            return;
        }
        BodyContext context{m_arena, out};
        m_bodies[to.node]->onRow(0, row, context);
    }

    const Graph& m_graph;
    const Graph& m_naive;
    const std::vector<bool>& m_counts;
    ExpressionOrigins m_origins;
    std::vector<std::unique_ptr<OperatorBody>> m_bodies;
    std::vector<std::shared_ptr<const void>> m_kept;
    Arena m_arena{64 * 1024};
    WalkResult m_result;
};

} // namespace

WalkResult walkRows(const Graph& graph, const Graph& naive, const std::vector<bool>& counts,
                    const std::vector<Value>& events) {
    return Walk(graph, naive, counts).run(events);
}

} // namespace fuseboard
