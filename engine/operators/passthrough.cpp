// SPDX-License-Identifier: Apache-2.0
// passthrough: forwards every row. Imported pipelines have one for each port and declared stream.
#include "engine/operators/loop_builder.h"
#include "engine/operators/operator_body.h"

namespace fuseboard {

namespace {

class PassthroughBody final : public OperatorBody {
public:
    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        context.out.emit(0, row);
    }
};

Contract passthroughContract(const Config&) {
    Contract contract;
    contract.mayRaise = false;
    contract.passthrough = true;
    contract.filterOnly = true;
    return contract;
}

Result<std::unique_ptr<OperatorBody>> makePassthroughBody(const NodeData&) {
    return std::make_unique<PassthroughBody>();
}

} // namespace

OperatorSpec passthroughOperator() {
    OperatorSpec spec;
    spec.name = "passthrough";
    spec.title = "Passthrough";
    spec.category = "Route";
    spec.icon = "pass";
    spec.summary = "Forwards every row unchanged.";
    spec.help = "A named place in the graph. It changes nothing, so the optimised plan has none.";
    spec.inPalette = false;
    spec.contract = passthroughContract;
    spec.check = [](const Config&) -> Status { return {}; };
    spec.detail = [](const Config&) -> std::string { return "passthrough"; };
    spec.reads = [](const Config&, const FieldTree& wanted) { return wanted; };
    spec.costNs = [](const Config&) { return 1.0; };
    spec.makeBody = makePassthroughBody;
    spec.lower = [](const NodeData&, LoopBuilder& loop) { loop.emit(0); };
    return spec;
}

} // namespace fuseboard
