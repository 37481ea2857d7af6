// SPDX-License-Identifier: Apache-2.0
#include "views/document/endpoint_kinds.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace fuseboard {

namespace {

constexpr std::array<EndpointKind, 6> kKinds{{
    {"source/file", "file", true, QT_TRANSLATE_NOOP("EndpointKind", "File (NDJSON, CSV)"), "file",
     QT_TRANSLATE_NOOP("EndpointKind", "reads rows of a file, compressed or not")},
    {"source/generator", "generator", true, QT_TRANSLATE_NOOP("EndpointKind", "Generator"), "gen",
     QT_TRANSLATE_NOOP("EndpointKind", "makes repeatable sample rows")},
    {"source/stdin", "stdin", true, QT_TRANSLATE_NOOP("EndpointKind", "Standard input"), "import",
     QT_TRANSLATE_NOOP("EndpointKind", "reads what another program writes")},
    {"sink/file", "file", false, QT_TRANSLATE_NOOP("EndpointKind", "File"), "sink",
     QT_TRANSLATE_NOOP("EndpointKind", "writes rows to a file")},
    {"sink/stdout", "stdout", false, QT_TRANSLATE_NOOP("EndpointKind", "Standard output"), "export",
     QT_TRANSLATE_NOOP("EndpointKind", "prints rows for another program")},
    {"sink/discard", "discard", false, QT_TRANSLATE_NOOP("EndpointKind", "Discard"), "nul",
     QT_TRANSLATE_NOOP("EndpointKind", "counts rows and drops them")},
}};

} // namespace

std::span<const EndpointKind> endpointKinds() {
    return kKinds;
}

const EndpointKind* findEndpointKind(std::string_view name) {
    const auto at = std::find_if(kKinds.begin(), kKinds.end(),
                                 [&](const EndpointKind& kind) { return kind.name == name; });
    return at == kKinds.end() ? nullptr : &*at;
}

PortBinding defaultBinding(const EndpointKind& kind) {
    PortBinding binding;
    binding.connector = kind.connector;
    if (kind.connector == "generator")
        binding = withText(binding, "shape", "metrics");
    return binding;
}

std::string_view bindingText(const PortBinding& binding, std::string_view key) {
    if (!binding.settings->isRecord())
        return {};
    const Value* value = binding.settings->find(key);
    return value != nullptr && value->isString() ? value->asString() : std::string_view{};
}

PortBinding withText(const PortBinding& binding, std::string_view key, std::string_view value) {
    Arena arena(1024);
    RecordBuilder builder;
    if (binding.settings->isRecord())
        builder.assign(binding.settings->fields());
    if (value.empty())
        builder.erase(key);
    else
        builder.set(key, Value::string(value));
    PortBinding changed = binding;
    changed.settings = OwnedValue(builder.build(arena));
    return changed;
}

} // namespace fuseboard
