// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/source.h"

#include "engine/connectors/connector.h"
#include "engine/formats/format_detect.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::size_t kDetectBytes = 64 * 1024;
// Values keep 32-bit sizes; half of that leaves room for everything that is added to a line.
constexpr std::size_t kMostEventBytes = std::numeric_limits<std::uint32_t>::max() / 2;

Format chooseFormat(const SourceSpec& spec, LineReader& reader, std::string& reason) {
    if (spec.format) {
        reason = "as told";
        return *spec.format;
    }
    if (const auto format = formatFromPath(reader.name())) {
        reason = "by the file's ending";
        return *format;
    }
    reason = "by the content";
    std::string_view head = reader.peek(1);
    if (head.find('\n') == std::string_view::npos)
        head = reader.peek(kDetectBytes);
    // A line that was cut says nothing about the format, unless it is all there is.
    const std::size_t newline = head.substr(0, kDetectBytes).rfind('\n');
    return formatFromContent(
        head.substr(0, newline == std::string_view::npos ? kDetectBytes : newline + 1));
}

} // namespace

Result<OpenedSource> openSource(std::unique_ptr<ByteSource> source, const SourceSpec& spec) {
    if (spec.maxEventBytes == 0 || spec.maxEventBytes > kMostEventBytes)
        return fail(ErrorCode::InvalidArgument,
                    "the limit of one event must be from 1 byte to 2 GiB");
    FB_TRY_ASSIGN(std::unique_ptr<LineReader> reader,
                  LineReader::open(std::move(source), spec.maxEventBytes));
    OpenedSource opened;
    opened.decode.format = chooseFormat(spec, *reader, opened.formatReason);
    opened.decode.fields = spec.fields;
    opened.decode.trustInput = spec.trustInput;
    opened.decode.schema = spec.schema;
    opened.decode.csvHeader = spec.csvHeader;
    opened.decode.csvNames = spec.csvNames;
    if (opened.decode.format == Format::Csv && spec.csvHeader && spec.csvNames.empty()) {
        FB_TRY_ASSIGN(const std::optional<std::string> header, reader->takeHeaderLine());
        if (header) {
            auto names = parseCsvHeader(*header);
            if (!names) {
                names.error().place.file = reader->name();
                names.error().place.line = 1;
                return fail(std::move(names.error()));
            }
            opened.decode.csvNames = std::move(*names);
        } else {
            opened.decode.csvHeader = false; // an empty file has no rows either
        }
    }
    opened.reader = std::move(reader);
    return opened;
}

Result<OpenedSource> openSource(const SourceSpec& spec) {
    const Connector& connector = connectorFor(spec.location);
    if (connector.openSource == nullptr)
        return fail(ErrorCode::Unsupported,
                    "nothing can be read from " + spec.location + ": it is only a sink");
    FB_TRY_ASSIGN(std::unique_ptr<ByteSource> source, connector.openSource(spec.location));
    return openSource(std::move(source), spec);
}

} // namespace fuseboard
