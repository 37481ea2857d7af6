// SPDX-License-Identifier: Apache-2.0
#include "optimizer/analysis/shape.h"

#include <algorithm>

namespace fuseboard {

namespace {

constexpr std::uint8_t kMaxDepth = 12;
constexpr std::size_t kMaxFields = 256;

KindMask kindsOf(const SchemaField& field) {
    KindMask kinds = kAnyKind;
    switch (field.type) {
    case SchemaType::Any: return kAnyKind;
    case SchemaType::Bool: kinds = maskOf(Kind::Bool); break;
    case SchemaType::Int: kinds = kIntegerKinds; break;
    case SchemaType::Float: kinds = maskOf(Kind::F64); break;
    case SchemaType::Number: kinds = kNumberKinds; break;
    case SchemaType::String: kinds = maskOf(Kind::String); break;
    case SchemaType::Record: kinds = maskOf(Kind::Record); break;
    case SchemaType::Array: kinds = maskOf(Kind::Array); break;
    }
    return field.nullable ? kinds | maskOf(Kind::Null) : kinds;
}

// Adds what one declaration says. A required field makes its parents present and records.
Shape declare(const Shape& shape, std::span<const std::string> path, const SchemaField& field) {
    if (path.empty()) {
        Shape declared = shape;
        declared.kinds &= kindsOf(field);
        return declared;
    }
    std::vector<ShapeField> fields;
    if (shape.fields != nullptr)
        fields = *shape.fields;
    auto at = std::ranges::find(fields, path.front(), &ShapeField::key);
    if (at == fields.end())
        at = fields.insert(at, {path.front(), {}, false});
    at->required = at->required || field.required;
    at->shape = declare(at->shape, path.subspan(1), field);
    Shape declared = Shape::ofRecord(std::move(fields), shape.closed);
    declared.kinds = field.required ? maskOf(Kind::Record) : shape.kinds;
    return declared;
}

} // namespace

Shape Shape::ofKinds(KindMask mask) {
    Shape shape;
    shape.kinds = mask;
    return shape;
}

Shape Shape::ofRecord(std::vector<ShapeField> fields, bool closed) {
    Shape shape = ofKinds(maskOf(Kind::Record));
    std::uint8_t below = 0;
    for (const ShapeField& field : fields)
        below = std::max(below, field.shape.depth);
    if (below + 1 > kMaxDepth || fields.size() > kMaxFields)
        return shape;
    shape.depth = static_cast<std::uint8_t>(below + 1);
    shape.closed = closed;
    shape.fields = std::make_shared<const std::vector<ShapeField>>(std::move(fields));
    return shape;
}

Shape Shape::ofValue(const Value& value) {
    if (!value.isRecord())
        return ofKinds(maskOf(value.kind()));
    std::vector<ShapeField> fields;
    if (value.size() > kMaxFields)
        return ofKinds(maskOf(Kind::Record));
    for (const Field& field : value.fields())
        fields.push_back({std::string(field.key), ofValue(field.value), true});
    return ofRecord(std::move(fields), true);
}

Shape Shape::ofSchema(const Schema& schema) {
    Shape shape;
    for (const SchemaField& field : schema.fields())
        shape = declare(shape, field.path, field);
    return shape;
}

const ShapeField* Shape::find(std::string_view key) const {
    if (fields == nullptr)
        return nullptr;
    const auto at = std::ranges::find(*fields, key, &ShapeField::key);
    return at == fields->end() ? nullptr : &*at;
}

Shape join(const Shape& a, const Shape& b) {
    Shape both = Shape::ofKinds(a.kinds | b.kinds);
    if (a.fields == nullptr || b.fields == nullptr)
        return both;
    if (a.fields == b.fields && a.closed == b.closed) {
        both = a;
        both.kinds = a.kinds | b.kinds;
        return both;
    }
    std::vector<ShapeField> fields;
    for (const ShapeField& field : *a.fields)
        if (const ShapeField* other = b.find(field.key))
            fields.push_back(
                {field.key, join(field.shape, other->shape), field.required && other->required});
    const bool same = fields.size() == a.fields->size() && fields.size() == b.fields->size();
    both = Shape::ofRecord(std::move(fields), same && a.closed && b.closed);
    both.kinds = a.kinds | b.kinds;
    return both;
}

Shape withPath(const Shape& shape, std::span<const std::string> path, KindMask kinds) {
    Shape known = shape;
    if (path.empty()) {
        known.kinds &= kinds;
        return known;
    }
    std::vector<ShapeField> fields;
    if (shape.fields != nullptr)
        fields = *shape.fields;
    auto at = std::ranges::find(fields, path.front(), &ShapeField::key);
    if (at == fields.end())
        at = fields.insert(at, {path.front(), {}, true});
    at->required = true;
    at->shape = withPath(at->shape, path.subspan(1), kinds);
    return Shape::ofRecord(std::move(fields), shape.closed);
}

std::string_view kindsText(KindMask kinds) {
    if (within(kinds, maskOf(Kind::Bool)))
        return "true or false";
    if (within(kinds, maskOf(Kind::F64)))
        return "a float";
    if (within(kinds, kIntegerKinds))
        return "an integer";
    if (within(kinds, kNumberKinds))
        return "a number";
    if (within(kinds, maskOf(Kind::String)))
        return "a string";
    if (within(kinds, maskOf(Kind::Array)))
        return "an array";
    if (within(kinds, maskOf(Kind::Record)))
        return "a record";
    return "of a fitting kind";
}

} // namespace fuseboard
