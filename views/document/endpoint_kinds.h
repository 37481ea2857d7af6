// SPDX-License-Identifier: Apache-2.0
// The sources and sinks that the palette offers. What they read and write is a matter of the
// connectors; a document only keeps their binding.
#pragma once

#include "engine/graph/graph.h"

#include <QString>

#include <span>
#include <string_view>

namespace fuseboard {

/// What is dragged out of the palette: the name of an operator or of an EndpointKind, in UTF-8.
inline constexpr char kOperatorMimeType[] = "application/x-fuseboard-operator";

/// One entry of the palette's sections "Sources" and "Sinks".
struct EndpointKind {
    std::string_view name; ///< stable, for drags: "source/file"
    std::string_view connector;
    bool isSource = true;
    const char* title;
    const char* icon;
    const char* summary;
};

[[nodiscard]] std::span<const EndpointKind> endpointKinds();
[[nodiscard]] const EndpointKind* findEndpointKind(std::string_view name);
[[nodiscard]] PortBinding defaultBinding(const EndpointKind& kind);

/// The setting of a source that declares a schema.
inline constexpr std::string_view kSchemaKey = "schema";

/// A text setting of a binding ("path", "format"); empty when it is not there.
[[nodiscard]] std::string_view bindingText(const PortBinding& binding, std::string_view key);
/// `binding` with one text setting replaced; an empty value removes it.
[[nodiscard]] PortBinding withText(const PortBinding& binding, std::string_view key,
                                   std::string_view value);

} // namespace fuseboard
