// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/determinism.h"

#include "engine/script/ast.h"
#include "engine/script/function.h"

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

/// Looks for calls of impure functions; bodies of the program's functions are looked at once.
class ImpureCalls {
public:
    bool in(const Expr* expr) {
        if (expr == nullptr)
            return false;
        if (const auto* call = tryAs<CallExpr>(expr);
            call != nullptr && call->function->purity == Purity::Impure)
            return true;
        if (const auto* call = tryAs<UserCallExpr>(expr);
            call != nullptr && m_seen.insert(call->function.get()).second &&
            in(call->function->body.get()))
            return true;
        bool found = false;
        forEachChild(*expr, [&](const ExprPtr& child) { found = found || in(child.get()); });
        return found;
    }
    bool in(const GroupBy* group) {
        return group != nullptr && (in(group->expression.get()) ||
                                    std::ranges::any_of(group->items, [&](const GroupByPtr& item) {
                                        return in(item.get());
                                    }));
    }

    bool operator()(const OwnedValue&) { return false; }
    bool operator()(const Expression& expression) { return in(expression.tree.get()); }
    bool operator()(const GroupByText& group) { return in(group.tree.get()); }
    bool operator()(const std::vector<WindowSpec>& windows) {
        return std::ranges::any_of(windows, [&](const WindowSpec& window) {
            return in(window.script.get()) || in(window.tickScript.get());
        });
    }
    bool operator()(const std::vector<NamedExpression>& branches) {
        return std::ranges::any_of(branches, [&](const NamedExpression& branch) {
            return in(branch.expression.tree.get());
        });
    }

private:
    std::set<const UserFunction*> m_seen;
};

} // namespace

bool isDeterministic(const Config& config) {
    ImpureCalls impure;
    return std::ranges::none_of(
        config.all(), [&](const auto& parameter) { return std::visit(impure, parameter.second); });
}

} // namespace fuseboard
