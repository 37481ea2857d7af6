// SPDX-License-Identifier: Apache-2.0
#include "engine/value/value.h"

#include "engine/base/stable_hash.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::uint32_t kEmptySlot = 0xFFFFFFFFU;

std::size_t slotCount(std::size_t fields) {
    return std::bit_ceil(fields * 2);
}

void fillIndex(std::span<const Field> fields, std::uint32_t* slots, std::size_t count) {
    std::fill_n(slots, count, kEmptySlot);
    for (std::uint32_t i = 0; i < fields.size(); ++i) {
        std::size_t at = stableHash64(fields[i].key) & (count - 1);
        while (slots[at] != kEmptySlot)
            at = (at + 1) & (count - 1);
        slots[at] = i;
    }
}

const std::uint32_t* indexOf(const Field* fields, std::size_t count) {
    return reinterpret_cast<const std::uint32_t*>(fields + count);
}

std::size_t lookUp(const Field* fields, const std::uint32_t* slots, std::size_t count,
                   std::string_view key) {
    std::size_t at = stableHash64(key) & (count - 1);
    while (slots[at] != kEmptySlot) {
        if (fields[slots[at]].key == key)
            return slots[at];
        at = (at + 1) & (count - 1);
    }
    return kEmptySlot;
}

} // namespace

std::string_view kindName(Kind kind) {
    switch (kind) {
    case Kind::Null: return "null";
    case Kind::Bool: return "bool";
    case Kind::I64:
    case Kind::U64: return "integer";
    case Kind::F64: return "float";
    case Kind::String: return "string";
    case Kind::Bytes: return "bytes";
    case Kind::Array: return "array";
    case Kind::Record: return "record";
    }
    return "unknown";
}

const Value* Value::find(std::string_view key) const {
    const Field* all = reinterpret_cast<const Field*>(m_bits);
    if (m_size > kIndexedRecordSize) {
        const std::size_t found = lookUp(all, indexOf(all, m_size), slotCount(m_size), key);
        return found == kEmptySlot ? nullptr : &all[found].value;
    }
    for (std::uint32_t i = 0; i < m_size; ++i)
        if (all[i].key == key)
            return &all[i].value;
    return nullptr;
}

std::size_t recordBytes(std::size_t count) {
    const std::size_t index =
        count > kIndexedRecordSize ? slotCount(count) * sizeof(std::uint32_t) : 0;
    return count * sizeof(Field) + ((index + 7) & ~std::size_t{7});
}

Value placeRecord(std::span<const Field> fields, void* memory) {
    Field* to = static_cast<Field*>(memory);
    if (!fields.empty())
        std::memcpy(static_cast<void*>(to), fields.data(), fields.size_bytes());
    if (fields.size() > kIndexedRecordSize)
        fillIndex(fields, reinterpret_cast<std::uint32_t*>(to + fields.size()),
                  slotCount(fields.size()));
    return Value::record({to, fields.size()});
}

Value makeRecord(Arena& arena, std::span<const Field> fields) {
    return placeRecord(fields, arena.allocate(recordBytes(fields.size())));
}

Value makeArray(Arena& arena, std::span<const Value> items) {
    auto* to = arena.allocateArray<Value>(items.size());
    if (!items.empty())
        std::memcpy(static_cast<void*>(to), items.data(), items.size_bytes());
    return Value::array({to, items.size()});
}

Value makeString(Arena& arena, std::string_view text) {
    return Value::string(arena.copy(text));
}

std::size_t RecordBuilder::position(std::string_view key) const {
    if (!m_index.empty())
        return lookUp(m_fields.data(), m_index.data(), m_index.size(), key);
    for (std::size_t i = 0; i < m_fields.size(); ++i)
        if (m_fields[i].key == key)
            return i;
    return kEmptySlot;
}

void RecordBuilder::index() {
    if (m_fields.size() <= kIndexedRecordSize) {
        m_index.clear();
        return;
    }
    m_index.resize(slotCount(m_fields.size()) * 2);
    fillIndex(m_fields, m_index.data(), m_index.size());
}

void RecordBuilder::set(std::string_view key, Value value) {
    const std::size_t at = position(key);
    if (at != kEmptySlot) {
        m_fields[at].value = value;
        return;
    }
    m_fields.push_back({key, value});
    if (m_fields.size() <= kIndexedRecordSize)
        return;
    if (m_index.size() < m_fields.size() * 2) {
        index();
        return;
    }
    std::size_t slot = stableHash64(key) & (m_index.size() - 1);
    while (m_index[slot] != kEmptySlot)
        slot = (slot + 1) & (m_index.size() - 1);
    m_index[slot] = static_cast<std::uint32_t>(m_fields.size() - 1);
}

void RecordBuilder::erase(std::string_view key) {
    const std::size_t at = position(key);
    if (at == kEmptySlot)
        return;
    m_fields.erase(m_fields.begin() + static_cast<std::ptrdiff_t>(at));
    index();
}

const Value* RecordBuilder::find(std::string_view key) const {
    const std::size_t at = position(key);
    return at == kEmptySlot ? nullptr : &m_fields[at].value;
}

void RecordBuilder::assign(std::span<const Field> fields) {
    m_fields.assign(fields.begin(), fields.end());
    index();
}

void RecordBuilder::clear() {
    m_fields.clear();
    m_index.clear();
}

Value RecordBuilder::build(Arena& arena) {
    const Value made = makeRecord(arena, m_fields);
    clear();
    return made;
}

namespace {

/// Fills memory of known size from both ends: characters come from behind, so that nothing is lost
/// to alignment.
class Piece {
public:
    Piece(void* memory, std::size_t bytes)
        : m_front(static_cast<std::byte*>(memory)), m_back(static_cast<char*>(memory) + bytes) {}
    [[nodiscard]] void* allocate(std::size_t bytes) {
        return std::exchange(m_front, m_front + bytes);
    }
    template <class T> [[nodiscard]] T* allocateArray(std::size_t count) {
        return static_cast<T*>(allocate(count * sizeof(T)));
    }
    [[nodiscard]] std::string_view copy(std::string_view text) {
        if (text.empty())
            return {};
        m_back -= text.size();
        std::memcpy(m_back, text.data(), text.size());
        return {m_back, text.size()};
    }

private:
    std::byte* m_front;
    char* m_back;
};

// One walk serves all copies; what is `shared` stays where it is.
template <class Shared, class Memory>
Value copyParts(const Value& value, const Shared& shared, Memory& to) {
    switch (value.kind()) {
    case Kind::String:
        return shared(value.asString().data()) ? value : Value::string(to.copy(value.asString()));
    case Kind::Bytes:
        return shared(value.asString().data()) ? value : Value::bytes(to.copy(value.asString()));
    case Kind::Array: {
        const auto items = value.items();
        if (items.empty() || shared(items.data()))
            return value;
        auto* copy = to.template allocateArray<Value>(items.size());
        for (std::size_t i = 0; i < items.size(); ++i)
            copy[i] = copyParts(items[i], shared, to);
        return Value::array({copy, items.size()});
    }
    case Kind::Record: {
        const auto fields = value.fields();
        if (fields.empty() || shared(fields.data()))
            return value;
        auto* copy = static_cast<Field*>(to.allocate(recordBytes(fields.size())));
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::string_view key = fields[i].key;
            copy[i] = {shared(key.data()) ? key : to.copy(key),
                       copyParts(fields[i].value, shared, to)};
        }
        // The index holds positions, so it is copied as it stands.
        if (fields.size() > kIndexedRecordSize)
            std::memcpy(static_cast<void*>(copy + fields.size()), fields.data() + fields.size(),
                        recordBytes(fields.size()) - fields.size_bytes());
        return Value::record({copy, fields.size()});
    }
    default: return value;
    }
}

} // namespace

Value deepCopy(const Value& value, Arena& arena) {
    return copyParts(value, [](const void*) { return false; }, arena);
}

Value placeCopy(const Value& value, void* memory) {
    Piece piece(memory, deepBytes(value));
    return copyParts(value, [](const void*) { return false; }, piece);
}

Value copyOut(const Value& value, const Arena& from, Arena& to) {
    return copyParts(value, [&](const void* p) { return !from.contains(p); }, to);
}

Value copyOut(const Value& value, const Arena& from, const Arena& orFrom, Arena& to) {
    const auto shared = [&](const void* p) { return !from.contains(p) && !orFrom.contains(p); };
    return copyParts(value, shared, to);
}

std::size_t deepBytes(const Value& value) {
    switch (value.kind()) {
    case Kind::String:
    case Kind::Bytes: return value.size();
    case Kind::Array: {
        std::size_t total = value.size() * sizeof(Value);
        for (const Value& item : value.items())
            total += deepBytes(item);
        return total;
    }
    case Kind::Record: {
        std::size_t total = recordBytes(value.size());
        for (const Field& field : value.fields())
            total += field.key.size() + deepBytes(field.value);
        return total;
    }
    default: return 0;
    }
}

OwnedValue::OwnedValue(const Value& value) {
    const std::size_t bytes = deepBytes(value);
    if (bytes == 0) {
        m_value = value;
        return;
    }
    auto memory = std::make_shared<Arena>(bytes + 64);
    m_value = deepCopy(value, *memory);
    m_memory = std::move(memory);
}

namespace {

template <class Equal> bool equalRecords(const Value& a, const Value& b, Equal equal) {
    if (a.size() != b.size())
        return false;
    std::uint32_t hint = 0;
    for (const Field& field : a.fields()) {
        const Value* other = b.find(field.key, hint);
        if (other == nullptr || !equal(field.value, *other))
            return false;
        ++hint;
    }
    return true;
}

template <class Equal> bool equalArrays(const Value& a, const Value& b, Equal equal) {
    return a.size() == b.size() &&
           std::equal(a.items().begin(), a.items().end(), b.items().begin(), equal);
}

bool isText(const Value& v) {
    return v.isString() || v.isBytes();
}

} // namespace

bool looselyEqual(const Value& a, const Value& b) {
    if (isText(a) && isText(b))
        return a.asString() == b.asString();
    if (a.isNumber() && b.isNumber()) {
        if (a.isInteger() && b.isInteger())
            return a.kind() == b.kind() && a.asU64() == b.asU64();
        return std::abs(a.toDouble() - b.toDouble()) < DBL_EPSILON;
    }
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::Null: return true;
    case Kind::Bool: return a.asBool() == b.asBool();
    case Kind::Array: return equalArrays(a, b, looselyEqual);
    case Kind::Record: return equalRecords(a, b, looselyEqual);
    default: return false;
    }
}

bool strictlyEqual(const Value& a, const Value& b) {
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::Null: return true;
    case Kind::Bool:
    case Kind::I64:
    case Kind::U64: return a.asU64() == b.asU64();
    case Kind::F64:
        return a.asU64() == b.asU64() || (std::isnan(a.asF64()) && std::isnan(b.asF64()));
    case Kind::String:
    case Kind::Bytes: return a.asString() == b.asString();
    case Kind::Array: return equalArrays(a, b, strictlyEqual);
    case Kind::Record: return equalRecords(a, b, strictlyEqual);
    }
    return false;
}

std::uint64_t hashValue(const Value& value) {
    const auto kind = static_cast<std::uint64_t>(value.kind());
    switch (value.kind()) {
    case Kind::Null: return 0x9E3779B97F4A7C15ULL;
    case Kind::Bool:
    case Kind::I64:
    case Kind::U64:
    case Kind::F64: {
        std::uint64_t bits = value.asU64();
        if (value.isFloat() && std::isnan(value.asF64()))
            bits = 0x7FF8000000000000ULL;
        std::uint64_t mixed = (bits ^ (kind << 56)) * 0x9E3779B97F4A7C15ULL;
        return mixed ^ (mixed >> 32);
    }
    case Kind::String:
    case Kind::Bytes: return stableHash64(value.asString(), kind);
    case Kind::Array: {
        std::uint64_t hash = kind + value.size();
        for (const Value& item : value.items())
            hash = (hash ^ hashValue(item)) * 0x100000001B3ULL + (hash >> 29);
        return hash;
    }
    case Kind::Record: {
        // A sum, because the order of fields does not count.
        std::uint64_t hash = kind + value.size();
        for (const Field& field : value.fields()) {
            std::uint64_t one =
                stableHash64(field.key, 77) ^ (hashValue(field.value) * 0x9E3779B97F4A7C15ULL);
            hash += one ^ (one >> 31);
        }
        return hash;
    }
    }
    return 0;
}

} // namespace fuseboard
