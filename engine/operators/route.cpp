// SPDX-License-Identifier: Apache-2.0
// route: each row leaves on the port of the first condition that holds, else on `else`.
#include "engine/operators/determinism.h"
#include "engine/operators/loop_builder.h"
#include "engine/operators/operator_body.h"
#include "engine/operators/row_evaluator.h"
#include "engine/script/field_use.h"

#include <set>

namespace fuseboard {

namespace {

class RouteBody final : public OperatorBody {
public:
    explicit RouteBody(const NodeData& node) : m_branches(*node.config.branches("branches")) {}

    void onRow(std::uint32_t, const Row& row, BodyContext& context) override {
        m_evaluator.begin(row, context.arena);
        std::uint32_t port = 0;
        for (; port < m_branches.size(); ++port) {
            bool holds = false;
            if (!m_evaluator.condition(m_branches[port].expression, row, context.out, holds))
                return;
            if (holds)
                break;
        }
        context.out.emit(port, row);
    }

private:
    std::vector<NamedExpression> m_branches;
    RowEvaluator m_evaluator;
};

const std::vector<NamedExpression>& branchesOf(const Config& config) {
    static const std::vector<NamedExpression> kNoBranches;
    const auto* branches = config.branches("branches");
    return branches == nullptr ? kNoBranches : *branches;
}

Contract contractOf(const Config& config) {
    Contract contract;
    contract.deterministic = isDeterministic(config);
    contract.outputs.clear();
    for (const NamedExpression& branch : branchesOf(config))
        contract.outputs.push_back(branch.name);
    contract.outputs.emplace_back("else");
    contract.outputs.emplace_back("err");
    contract.filterOnly = true;
    return contract;
}

Status check(const Config& config) {
    const auto& branches = branchesOf(config);
    if (branches.empty())
        return fail(ErrorCode::InvalidArgument, "no branch is given",
                    "add a branch: a port name and a condition");
    std::set<std::string_view> names{"else", "err"};
    for (const NamedExpression& branch : branches) {
        if (branch.name.empty() || !names.insert(branch.name).second)
            return fail(
                ErrorCode::InvalidArgument,
                fmt::format("the branch name \"{}\" is empty, taken or reserved", branch.name),
                "give each branch a name of its own; else and err are taken");
        if (branch.expression.tree == nullptr)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the branch \"{}\" has no condition", branch.name),
                        "write a condition such as event.status >= 500");
    }
    return {};
}

void lowerBranch(const std::vector<NamedExpression>& branches, std::uint32_t port,
                 LoopBuilder& loop) {
    if (port == branches.size())
        loop.emit(port); // else
    else
        loop.when(
            branches[port].expression, [&] { loop.emit(port); },
            [&] { lowerBranch(branches, port + 1, loop); });
}

} // namespace

OperatorSpec routeOperator() {
    OperatorSpec spec;
    spec.name = "route";
    spec.title = "Route";
    spec.category = "Route";
    spec.icon = "branch";
    spec.summary = "Sends each row to the first branch whose condition holds.";
    spec.help = "Every branch is an output port with a condition on `event`. Branches are tried in "
                "order; rows that fit none leave on `else`.";
    spec.parameters = {{.name = "branches",
                        .title = "Branches",
                        .type = ParameterType::Branches,
                        .required = true,
                        .fallback = {},
                        .summary = "Port name and condition, tried in order.",
                        .choices = {},
                        .placeholder = "event.status >= 500"}};
    spec.contract = contractOf;
    spec.check = check;
    spec.detail = [](const Config& c) {
        std::string text;
        for (const NamedExpression& branch : branchesOf(c))
            text += (text.empty() ? "" : ", ") + branch.name + ": " + branch.expression.text;
        return text;
    };
    spec.reads = [](const Config& c, const FieldTree& wanted) {
        FieldTree reads = wanted;
        for (const NamedExpression& branch : branchesOf(c))
            addFieldUse(*branch.expression.tree, reads);
        return reads;
    };
    spec.costNs = [](const Config& c) {
        double cost = 5;
        for (const NamedExpression& branch : branchesOf(c))
            cost += expressionCostNs(branch.expression.tree.get());
        return cost;
    };
    spec.makeBody = [](const NodeData& node) -> Result<std::unique_ptr<OperatorBody>> {
        return std::make_unique<RouteBody>(node);
    };
    spec.lower = [](const NodeData& node, LoopBuilder& loop) {
        lowerBranch(branchesOf(node.config), 0, loop);
    };
    return spec;
}

} // namespace fuseboard
