// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/config_json.h"

#include "engine/formats/json_text.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <optional>

namespace fuseboard {

namespace {

// --- the ways in which a text can be read
// ------------------------------------------------------------

enum class TextUse : std::uint8_t { Expression, Windowed, Script };

constexpr std::pair<TextUse, std::string_view> kTags[] = {{TextUse::Expression, "expression"},
                                                          {TextUse::Windowed, "windowed"},
                                                          {TextUse::Script, "script"}};

std::string_view tagOf(TextUse use) {
    return kTags[static_cast<std::size_t>(use)].second;
}

Result<Expression> parseAs(TextUse use, std::string name, std::string text,
                           const Definitions& definitions) {
    switch (use) {
    case TextUse::Script: return parseScriptBody(std::move(name), std::move(text), &definitions);
    case TextUse::Windowed:
        return parseExpression(std::move(name), std::move(text), ExpressionUse::Windowed,
                               &definitions);
    case TextUse::Expression: break;
    }
    return parseExpression(std::move(name), std::move(text), ExpressionUse::Plain, &definitions);
}

struct ExpressionText {
    TextUse use = TextUse::Expression;
    std::string text;
};

// The text with the first use in which it reads back to the tree.
std::optional<ExpressionText> readingBack(const std::string& text, const Expr& tree,
                                          const Definitions& definitions) {
    for (const auto& [use, tag] : kTags) {
        const auto parsed = parseAs(use, "text", text, definitions);
        if (parsed && parsed->tree != nullptr && sameExpr(*parsed->tree, tree))
            return ExpressionText{use, text};
    }
    return std::nullopt;
}

// The user's own text where it reads back, else the printed tree, with the functions that it calls
// added to the definitions. No text at all: the tree cannot be written down.
std::optional<ExpressionText> writable(const Expression& expression, Definitions& definitions) {
    if (expression.tree == nullptr)
        return ExpressionText{TextUse::Expression, expression.text};
    if (auto own = readingBack(expression.text, *expression.tree, definitions))
        return own;
    const ExprPtr adopted = definitions.adopt(expression.tree);
    return readingBack(printExprPretty(*adopted), *adopted, definitions);
}

bool callsFunctions(const Expr& tree) {
    bool found = tree.kind == ExprKind::UserCall;
    forEachChild(tree, [&](const ExprPtr& child) { found = found || callsFunctions(*child); });
    return found;
}

// The text names functions as they were named where it stood; it changes where that means nothing
// here.
void adoptInto(Definitions& definitions, Expression& expression) {
    if (expression.tree == nullptr || !callsFunctions(*expression.tree) ||
        readingBack(expression.text, *expression.tree, definitions))
        return;
    expression.tree = definitions.adopt(expression.tree);
    if (!readingBack(expression.text, *expression.tree, definitions))
        expression.text = printExprPretty(*expression.tree);
}

// --- writing
// ------------------------------------------------------------------------------------------

Status appendExpression(const Expression& expression, int indent, Definitions& definitions,
                        std::string& out) {
    const auto text = writable(expression, definitions);
    if (!text)
        return fail(ErrorCode::Unsupported,
                    fmt::format("the expression has no text that reads back to it: {}",
                                expression.text.substr(0, 200)));
    out += fmt::format("{{\"{}\": ", tagOf(text->use));
    appendJsonText(text->text, indent, out);
    out += '}';
    return {};
}

std::string writable(const GroupByText& group, Definitions& definitions) {
    if (group.tree == nullptr)
        return group.text;
    const auto own = parseGroupBy("text", group.text, &definitions);
    if (own && *own != nullptr && sameGroupBy(**own, *group.tree))
        return group.text;
    return printGroupBy(*definitions.adopt(group.tree));
}

void appendKey(bool& first, std::string_view key, std::string& out) {
    if (!first)
        out += ", ";
    first = false;
    printJsonString(key, out);
    out += ": ";
}

void appendWindow(const WindowSpec& window, Definitions& definitions, std::string& out) {
    bool first = true;
    out += '{';
    appendKey(first, "name", out);
    printJsonString(window.name, out);
    if (window.kind == WindowSpec::Kind::Interval) {
        appendKey(first, "interval_ns", out);
        out += std::to_string(window.amount);
    } else if (window.kind == WindowSpec::Kind::Size) {
        appendKey(first, "size", out);
        out += std::to_string(window.amount);
    } else {
        appendKey(first, "state", out);
        printJson(*window.initialState, out);
    }
    if (window.aligned) {
        appendKey(first, "aligned", out);
        out += "true";
    }
    if (window.maxGroups != 0) {
        appendKey(first, "max_groups", out);
        out += std::to_string(window.maxGroups);
    }
    for (const auto& [key, tree] :
         {std::pair{"script", window.script}, {"tick_script", window.tickScript}})
        if (tree != nullptr) {
            appendKey(first, key, out);
            printJsonString(printExpr(*definitions.adopt(tree)), out);
        }
    out += '}';
}

Status appendBranches(const std::vector<NamedExpression>& branches, int indent,
                      Definitions& definitions, std::string& out) {
    out += "{\"branches\": [";
    const char* separator = "";
    for (const NamedExpression& branch : branches) {
        out += fmt::format("{}\n{:{}}{{\"port\": ", separator, "", indent + 2);
        printJsonString(branch.name, out);
        out += ", \"when\": ";
        const auto text = writable(branch.expression, definitions);
        if (!text)
            return fail(ErrorCode::Unsupported,
                        fmt::format("the condition of branch \"{}\" has no text "
                                    "that reads back to it",
                                    branch.name));
        appendJsonText(text->text, indent + 2, out);
        out += '}';
        separator = ",";
    }
    out += fmt::format("\n{:{}}]}}", "", indent);
    return {};
}

Status appendParameter(const Parameter& parameter, int indent, Definitions& definitions,
                       std::string& out) {
    if (const auto* value = std::get_if<OwnedValue>(&parameter)) {
        const bool wrap = (*value)->isRecord();
        out += wrap ? "{\"value\": " : "";
        printJson(**value, out);
        out += wrap ? "}" : "";
        return {};
    }
    if (const auto* expression = std::get_if<Expression>(&parameter))
        return appendExpression(*expression, indent, definitions, out);
    if (const auto* group = std::get_if<GroupByText>(&parameter)) {
        out += "{\"group_by\": ";
        appendJsonText(writable(*group, definitions), indent, out);
        out += '}';
        return {};
    }
    if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
        out += "{\"windows\": [";
        for (std::size_t i = 0; i < windows->size(); ++i) {
            out += fmt::format("{}\n{:{}}", i == 0 ? "" : ",", "", indent + 2);
            appendWindow((*windows)[i], definitions, out);
        }
        out += windows->empty() ? "]}" : fmt::format("\n{:{}}]}}", "", indent);
        return {};
    }
    return appendBranches(std::get<std::vector<NamedExpression>>(parameter), indent, definitions,
                          out);
}

// --- reading
// ------------------------------------------------------------------------------------------

class ConfigReader {
public:
    ConfigReader(const std::string& nodeId, const Definitions& definitions,
                 const ConfigComplaint& complain)
        : m_nodeId(nodeId), m_definitions(definitions), m_complain(complain) {}

    Config read(const Value& record) {
        Config config;
        for (const Field& field : record.fields()) {
            const std::string path = std::string(field.key);
            if (auto parameter = readParameter(field.value, path))
                config.set(path, std::move(*parameter));
        }
        return config;
    }

private:
    void wrong(const std::string& path, std::string message, std::string hint = {}) {
        m_complain(path, Error(ErrorCode::InvalidSyntax, std::move(message), std::move(hint)),
                   true);
    }

    std::optional<Parameter> readParameter(const Value& value, const std::string& path) {
        if (!value.isRecord())
            return OwnedValue(value);
        if (value.size() != 1) {
            wrong(path, "a record here has exactly one key that says what it is",
                  "expression, windowed, script, group_by, windows, branches or value");
            return std::nullopt;
        }
        const auto& [tag, inner] = value.fields()[0];
        for (const auto& [use, name] : kTags)
            if (tag == name)
                return readExpression(use, inner, path);
        if (tag == "group_by")
            return readGroupBy(inner, path);
        if (tag == "windows")
            return readWindows(inner, path + ".windows");
        if (tag == "branches")
            return readBranches(inner, path + ".branches");
        if (tag == "value")
            return OwnedValue(inner);
        wrong(path, fmt::format("\"{}\" is no kind of parameter", tag),
              "expression, windowed, script, group_by, windows, branches or value");
        return std::nullopt;
    }

    std::optional<std::string> readText(const Value& value, const std::string& path) {
        auto text = readJsonText(value);
        if (!text)
            wrong(path, "a text or a list of lines is expected");
        return text;
    }

    std::string sourceName(const std::string& path) const {
        return fmt::format("node {}, {}", m_nodeId, path);
    }

    std::optional<Parameter> readExpression(TextUse use, const Value& value,
                                            const std::string& path) {
        auto text = readText(value, path);
        if (!text)
            return std::nullopt;
        return parsed(use, std::move(*text), path);
    }

    Expression parsed(TextUse use, std::string text, const std::string& path) {
        auto expression = parseAs(use, sourceName(path), text, m_definitions);
        if (expression)
            return std::move(*expression);
        m_complain(path, std::move(expression).error(), false);
        Expression kept;
        kept.text = std::move(text);
        return kept;
    }

    std::optional<Parameter> readGroupBy(const Value& value, const std::string& path) {
        auto text = readText(value, path);
        if (!text)
            return std::nullopt;
        GroupByText group{*text, nullptr};
        if (auto tree = parseGroupBy(sourceName(path), std::move(*text), &m_definitions))
            group.tree = std::move(*tree);
        else
            m_complain(path, std::move(tree).error(), false);
        return group;
    }

    std::optional<Parameter> readWindows(const Value& value, const std::string& path) {
        if (!value.isArray()) {
            wrong(path, "a list of windows is expected");
            return std::nullopt;
        }
        std::vector<WindowSpec> windows;
        for (std::size_t i = 0; i < value.size(); ++i)
            if (auto window = readWindow(value.items()[i], fmt::format("{}[{}]", path, i)))
                windows.push_back(std::move(*window));
        return windows;
    }

    std::optional<WindowSpec> readWindow(const Value& value, const std::string& path) {
        if (!value.isRecord()) {
            wrong(path, "a window is a record");
            return std::nullopt;
        }
        WindowSpec window;
        int kinds = 0;
        for (const auto& [key, given] : value.fields()) {
            const std::string at = path + "." + std::string(key);
            const bool amount = key == "interval_ns" || key == "size" || key == "max_groups";
            if (amount && given.kind() != Kind::U64) {
                wrong(at, "a whole number that is not negative is expected");
            } else if (amount) {
                (key == "max_groups" ? window.maxGroups : window.amount) = given.asU64();
                if (key != "max_groups") {
                    window.kind =
                        key == "size" ? WindowSpec::Kind::Size : WindowSpec::Kind::Interval;
                    ++kinds;
                }
            } else if (key == "name" && given.isString()) {
                window.name = given.asString();
            } else if (key == "aligned" && given.isBool()) {
                window.aligned = given.asBool();
            } else if (key == "state") {
                window.kind = WindowSpec::Kind::State;
                window.initialState = OwnedValue(given);
                ++kinds;
            } else if ((key == "script" || key == "tick_script") && given.isString()) {
                const Expression script =
                    parsed(TextUse::Script, std::string(given.asString()), at);
                (key == "script" ? window.script : window.tickScript) = script.tree;
                window.localCount = std::max(window.localCount, script.localCount);
            } else {
                wrong(at, "this key is unknown in a window, or its value is of the wrong kind");
            }
        }
        if (kinds != 1)
            wrong(path, "a window has exactly one of interval_ns, size and state");
        return window;
    }

    std::optional<Parameter> readBranches(const Value& value, const std::string& path) {
        if (!value.isArray()) {
            wrong(path, "a list of branches is expected");
            return std::nullopt;
        }
        std::vector<NamedExpression> branches;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string at = fmt::format("{}[{}]", path, i);
            const Value& entry = value.items()[i];
            const Value* port = entry.isRecord() ? entry.find("port") : nullptr;
            const Value* when = entry.isRecord() ? entry.find("when") : nullptr;
            if (port == nullptr || !port->isString() || when == nullptr || entry.size() != 2) {
                wrong(at, "a branch is {\"port\": …, \"when\": …}");
                continue;
            }
            if (auto text = readText(*when, at + ".when"))
                branches.push_back({std::string(port->asString()),
                                    parsed(TextUse::Expression, std::move(*text), at + ".when")});
        }
        return branches;
    }

    const std::string& m_nodeId;
    const Definitions& m_definitions;
    const ConfigComplaint& m_complain;
};

void appendShort(const Parameter& parameter, std::string& out) {
    if (const auto* value = std::get_if<OwnedValue>(&parameter)) {
        printJson(**value, out);
    } else if (const auto* expression = std::get_if<Expression>(&parameter)) {
        printJsonString(textOfExpression(*expression), out);
    } else if (const auto* group = std::get_if<GroupByText>(&parameter)) {
        printJsonString(textOfGroupBy(*group), out);
    } else if (const auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
        out += '[';
        Definitions definitions;
        for (std::size_t i = 0; i < windows->size(); ++i) {
            out += i == 0 ? "" : ",";
            appendWindow((*windows)[i], definitions, out);
        }
        out += ']';
    } else {
        bool first = true;
        out += '{';
        for (const NamedExpression& branch : std::get<std::vector<NamedExpression>>(parameter)) {
            appendKey(first, branch.name, out);
            printJsonString(textOfExpression(branch.expression), out);
        }
        out += '}';
    }
}

} // namespace

std::string textOfExpression(const Expression& expression) {
    if (expression.tree == nullptr)
        return expression.text;
    Definitions definitions;
    if (const auto text = writable(expression, definitions))
        return text->text;
    return printExprPretty(*expression.tree);
}

std::string textOfGroupBy(const GroupByText& group) {
    Definitions definitions;
    return writable(group, definitions);
}

Config adoptFunctions(Config config, Definitions& definitions) {
    Config adopted;
    for (auto [name, parameter] : config.all()) {
        if (auto* expression = std::get_if<Expression>(&parameter)) {
            adoptInto(definitions, *expression);
        } else if (auto* group = std::get_if<GroupByText>(&parameter)) {
            group->tree = definitions.adopt(group->tree);
        } else if (auto* windows = std::get_if<std::vector<WindowSpec>>(&parameter)) {
            for (WindowSpec& window : *windows) {
                window.script = definitions.adopt(window.script);
                window.tickScript = definitions.adopt(window.tickScript);
            }
        } else if (auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
            for (NamedExpression& branch : *branches)
                adoptInto(definitions, branch.expression);
        }
        adopted.set(name, std::move(parameter));
    }
    return adopted;
}

void appendJsonText(const std::string& text, int indent, std::string& out) {
    if (text.find('\n') == std::string::npos) {
        printJsonString(text, out);
        return;
    }
    out += '[';
    std::string_view rest = text;
    for (bool more = true; more;) {
        const auto end = rest.find('\n');
        more = end != std::string_view::npos;
        out += fmt::format("\n{:{}}", "", indent + 2);
        printJsonString(rest.substr(0, end), out);
        if (more) {
            out += ',';
            rest.remove_prefix(end + 1);
        }
    }
    out += fmt::format("\n{:{}}]", "", indent);
}

std::optional<std::string> readJsonText(const Value& value) {
    if (value.isString())
        return std::string(value.asString());
    if (!value.isArray())
        return std::nullopt;
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!value.items()[i].isString())
            return std::nullopt;
        text += (i == 0 ? "" : "\n") + std::string(value.items()[i].asString());
    }
    return text;
}

Status printConfigJson(const Config& config, int indent, Definitions& definitions,
                       std::string& out) {
    out += '{';
    const char* separator = "";
    for (const auto& [name, parameter] : config.all()) {
        out += fmt::format("{}\n{:{}}", separator, "", indent + 2);
        printJsonString(name, out);
        out += ": ";
        if (auto status = appendParameter(parameter, indent + 2, definitions, out); !status) {
            Error error = std::move(status).error();
            error.message = name + ": " + error.message;
            return fail(std::move(error));
        }
        separator = ",";
    }
    out += config.all().empty() ? "}" : fmt::format("\n{:{}}}}", "", indent);
    return {};
}

Config parseConfigJson(const Value& record, const std::string& nodeId,
                       const Definitions& definitions, const ConfigComplaint& complain) {
    return ConfigReader(nodeId, definitions, complain).read(record);
}

std::string configToJson(const Config& config) {
    std::string out = "{";
    bool first = true;
    for (const auto& [name, parameter] : config.all()) {
        appendKey(first, name, out);
        appendShort(parameter, out);
    }
    return out + "}";
}

} // namespace fuseboard
