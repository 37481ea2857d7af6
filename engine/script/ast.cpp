// SPDX-License-Identifier: Apache-2.0
// Walking and rewriting of syntax trees.
#include "engine/script/ast.h"

#include <memory>

namespace fuseboard {

namespace {

using Visit = std::function<void(const ExprPtr&)>;
using Map = std::function<ExprPtr(const ExprPtr&)>;

void visitPattern(const Pattern& pattern, const Visit& visit) {
    if (pattern.value != nullptr)
        visit(pattern.value);
    for (const auto& field : pattern.fields) {
        if (field.value != nullptr)
            visit(field.value);
        if (field.nested != nullptr)
            visitPattern(*field.nested, visit);
    }
    for (const PatternPtr& item : pattern.items)
        visitPattern(*item, visit);
    if (pattern.inner != nullptr)
        visitPattern(*pattern.inner, visit);
}

void visitPath(const PathExpr& path, const Visit& visit) {
    if (path.base != nullptr)
        visit(path.base);
    for (const PathSegment& segment : path.segments) {
        if (segment.index != nullptr)
            visit(segment.index);
        if (segment.end != nullptr)
            visit(segment.end);
    }
}

void visitMatch(const MatchExpr& match, const Visit& visit) {
    visit(match.target);
    for (const Case& arm : match.cases) {
        visitPattern(*arm.pattern, visit);
        if (arm.guard != nullptr)
            visit(arm.guard);
        visit(arm.body);
    }
}

void visitFor(const ForExpr& loop, const Visit& visit) {
    visit(loop.target);
    if (loop.initial != nullptr)
        visit(loop.initial);
    for (const auto& arm : loop.cases) {
        if (arm.guard != nullptr)
            visit(arm.guard);
        visit(arm.body);
    }
}

/// Applies the map and remembers whether anything changed.
class Mapper {
public:
    explicit Mapper(const Map& map) : m_map(map) {}
    [[nodiscard]] bool changed() const { return m_changed; }

    void operator()(ExprPtr& child) {
        if (child == nullptr)
            return;
        ExprPtr mapped = m_map(child);
        m_changed = m_changed || mapped != child;
        child = std::move(mapped);
    }
    void operator()(std::vector<ExprPtr>& children) {
        for (ExprPtr& child : children)
            (*this)(child);
    }
    void operator()(PatternPtr& pattern) {
        if (pattern == nullptr)
            return;
        auto copy = std::make_shared<Pattern>(*pattern);
        Mapper inside(m_map);
        inside(copy->value);
        for (auto& field : copy->fields) {
            inside(field.value);
            inside(field.nested);
        }
        for (PatternPtr& item : copy->items)
            inside(item);
        inside(copy->inner);
        if (inside.m_changed) {
            m_changed = true;
            pattern = std::move(copy);
        }
    }

private:
    const Map& m_map;
    bool m_changed = false;
};

std::vector<PathSegment> mapSegments(const std::vector<PathSegment>& segments, Mapper& mapper) {
    std::vector<PathSegment> mapped;
    mapped.reserve(segments.size());
    for (const PathSegment& segment : segments) {
        PathSegment& copy = mapped.emplace_back(segment);
        mapper(copy.index);
        mapper(copy.end);
    }
    return mapped;
}

template <class T, class Change>
ExprPtr rebuilt(const ExprPtr& expr, const Map& map, Change change) {
    Mapper mapper(map);
    auto copy = std::make_shared<T>(as<T>(*expr));
    change(*copy, mapper);
    return mapper.changed() ? ExprPtr(std::move(copy)) : expr;
}

ExprPtr mapPath(const ExprPtr& expr, const Map& map) {
    const auto& path = as<PathExpr>(*expr);
    Mapper mapper(map);
    ExprPtr base = path.base;
    mapper(base);
    auto segments = mapSegments(path.segments, mapper);
    if (!mapper.changed())
        return expr;
    auto copy = std::make_shared<PathExpr>(path.root, std::move(segments), path.span, path.source);
    copy->slot = path.slot;
    copy->local = path.local;
    copy->base = std::move(base);
    return copy;
}

} // namespace

void forEachChild(const Expr& expr, const Visit& visit) {
    const auto all = [&](const std::vector<ExprPtr>& children) {
        for (const ExprPtr& child : children)
            visit(child);
    };
    const auto both = [&](const ExprPtr& first, const ExprPtr& second) {
        if (first != nullptr)
            visit(first);
        if (second != nullptr)
            visit(second);
    };
    switch (expr.kind) {
    case ExprKind::Literal:
    case ExprKind::Constant:
    case ExprKind::Drop: return;
    case ExprKind::List: return all(as<ListExpr>(expr).items);
    case ExprKind::Record:
        for (const auto& entry : as<RecordExpr>(expr).entries)
            both(entry.key, entry.value);
        return;
    case ExprKind::Interpolate: return all(as<InterpolateExpr>(expr).parts);
    case ExprKind::BytesLiteral:
        for (const auto& part : as<BytesLiteralExpr>(expr).parts)
            visit(part.value);
        return;
    case ExprKind::Path: return visitPath(as<PathExpr>(expr), visit);
    case ExprKind::Presence: return visit(as<PresenceExpr>(expr).path);
    case ExprKind::Unary: return visit(as<UnaryExpr>(expr).operand);
    case ExprKind::Binary: return both(as<BinaryExpr>(expr).left, as<BinaryExpr>(expr).right);
    case ExprKind::Call: return all(as<CallExpr>(expr).arguments);
    case ExprKind::UserCall: return all(as<UserCallExpr>(expr).arguments);
    case ExprKind::Recur: return all(as<RecurExpr>(expr).arguments);
    case ExprKind::Aggregate: return all(as<AggregateExpr>(expr).arguments);
    case ExprKind::Match: return visitMatch(as<MatchExpr>(expr), visit);
    case ExprKind::For: return visitFor(as<ForExpr>(expr), visit);
    case ExprKind::Merge: return both(as<MergeExpr>(expr).target, as<MergeExpr>(expr).with);
    case ExprKind::Patch:
        visit(as<PatchExpr>(expr).target);
        for (const auto& operation : as<PatchExpr>(expr).operations)
            both(operation.key, operation.value);
        return;
    case ExprKind::Let: return both(as<LetExpr>(expr).path, as<LetExpr>(expr).value);
    case ExprKind::Emit: return both(as<EmitExpr>(expr).value, as<EmitExpr>(expr).port);
    case ExprKind::Block: return all(as<BlockExpr>(expr).statements);
    }
}

ExprPtr mapChildren(const ExprPtr& expr, const Map& map) {
    switch (expr->kind) {
    case ExprKind::Literal:
    case ExprKind::Constant:
    case ExprKind::Drop: return expr;
    case ExprKind::Path: return mapPath(expr, map);
    case ExprKind::List: return rebuilt<ListExpr>(expr, map, [](auto& e, auto& m) { m(e.items); });
    case ExprKind::Record:
        return rebuilt<RecordExpr>(expr, map, [](auto& e, auto& m) {
            for (auto& entry : e.entries) {
                m(entry.key);
                m(entry.value);
            }
        });
    case ExprKind::Interpolate:
        return rebuilt<InterpolateExpr>(expr, map, [](auto& e, auto& m) { m(e.parts); });
    case ExprKind::BytesLiteral:
        return rebuilt<BytesLiteralExpr>(expr, map, [](auto& e, auto& m) {
            for (auto& part : e.parts)
                m(part.value);
        });
    case ExprKind::Presence:
        return rebuilt<PresenceExpr>(expr, map, [](auto& e, auto& m) { m(e.path); });
    case ExprKind::Unary:
        return rebuilt<UnaryExpr>(expr, map, [](auto& e, auto& m) { m(e.operand); });
    case ExprKind::Binary:
        return rebuilt<BinaryExpr>(expr, map, [](auto& e, auto& m) {
            m(e.left);
            m(e.right);
        });
    case ExprKind::Call:
        return rebuilt<CallExpr>(expr, map, [](auto& e, auto& m) { m(e.arguments); });
    case ExprKind::UserCall:
        return rebuilt<UserCallExpr>(expr, map, [](auto& e, auto& m) { m(e.arguments); });
    case ExprKind::Recur:
        return rebuilt<RecurExpr>(expr, map, [](auto& e, auto& m) { m(e.arguments); });
    case ExprKind::Aggregate:
        return rebuilt<AggregateExpr>(expr, map, [](auto& e, auto& m) { m(e.arguments); });
    case ExprKind::Match:
        return rebuilt<MatchExpr>(expr, map, [](auto& e, auto& m) {
            m(e.target);
            for (Case& arm : e.cases) {
                m(arm.pattern);
                m(arm.guard);
                m(arm.body);
            }
        });
    case ExprKind::For:
        return rebuilt<ForExpr>(expr, map, [](auto& e, auto& m) {
            m(e.target);
            m(e.initial);
            for (auto& arm : e.cases) {
                m(arm.guard);
                m(arm.body);
            }
        });
    case ExprKind::Merge:
        return rebuilt<MergeExpr>(expr, map, [](auto& e, auto& m) {
            m(e.target);
            m(e.with);
        });
    case ExprKind::Patch:
        return rebuilt<PatchExpr>(expr, map, [](auto& e, auto& m) {
            m(e.target);
            for (auto& operation : e.operations) {
                m(operation.key);
                m(operation.value);
            }
        });
    case ExprKind::Let:
        return rebuilt<LetExpr>(expr, map, [](auto& e, auto& m) {
            m(e.path);
            m(e.value);
        });
    case ExprKind::Emit:
        return rebuilt<EmitExpr>(expr, map, [](auto& e, auto& m) {
            m(e.value);
            m(e.port);
        });
    case ExprKind::Block:
        return rebuilt<BlockExpr>(expr, map, [](auto& e, auto& m) { m(e.statements); });
    }
    return expr;
}

ExprPtr makeLiteral(const Value& value, const Expr& inPlaceOf) {
    return std::make_shared<LiteralExpr>(OwnedValue(value), inPlaceOf.span, inPlaceOf.source);
}

} // namespace fuseboard
