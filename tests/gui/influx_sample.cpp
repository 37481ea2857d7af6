// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/influx_sample.h"

#include "engine/base/check.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <map>

namespace fuseboard {

namespace {

Expression expression(const std::string& text, ExpressionUse use = ExpressionUse::Plain) {
    auto parsed = parseExpression("sample", text, use);
    FB_CHECK(parsed.has_value());
    return *parsed;
}

NodeData passthrough(const std::string& id, const std::string& label) {
    NodeData node;
    node.id = id;
    node.label = label;
    node.operatorName = "passthrough";
    node.statement = "stream";
    return node;
}

NodeData select(int number, const std::string& target, const std::string& groupBy, bool windowed) {
    NodeData node;
    node.id = fmt::format("select/{}", number);
    node.label = fmt::format("select {}", number);
    node.operatorName = "select";
    node.statement = "select";
    node.config.set("target",
                    expression(target, windowed ? ExpressionUse::Windowed : ExpressionUse::Plain));
    if (!groupBy.empty()) {
        auto tree = parseGroupBy("sample", groupBy);
        FB_CHECK(tree.has_value());
        node.config.set("group_by", GroupByText{groupBy, *tree});
    }
    if (windowed) {
        WindowSpec ten, minute;
        ten.name = "10secs";
        ten.amount = 10'000'000'000;
        minute.name = "1min";
        minute.amount = 60'000'000'000;
        node.config.set("windows", std::vector<WindowSpec>{ten, minute});
    }
    return node;
}

PortBinding fileBinding(const char* path) {
    Arena arena(512);
    RecordBuilder builder;
    builder.set("path", Value::string(path));
    builder.set("format", Value::string("ndjson"));
    PortBinding binding;
    binding.connector = "file";
    binding.settings = OwnedValue(builder.build(arena));
    return binding;
}

} // namespace

Graph influxGraph() {
    Graph graph;
    graph.setName("influx-metrics");
    graph.bindInput(graph.addInput("in"), fileBinding("data/metrics.ndjson"));
    graph.bindOutput(graph.addOutput("out"), fileBinding("data/influx-out.ndjson"));
    const NodeIndex in = graph.addNode(passthrough("port/in", "in"));
    const NodeIndex out = graph.addNode(passthrough("port/out", "out"));
    graph.addNode(passthrough("port/err", "err"));
    const NodeIndex aggregate = graph.addNode(passthrough("stream/aggregate", "aggregate"));
    const NodeIndex normalize = graph.addNode(passthrough("stream/normalize", "normalize"));
    const NodeIndex s1 = graph.addNode(
        select(1, R"({"measurement": event.measurement, "tags": event.tags, "field": group[2]})",
               "set(event.measurement, event.tags, each(record::keys(event.fields)))", false));
    const NodeIndex s2 = graph.addNode(
        select(2, R"({"stats": stats::hdr(event.value, ["0.5", "0.9", "0.99", "0.999"])})",
               "set(event.measurement, event.tags, event.field)", true));
    const NodeIndex s3 = graph.addNode(
        select(3, R"({"measurement": event.measurement, "tags": event.tags})", "", false));
    const NodeIndex s4 = graph.addNode(select(4, "event", "", false));
    const NodeIndex s5 = graph.addNode(select(5, "event", "", false));
    NodeData batch;
    batch.id = "operator/batch";
    batch.label = "batch";
    batch.operatorName = "generic::batch";
    batch.config.set("count", OwnedValue(Value::u64(3000)));
    batch.config.set("timeout", OwnedValue(Value::u64(5'000'000'000)));
    const NodeIndex b = graph.addNode(std::move(batch));
    const auto wire = [&](NodeIndex from, NodeIndex to) {
        graph.addEdge({from, from == kNone ? "in" : "out"}, {to, to == kNone ? "out" : "in"});
    };
    wire(kNone, in);
    wire(in, s1);
    wire(s1, aggregate);
    wire(aggregate, s2);
    wire(s2, normalize);
    wire(normalize, s3);
    wire(s3, b);
    wire(b, s4);
    wire(s4, out);
    wire(in, s5);
    wire(s5, out);
    wire(out, kNone);
    graph.forgetLog();
    return graph;
}

std::shared_ptr<const OptimizedGraph> influxOptimized(const Graph& drawn) {
    auto optimized = std::make_shared<OptimizedGraph>();
    Graph& graph = optimized->graph;
    graph = drawn;
    FB_CHECK(graph.markNaive().has_value());
    optimized->naivePosition = graph.logPosition();
    const auto pass = [&](const char* name) {
        PassRecord record;
        record.name = name;
        record.logPosition = graph.logPosition();
        optimized->passes.push_back(record);
    };
    for (const char* id :
         {"port/in", "stream/aggregate", "stream/normalize", "select/4", "select/5", "port/out"})
        graph.bypass(*graph.findNode(id), std::nullopt);
    graph.removeNode(*graph.findNode("port/err"));
    pass("passthroughs");
    pass("constant folding");
    pass("predicate pushdown");
    pass("column pruning");
    FusedGroup first, second;
    first.members = {*graph.findNode("select/1")};
    first.inputPorts = {"in"};
    second.members = {*graph.findNode("select/3"), *graph.findNode("operator/batch")};
    graph.setGroups({first, second});
    pass("fusion");
    return optimized;
}

FiguresPtr influxFigures(const Graph& graph, bool optimised) {
    auto figures = std::make_shared<RunFigures>();
    figures->run = 12;
    figures->seconds = optimised ? 0.41 : 1.92;
    const auto node = [&](auto& map, const char* id, double rate, double p99, double busy,
                          double blocked = 0) {
        NodeFigures f;
        f.rowsPerSecond = rate;
        f.p99Ns = p99;
        f.busyShare = busy;
        if (blocked > 0)
            f.blockedShare = blocked;
        map[id] = f;
    };
    auto& nodes = figures->nodes;
    if (optimised) {
        node(figures->inputs, "in", 2.44e6, 100, 0.09);
        node(nodes, "select/1", 2.44e6, 380, 0.36);
        node(nodes, "select/2", 6.93e6, 610, 0.93);
        node(nodes, "select/3", 205e3, 900, 0.08);
        node(nodes, "operator/batch", 205e3, 200, 0.02);
        node(figures->outputs, "out", 2.44e6, 600, 0.63);
    } else {
        node(figures->inputs, "in", 521e3, 1900, 0.48, 0.47);
        node(nodes, "select/1", 521e3, 3400, 0.94);
        node(nodes, "select/2", 1.48e6, 2100, 0.61);
        node(nodes, "select/3", 43.8e3, 2800, 0.08);
        node(nodes, "operator/batch", 43.8e3, 400, 0.01);
        node(figures->outputs, "out", 521e3, 1200, 0.32);
    }
    const std::map<std::string, std::uint64_t> sent{
        {"", 412'000'000},         {"port/in", 412'000'000},
        {"select/1", 477'000'000}, {"stream/aggregate", 477'000'000},
        {"select/2", 43'000'000},  {"stream/normalize", 43'000'000},
        {"select/3", 36'000'000},  {"operator/batch", 36'000'000},
        {"select/4", 36'000'000},  {"select/5", 412'000'000},
        {"port/out", 448'000'000}};
    for (const EdgeIndex index : graph.edges()) {
        const Edge& edge = graph.edge(index);
        const std::string from = edge.from.isBoundary() ? "" : graph.node(edge.from.node).id;
        EdgeFigures f;
        f.bytes = sent.at(from);
        if (!optimised && from == "port/in" && graph.node(edge.to.node).id == "select/1") {
            f.queueFull = true;
            f.queueLength = f.queueLimit = 8;
            f.writerWaits = 0.47;
        }
        figures->edges[edgeKey(graph, edge)] = f;
    }
    return figures;
}

Graph wideGraph(int layers, int width) {
    Graph graph;
    graph.addInput("in");
    graph.addOutput("out");
    std::vector<NodeIndex> above;
    for (int layer = 0; layer < layers; ++layer) {
        std::vector<NodeIndex> now;
        for (int column = 0; column < width; ++column) {
            NodeData node;
            node.id = fmt::format("filter/{}", layer * width + column + 1);
            node.label = fmt::format("filter {}", layer * width + column + 1);
            node.operatorName = "filter";
            node.config.set("where", expression("event.value > 0"));
            now.push_back(graph.addNode(std::move(node)));
            graph.addEdge(above.empty() ? Endpoint{kNone, "in"}
                                        : Endpoint{above[std::size_t(column)], "out"},
                          {now.back(), "in"});
        }
        above = std::move(now);
    }
    for (const NodeIndex node : above)
        graph.addEdge({node, "out"}, {kNone, "out"});
    graph.forgetLog();
    return graph;
}

} // namespace fuseboard
