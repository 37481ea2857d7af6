// SPDX-License-Identifier: Apache-2.0
#include "engine/script/field_use.h"

#include <algorithm>
#include <span>

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

/// A local that stands for a part of the event wherever it is read.
struct Alias {
    std::uint32_t slot = 0;
    std::vector<std::string> keys;
    bool isRead = false;
};

Alias* findAlias(std::span<Alias> aliases, const PathExpr& path) {
    const auto at = path.root != PathRoot::Local
                        ? aliases.end()
                        : std::ranges::find(aliases, path.slot, &Alias::slot);
    return at == aliases.end() ? nullptr : &*at;
}

/// As constantPath(), with aliases as the paths that they stand for.
std::optional<ConstantPath> resolvePath(const Expr& expr, std::span<Alias> aliases) {
    const auto* path = tryAs<PathExpr>(&expr);
    if (path == nullptr)
        return std::nullopt;
    ConstantPath result;
    if (path->root == PathRoot::Expression) {
        if (path->base == nullptr)
            return std::nullopt;
        auto below = resolvePath(*path->base, aliases);
        if (!below)
            return std::nullopt;
        result = std::move(*below);
    } else if (path->root == PathRoot::Event || path->root == PathRoot::Meta ||
               path->root == PathRoot::State) {
        result.root = path->root;
    } else if (Alias* alias = findAlias(aliases, *path)) {
        alias->isRead = true;
        result.keys = alias->keys;
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

bool isPathOnEvent(const Expr& expr) {
    const auto fixed = constantPath(expr);
    return fixed && fixed->root == PathRoot::Event;
}

std::size_t assignmentsOf(std::uint32_t slot, const Expr& expr) {
    std::size_t count = 0;
    if (const auto* let = tryAs<LetExpr>(&expr)) {
        const auto& path = as<PathExpr>(*let->path);
        count += path.root == PathRoot::Local && path.slot == slot ? 1U : 0U;
    }
    forEachChild(expr, [&](const ExprPtr& child) { count += assignmentsOf(slot, *child); });
    return count;
}

/// `let row = event.bid; …` reads of event.bid what the rest reads of `row`. Only among the
/// statements of the whole expression, where a name is none that a `case` binds, and only if
/// nothing else is assigned to it.
std::optional<Alias> aliasOf(const Expr& statement, const Expr& all) {
    const auto* let = tryAs<LetExpr>(&statement);
    if (let == nullptr)
        return std::nullopt;
    const auto& local = as<PathExpr>(*let->path);
    auto path = constantPath(*let->value);
    if (local.root != PathRoot::Local || !local.segments.empty() || !path ||
        path->root != PathRoot::Event || !path->complete || assignmentsOf(local.slot, all) != 1)
        return std::nullopt;
    return Alias{local.slot, std::move(path->keys)};
}

/// Walks one whole expression.
class UseCollector {
public:
    explicit UseCollector(FieldUse& use) : m_use(use) {}

    void collect(const Expr& all) {
        const auto* block = tryAs<BlockExpr>(&all);
        if (block == nullptr)
            return add(all);
        for (const ExprPtr& statement : block->statements) {
            auto alias =
                statement == block->statements.back() ? std::nullopt : aliasOf(*statement, all);
            if (alias)
                m_aliases.push_back(*std::move(alias));
            else
                add(*statement);
        }
        // The assignment itself fails where the part is not there.
        for (const Alias& alias : m_aliases)
            if (!alias.isRead)
                m_use.event.add(alias.keys);
    }

private:
    void add(const Expr& expr) {
        if (expr.kind == ExprKind::Path) {
            addPath(expr);
            addBelowPath(expr);
            return;
        }
        if (const auto* let = tryAs<LetExpr>(&expr); let != nullptr && isPathOnEvent(*let->path))
            m_use.event.add({});
        if (const auto* emit = tryAs<EmitExpr>(&expr); emit != nullptr && emit->value == nullptr)
            m_use.event.add({});
        forEachChild(expr, [&](const ExprPtr& child) { add(*child); });
    }

    void addPath(const Expr& expr) {
        switch (as<PathExpr>(expr).root) {
        case PathRoot::State: m_use.state = true; return;
        case PathRoot::Group: m_use.group = true; return;
        case PathRoot::Window: m_use.window = true; return;
        default: break;
        }
        const auto fixed = resolvePath(expr, m_aliases);
        if (!fixed)
            return;
        if (fixed->root == PathRoot::State)
            m_use.state = true;
        else
            (fixed->root == PathRoot::Meta ? m_use.meta : m_use.event).add(fixed->keys);
    }

    // The base of a path on a path was counted with it, as one path; what its segments compute was
    // not.
    void addBelowPath(const Expr& expr) {
        const auto& path = as<PathExpr>(expr);
        const bool baseCounted = path.base != nullptr && resolvePath(expr, m_aliases).has_value();
        forEachChild(expr, [&](const ExprPtr& child) {
            if (baseCounted && child == path.base)
                addBelowPath(*child);
            else
                add(*child);
        });
    }

    FieldUse& m_use;
    std::vector<Alias> m_aliases;
};

} // namespace

std::optional<ConstantPath> constantPath(const Expr& expr) {
    return resolvePath(expr, {});
}

void addFieldUse(const Expr& expr, FieldUse& use) {
    UseCollector(use).collect(expr);
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
