// SPDX-License-Identifier: Apache-2.0
// The list of connectors. A new one is one file with one function and one line in connector.cpp.
#pragma once

#include "engine/base/result.h"
#include "engine/connectors/byte_sink.h"
#include "engine/connectors/byte_source.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// One way to move bytes. The first connector in the list that claims a location opens it.
struct Connector {
    std::string_view name;     ///< "file", "standard-streams", …
    std::string_view about;    ///< one sentence for help texts
    std::string_view location; ///< how a location looks, for help texts
    bool (*claims)(std::string_view location);
    /// nullptr when it is no source (no sink).
    Result<std::unique_ptr<ByteSource>> (*openSource)(const std::string& location);
    Result<std::unique_ptr<ByteSink>> (*openSink)(const std::string& location);
};

[[nodiscard]] std::span<const Connector> connectors();
/// The connector that opens `location`; the file connector claims what no other does.
[[nodiscard]] const Connector& connectorFor(std::string_view location);

Connector fileConnector();
Connector standardStreamsConnector();
Connector generatorConnector();
Connector discardConnector();

} // namespace fuseboard
