// SPDX-License-Identifier: Apache-2.0
// Runs expressions and scripts given as text on events given as JSON, for tests.
#pragma once

#include "engine/formats/json_text.h"
#include "engine/script/interpreter.h"
#include "engine/script/parser.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace fuseboard {

/// The result as JSON, or "error CODE: MESSAGE"; "refused: …" when the text does not parse.
class ScriptRun {
public:
    ScriptRun() : context(arena) { context.meta = Value::record({}); }

    std::string evaluateText(std::string_view text, std::string_view event = "null") {
        auto parsed = parseExpression("test", std::string(text), ExpressionUse::Plain);
        if (!parsed)
            return "refused: " + parsed.error().message;
        m_last = parsed->tree;
        return evaluateTree(*parsed, event);
    }
    std::string evaluateTree(const Expression& expression, std::string_view event = "null") {
        setEvent(event);
        context.prepare(expression.localCount);
        Value result;
        if (!evaluate(*expression.tree, context, result))
            return failure();
        return printJson(result);
    }
    /// "out: VALUE", "PORT: VALUE", "dropped" or "error …".
    std::string runText(std::string_view text, std::string_view event = "null") {
        auto parsed = parseScriptBody("test", std::string(text));
        if (!parsed)
            return "refused: " + parsed.error().message;
        m_last = parsed->tree;
        setEvent(event);
        context.prepare(parsed->localCount);
        Value result;
        std::string_view port;
        switch (runScript(*parsed->tree, context, result, port)) {
        case ScriptOutcome::Value:
        case ScriptOutcome::Emit: return fmt::format("{}: {}", port, printJson(result));
        case ScriptOutcome::Drop: return "dropped";
        case ScriptOutcome::Error: return failure();
        }
        return {};
    }
    std::string groupsOf(std::string_view text, std::string_view event) {
        auto parsed = parseGroupBy("test", std::string(text));
        if (!parsed)
            return "refused: " + parsed.error().message;
        setEvent(event);
        context.prepare((*parsed)->localCount);
        std::vector<Value> groups;
        if (!evaluateGroups(**parsed, context, groups))
            return failure();
        return printJson(Value::array(groups));
    }

    Arena arena;
    EvalContext context;

private:
    ExprPtr m_last; ///< the context's error points into it

    void setEvent(std::string_view event) {
        auto parsed = parseJson(event, arena);
        FB_CHECK(parsed.has_value());
        context.event = *parsed;
    }
    [[nodiscard]] std::string failure() const {
        return fmt::format("error {}: {}", toString(context.error.code), context.error.message);
    }
};

inline std::string evaluated(std::string_view text, std::string_view event = "null") {
    return ScriptRun().evaluateText(text, event);
}
inline std::string ran(std::string_view text, std::string_view event = "null") {
    return ScriptRun().runText(text, event);
}
/// The stable name of the failure's code; the text itself when nothing failed.
inline std::string codeOf(const std::string& text) {
    if (!text.starts_with("error "))
        return text;
    return text.substr(6, text.find(':') - 6);
}

} // namespace fuseboard
