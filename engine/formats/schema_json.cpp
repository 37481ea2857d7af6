// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/schema_json.h"

#include "engine/formats/json_text.h"

#include <utility>

namespace fuseboard {

namespace {

std::unexpected<Error> wrong(const std::string& file, std::string message, std::string hint = {}) {
    Place place;
    place.file = file;
    return fail(
        Error(ErrorCode::InvalidSyntax, std::move(message), std::move(hint)).at(std::move(place)));
}

/// Sets `flag` if `field` has `key`; false when that is no bool.
bool readFlag(const Value& field, std::string_view key, bool& flag) {
    const Value* value = field.find(key);
    if (value == nullptr)
        return true;
    if (!value->isBool())
        return false;
    flag = value->asBool();
    return true;
}

Result<SchemaField> readField(const Value& item, std::size_t number, const std::string& file) {
    const std::string which = "field " + std::to_string(number) + " of the schema";
    if (!item.isRecord())
        return wrong(file, which + " is not a record");
    const Value* path = item.find("path");
    const Value* type = item.find("type");
    if (path == nullptr || !path->isString())
        return wrong(file, which + " has no path");
    if (type == nullptr || !type->isString())
        return wrong(file, which + " has no type");
    SchemaField field;
    field.path = pathFromText(path->asString());
    const auto known = schemaTypeFromName(type->asString());
    if (!known)
        return wrong(file, which + " has the unknown type " + std::string(type->asString()),
                     "use bool, int, float, number, string, record, array or any");
    field.type = *known;
    if (!readFlag(item, "nullable", field.nullable) || !readFlag(item, "required", field.required))
        return wrong(file, which + ": nullable and required are true or false");
    for (const Field& entry : item.fields())
        if (entry.key != "path" && entry.key != "type" && entry.key != "nullable" &&
            entry.key != "required")
            return wrong(file, which + " has the unknown key " + std::string(entry.key),
                         "a field has path, type, nullable and required");
    return field;
}

} // namespace

Result<Schema> parseSchema(std::string_view text, std::string file) {
    Arena arena;
    FB_TRY_ASSIGN(const Value document, parseJson(text, arena, file));
    const Value* list = document.isRecord() ? document.find("fields") : nullptr;
    if (list == nullptr || !list->isArray())
        return wrong(file, "the schema is not a record with an array of fields",
                     "a schema looks like {\"fields\":[{\"path\":\"a.b\",\"type\":\"int\"}]}");
    std::vector<SchemaField> fields;
    for (const Value& item : list->items()) {
        FB_TRY_ASSIGN(SchemaField field, readField(item, fields.size() + 1, file));
        fields.push_back(std::move(field));
    }
    auto schema = Schema::make(std::move(fields));
    if (!schema)
        schema.error().place.file = file;
    return schema;
}

std::string printSchema(const Schema& schema) {
    std::string out = "{\"fields\":[";
    bool first = true;
    for (const SchemaField& field : schema.fields()) {
        out += first ? "\n  {\"path\":" : ",\n  {\"path\":";
        first = false;
        printJsonString(pathText(field.path), out);
        out += ",\"type\":\"";
        out += toString(field.type);
        out += field.nullable ? "\",\"nullable\":true" : "\",\"nullable\":false";
        out += field.required ? ",\"required\":true}" : ",\"required\":false}";
    }
    out += first ? "]}\n" : "\n]}\n";
    return out;
}

} // namespace fuseboard
