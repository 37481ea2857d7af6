// SPDX-License-Identifier: Apache-2.0
#include "optimizer/passes/substitute.h"

#include "engine/script/field_use.h"
#include "engine/script/parser.h"

#include <algorithm>

namespace fuseboard {

namespace {

class Substitution {
public:
    Substitution(const std::vector<MadeField>& fields, std::string& refused)
        : m_fields(fields), m_refused(refused) {}

    ExprPtr run(const ExprPtr& expr) {
        if (!m_refused.empty())
            return expr;
        if (const auto* path = tryAs<PathExpr>(expr.get());
            path != nullptr && path->root == PathRoot::Event)
            return substitutePath(*path);
        if (const auto* presence = tryAs<PresenceExpr>(expr.get()))
            return substitutePresence(expr, *presence);
        if (expr->kind == ExprKind::Let || expr->kind == ExprKind::Emit)
            return refuse(expr, "assigns");
        return mapChildren(expr, [&](const ExprPtr& child) { return run(child); });
    }

private:
    ExprPtr refuse(const ExprPtr& expr, std::string_view what) {
        if (m_refused.empty())
            m_refused = fmt::format("{} {}", printExpr(*expr), what);
        return expr;
    }

    ExprPtr refusePath(const PathExpr& path, std::string_view what) {
        if (m_refused.empty())
            m_refused = fmt::format("{} {}", printExpr(path), what);
        return nullptr;
    }

    const MadeField* fieldOf(const PathExpr& path) {
        const auto fixed = constantPath(path);
        if (!fixed || fixed->keys.empty()) {
            refusePath(path, "reads the event as a whole");
            return nullptr;
        }
        const MadeField* field = findField(m_fields, fixed->keys.front());
        if (field == nullptr)
            refusePath(path, "is not copied");
        return field;
    }

    std::vector<PathSegment> restOf(const PathExpr& path) {
        std::vector<PathSegment> rest;
        for (std::size_t i = 1; i < path.segments.size(); ++i) {
            PathSegment segment(path.segments[i]);
            if (segment.index != nullptr)
                segment.index = run(segment.index);
            if (segment.end != nullptr)
                segment.end = run(segment.end);
            rest.push_back(segment);
        }
        return rest;
    }

    // One path instead of a path on a path, where the lower part alone can fail.
    static ExprPtr joined(const PathExpr& base, const std::vector<PathSegment>& rest,
                          const PathExpr& from) {
        std::vector<PathSegment> segments;
        for (const PathSegment& segment : base.segments)
            segments.push_back(segment);
        for (const PathSegment& segment : rest)
            segments.push_back(segment);
        auto made =
            std::make_shared<PathExpr>(base.root, std::move(segments), from.span, from.source);
        made->slot = base.slot;
        made->local = base.local;
        made->base = base.base;
        return made;
    }

    ExprPtr substitutePath(const PathExpr& path) {
        const MadeField* field = fieldOf(path);
        if (field == nullptr)
            return nullptr;
        if (path.segments.size() == 1)
            return field->value;
        std::vector<PathSegment> rest = restOf(path);
        const auto* base = tryAs<PathExpr>(field->value.get());
        if (base != nullptr && !field->mayRaise)
            return joined(*base, rest, path);
        auto made = std::make_shared<PathExpr>(PathRoot::Expression, std::move(rest), path.span,
                                               path.source);
        made->base = field->value;
        return made;
    }

    ExprPtr substitutePresence(const ExprPtr& expr, const PresenceExpr& presence) {
        const auto& path = as<PathExpr>(*presence.path);
        if (path.root != PathRoot::Event)
            return mapChildren(expr, [&](const ExprPtr& child) { return run(child); });
        const MadeField* field = fieldOf(path);
        if (field == nullptr)
            return nullptr;
        if (field->mayRaise)
            return refuse(expr, "tests a field that may fail");
        if (path.segments.size() == 1)
            return makeLiteral(Value::boolean(presence.present), *expr);
        const auto* base = tryAs<PathExpr>(field->value.get());
        if (base == nullptr)
            return refuse(expr, "tests a part of a computed field");
        return std::make_shared<PresenceExpr>(presence.present, joined(*base, restOf(path), path),
                                              presence.span, presence.source);
    }

    const std::vector<MadeField>& m_fields;
    std::string& m_refused;
};

} // namespace

std::optional<std::vector<MadeField>> fieldsMadeBy(const ExprPtr& target, const FactScope& scope) {
    const auto* record = tryAs<RecordExpr>(target.get());
    if (record == nullptr)
        return std::nullopt;
    std::vector<MadeField> fields;
    for (const auto& [key, value] : record->entries) {
        const auto* name = tryAs<LiteralExpr>(key.get());
        if (name == nullptr || findField(fields, name->value->asString()) != nullptr)
            return std::nullopt;
        MadeField& field = fields.emplace_back();
        field.key = std::string(name->value->asString());
        field.value = value;
        field.mayRaise = factsOf(*value, scope).mayRaise;
        field.copied = value->kind == ExprKind::Path;
        field.cheap = value->kind == ExprKind::Path || value->kind == ExprKind::Literal;
    }
    return fields;
}

const MadeField* findField(const std::vector<MadeField>& fields, std::string_view key) {
    const auto at = std::ranges::find(fields, key, &MadeField::key);
    return at == fields.end() ? nullptr : &*at;
}

ExprPtr substituted(const ExprPtr& expr, const std::vector<MadeField>& fields,
                    std::string& refused) {
    refused.clear();
    ExprPtr made = Substitution(fields, refused).run(expr);
    return refused.empty() ? made : nullptr;
}

ExprPtr conjunction(const ExprPtr& left, const ExprPtr& right) {
    if (left == nullptr || right == nullptr)
        return left == nullptr ? right : left;
    return std::make_shared<BinaryExpr>(BinaryOp::And, left, right, right->span, right->source);
}

Expression expressionOf(ExprPtr tree, std::uint32_t localCount) {
    Expression expression;
    expression.text = printExpr(*tree);
    expression.tree = std::move(tree);
    expression.localCount = localCount;
    return expression;
}

} // namespace fuseboard
