// SPDX-License-Identifier: Apache-2.0
// Whether a field is there: tables know only null, here a field that is null is there and one that
// is missing makes the row fail. Where that counts, a script looks into the text of the input row,
// which steps then carry along in the column `_raw`.
#pragma once

#include "engine/script/ast.h"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace fuseboard {

/// The column `_xN` that an explode adds: the element's place in its array.
struct PlaceColumn {
    int number = 0;
    friend bool operator==(const PlaceColumn&, const PlaceColumn&) = default;
};
/// A key, a fixed place in an array, or the place of an exploded element.
using TextStep = std::variant<std::string, std::uint64_t, PlaceColumn>;

struct FieldPresence {
    enum class Kind : std::uint8_t {
        Always,
        Never,
        InText, ///< as the text of the input row says at `path`
        Unknown
    };
    Kind kind = Kind::Unknown;
    std::vector<TextStep> path;
    friend bool operator==(const FieldPresence&, const FieldPresence&) = default;
};

/// Answers for a path into the event of one step.
using PresenceOf = std::function<FieldPresence(const std::vector<TextStep>& path)>;

/// The segments of a path as steps; empty where one is computed, or there is none.
[[nodiscard]] std::vector<TextStep> textStepsOf(const PathExpr& path);

/// What must hold of a row for `expr` not to fail: an expression made of `present`, comparisons
/// with null and what decides between them. nullptr: it cannot fail.
/// Under `True` the row is kept only if `expr` is true, so what follows from that is left out.
enum class GuardUse : std::uint8_t { Value, NotNull, True };
[[nodiscard]] ExprPtr guardOf(const ExprPtr& expr, GuardUse use, const PresenceOf& presence);
/// The same for the arguments of all aggregates in `expr`.
[[nodiscard]] ExprPtr argumentGuardOf(const ExprPtr& expr, const PresenceOf& presence);

/// left and right, either of which may be nullptr.
[[nodiscard]] ExprPtr both(ExprPtr left, ExprPtr right);

} // namespace fuseboard
