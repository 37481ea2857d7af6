// SPDX-License-Identifier: Apache-2.0
// Declared schemas: facts about the events of a source that are checked at the source, row by row.
#pragma once

#include "engine/base/result.h"
#include "engine/value/field_tree.h"
#include "engine/value/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Int is any integer, Float a value with a fraction or exponent in its text (13 is no Float, 13.0
/// is), Number either of them. Record and Array say nothing about what they hold.
enum class SchemaType : std::uint8_t { Any, Bool, Int, Float, Number, String, Record, Array };

/// "any", "bool", "int", "float", "number", "string", "record", "array".
[[nodiscard]] std::string_view toString(SchemaType type);
[[nodiscard]] std::optional<SchemaType> schemaTypeFromName(std::string_view name);

struct SchemaField {
    std::vector<std::string> path; ///< keys from the root; empty: the event itself
    SchemaType type = SchemaType::Any;
    bool nullable = false; ///< null is accepted beside the type
    bool required = true;  ///< a row without the field is rejected

    friend bool operator==(const SchemaField&, const SchemaField&) = default;
};

/// `a.b` for people and for schema files; a dot or backslash inside a key is written `\.` or `\\`.
[[nodiscard]] std::string pathText(std::span<const std::string> path);
[[nodiscard]] std::vector<std::string> pathFromText(std::string_view text);

/// An immutable list of declared fields. Fields that it does not name may hold anything.
class Schema {
public:
    Schema() = default;
    /// InvalidArgument when a path is declared twice, or runs through a field that is no record.
    [[nodiscard]] static Result<Schema> make(std::vector<SchemaField> fields);
    /// What all `samples` have in common ("Pin schema"): every path of records, down to leaves and
    /// arrays, with the narrowest type that fits; required when every sample has it.
    [[nodiscard]] static Schema infer(std::span<const Value> samples);

    [[nodiscard]] std::span<const SchemaField> fields() const { return m_fields; }
    /// The declaration of exactly this path, or nullptr.
    [[nodiscard]] const SchemaField* find(std::span<const std::string> path) const;
    /// Ok, or the first field (in declaration order) that `event` violates: MissingField or
    /// WrongType, with a message that names path, expectation and what was found.
    [[nodiscard]] Status check(const Value& event) const;
    /// The paths that check() reads.
    [[nodiscard]] FieldTree reads() const;

    friend bool operator==(const Schema&, const Schema&) = default;

private:
    std::vector<SchemaField> m_fields;
};

} // namespace fuseboard
