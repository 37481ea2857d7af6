// SPDX-License-Identifier: Apache-2.0
// explode: one row for each element of an array.
#include "engine/operators/determinism.h"
#include "engine/operators/loop_builder.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"

namespace fuseboard {

namespace {

class ExplodeBody final : public OperatorBody {
public:
    explicit ExplodeBody(const NodeData& node)
        : m_array(*node.config.expression("array")), m_as(node.config.textOr("as", "")) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        m_evaluator.begin(row, context.arena);
        Value array;
        if (!m_evaluator.value(m_array, row, context.out, array))
            return;
        if (!array.isArray()) {
            reportKind("the expression to explode gave", array, row, context.out);
            return;
        }
        if (!m_as.empty() && !row.data.isRecord()) {
            reportKind("an element can only be put into a record; the row is", row.data, row,
                       context.out);
            return;
        }
        Row made = row;
        for (const Value& element : array.items()) {
            made.data = m_as.empty() ? element : withElement(row.data, element, context.arena);
            context.out.emit(0, made);
        }
    }

private:
    void reportKind(const char* what, const Value& value, const Row& row, Emitter& out) {
        out.fail(ErrorCode::WrongType, fmt::format("{} {}", what, kindName(value.kind())),
                 m_array.tree.get(), row);
    }
    Value withElement(const Value& record, const Value& element, Arena& arena) {
        m_builder.assign(record.fields());
        m_builder.set(m_as, element);
        return m_builder.build(arena);
    }

    Expression m_array;
    std::string m_as;
    RowEvaluator m_evaluator;
    RecordBuilder m_builder;
};

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs = {"out", "err"};
    contract.cardinality = Cardinality::ZeroOrMore;
    return contract;
}

FieldTree readsOf(const Config& config, const FieldTree& wanted) {
    FieldTree reads;
    if (!config.textOr("as", "").empty())
        reads = wanted;
    addFieldUse(*config.expression("array")->tree, reads);
    return reads;
}

} // namespace

OperatorSpec explodeOperator() {
    OperatorSpec spec;
    spec.name = "explode";
    spec.title = "Explode";
    spec.category = "Transform";
    spec.icon = "explode";
    spec.summary = "Makes one row for each element of an array.";
    spec.help =
        "The expression must give an array, as in `event.items`. Each element becomes a row "
        "of its own, or takes the place of the named field in a copy of the row.";
    spec.parameters = {{.name = "array",
                        .title = "Array",
                        .type = ParameterType::Expression,
                        .required = true,
                        .fallback = {},
                        .summary = "Expression that gives the array.",
                        .choices = {},
                        .placeholder = "event.items"},
                       {.name = "as",
                        .title = "Element goes into field",
                        .type = ParameterType::Text,
                        .required = false,
                        .fallback = OwnedValue(Value::string("")),
                        .summary = "Name of the field; empty: the element becomes the row.",
                        .choices = {},
                        .placeholder = "item"}};
    spec.contract = contractOf;
    spec.check = [](const Config& c) { return requireExpression(c, "array", "Array"); };
    spec.detail = [](const Config& c) {
        const Expression* array = c.expression("array");
        const auto as = c.textOr("as", "");
        return (array == nullptr ? std::string("…") : array->text) +
               (as.empty() ? "" : " as " + std::string(as));
    };
    spec.reads = readsOf;
    spec.costNs = [](const Config& c) {
        const Expression* array = c.expression("array");
        return 60 + expressionCostNs(array == nullptr ? nullptr : array->tree.get());
    };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<ExplodeBody>(node);
    };
    spec.lower = [](const NodeData& node, LoopBuilder& loop) {
        loop.forEachElement(*node.config.expression("array"),
                            std::string(node.config.textOr("as", "")), [&] { loop.emit(0); });
    };
    return spec;
}

} // namespace fuseboard
