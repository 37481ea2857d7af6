// SPDX-License-Identifier: Apache-2.0
// sample: forwards the first of every N rows.
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"

namespace fuseboard {

namespace {

class SampleBody final : public OperatorBody {
public:
    explicit SampleBody(const NodeData& node) : m_every(node.config.unsignedOr("n", 1)) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        if (m_seen == 0)
            context.out.emit(0, row);
        if (++m_seen == m_every)
            m_seen = 0;
    }
    std::size_t stateBytes() const override { return sizeof(m_seen); }

private:
    std::uint64_t m_every;
    std::uint64_t m_seen = 0;
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

OperatorSpec sampleOperator() {
    OperatorSpec spec;
    spec.name = "sample";
    spec.title = "Sample";
    spec.category = "Route";
    spec.icon = "nul";
    spec.summary = "Keeps one row in N, beginning with the first.";
    spec.help = "Counts rows in their order and forwards the 1st, the N+1st, and so on.";
    spec.parameters = {{.name = "n",
                        .title = "One row in",
                        .type = ParameterType::Integer,
                        .required = true,
                        .fallback = OwnedValue(Value::u64(10)),
                        .summary = "Distance between kept rows; 1 keeps all.",
                        .choices = {},
                        .placeholder = "10"}};
    spec.contract = contractOf;
    spec.check = [](const Config& c) { return requireUnsigned(c, "n", "One row in", 1); };
    spec.detail = [](const Config& c) { return fmt::format("1 row in {}", c.unsignedOr("n", 0)); };
    spec.reads = [](const Config&, const FieldTree& wanted) { return wanted; };
    spec.costNs = [](const Config&) { return 2.0; };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<SampleBody>(node);
    };
    return spec;
}

} // namespace fuseboard
