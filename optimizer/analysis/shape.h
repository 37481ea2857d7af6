// SPDX-License-Identifier: Apache-2.0
// What is known for certain about a value: the kinds it can have and, of a record, its fields. Only
// declared schemas and the program itself make such facts.
#pragma once

#include "engine/value/schema.h"
#include "engine/value/value.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// A set of kinds, bit = 1 << Kind.
using KindMask = std::uint16_t;
constexpr KindMask maskOf(Kind kind) {
    return static_cast<KindMask>(1U << static_cast<unsigned>(kind));
}
inline constexpr KindMask kAnyKind = 0x1FF;
inline constexpr KindMask kIntegerKinds = maskOf(Kind::I64) | maskOf(Kind::U64);
inline constexpr KindMask kNumberKinds = kIntegerKinds | maskOf(Kind::F64);
/// Whether every kind of `kinds` is one of `allowed`.
constexpr bool within(KindMask kinds, KindMask allowed) {
    return (kinds & ~allowed) == 0;
}

struct ShapeField;

/// Immutable and cheap to copy. A default Shape knows nothing.
struct Shape {
    KindMask kinds = kAnyKind;
    bool closed = false;    ///< of a record: it has no fields but these
    std::uint8_t depth = 0; ///< levels of fields below; kept small, deeper facts are forgotten
    std::shared_ptr<const std::vector<ShapeField>>
        fields; ///< may be null; facts for a record value

    [[nodiscard]] static Shape ofKinds(KindMask mask);
    [[nodiscard]] static Shape ofValue(const Value& value);
    [[nodiscard]] static Shape ofRecord(std::vector<ShapeField> fields, bool closed);
    [[nodiscard]] static Shape ofSchema(const Schema& schema);
    [[nodiscard]] const ShapeField* find(std::string_view key) const;
    [[nodiscard]] bool is(KindMask allowed) const { return within(kinds, allowed); }
};

struct ShapeField {
    std::string key;
    Shape shape;
    bool required = true;
};

/// What holds of a value that has one of the two shapes.
[[nodiscard]] Shape join(const Shape& a, const Shape& b);
/// `shape` with the further fact that the value at `path` is there and has one of `kinds`.
[[nodiscard]] Shape withPath(const Shape& shape, std::span<const std::string> path, KindMask kinds);

/// "a number", "a string", …: for messages.
[[nodiscard]] std::string_view kindsText(KindMask kinds);

} // namespace fuseboard
