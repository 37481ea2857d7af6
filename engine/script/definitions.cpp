// SPDX-License-Identifier: Apache-2.0
#include "engine/script/definitions.h"

#include "engine/base/stable_hash.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

/// Calls `visit` for each function that the tree calls itself, in the order of the text.
void forEachCall(const Expr& tree, const std::function<void(const UserFunction&)>& visit) {
    if (const auto* call = tryAs<UserCallExpr>(&tree))
        visit(*call->function);
    forEachChild(tree, [&](const ExprPtr& child) { forEachCall(*child, visit); });
}

} // namespace

std::string digestOf(const UserFunction& function) {
    std::string all = function.name + "\n" + printFunction(function);
    forEachCall(*function.body, [&](const UserFunction& called) { all += "\n" + called.digest; });
    return stableHashText(all);
}

UserFunctionPtr Definitions::find(std::string_view name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : found->second;
}

void Definitions::add(UserFunctionPtr function) {
    FB_CHECK(m_byName.emplace(function->name, function).second);
    m_functions.push_back(std::move(function));
}

ExprPtr Definitions::adopt(const ExprPtr& tree) {
    Known known;
    return tree == nullptr ? nullptr : adopt(tree, known);
}

GroupByPtr Definitions::adopt(const GroupByPtr& by) {
    Known known;
    return by == nullptr ? nullptr : adopt(by, known);
}

ExprPtr Definitions::adopt(const ExprPtr& tree, Known& known) {
    ExprPtr mapped = mapChildren(tree, [&](const ExprPtr& child) { return adopt(child, known); });
    const auto* call = tryAs<UserCallExpr>(mapped.get());
    if (call == nullptr)
        return mapped;
    UserFunctionPtr function = adopt(call->function, known);
    if (function == call->function)
        return mapped;
    auto copy = std::make_shared<UserCallExpr>(*call);
    copy->function = std::move(function);
    return copy;
}

GroupByPtr Definitions::adopt(const GroupByPtr& by, Known& known) {
    auto copy = std::make_shared<GroupBy>(*by);
    if (by->expression != nullptr)
        copy->expression = adopt(by->expression, known);
    bool changed = copy->expression != by->expression;
    for (GroupByPtr& item : copy->items) {
        GroupByPtr adopted = adopt(item, known);
        changed = changed || adopted != item;
        item = std::move(adopted);
    }
    return changed ? copy : by;
}

UserFunctionPtr Definitions::adopt(const UserFunctionPtr& function, Known& known) {
    if (const auto seen = known.find(function.get()); seen != known.end())
        return seen->second;
    auto own = std::make_shared<UserFunction>(*function);
    own->body = adopt(function->body, known);
    const bool callsOthers = own->body != function->body;
    if (callsOthers)
        own->digest = digestOf(*own);
    UserFunctionPtr here = find(own->name);
    for (int n = 2; here != nullptr && here->digest != own->digest; ++n) {
        own->name = fmt::format("{}_{}", function->name, n);
        own->digest = digestOf(*own);
        here = find(own->name);
    }
    if (here == nullptr) {
        here = callsOthers || own->name != function->name ? UserFunctionPtr(own) : function;
        add(here);
    }
    known.emplace(function.get(), here);
    return here;
}

} // namespace fuseboard
