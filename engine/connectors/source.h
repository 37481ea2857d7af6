// SPDX-License-Identifier: Apache-2.0
// Opening a source as the user names it: connector, decompression, format, CSV header.
#pragma once

#include "engine/base/result.h"
#include "engine/connectors/chunk_reader.h"
#include "engine/formats/row_decoder.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fuseboard {

/// What to read and how.
struct SourceSpec {
    std::string location; ///< a path, `-`, or what another connector claims (`generate:metrics?…`)
    std::optional<Format> format; ///< else by ending, else by content
    bool csvHeader = true;
    std::vector<std::string> csvNames; ///< of a header that was taken already; else it is read
    std::size_t maxEventBytes = kDefaultMaxEventBytes;
    FieldTree fields = FieldTree::all();
    bool trustInput = false;
    std::shared_ptr<const Schema> schema;
};

/// A reader and the options for as many decoders as there are workers.
struct OpenedSource {
    std::unique_ptr<ChunkReader> reader;
    DecodeOptions decode;
    std::string formatReason; ///< for people: "named by the ending .csv.gz"
};

/// NotFound, NotReadable (directory, no permission), InvalidSyntax (CSV header), InvalidArgument.
[[nodiscard]] Result<OpenedSource> openSource(const SourceSpec& spec);
/// As openSource() for bytes that come from elsewhere; `source.name()` stands for the path.
[[nodiscard]] Result<OpenedSource> openSource(std::unique_ptr<ByteSource> source,
                                              const SourceSpec& spec);

} // namespace fuseboard
