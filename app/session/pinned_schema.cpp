// SPDX-License-Identifier: Apache-2.0
// Schemas that are saved with the sources of a pipeline, as the setting "schema" of their bindings.
#include "app/session/session.h"
#include "engine/base/check.h"
#include "engine/formats/json_text.h"
#include "engine/formats/schema_json.h"

#include <utility>

namespace fuseboard {

Result<std::shared_ptr<const Schema>> pinnedSchema(const PortBinding& binding) {
    const Value* saved =
        binding.settings->isRecord() ? binding.settings->find(kSchemaSetting) : nullptr;
    if (saved == nullptr || saved->isNull())
        return nullptr;
    FB_TRY_ASSIGN(Schema schema, parseSchema(printJson(*saved)));
    return std::make_shared<const Schema>(std::move(schema));
}

Result<std::vector<std::shared_ptr<const Schema>>> pinnedSchemas(const Graph& graph) {
    std::vector<std::shared_ptr<const Schema>> schemas;
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i) {
        auto schema = pinnedSchema(*graph.inputBinding(i));
        if (!schema) {
            Error error = std::move(schema).error();
            error.message = "the schema of source " + graph.inputs()[i] + ": " + error.message;
            error.hint = "pin the schema again, or unpin it";
            return fail(std::move(error));
        }
        schemas.push_back(std::move(*schema));
    }
    return schemas;
}

OwnedValue schemaSetting(const Schema& schema) {
    Arena arena(4096);
    const std::string text = printSchema(schema);
    const Result<Value> value = parseJson(text, arena);
    FB_CHECK(value.has_value()); // we have just printed it
    return OwnedValue(*value);
}

} // namespace fuseboard
