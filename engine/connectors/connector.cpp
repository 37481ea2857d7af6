// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/connector.h"

#include "engine/connectors/compress.h"

#include <array>

namespace fuseboard {

// The file connector is last, because it claims whatever is left.
std::span<const Connector> connectors() {
    static const std::array kConnectors = {
        standardStreamsConnector(),
        generatorConnector(),
        discardConnector(),
        fileConnector(),
    };
    return kConnectors;
}

const Connector& connectorFor(std::string_view location) {
    for (const Connector& connector : connectors())
        if (connector.claims(location))
            return connector;
    return connectors().back();
}

Result<std::unique_ptr<ByteSink>> openSink(const std::string& location) {
    const Connector& connector = connectorFor(location);
    if (connector.openSink == nullptr)
        return fail(ErrorCode::Unsupported,
                    "nothing can be written to " + location + ": it is only a source");
    FB_TRY_ASSIGN(std::unique_ptr<ByteSink> sink, connector.openSink(location));
    return compressedByEnding(std::move(sink), location);
}

} // namespace fuseboard
