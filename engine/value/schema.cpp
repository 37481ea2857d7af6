// SPDX-License-Identifier: Apache-2.0
#include "engine/value/schema.h"

#include <algorithm>
#include <array>
#include <map>

namespace fuseboard {

namespace {

constexpr std::array<std::string_view, 8> kTypeNames = {"any",    "bool",   "int",    "float",
                                                        "number", "string", "record", "array"};

bool accepts(SchemaType type, const Value& value) {
    switch (type) {
    case SchemaType::Any: return true;
    case SchemaType::Bool: return value.isBool();
    case SchemaType::Int: return value.isInteger();
    case SchemaType::Float: return value.isFloat();
    case SchemaType::Number: return value.isNumber();
    case SchemaType::String: return value.isString();
    case SchemaType::Record: return value.isRecord();
    case SchemaType::Array: return value.isArray();
    }
    return false;
}

std::string shownPath(std::span<const std::string> path) {
    return path.empty() ? "the event" : "field " + pathText(path);
}

Status checkField(const SchemaField& field, const Value& event) {
    const Value* at = &event;
    for (std::size_t i = 0; i < field.path.size(); ++i) {
        if (!at->isRecord())
            return at->isNull() && !field.required
                       ? Status{}
                       : Status(
                             fail(ErrorCode::WrongType, shownPath(std::span(field.path).first(i)) +
                                                            " is not a record but " +
                                                            std::string(kindName(at->kind()))));
        const Value* next = at->find(field.path[i]);
        if (next == nullptr)
            return field.required ? Status(fail(ErrorCode::MissingField,
                                                shownPath(field.path) + " is missing"))
                                  : Status{};
        at = next;
    }
    if (at->isNull() && (field.nullable || field.type == SchemaType::Any))
        return {};
    if (accepts(field.type, *at))
        return {};
    return fail(ErrorCode::WrongType, shownPath(field.path) + " is not " +
                                          std::string(toString(field.type)) + " but " +
                                          std::string(kindName(at->kind())));
}

/// What was seen at one path so far.
struct Seen {
    std::vector<std::string> path;
    SchemaType type = SchemaType::Any;
    bool typed = false; ///< whether a value other than null was there
    bool nullable = false;
    std::size_t count = 0;
};

SchemaType typeOf(const Value& value) {
    switch (value.kind()) {
    case Kind::Bool: return SchemaType::Bool;
    case Kind::I64:
    case Kind::U64: return SchemaType::Int;
    case Kind::F64: return SchemaType::Float;
    case Kind::String: return SchemaType::String;
    case Kind::Array: return SchemaType::Array;
    case Kind::Record: return SchemaType::Record;
    default: return SchemaType::Any;
    }
}

bool isNumeric(SchemaType type) {
    return type == SchemaType::Int || type == SchemaType::Float || type == SchemaType::Number;
}

SchemaType widen(SchemaType a, SchemaType b) {
    if (a == b)
        return a;
    return isNumeric(a) && isNumeric(b) ? SchemaType::Number : SchemaType::Any;
}

class Inference {
public:
    void take(const Value& value) { visit(value); }

    std::vector<SchemaField> fields(std::size_t samples) const {
        std::vector<SchemaField> out;
        for (const Seen& seen : m_seen) {
            const SchemaType type = seen.typed ? seen.type : SchemaType::Any;
            if (seen.path.empty() && type == SchemaType::Any)
                continue;
            if (!reachable(seen.path))
                continue;
            out.push_back({seen.path, type, seen.nullable, seen.count == samples});
        }
        return out;
    }

private:
    // Fields below something that was not always a record are no facts.
    bool reachable(const std::vector<std::string>& path) const {
        std::vector<std::string> above;
        for (const std::string& key : path) {
            const Seen& seen = m_seen[m_places.at(above)];
            if (seen.type != SchemaType::Record || seen.nullable)
                return false;
            above.push_back(key);
        }
        return true;
    }

    Seen& at(const std::vector<std::string>& path) {
        const auto [place, isNew] = m_places.try_emplace(path, m_seen.size());
        if (isNew)
            m_seen.push_back({path, SchemaType::Any, false, false, 0});
        return m_seen[place->second];
    }

    void visit(const Value& value) {
        Seen& seen = at(m_path);
        ++seen.count;
        if (value.isNull()) {
            seen.nullable = true;
            return;
        }
        const SchemaType type = typeOf(value);
        seen.type = seen.typed ? widen(seen.type, type) : type;
        seen.typed = true;
        if (!value.isRecord())
            return;
        for (const Field& field : value.fields()) {
            m_path.emplace_back(field.key);
            visit(field.value);
            m_path.pop_back();
        }
    }

    std::vector<Seen> m_seen;
    std::map<std::vector<std::string>, std::size_t> m_places;
    std::vector<std::string> m_path;
};

} // namespace

std::string_view toString(SchemaType type) {
    return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<SchemaType> schemaTypeFromName(std::string_view name) {
    const auto found = std::ranges::find(kTypeNames, name);
    if (found == kTypeNames.end())
        return std::nullopt;
    return static_cast<SchemaType>(found - kTypeNames.begin());
}

std::string pathText(std::span<const std::string> path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (i > 0)
            out += '.';
        for (const char c : path[i]) {
            if (c == '.' || c == '\\')
                out += '\\';
            out += c;
        }
    }
    return out;
}

std::vector<std::string> pathFromText(std::string_view text) {
    std::vector<std::string> path;
    if (text.empty())
        return path;
    path.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '.' || text[i + 1] == '\\');
        if (escape)
            path.back() += text[++i];
        else if (text[i] == '.')
            path.emplace_back();
        else
            path.back() += text[i];
    }
    return path;
}

Result<Schema> Schema::make(std::vector<SchemaField> fields) {
    std::vector<const SchemaField*> sorted;
    for (const SchemaField& field : fields)
        sorted.push_back(&field);
    std::ranges::sort(sorted, {}, [](const SchemaField* f) -> const auto& { return f->path; });
    std::vector<const SchemaField*> above; // the chain of declared prefixes of the current path
    for (const SchemaField* field : sorted) {
        const auto isAbove = [&](const SchemaField* other) {
            return other->path.size() <= field->path.size() &&
                   std::equal(other->path.begin(), other->path.end(), field->path.begin());
        };
        while (!above.empty() && !isAbove(above.back()))
            above.pop_back();
        if (!above.empty()) {
            const SchemaField& parent = *above.back();
            if (parent.path == field->path)
                return fail(ErrorCode::InvalidArgument,
                            shownPath(field->path) + " is declared twice in the schema");
            if (parent.type != SchemaType::Record && parent.type != SchemaType::Any)
                return fail(ErrorCode::InvalidArgument,
                            shownPath(field->path) + " runs through " + shownPath(parent.path) +
                                ", which is declared as " + std::string(toString(parent.type)),
                            "declare the outer field as record or any");
        }
        above.push_back(field);
    }
    Schema schema;
    schema.m_fields = std::move(fields);
    return schema;
}

Schema Schema::infer(std::span<const Value> samples) {
    Inference inference;
    for (const Value& sample : samples)
        inference.take(sample);
    Schema schema;
    schema.m_fields = inference.fields(samples.size());
    return schema;
}

const SchemaField* Schema::find(std::span<const std::string> path) const {
    for (const SchemaField& field : m_fields)
        if (std::ranges::equal(field.path, path))
            return &field;
    return nullptr;
}

Status Schema::check(const Value& event) const {
    for (const SchemaField& field : m_fields)
        FB_TRY(checkField(field, event));
    return {};
}

FieldTree Schema::reads() const {
    FieldTree tree;
    for (const SchemaField& field : m_fields) {
        // Of a record or an array only the kind is read, but a tree cannot say that more cheaply.
        tree.add(field.path);
    }
    return tree;
}

} // namespace fuseboard
