// SPDX-License-Identifier: Apache-2.0
// Structural equality of syntax trees. A value is equal to the expression that writes it: a folded
// list equals the list literal, a constant equals its value.
#include "engine/script/ast.h"
#include "engine/script/extractor.h"

#include <algorithm>

namespace fuseboard {

namespace {

const Value* valueOf(const Expr& expr) {
    if (const auto* literal = tryAs<LiteralExpr>(&expr))
        return &*literal->value;
    if (const auto* constant = tryAs<ConstantExpr>(&expr))
        return &*constant->value;
    return nullptr;
}

bool same(const ExprPtr& a, const ExprPtr& b) {
    if (a == b)
        return true;
    return a != nullptr && b != nullptr && sameExpr(*a, *b);
}
bool same(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b) {
    return std::ranges::equal(a, b, [](const ExprPtr& x, const ExprPtr& y) { return same(x, y); });
}

/// Records also in the order of their fields, which is observable.
bool sameValue(const Value& a, const Value& b) {
    if (!strictlyEqual(a, b))
        return false;
    if (a.isArray())
        return std::ranges::equal(a.items(), b.items(), sameValue);
    if (a.isRecord())
        return std::ranges::equal(a.fields(), b.fields(), [](const Field& x, const Field& y) {
            return x.key == y.key && sameValue(x.value, y.value);
        });
    return true;
}

/// The parts of an interpolation with all text that stands side by side as one.
std::vector<ExprPtr> mergedParts(const InterpolateExpr& expr) {
    std::vector<ExprPtr> merged;
    std::string text;
    const auto flush = [&] {
        if (!text.empty())
            merged.push_back(makeLiteral(Value::string(text), expr));
        text.clear();
    };
    for (const ExprPtr& part : expr.parts) {
        const Value* value = valueOf(*part);
        if (value != nullptr && value->isString()) {
            text += value->asString();
            continue;
        }
        flush();
        merged.push_back(part);
    }
    flush();
    return merged;
}

bool writes(const Expr& expr, const Value& value) {
    if (const Value* own = valueOf(expr))
        return sameValue(*own, value);
    if (const auto* list = tryAs<ListExpr>(&expr))
        return value.isArray() &&
               std::ranges::equal(list->items, value.items(),
                                  [](const ExprPtr& e, const Value& v) { return writes(*e, v); });
    if (const auto* record = tryAs<RecordExpr>(&expr))
        return value.isRecord() &&
               std::ranges::equal(
                   record->entries, value.fields(), [](const RecordExpr::Entry& e, const Field& f) {
                       return writes(*e.key, Value::string(f.key)) && writes(*e.value, f.value);
                   });
    if (const auto* text = tryAs<InterpolateExpr>(&expr)) {
        const auto parts = mergedParts(*text);
        if (parts.empty())
            return value.isString() && value.size() == 0;
        return parts.size() == 1 && tryAs<LiteralExpr>(parts[0].get()) != nullptr &&
               writes(*parts[0], value);
    }
    if (const auto* bytes = tryAs<BytesLiteralExpr>(&expr))
        return value.isBytes() &&
               std::ranges::equal(
                   bytes->parts, value.asString(), [](const BytesLiteralExpr::Part& part, char c) {
                       return part.bits == 8 && part.type == BytesLiteralExpr::PartType::Integer &&
                              writes(*part.value, Value::u64(static_cast<unsigned char>(c)));
                   });
    return false;
}

bool same(const std::shared_ptr<const Extractor>& a, const std::shared_ptr<const Extractor>& b) {
    if (a == b)
        return true;
    return a != nullptr && b != nullptr && a->name() == b->name() && a->pattern() == b->pattern();
}

bool same(const PatternPtr& a, const PatternPtr& b) {
    if (a == b)
        return true;
    if (a == nullptr || b == nullptr || a->kind != b->kind || a->open != b->open ||
        a->name != b->name || a->slot != b->slot)
        return false;
    const auto sameField = [](const Pattern::FieldTest& x, const Pattern::FieldTest& y) {
        return x.form == y.form && x.key == y.key && x.compare == y.compare &&
               same(x.value, y.value) && same(x.extractor, y.extractor) && same(x.nested, y.nested);
    };
    return same(a->value, b->value) && same(a->extractor, b->extractor) &&
           same(a->inner, b->inner) && std::ranges::equal(a->fields, b->fields, sameField) &&
           std::ranges::equal(a->items, b->items,
                              [](const PatternPtr& x, const PatternPtr& y) { return same(x, y); });
}

bool samePath(const PathExpr& a, const PathExpr& b) {
    const auto sameSegment = [](const PathSegment& x, const PathSegment& y) {
        return x.form == y.form && x.field == y.field && same(x.index, y.index) &&
               same(x.end, y.end);
    };
    return a.root == b.root && a.slot == b.slot && a.local == b.local && same(a.base, b.base) &&
           std::ranges::equal(a.segments, b.segments, sameSegment);
}

bool sameMatch(const MatchExpr& a, const MatchExpr& b) {
    return same(a.target, b.target) &&
           std::ranges::equal(a.cases, b.cases, [](const Case& x, const Case& y) {
               return same(x.pattern, y.pattern) && same(x.guard, y.guard) && same(x.body, y.body);
           });
}

bool sameFor(const ForExpr& a, const ForExpr& b) {
    return same(a.target, b.target) && same(a.initial, b.initial) && a.foldGiven == b.foldGiven &&
           (!a.foldGiven || a.fold == b.fold) &&
           std::ranges::equal(a.cases, b.cases, [](const auto& x, const auto& y) {
               return x.keySlot == y.keySlot && x.itemSlot == y.itemSlot &&
                      x.keyName == y.keyName && x.itemName == y.itemName &&
                      same(x.guard, y.guard) && same(x.body, y.body);
           });
}

bool sameParts(const Expr& a, const Expr& b) {
    switch (a.kind) {
    case ExprKind::Record:
        return std::ranges::equal(as<RecordExpr>(a).entries, as<RecordExpr>(b).entries,
                                  [](const auto& x, const auto& y) {
                                      return same(x.key, y.key) && same(x.value, y.value);
                                  });
    case ExprKind::BytesLiteral:
        return std::ranges::equal(as<BytesLiteralExpr>(a).parts, as<BytesLiteralExpr>(b).parts,
                                  [](const auto& x, const auto& y) {
                                      return same(x.value, y.value) && x.bits == y.bits &&
                                             x.type == y.type && x.isSigned == y.isSigned &&
                                             x.littleEndian == y.littleEndian;
                                  });
    case ExprKind::Interpolate:
        return same(mergedParts(as<InterpolateExpr>(a)), mergedParts(as<InterpolateExpr>(b)));
    case ExprKind::Path: return samePath(as<PathExpr>(a), as<PathExpr>(b));
    case ExprKind::Match: return sameMatch(as<MatchExpr>(a), as<MatchExpr>(b));
    case ExprKind::For: return sameFor(as<ForExpr>(a), as<ForExpr>(b));
    case ExprKind::Patch:
        return same(as<PatchExpr>(a).target, as<PatchExpr>(b).target) &&
               std::ranges::equal(as<PatchExpr>(a).operations, as<PatchExpr>(b).operations,
                                  [](const auto& x, const auto& y) {
                                      return x.kind == y.kind && same(x.key, y.key) &&
                                             same(x.value, y.value);
                                  });
    case ExprKind::Emit:
        return same(as<EmitExpr>(a).value, as<EmitExpr>(b).value) &&
               same(as<EmitExpr>(a).port, as<EmitExpr>(b).port);
    default: {
        std::vector<ExprPtr> left;
        std::vector<ExprPtr> right;
        forEachChild(a, [&](const ExprPtr& child) { left.push_back(child); });
        forEachChild(b, [&](const ExprPtr& child) { right.push_back(child); });
        return same(left, right);
    }
    }
}

} // namespace

bool sameExpr(const Expr& a, const Expr& b) {
    if (&a == &b)
        return true;
    if (const Value* value = valueOf(a))
        return writes(b, *value);
    if (const Value* value = valueOf(b))
        return writes(a, *value);
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case ExprKind::Presence:
        if (as<PresenceExpr>(a).present != as<PresenceExpr>(b).present)
            return false;
        break;
    case ExprKind::Unary:
        if (as<UnaryExpr>(a).op != as<UnaryExpr>(b).op)
            return false;
        break;
    case ExprKind::Binary:
        if (as<BinaryExpr>(a).op != as<BinaryExpr>(b).op)
            return false;
        break;
    case ExprKind::Call:
        if (as<CallExpr>(a).function != as<CallExpr>(b).function)
            return false;
        break;
    case ExprKind::UserCall:
        if (as<UserCallExpr>(a).function->digest != as<UserCallExpr>(b).function->digest)
            return false;
        break;
    case ExprKind::Aggregate:
        if (as<AggregateExpr>(a).aggregate != as<AggregateExpr>(b).aggregate)
            return false;
        break;
    default: break;
    }
    return sameParts(a, b);
}

bool sameGroupBy(const GroupBy& a, const GroupBy& b) {
    return a.kind == b.kind && same(a.expression, b.expression) &&
           std::ranges::equal(a.items, b.items, [](const GroupByPtr& x, const GroupByPtr& y) {
               return sameGroupBy(*x, *y);
           });
}

} // namespace fuseboard
