// SPDX-License-Identifier: Apache-2.0
#include "engine/script/field_use.h"

namespace fuseboard {

namespace {

/// The key of a segment that always takes the same one, or nullptr.
const std::string* fixedKey(const PathSegment& segment, std::string& room) {
    if (segment.form == PathSegment::Form::Field)
        return &segment.field;
    if (segment.form != PathSegment::Form::Index || segment.index == nullptr)
        return nullptr;
    const Value* value = nullptr;
    if (const auto* literal = tryAs<LiteralExpr>(segment.index.get()))
        value = &*literal->value;
    else if (const auto* constant = tryAs<ConstantExpr>(segment.index.get()))
        value = &*constant->value;
    if (value == nullptr || !value->isString())
        return nullptr;
    room = std::string(value->asString());
    return &room;
}

void addPath(const Expr& expr, FieldUse& use) {
    const auto& path = as<PathExpr>(expr);
    switch (path.root) {
    case PathRoot::State: use.state = true; return;
    case PathRoot::Group: use.group = true; return;
    case PathRoot::Window: use.window = true; return;
    default: break;
    }
    const auto fixed = constantPath(expr);
    if (!fixed)
        return;
    if (fixed->root == PathRoot::State)
        use.state = true;
    else
        (fixed->root == PathRoot::Meta ? use.meta : use.event).add(fixed->keys);
}

bool isPathOnEvent(const Expr& expr) {
    const auto fixed = constantPath(expr);
    return fixed && fixed->root == PathRoot::Event;
}

// The base of a path on a path was counted with it, as one path; what its segments compute was not.
void addBelowPath(const Expr& expr, FieldUse& use) {
    const auto& path = as<PathExpr>(expr);
    const bool baseCounted = path.base != nullptr && constantPath(expr).has_value();
    forEachChild(expr, [&](const ExprPtr& child) {
        if (baseCounted && child == path.base)
            addBelowPath(*child, use);
        else
            addFieldUse(*child, use);
    });
}

} // namespace

std::optional<ConstantPath> constantPath(const Expr& expr) {
    const auto* path = tryAs<PathExpr>(&expr);
    if (path == nullptr)
        return std::nullopt;
    ConstantPath result;
    if (path->root == PathRoot::Expression) {
        if (path->base == nullptr)
            return std::nullopt;
        auto below = constantPath(*path->base);
        if (!below)
            return std::nullopt;
        result = std::move(*below);
    } else if (path->root == PathRoot::Event || path->root == PathRoot::Meta ||
               path->root == PathRoot::State) {
        result.root = path->root;
    } else {
        return std::nullopt;
    }
    std::string room;
    for (const PathSegment& segment : path->segments) {
        if (!result.complete)
            break;
        const std::string* key = fixedKey(segment, room);
        if (key == nullptr)
            result.complete = false;
        else
            result.keys.push_back(*key);
    }
    return result;
}

void addFieldUse(const Expr& expr, FieldUse& use) {
    if (expr.kind == ExprKind::Path) {
        addPath(expr, use);
        addBelowPath(expr, use);
        return;
    }
    if (const auto* let = tryAs<LetExpr>(&expr); let != nullptr && isPathOnEvent(*let->path))
        use.event.add({});
    if (const auto* emit = tryAs<EmitExpr>(&expr); emit != nullptr && emit->value == nullptr)
        use.event.add({});
    forEachChild(expr, [&](const ExprPtr& child) { addFieldUse(*child, use); });
}

void addFieldUse(const Expr& expr, FieldTree& event) {
    FieldUse use;
    addFieldUse(expr, use);
    event.merge(use.event);
}

void addFieldUse(const GroupBy& by, FieldUse& use) {
    if (by.expression != nullptr)
        addFieldUse(*by.expression, use);
    for (const GroupByPtr& item : by.items)
        addFieldUse(*item, use);
}

void addFieldUse(const GroupBy& by, FieldTree& event) {
    FieldUse use;
    addFieldUse(by, use);
    event.merge(use.event);
}

} // namespace fuseboard
