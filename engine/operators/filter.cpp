// SPDX-License-Identifier: Apache-2.0
// filter: forwards the rows for which a condition holds.
#include "engine/operators/determinism.h"
#include "engine/operators/loop_builder.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"

namespace fuseboard {

namespace {

class FilterBody final : public OperatorBody {
public:
    explicit FilterBody(const NodeData& node) : m_where(*node.config.expression("where")) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        m_evaluator.begin(row, context.arena);
        bool keep = false;
        if (m_evaluator.condition(m_where, row, context.out, keep) && keep)
            context.out.emit(0, row);
    }

private:
    Expression m_where;
    RowEvaluator m_evaluator;
};

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs = {"out", "err"};
    contract.cardinality = Cardinality::ZeroOrOne;
    contract.filterOnly = true;
    return contract;
}

FieldTree readsOf(const Config& config, const FieldTree& wanted) {
    FieldTree reads = wanted;
    addFieldUse(*config.expression("where")->tree, reads);
    return reads;
}

} // namespace

OperatorSpec filterOperator() {
    OperatorSpec spec;
    spec.name = "filter";
    spec.title = "Filter";
    spec.category = "Transform";
    spec.icon = "filter";
    spec.summary = "Keeps the rows for which a condition holds.";
    spec.help = "The condition reads the row as `event` and must give true or false, as in "
                "`event.amount > 100`. A row on which it fails leaves on `err`.";
    spec.parameters = {{.name = "where",
                        .title = "Keep rows where",
                        .type = ParameterType::Expression,
                        .required = true,
                        .fallback = {},
                        .summary = "Condition on `event`; true keeps the row.",
                        .choices = {},
                        .placeholder = "event.value > 0"}};
    spec.contract = contractOf;
    spec.check = [](const Config& c) { return requireExpression(c, "where", "Keep rows where"); };
    spec.detail = [](const Config& c) {
        const Expression* where = c.expression("where");
        return "where " + (where == nullptr ? std::string("…") : where->text);
    };
    spec.reads = readsOf;
    spec.costNs = [](const Config& c) {
        const Expression* where = c.expression("where");
        return 5 + expressionCostNs(where == nullptr ? nullptr : where->tree.get());
    };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<FilterBody>(node);
    };
    spec.lower = [](const NodeData& node, LoopBuilder& loop) {
        loop.when(*node.config.expression("where"), [&] { loop.emit(0); }, {});
    };
    return spec;
}

} // namespace fuseboard
