// SPDX-License-Identifier: Apache-2.0
// Optimises large generated pipelines: time a node at 5,000 and 20,000 nodes, and 100,000 nodes in
// all.
//     optimizer_bench            prints the figures and checks the promises made about them
// Promises: the time a node at 20,000 stays within 2 × of that at 5,000 (least of several runs, one
// process); in a release build 100,000 nodes take under a second.
#include "engine/base/clock.h"
#include "engine/operators/operator_body.h"
#include "engine/script/parser.h"
#include "optimizer/optimizer.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>

namespace fuseboard {

namespace {

Expression parsed(const char* text) {
    auto expression = parseExpression("bench", text, ExpressionUse::Plain);
    FB_CHECK(expression.has_value());
    return *std::move(expression);
}

NodeIndex add(Graph& graph, const std::string& id, const char* operatorName, const char* parameter,
              const Expression* expression) {
    NodeData node;
    node.id = node.label = id;
    node.operatorName = operatorName;
    if (expression != nullptr)
        node.config.set(parameter, *expression);
    return graph.addNode(std::move(node));
}

void connect(Graph& graph, NodeIndex from, NodeIndex to) {
    graph.addEdge(from == kNone ? Endpoint{kNone, "in"} : Endpoint{from, "out"},
                  to == kNone ? Endpoint{kNone, "out"} : Endpoint{to, "in"});
}

struct Parts {
    Expression filter = parsed("event.x > 2 * 5");
    Expression select = parsed("{\"x\": event.x, \"y\": event.y, \"z\": event.x * 2}");
    Expression event = parsed("event");
};

NodeIndex addOne(Graph& graph, std::uint32_t n, const Parts& parts) {
    const std::string id = "n" + std::to_string(n);
    switch (n % 4) {
    case 0: return add(graph, id, "filter", "where", &parts.filter);
    case 1: return add(graph, id, "passthrough", "", nullptr);
    case 2: return add(graph, id, "select", "target", &parts.select);
    default: return add(graph, id, "select", "target", &parts.event);
    }
}

/// Chains of 50 nodes side by side, as large imported pipelines have them.
Graph chains(std::uint32_t nodes) {
    const Parts parts;
    Graph graph;
    graph.addInput("in");
    graph.addOutput("out");
    NodeIndex last = kNone;
    for (std::uint32_t n = 0; n < nodes; ++n) {
        const NodeIndex made = addOne(graph, n, parts);
        connect(graph, n % 50 == 0 ? kNone : last, made);
        last = made;
        if (n % 50 == 49 || n + 1 == nodes)
            connect(graph, last, kNone);
    }
    return graph;
}

/// One chain through all nodes.
Graph line(std::uint32_t nodes) {
    const Parts parts;
    Graph graph;
    graph.addInput("in");
    graph.addOutput("out");
    NodeIndex last = kNone;
    for (std::uint32_t n = 0; n < nodes; ++n) {
        const NodeIndex made = addOne(graph, n, parts);
        connect(graph, last, made);
        last = made;
    }
    connect(graph, last, kNone);
    return graph;
}

/// Diamonds in a row: each node feeds two that meet again.
Graph lattice(std::uint32_t nodes) {
    const Parts parts;
    Graph graph;
    graph.addInput("in");
    graph.addOutput("out");
    std::vector<NodeIndex> row{kNone};
    for (std::uint32_t n = 0; n + 3 <= nodes; n += 3) {
        const NodeIndex top = addOne(graph, 0 + 4 * n, parts);
        const NodeIndex left = addOne(graph, 2 + 4 * n, parts);
        const NodeIndex right = addOne(graph, 1 + 4 * n, parts);
        for (const NodeIndex above : row)
            connect(graph, above, top);
        connect(graph, top, left);
        connect(graph, top, right);
        row = {left, right};
    }
    for (const NodeIndex last : row)
        connect(graph, last, kNone);
    return graph;
}

/// The least of several runs, in seconds of CPU time.
double leastSeconds(const Graph& graph, int runs, bool verbose) {
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    double least = 1e9;
    for (int run = 0; run < runs; ++run) {
        const std::uint64_t begin = threadCpuNs();
        const auto optimized = optimize(graph, options);
        least = std::min(least, static_cast<double>(threadCpuNs() - begin) * 1e-9);
        FB_CHECK(optimized.has_value());
        if (verbose && run + 1 == runs)
            for (const PassRecord& pass : optimized->passes)
                std::printf("    %-22s %8.1f ms  %zu rewrites\n", pass.name.c_str(),
                            pass.seconds * 1e3, pass.rewrites.size());
    }
    return least;
}

bool check(const char* name, const std::function<Graph(std::uint32_t)>& make, int runs) {
    const double small = leastSeconds(make(5'000), runs, false) / 5'000;
    const double large = leastSeconds(make(20'000), runs, false) / 20'000;
    std::printf("%-8s %6.2f µs a node at 5,000, %6.2f at 20,000: ratio %.2f\n", name, small * 1e6,
                large * 1e6, large / small);
    const double whole = leastSeconds(make(100'000), 2, true);
    std::printf("%-8s %6.3f s for 100,000 nodes\n", name, whole);
#ifdef NDEBUG
    return large / small <= 2 && whole < 1;
#else
    return large / small <= 2;
#endif
}

} // namespace

int runBench() {
    bool kept = true;
    for (int attempt = 0; attempt < 3; ++attempt) {
        kept = check("chains", chains, 5) & check("line", line, 5) & check("lattice", lattice, 5);
        if (kept)
            return 0;
    }
    std::printf("a promise is broken\n");
    return 1;
}

} // namespace fuseboard

int main() {
    return fuseboard::runBench();
}
