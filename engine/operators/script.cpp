// SPDX-License-Identifier: Apache-2.0
// script: runs a script on each row; the script may change the row, drop it, or emit it on a port.
#include "engine/operators/determinism.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"

namespace fuseboard {

namespace {

bool usesState(const Expr* tree) {
    if (tree == nullptr)
        return false;
    if (const auto* path = tryAs<PathExpr>(tree); path != nullptr && path->root == PathRoot::State)
        return true;
    bool found = false;
    forEachChild(*tree, [&](const ExprPtr& child) { found = found || usesState(child.get()); });
    return found;
}

// Imported pipelines bring the value, drawn ones an expression that reads nothing.
Result<Value> initialState(const Config& config, Arena& arena) {
    if (const Value* value = config.value("state"))
        return deepCopy(*value, arena);
    const Expression* expression = config.expression("state");
    if (expression == nullptr || expression->tree == nullptr)
        return Value::null();
    EvalContext context(arena);
    context.prepare(expression->localCount);
    Value value;
    if (!evaluate(*expression->tree, context, value))
        return fail(toError(context.error));
    return deepCopy(value, arena);
}

class ScriptBody final : public OperatorBody {
public:
    explicit ScriptBody(const NodeData& node)
        : m_script(*node.config.expression("script")), m_stateful(usesState(m_script.tree.get())) {}

    Status prepare(const Config& config) {
        FB_TRY_ASSIGN(m_state, initialState(config, m_memory));
        return {};
    }

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        m_evaluator.begin(row, context.arena);
        EvalContext& eval = m_evaluator.context();
        eval.prepare(m_script.localCount);
        eval.state = m_state;
        Row made = row;
        std::string_view port;
        const ScriptOutcome outcome = runScript(*m_script.tree, eval, made.data, port);
        made.meta = eval.meta;
        if (outcome == ScriptOutcome::Error)
            made.data = eval.event;
        if (m_stateful) {
            // What leaves may hold parts of a state that the next row replaces.
            made.data = copyOut(made.data, m_memory, context.arena);
            made.meta = copyOut(made.meta, m_memory, context.arena);
            keepState(eval.state);
        }
        if (outcome == ScriptOutcome::Value || outcome == ScriptOutcome::Emit) {
            context.out.emitTo(port, made);
        } else if (outcome == ScriptOutcome::Error) {
            m_evaluator.report(made, context.out);
        }
    }
    std::size_t stateBytes() const override { return m_stateful ? m_memory.used() : 0; }

private:
    // The script left its state in the row's arena, which dies soon: it moves to the memory that
    // does not hold the old one.
    void keepState(const Value& state) {
        if (std::memcmp(&state, &m_state, sizeof(Value)) == 0)
            return;
        m_spare.reset();
        m_state = deepCopy(state, m_spare);
        std::swap(m_memory, m_spare);
    }

    Expression m_script;
    bool m_stateful;
    RowEvaluator m_evaluator;
    Arena m_memory{1024}, m_spare{1024};
    Value m_state;
};

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs = {"out", "err"};
    contract.anyOutput = true;
    contract.cardinality = Cardinality::ZeroOrOne;
    contract.errorsToErr = true;
    const Expression* script = config.expression("script");
    if (script != nullptr && usesState(script->tree.get()))
        contract.state = StateKind::Node;
    return contract;
}

} // namespace

OperatorSpec scriptOperator() {
    OperatorSpec spec;
    spec.name = "script";
    spec.title = "Script";
    spec.category = "Transform";
    spec.icon = "script";
    spec.summary = "Runs a script on each row.";
    spec.help =
        "Statements are separated by `;`. The value of the last one leaves on `out`; `emit "
        "value => \"port\"` chooses another port and `drop` ends the row. `let state.x = …` "
        "keeps something between rows. Errors leave on `err`.";
    spec.parameters = {{.name = "script",
                        .title = "Script",
                        .type = ParameterType::Script,
                        .required = true,
                        .fallback = {},
                        .summary = "What happens to each row.",
                        .choices = {},
                        .placeholder = "let event.total = event.price * event.quantity;\nevent"},
                       {.name = "state",
                        .title = "Initial state",
                        .type = ParameterType::Expression,
                        .required = false,
                        .fallback = {},
                        .summary = "Value of `state` before the first row.",
                        .choices = {},
                        .placeholder = "{\"count\": 0}"}};
    spec.contract = contractOf;
    spec.check = [](const Config& c) -> Status {
        FB_TRY(requireExpression(c, "script", "Script"));
        Arena arena(1024);
        if (auto state = initialState(c, arena); !state)
            return fail(std::move(state).error());
        return {};
    };
    spec.detail = [](const Config& c) {
        const Expression* script = c.expression("script");
        std::string text = script == nullptr ? "…" : script->text;
        for (char& letter : text)
            if (letter == '\n' || letter == '\t')
                letter = ' ';
        return text;
    };
    // A script forwards the event it was given, as far as nobody can tell what it leaves out.
    spec.reads = [](const Config&, const FieldTree&) { return FieldTree::all(); };
    spec.costNs = [](const Config& c) {
        const Expression* script = c.expression("script");
        return 20 + expressionCostNs(script == nullptr ? nullptr : script->tree.get());
    };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        auto body = std::make_unique<ScriptBody>(node);
        FB_TRY(body->prepare(node.config));
        return body;
    };
    return spec;
}

} // namespace fuseboard
