// SPDX-License-Identifier: Apache-2.0
// limit: forwards the first rows and ends the run once nothing else can matter.
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"

namespace fuseboard {

namespace {

class LimitBody final : public OperatorBody {
public:
    explicit LimitBody(const NodeData& node) : m_left(node.config.unsignedOr("count", 0)) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        if (m_left == 0)
            return;
        context.out.emit(0, row);
        if (--m_left == 0)
            m_exhaustedAt = row.sequence;
    }
    std::size_t stateBytes() const override { return sizeof(m_left); }
    std::uint64_t exhaustedAt() const override { return m_exhaustedAt; }

private:
    std::uint64_t m_left;
    std::uint64_t m_exhaustedAt = kNeverDue;
};

Contract contractOf(const Config&) {
    Contract contract;
    contract.cardinality = Cardinality::ZeroOrOne;
    contract.state = StateKind::Node;
    contract.mayRaise = false;
    contract.filterOnly = true;
    return contract;
}

} // namespace

OperatorSpec limitOperator() {
    OperatorSpec spec;
    spec.name = "limit";
    spec.title = "Limit";
    spec.category = "Route";
    spec.icon = "stop";
    spec.summary = "Keeps the first rows and drops the rest.";
    spec.help = "Forwards the first rows in their order. When every sink lies behind a full limit, "
                "the run ends and the source is not read further.";
    spec.parameters = {{.name = "count",
                        .title = "Rows",
                        .type = ParameterType::Integer,
                        .required = true,
                        .fallback = OwnedValue(Value::u64(1000)),
                        .summary = "How many rows pass.",
                        .choices = {},
                        .placeholder = "1000"}};
    spec.contract = contractOf;
    spec.check = [](const Config& c) { return requireUnsigned(c, "count", "Rows", 1); };
    spec.detail = [](const Config& c) {
        return fmt::format("first {} rows", c.unsignedOr("count", 0));
    };
    spec.reads = [](const Config&, const FieldTree& wanted) { return wanted; };
    spec.costNs = [](const Config&) { return 2.0; };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<LimitBody>(node);
    };
    return spec;
}

} // namespace fuseboard
