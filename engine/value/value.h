// SPDX-License-Identifier: Apache-2.0
// Value: one dynamic, immutable, JSON-like datum in 16 bytes. Strings, arrays and records are views
// into memory that somebody else owns (an arena, a source buffer, a literal).
#pragma once

#include "engine/base/check.h"
#include "engine/value/arena.h"

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Non-negative integers are always U64 and negative ones always I64, so that equal integers have
/// equal kinds (JSON's own sign classes).
enum class Kind : std::uint8_t { Null, Bool, I64, U64, F64, String, Bytes, Array, Record };

/// "null", "bool", "integer", "integer", "float", "string", "bytes", "array", "record".
[[nodiscard]] std::string_view kindName(Kind kind);

struct Field;
class RecordView;

class Value {
public:
    constexpr Value() : m_kind(Kind::Null), m_size(0), m_bits(0) {}

    static constexpr Value null() { return {}; }
    static constexpr Value boolean(bool v) { return {Kind::Bool, 0, v ? 1U : 0U}; }
    static constexpr Value u64(std::uint64_t v) { return {Kind::U64, 0, v}; }
    static constexpr Value i64(std::int64_t v) {
        return {v < 0 ? Kind::I64 : Kind::U64, 0, static_cast<std::uint64_t>(v)};
    }
    static constexpr Value f64(double v) { return {Kind::F64, 0, std::bit_cast<std::uint64_t>(v)}; }
    /// The characters are not copied.
    static Value string(std::string_view v) { return view(Kind::String, v.data(), v.size()); }
    static Value bytes(std::string_view v) { return view(Kind::Bytes, v.data(), v.size()); }
    /// The items are not copied.
    static Value array(std::span<const Value> items) {
        return view(Kind::Array, items.data(), items.size());
    }
    /// `fields` must come from a RecordBuilder (it may be followed by a hash index).
    static Value record(std::span<const Field> fields);

    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] bool isNull() const { return m_kind == Kind::Null; }
    [[nodiscard]] bool isBool() const { return m_kind == Kind::Bool; }
    [[nodiscard]] bool isInteger() const { return m_kind == Kind::I64 || m_kind == Kind::U64; }
    [[nodiscard]] bool isFloat() const { return m_kind == Kind::F64; }
    [[nodiscard]] bool isNumber() const { return isInteger() || isFloat(); }
    [[nodiscard]] bool isString() const { return m_kind == Kind::String; }
    [[nodiscard]] bool isBytes() const { return m_kind == Kind::Bytes; }
    [[nodiscard]] bool isArray() const { return m_kind == Kind::Array; }
    [[nodiscard]] bool isRecord() const { return m_kind == Kind::Record; }

    // The accessors below require the matching kind (not checked on the hot path).
    [[nodiscard]] bool asBool() const { return m_bits != 0; }
    [[nodiscard]] std::uint64_t asU64() const { return m_bits; }
    [[nodiscard]] std::int64_t asI64() const { return static_cast<std::int64_t>(m_bits); }
    [[nodiscard]] double asF64() const { return std::bit_cast<double>(m_bits); }
    [[nodiscard]] std::string_view asString() const { ///< of a String or Bytes value
        return {reinterpret_cast<const char*>(m_bits), m_size};
    }
    [[nodiscard]] std::span<const Value> items() const {
        return {reinterpret_cast<const Value*>(m_bits), m_size};
    }
    [[nodiscard]] std::span<const Field> fields() const;
    /// Any number as a double (integers rounded to nearest).
    [[nodiscard]] double toDouble() const {
        switch (m_kind) {
        case Kind::U64: return static_cast<double>(m_bits);
        case Kind::I64: return static_cast<double>(asI64());
        default: return asF64();
        }
    }
    /// Elements of an array, fields of a record, bytes of a string.
    [[nodiscard]] std::uint32_t size() const { return m_size; }

    /// The field `key` of a record, or nullptr. Must be a record.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// As find(); `hint` is the position where the key stood last time and is updated. Races on a
    /// shared hint are harmless when the caller keeps it in a relaxed atomic.
    [[nodiscard]] const Value* find(std::string_view key, std::uint32_t& hint) const;

private:
    constexpr Value(Kind kind, std::uint32_t size, std::uint64_t bits)
        : m_kind(kind), m_size(size), m_bits(bits) {}
    static Value view(Kind kind, const void* pointer, std::size_t size) {
        return {kind, static_cast<std::uint32_t>(size), reinterpret_cast<std::uint64_t>(pointer)};
    }

    Kind m_kind;
    std::uint32_t m_size;
    std::uint64_t m_bits;
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

/// One field of a record. Keys are unique within a record; their order is the record's order.
struct Field {
    std::string_view key;
    Value value;
};
static_assert(sizeof(Field) == 32);

inline Value Value::record(std::span<const Field> fields) {
    return view(Kind::Record, fields.data(), fields.size());
}
inline std::span<const Field> Value::fields() const {
    return {reinterpret_cast<const Field*>(m_bits), m_size};
}

/// Records with more fields than this carry a hash index behind their fields, so that a look-up
/// never becomes linear in what a user sends.
inline constexpr std::uint32_t kIndexedRecordSize = 16;

inline const Value* Value::find(std::string_view key, std::uint32_t& hint) const {
    const Field* all = reinterpret_cast<const Field*>(m_bits);
    if (hint < m_size && all[hint].key == key) [[likely]]
        return &all[hint].value;
    const Value* found = find(key);
    if (found != nullptr) {
        const auto offset =
            reinterpret_cast<const char*>(found) - reinterpret_cast<const char*>(all);
        hint = static_cast<std::uint32_t>(offset / static_cast<std::ptrdiff_t>(sizeof(Field)));
    }
    return found;
}

/// Collects fields and makes a record of them in an arena. Reusable: build() clears it.
/// A repeated key keeps its first place and takes the last value (semantics, section 2).
class RecordBuilder {
public:
    void reserve(std::size_t fields) { m_fields.reserve(fields); }
    [[nodiscard]] std::size_t size() const { return m_fields.size(); }
    /// Appends a field that is known not to be there yet. The key is not copied.
    void addNew(std::string_view key, Value value) { m_fields.push_back({key, value}); }
    /// Appends or replaces. Constant time on average, whatever the size.
    void set(std::string_view key, Value value);
    void erase(std::string_view key);
    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] std::span<const Field> fields() const { return m_fields; }
    void assign(std::span<const Field> fields);
    void clear();
    [[nodiscard]] Value build(Arena& arena);

private:
    [[nodiscard]] std::size_t position(std::string_view key) const;
    void index();
    std::vector<Field> m_fields;
    std::vector<std::uint32_t> m_index; // open addressing, only used beyond kIndexedRecordSize
};

/// Bytes of the record that `count` fields need, hash index included.
[[nodiscard]] std::size_t recordBytes(std::size_t count);
/// Copies `fields` (distinct keys) into `memory` of recordBytes() bytes, 8-aligned, with its index.
[[nodiscard]] Value placeRecord(std::span<const Field> fields, void* memory);
/// A record in `arena` from distinct keys.
[[nodiscard]] Value makeRecord(Arena& arena, std::span<const Field> fields);
[[nodiscard]] Value makeArray(Arena& arena, std::span<const Value> items);
[[nodiscard]] Value makeString(Arena& arena, std::string_view text);

/// A deep copy in `arena`.
[[nodiscard]] Value deepCopy(const Value& value, Arena& arena);
/// A deep copy in `memory` of deepBytes() bytes, 8-aligned.
[[nodiscard]] Value placeCopy(const Value& value, void* memory);
/// A copy in `to` of the parts that live in `from`; parts that live elsewhere are shared.
[[nodiscard]] Value copyOut(const Value& value, const Arena& from, Arena& to);
/// Likewise of the parts that live in either of two, where those may hold each other's.
[[nodiscard]] Value copyOut(const Value& value, const Arena& from, const Arena& orFrom, Arena& to);
/// Bytes that a deep copy would take in one piece.
[[nodiscard]] std::size_t deepBytes(const Value& value);

/// A value and the memory it stands in. Cheap to copy, immutable, may be shared between threads.
class OwnedValue {
public:
    OwnedValue() = default;
    /// Deep copy.
    explicit OwnedValue(const Value& value);
    OwnedValue(std::shared_ptr<const Arena> memory, Value value)
        : m_memory(std::move(memory)), m_value(value) {}
    [[nodiscard]] const Value& operator*() const { return m_value; }
    [[nodiscard]] const Value* operator->() const { return &m_value; }

private:
    std::shared_ptr<const Arena> m_memory;
    Value m_value;
};

/// Deep equality with the language's tolerance: integers across signs exactly, integer against
/// float and float against float by |a - b| < DBL_EPSILON, string equals bytes, records without
/// regard to order; NaN equals nothing (docs: semantics of `==`).
[[nodiscard]] bool looselyEqual(const Value& a, const Value& b);
/// Deep equality of kind and content; records without regard to order, NaN equals NaN.
[[nodiscard]] bool strictlyEqual(const Value& a, const Value& b);
/// A hash that agrees with strictlyEqual. Stable across processes.
[[nodiscard]] std::uint64_t hashValue(const Value& value);

} // namespace fuseboard
