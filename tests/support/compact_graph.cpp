// SPDX-License-Identifier: Apache-2.0
#include "tests/support/compact_graph.h"

#include "engine/script/parser.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace fuseboard {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(trimmed(text.substr(0, at)));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + separator.size());
    }
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto at = text.find('\n');
        lines.push_back(text.substr(0, at));
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    }
    return lines;
}

struct Amount {
    std::uint64_t number = 0;
    std::string_view unit;
};

Result<Amount> parseAmount(std::string_view text) {
    Amount amount;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), amount.number);
    if (error != std::errc{})
        return fail(ErrorCode::InvalidSyntax, fmt::format("{} is no amount", text));
    amount.unit = text.substr(static_cast<std::size_t>(end - text.data()));
    return amount;
}

std::uint64_t unitNs(std::string_view unit) {
    if (unit == "min")
        return 60'000'000'000;
    if (unit == "s")
        return 1'000'000'000;
    return unit == "ms" ? 1'000'000 : 1;
}

Result<Parameter> parseWindows(std::string_view text) {
    std::vector<WindowSpec> windows;
    for (const std::string_view part : split(text, ",")) {
        FB_TRY_ASSIGN(const Amount amount, parseAmount(part));
        WindowSpec& window = windows.emplace_back();
        window.name = std::string(part);
        const bool rows = amount.unit == "rows";
        window.kind = rows ? WindowSpec::Kind::Size : WindowSpec::Kind::Interval;
        window.amount = rows ? amount.number : amount.number * unitNs(amount.unit);
    }
    return Parameter(std::move(windows));
}

Result<Parameter> parseBranches(const std::string& id, std::string_view text) {
    std::vector<NamedExpression> branches;
    for (const std::string_view part : split(text, ";")) {
        const auto colon = part.find(": ");
        if (colon == std::string_view::npos)
            return fail(ErrorCode::InvalidSyntax, "a branch is NAME: CONDITION");
        FB_TRY_ASSIGN(Expression condition,
                      parseExpression("node " + id, std::string(part.substr(colon + 2)),
                                      ExpressionUse::Plain));
        branches.push_back({std::string(part.substr(0, colon)), std::move(condition)});
    }
    return Parameter(std::move(branches));
}

Result<Parameter> parseParameter(const std::string& id, const ParameterSpec& spec, bool windowed,
                                 std::string_view text) {
    const std::string name = fmt::format("node {}, {}", id, spec.name);
    switch (spec.type) {
    case ParameterType::Expression: {
        const bool aggregates = windowed && spec.name == "target";
        FB_TRY_ASSIGN(Expression expression,
                      parseExpression(name, std::string(text),
                                      aggregates ? ExpressionUse::Windowed : ExpressionUse::Plain));
        return Parameter(std::move(expression));
    }
    case ParameterType::Script: {
        FB_TRY_ASSIGN(Expression body, parseScriptBody(name, std::string(text)));
        return Parameter(std::move(body));
    }
    case ParameterType::GroupBy: {
        FB_TRY_ASSIGN(GroupByPtr by, parseGroupBy(name, std::string(text)));
        return Parameter(GroupByText{std::string(text), std::move(by)});
    }
    case ParameterType::Windows: return parseWindows(text);
    case ParameterType::Branches: return parseBranches(id, text);
    case ParameterType::Integer:
    case ParameterType::Duration: {
        FB_TRY_ASSIGN(const Amount amount, parseAmount(text));
        return Parameter(OwnedValue(Value::u64(amount.number * unitNs(amount.unit))));
    }
    default: return Parameter(OwnedValue(Value::string(text)));
    }
}

class Reader {
public:
    explicit Reader(const Catalogue& catalogue) : m_catalogue(catalogue) {}

    Result<Graph> read(std::string_view text) {
        for (const std::string_view line : linesOf(text))
            FB_TRY(readLine(line));
        FB_TRY(finishNode());
        if (m_graph.inputs().empty())
            addPorts("in", "out, err");
        for (const std::string& edges : m_edges)
            FB_TRY(readEdges(edges));
        return std::move(m_graph);
    }

private:
    using Lines = std::vector<std::pair<std::string, std::string>>;

    Status readLine(std::string_view line) {
        const std::string_view text = trimmed(line);
        if (text.empty())
            return {};
        if (line.starts_with(' ')) {
            const auto space = text.find(' ');
            m_parameters.emplace_back(text.substr(0, space), space == std::string_view::npos
                                                                 ? std::string_view{}
                                                                 : trimmed(text.substr(space)));
            return {};
        }
        FB_TRY(finishNode());
        if (text.starts_with("ports ")) {
            const auto arrow = text.find("->");
            addPorts(text.substr(6, arrow - 6), text.substr(arrow + 2));
        } else if (text.starts_with("property ")) {
            return readProperty(text.substr(9));
        } else if (text.find("->") != std::string_view::npos) {
            m_edges.emplace_back(text);
        } else {
            const auto colon = text.find(": ");
            if (colon == std::string_view::npos)
                return fail(ErrorCode::InvalidSyntax, fmt::format("cannot read: {}", text));
            m_node = NodeData{};
            m_node->id = m_node->label = std::string(text.substr(0, colon));
            m_node->operatorName = std::string(trimmed(text.substr(colon + 1)));
        }
        return {};
    }

    Status readProperty(std::string_view text) {
        static const std::map<std::string_view, OnError> kOnError{
            {"to_err", OnError::ToErr},
            {"drop", OnError::Drop},
            {"stop", OnError::Stop},
            {"abort_event", OnError::AbortEvent}};
        const auto parts = split(text, " ");
        GraphProperties properties = m_graph.properties();
        if (parts.front() == "on_error" && kOnError.contains(parts.back()))
            properties.onError = kOnError.at(parts.back());
        else if (text == "event_order tremor")
            properties.eventOrder = EventOrder::Tremor;
        else
            return fail(ErrorCode::InvalidSyntax, fmt::format("no such property: {}", text));
        m_graph.setProperties(properties);
        return {};
    }

    void addPorts(std::string_view inputs, std::string_view outputs) {
        for (const std::string_view port : split(inputs, ","))
            m_graph.addInput(std::string(port));
        for (const std::string_view port : split(outputs, ","))
            m_graph.addOutput(std::string(port));
    }

    Status finishNode() {
        if (!m_node)
            return {};
        const OperatorInfo* info = m_catalogue.find(m_node->operatorName);
        if (info == nullptr)
            return fail(ErrorCode::UnknownName, "no operator " + m_node->operatorName);
        const bool windowed =
            std::ranges::any_of(m_parameters, [](const auto& p) { return p.first == "windows"; });
        for (const auto& [name, value] : m_parameters) {
            if (name == "disabled" || name == "bypassed") {
                (name == "disabled" ? m_node->disabled : m_node->bypassed) = true;
                continue;
            }
            const auto spec = std::ranges::find(info->parameters, name, &ParameterSpec::name);
            if (spec == info->parameters.end())
                return fail(ErrorCode::UnknownName, "no parameter " + name);
            FB_TRY_ASSIGN(Parameter parameter, parseParameter(m_node->id, *spec, windowed, value));
            m_node->config.set(name, std::move(parameter));
        }
        m_graph.addNode(*std::move(m_node));
        m_node.reset();
        m_parameters.clear();
        return {};
    }

    Result<Endpoint> endpoint(std::string_view text, bool isOrigin) const {
        const auto dot = text.rfind('.');
        const std::string_view name = text.substr(0, dot);
        const std::string port = dot == std::string_view::npos ? (isOrigin ? "out" : "in")
                                                               : std::string(text.substr(dot + 1));
        if (const auto node = m_graph.findNode(name))
            return Endpoint{*node, port};
        if (isOrigin ? m_graph.findInput(text) : m_graph.findOutput(text))
            return Endpoint{kNone, std::string(text)};
        return fail(ErrorCode::UnknownName, fmt::format("no node or port {}", text));
    }

    Status readEdges(std::string_view text) {
        FusionChoice fusion = FusionChoice::Automatic;
        if (const auto open = text.find(" ("); open != std::string_view::npos) {
            fusion =
                text.substr(open) == " (pinned)" ? FusionChoice::Pinned : FusionChoice::Forbidden;
            text = text.substr(0, open);
        }
        const auto ends = split(text, "->");
        for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
            for (const std::string_view target : split(ends[i + 1], ",")) {
                FB_TRY_ASSIGN(Endpoint from, endpoint(ends[i], true));
                FB_TRY_ASSIGN(Endpoint to, endpoint(target, false));
                const EdgeIndex e = m_graph.addEdge(std::move(from), std::move(to));
                if (fusion != FusionChoice::Automatic)
                    m_graph.setFusion(e, fusion);
            }
        }
        return {};
    }

    const Catalogue& m_catalogue;
    Graph m_graph;
    std::optional<NodeData> m_node;
    Lines m_parameters;
    std::vector<std::string> m_edges;
};

std::string textOf(const Parameter& parameter) {
    if (const auto* expression = std::get_if<Expression>(&parameter))
        return printExpr(*expression->tree);
    if (const auto* by = std::get_if<GroupByText>(&parameter))
        return printGroupBy(*by->tree);
    if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
        std::vector<std::string> names;
        for (const WindowSpec& window : *windows)
            names.push_back(window.name);
        return fmt::format("{}", fmt::join(names, ", "));
    }
    if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
        std::vector<std::string> texts;
        for (const NamedExpression& branch : *branches)
            texts.push_back(branch.name + ": " + printExpr(*branch.expression.tree));
        return fmt::format("{}", fmt::join(texts, "; "));
    }
    const Value& value = *std::get<OwnedValue>(parameter);
    return value.isString() ? std::string(value.asString()) : fmt::format("{}", value.asU64());
}

std::string endText(const Graph& graph, const Endpoint& end, std::string_view usual) {
    if (end.isBoundary())
        return end.port;
    const std::string& id = graph.node(end.node).id;
    return end.port == usual ? id : id + "." + end.port;
}

std::string edgeText(const Graph& graph, EdgeIndex e) {
    const Edge& edge = graph.edge(e);
    const char* fusion = edge.fusion == FusionChoice::Pinned      ? " (pinned)"
                         : edge.fusion == FusionChoice::Forbidden ? " (forbidden)"
                                                                  : "";
    return fmt::format("{} -> {}{}\n", endText(graph, edge.from, "out"),
                       endText(graph, edge.to, "in"), fusion);
}

} // namespace

Result<Graph> parseCompactGraph(std::string_view text, const Catalogue& catalogue) {
    return Reader(catalogue).read(text);
}

std::string printCompactGraph(const Graph& graph) {
    std::string text;
    for (const NodeIndex n : graph.nodes()) {
        const NodeData& node = graph.node(n);
        text += fmt::format("{}: {}\n", node.id, node.operatorName);
        for (const auto& [name, parameter] : node.config.all())
            text += fmt::format("    {} {}\n", name, textOf(parameter));
        text += node.disabled ? "    disabled\n" : "";
        text += node.bypassed ? "    bypassed\n" : "";
    }
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        for (const EdgeIndex e : graph.inputEdges(port))
            text += edgeText(graph, e);
    for (const NodeIndex n : graph.nodes())
        for (const EdgeIndex e : graph.outEdges(n))
            text += edgeText(graph, e);
    for (const FusedGroup& group : graph.groups()) {
        std::vector<std::string> members = group.inputPorts;
        for (const NodeIndex n : group.members)
            members.push_back(graph.node(n).id);
        text += fmt::format("group {{{}}} {} loop{}\n", fmt::join(members, ", "), group.loops,
                            group.loops == 1 ? "" : "s");
    }
    return text;
}

Result<Schema> parseCompactSchema(std::string_view text) {
    std::vector<SchemaField> fields;
    for (const std::string_view line : linesOf(text)) {
        const auto words = split(trimmed(line), " ");
        if (words.front().empty())
            continue;
        const auto type = words.size() < 2 ? std::nullopt : schemaTypeFromName(words[1]);
        if (!type)
            return fail(ErrorCode::InvalidSyntax, fmt::format("cannot read: {}", line));
        SchemaField& field = fields.emplace_back();
        field.path = pathFromText(words[0]);
        field.type = *type;
        field.nullable = std::ranges::find(words, "nullable") != words.end();
        field.required = std::ranges::find(words, "optional") == words.end();
    }
    return Schema::make(std::move(fields));
}

} // namespace fuseboard
