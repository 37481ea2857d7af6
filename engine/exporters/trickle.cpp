// SPDX-License-Identifier: Apache-2.0
// A graph as a Tremor query. In a query only selects connect things, so every edge becomes a
// select: a select node with one way in and one way out is its own statement; any other edge is a
// `select event`, with a stream where a select has several ways in or out. Those forward rows only,
// so the optimiser takes them out again and the plan is the same.
#include "engine/exporters/exported_graph.h"
#include "engine/formats/json_text.h"
#include "engine/script/definitions.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <queue>
#include <set>

namespace fuseboard {

namespace {

constexpr std::string_view kTarget = "a Tremor query";

bool isFilePort(const std::string& port, bool input) {
    if (input)
        return port == "in" || port.starts_with("in/");
    return port == "out" || port == "err" || port.starts_with("out/");
}

std::string portPath(const std::string& port) {
    const auto slash = port.find('/');
    return slash == std::string::npos ? quoteIdentifier(port)
                                      : quoteIdentifier(port.substr(0, slash)) + "/" +
                                            quoteIdentifier(port.substr(slash + 1));
}

/// The literal of a value in the language.
Result<std::string> literalText(const Value& value, const NodeData& node) {
    if (value.isString())
        return quoteString(value.asString());
    if (value.isNull() || value.isBool() || value.isNumber() || value.isArray() ||
        value.isRecord()) {
        auto parsed = parseExpression("literal", printJson(value), ExpressionUse::Constant);
        if (parsed)
            return printExpr(*parsed->tree);
    }
    return fail(refusal(node, kTarget, "a setting has no literal in the language"));
}

class TrickleWriter {
public:
    explicit TrickleWriter(const ExportedGraph& exported)
        : m_exported(exported), m_graph(exported.graph()), m_name(m_graph.nodeEnd()) {}

    Result<std::string> write() {
        FB_TRY(checkProperties());
        FB_TRY(nameNodes());
        for (const NodeIndex n : m_graph.nodes())
            FB_TRY(createNode(n));
        FB_TRY(connect());
        std::string out = fmt::format("# {} ({}), plan {}\n", m_graph.name(), m_exported.kind(),
                                      m_exported.planHash());
        FB_TRY_ASSIGN(const std::string functions, functionText());
        if ((m_body + functions).find("std::") != std::string::npos)
            out += "use std;\n";
        if ((m_body + functions).find("tremor::") != std::string::npos)
            out += "use tremor;\n";
        out += functions + m_definitions + "\n";
        return out + m_body;
    }

private:
    struct Statement {
        std::uint32_t rank; ///< statements come in this order where nothing else decides
        std::string text;
        std::string origin; ///< what it reads: statements of one origin keep their order
    };

    Status checkProperties() const {
        const GraphProperties& p = m_graph.properties();
        if (p.eventOrder != EventOrder::Tremor || p.atEnd != AtEnd::Discard ||
            p.onError != OnError::Drop)
            return fail(
                ErrorCode::Unsupported,
                "the pipeline cannot be written as a Tremor query: its order of events, end of "
                "input or errors are not those of Tremor",
                "set event order to tremor, at end to discard and on error to drop");
        for (const bool input : {true, false})
            for (const std::string& port : input ? m_graph.inputs() : m_graph.outputs())
                if (!isFilePort(port, input))
                    return fail(
                        ErrorCode::Unsupported,
                        fmt::format("the port \"{}\" cannot be written as a Tremor query: its "
                                    "ports are in, out, err, in/… and out/…",
                                    port),
                        "rename the port");
        return {};
    }

    // --- names ---

    std::string freeName(const std::string& wanted) {
        std::string name = wanted.empty() || wanted[0] == '_' ? "s" + wanted : wanted;
        std::replace(name.begin(), name.end(), '`', '\'');
        std::replace(name.begin(), name.end(), '\n', ' ');
        const std::string base = name;
        for (int n = 2; !m_taken.insert(name).second; ++n)
            name = fmt::format("{} {}", base, n);
        return name;
    }

    // A passthrough that only stands for a boundary port is that port.
    [[nodiscard]] std::string boundaryOf(NodeIndex n) const {
        const NodeData& node = m_graph.node(n);
        if (node.operatorName != "passthrough" || node.statement != "port")
            return {};
        if (m_graph.inEdges(n).size() == 1) {
            const Endpoint& from = m_graph.edge(m_graph.inEdges(n)[0]).from;
            if (from.isBoundary() && node.label == from.port &&
                m_graph.inputEdges(*m_graph.findInput(from.port)).size() == 1)
                return from.port;
        }
        if (m_graph.outEdges(n).size() == 1) {
            const Endpoint& to = m_graph.edge(m_graph.outEdges(n)[0]).to;
            if (to.isBoundary() && node.label == to.port &&
                m_graph.outputEdges(*m_graph.findOutput(to.port)).size() == 1)
                return to.port;
        }
        return {};
    }

    Status nameNodes() {
        m_taken = {"in", "out", "err"};
        for (const NodeIndex n : m_graph.nodes()) {
            if (std::string port = boundaryOf(n); !port.empty()) {
                m_name[n] = portPath(port);
                m_isPort.insert(n);
            }
        }
        for (const NodeIndex n : m_graph.nodes()) {
            const NodeData& node = m_graph.node(n);
            if (node.disabled || node.bypassed)
                return fail(
                    refusal(node, kTarget, "it is switched off", "remove it, or switch it on"));
            // A select gets a name only if it needs streams around it.
            if (!m_isPort.contains(n) && node.operatorName != "select")
                m_name[n] = quoteIdentifier(freeName(node.label.empty() ? node.id : node.label));
        }
        return {};
    }

    // --- nodes ---

    Status createNode(NodeIndex n) {
        const NodeData& node = m_graph.node(n);
        if (m_isPort.contains(n))
            return {};
        if (node.operatorName == "passthrough" || node.operatorName == "union") {
            if (node.operatorName == "union")
                return fail(refusal(node, kTarget, "this operator exists only here",
                                    "lead the edges into one port instead"));
            add(n, fmt::format("create stream {};\n", m_name[n]), {});
            return {};
        }
        if (node.operatorName == "select")
            return {};
        if (node.operatorName == "script")
            return createScript(n, node);
        if (node.operatorName.find("::") == std::string::npos)
            return fail(refusal(node, kTarget, "this operator exists only here"));
        std::string settings;
        for (const auto& [name, parameter] : node.config.all()) {
            const auto* value = std::get_if<OwnedValue>(&parameter);
            if (value == nullptr)
                return fail(refusal(node, kTarget, "a setting is no plain value"));
            if ((*value)->isNull())
                continue;
            FB_TRY_ASSIGN(const std::string text, literalText(**value, node));
            settings += fmt::format("{}\n    {} = {}", settings.empty() ? "" : ",", name, text);
        }
        m_definitions += fmt::format("define operator {} from {}{}{};\n", m_name[n],
                                     node.operatorName, settings.empty() ? "" : "\nwith",
                                     settings.empty() ? "" : settings + "\nend");
        add(n, fmt::format("create operator {};\n", m_name[n]), {});
        return {};
    }

    Status createScript(NodeIndex n, const NodeData& node) {
        const Expression* script = node.config.expression("script");
        if (script == nullptr || script->tree == nullptr)
            return fail(refusal(node, kTarget, "its script does not parse"));
        const ExprPtr tree = m_functions.adopt(script->tree);
        std::string state;
        if (const Value* initial = node.config.value("state");
            initial != nullptr && !initial->isNull()) {
            FB_TRY_ASSIGN(const std::string text, literalText(*initial, node));
            state = fmt::format("state {}\n", text);
        }
        m_definitions += fmt::format("define script {}\n{}script\n    {}\nend;\n", m_name[n], state,
                                     printExprPretty(*tree, 1));
        add(n, fmt::format("create script {};\n", m_name[n]), {});
        return {};
    }

    // --- selects ---

    Result<std::string> windowName(const NodeData& node, const WindowSpec& window) {
        if (window.aligned)
            return fail(
                refusal(node, kTarget,
                        fmt::format("the window {} is aligned to the clock, which exists only here",
                                    window.name)));
        std::string text = fmt::format(
            "define window {} from tumbling\nwith\n    {} = {}", quoteIdentifier(window.name),
            window.kind == WindowSpec::Kind::Size ? "size" : "interval", window.amount);
        if (window.kind == WindowSpec::Kind::State)
            return fail(refusal(node, kTarget,
                                fmt::format("the window {} decides by a script", window.name)));
        if (window.maxGroups != 0)
            text += fmt::format(",\n    max_groups = {}", window.maxGroups);
        text += "\nend;\n";
        const auto [known, fresh] = m_windows.emplace(window.name, text);
        if (fresh)
            m_definitions += text;
        else if (known->second != text)
            return fail(refusal(node, kTarget,
                                fmt::format("two different windows are named {}", window.name),
                                "rename one of them"));
        return quoteIdentifier(window.name);
    }

    Result<std::string> selectText(NodeIndex n, const std::string& from, const std::string& into) {
        const NodeData& node = m_graph.node(n);
        const auto clause = [&](const char* name, const char* word) -> Result<std::string> {
            const Expression* expression = node.config.expression(name);
            if (expression == nullptr || (expression->tree == nullptr && expression->text.empty()))
                return std::string();
            if (expression->tree == nullptr)
                return fail(refusal(node, kTarget, fmt::format("its {} does not parse", name)));
            return fmt::format("{} {}\n", word,
                               printExprPretty(*m_functions.adopt(expression->tree)));
        };
        FB_TRY_ASSIGN(std::string text, clause("target", "select"));
        if (text.empty())
            text = "select event\n";
        text += "from " + from;
        if (const auto* windows = node.config.windows("windows");
            windows != nullptr && !windows->empty()) {
            std::string list;
            for (const WindowSpec& window : *windows) {
                FB_TRY_ASSIGN(const std::string name, windowName(node, window));
                list += (list.empty() ? "" : ", ") + name;
            }
            text += "[" + list + "]";
        }
        FB_TRY_ASSIGN(const std::string where, clause("where", "where"));
        text += "\n" + where;
        if (const GroupByPtr by = node.config.groupBy("group_by"))
            text += fmt::format("group by {}\n", printGroupBy(*m_functions.adopt(by)));
        FB_TRY_ASSIGN(std::string having, clause("having", "having"));
        if (!having.empty())
            having = "\n" + having.substr(0, having.size() - 1);
        return fmt::format("# {}\n{}into {}{};\n\n", m_exported.originOf(n), text, into, having);
    }

    [[nodiscard]] std::string readFrom(const Endpoint& end) const {
        if (end.isBoundary())
            return portPath(end.port);
        return end.port == "out" ? m_name[end.node]
                                 : m_name[end.node] + "/" + quoteIdentifier(end.port);
    }
    [[nodiscard]] std::string writeTo(const Endpoint& end) const {
        if (end.isBoundary())
            return portPath(end.port);
        return end.port == "in" ? m_name[end.node]
                                : m_name[end.node] + "/" + quoteIdentifier(end.port);
    }

    void add(NodeIndex rank, std::string text, std::string origin) {
        m_statements.push_back({rank, std::move(text), std::move(origin)});
    }

    void addStream(NodeIndex rank, const std::string& name) {
        add(rank, fmt::format("create stream {};\n", name), {});
    }

    /// A stream before or behind the select, so that each statement has one way in and one way out.
    std::string streamFor(NodeIndex n, const char* side) {
        const NodeData& node = m_graph.node(n);
        std::string name = quoteIdentifier(
            freeName(fmt::format("{} {}", node.label.empty() ? node.id : node.label, side)));
        addStream(n, name);
        return name;
    }

    // Where a select reads and writes. Between two selects stands one stream.
    Status connect() {
        std::map<NodeIndex, std::string> before, behind;
        for (const NodeIndex n : m_graph.nodes()) {
            if (m_graph.node(n).operatorName != "select")
                continue;
            if (m_graph.inEdges(n).size() != 1 || readsSelect(n))
                before[n] = streamFor(n, "in");
            const bool single = m_graph.outEdges(n).size() == 1 &&
                                m_graph.edge(m_graph.outEdges(n)[0]).from.port == "out";
            if (!single) {
                for (const EdgeIndex e : m_graph.outEdges(n))
                    if (m_graph.edge(e).from.port != "out")
                        return fail(refusal(m_graph.node(n), kTarget,
                                            "a select of a query has no port err",
                                            "take the edge out, or use a script"));
                behind[n] = streamFor(n, "out");
            }
        }
        for (const auto& [n, name] : before)
            m_name[n] = name;
        for (const auto& [n, name] : behind)
            m_behind[n] = name;
        for (std::uint32_t port = 0; port < m_graph.inputs().size(); ++port)
            FB_TRY(forward(m_graph.inputEdges(port)));
        for (const NodeIndex n : m_graph.nodes())
            FB_TRY(leave(n));
        emitInOrder();
        return {};
    }

    [[nodiscard]] bool isSelect(const Endpoint& end) const {
        return !end.isBoundary() && m_graph.node(end.node).operatorName == "select";
    }
    [[nodiscard]] bool readsSelect(NodeIndex n) const {
        const Endpoint& from = m_graph.edge(m_graph.inEdges(n)[0]).from;
        return isSelect(from) && m_graph.outEdges(from.node).size() == 1;
    }
    /// Edges that exist only because a port node is the port itself.
    [[nodiscard]] bool isAlias(const Edge& edge) const {
        return (edge.from.isBoundary() && !edge.to.isBoundary() &&
                m_isPort.contains(edge.to.node) &&
                m_name[edge.to.node] == portPath(edge.from.port)) ||
               (edge.to.isBoundary() && !edge.from.isBoundary() &&
                m_isPort.contains(edge.from.node) &&
                m_name[edge.from.node] == portPath(edge.to.port));
    }

    /// Statements of the edges that leave one origin, in its order.
    Status forward(const std::vector<EdgeIndex>& edges, const std::string& behind = {}) {
        for (const EdgeIndex e : edges) {
            const Edge& edge = m_graph.edge(e);
            if (isAlias(edge))
                continue;
            const std::string from = behind.empty() ? readFrom(edge.from) : behind;
            const std::string origin = from.substr(0, from.find('/'));
            if (isSelect(edge.to) && m_name[edge.to.node].empty()) {
                FB_TRY_ASSIGN(std::string text, selectText(edge.to.node, from, into(edge.to.node)));
                add(edge.to.node, std::move(text), origin);
            } else {
                const NodeIndex rank =
                    edge.to.isBoundary()
                        ? edge.from.isBoundary() ? m_graph.nodeEnd() : edge.from.node
                        : edge.to.node;
                add(rank, fmt::format("select event from {} into {};\n\n", from, writeTo(edge.to)),
                    origin);
            }
        }
        return {};
    }

    [[nodiscard]] std::string into(NodeIndex select) const {
        const auto behind = m_behind.find(select);
        return behind != m_behind.end() ? behind->second
                                        : writeTo(m_graph.edge(m_graph.outEdges(select)[0]).to);
    }

    Status leave(NodeIndex n) {
        if (m_graph.node(n).operatorName != "select")
            return forward(m_graph.outEdges(n));
        if (!m_name[n].empty()) { // it has a stream before it: nobody else writes its statement
            FB_TRY_ASSIGN(std::string text, selectText(n, m_name[n], into(n)));
            add(n, std::move(text), m_name[n]);
        }
        const auto behind = m_behind.find(n);
        return behind == m_behind.end() ? Status() : forward(m_graph.outEdges(n), behind->second);
    }

    // By rank, but never before an earlier statement of the same origin.
    void emitInOrder() {
        std::map<std::string, std::size_t> last;
        std::vector<std::vector<std::size_t>> next(m_statements.size());
        std::vector<std::size_t> waiting(m_statements.size(), 0);
        for (std::size_t i = 0; i < m_statements.size(); ++i) {
            if (m_statements[i].origin.empty())
                continue;
            if (const auto before = last.find(m_statements[i].origin); before != last.end()) {
                next[before->second].push_back(i);
                ++waiting[i];
            }
            last[m_statements[i].origin] = i;
        }
        using Key = std::pair<std::uint32_t, std::size_t>;
        std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
        const auto push = [&](std::size_t i) {
            // What is created comes before everything that reads it.
            ready.emplace(m_statements[i].origin.empty() ? 0 : m_statements[i].rank + 1, i);
        };
        for (std::size_t i = 0; i < m_statements.size(); ++i)
            if (waiting[i] == 0)
                push(i);
        while (!ready.empty()) {
            const std::size_t i = ready.top().second;
            ready.pop();
            m_body += m_statements[i].text;
            for (const std::size_t after : next[i])
                if (--waiting[after] == 0)
                    push(after);
        }
    }

    // --- functions that the program defined ---

    Result<std::string> functionText() const {
        std::string text;
        for (const UserFunctionPtr& function : m_functions.functions()) {
            if (function->name.find("::") != std::string::npos)
                return fail(ErrorCode::Unsupported,
                            fmt::format("the function `{}` comes from a module of its own and "
                                        "cannot be written into the query",
                                        function->name));
            text += printFunction(*function) + ";\n";
        }
        return text;
    }

    const ExportedGraph& m_exported;
    const Graph& m_graph;
    std::vector<std::string> m_name;           ///< as statements name the node; empty: a select
    std::map<NodeIndex, std::string> m_behind; ///< stream behind a select with several ways out
    std::set<NodeIndex> m_isPort;
    std::set<std::string> m_taken;
    std::map<std::string, std::string> m_windows;
    Definitions m_functions; ///< that the statements call
    std::string m_definitions, m_body;
    std::vector<Statement> m_statements;
};

} // namespace

ExportTarget trickleTarget() {
    return {
        "trickle",
        "Tremor query",
        ".trickle",
        "A query for Tremor; imports to the same graph, or one that optimises to the same plan.",
        false,
        false,
        [](const ExportRequest& request) {
            const ExportedGraph exported(request);
            return TrickleWriter(exported).write();
        }};
}

} // namespace fuseboard
