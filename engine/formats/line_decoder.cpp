// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/line_decoder.h"

#include "engine/formats/text_encoding.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace fuseboard {

namespace {

constexpr std::array<std::string_view, 4> kFormatNames = {"ndjson", "csv", "influx", "lines"};

/// The line that starts at `begin`, and where the next one starts.
std::string_view lineAt(std::string_view bytes, std::size_t begin, std::size_t& next) {
    const auto* newline =
        static_cast<const char*>(std::memchr(bytes.data() + begin, '\n', bytes.size() - begin));
    const std::size_t end =
        newline == nullptr ? bytes.size() : static_cast<std::size_t>(newline - bytes.data());
    next = newline == nullptr ? end : end + 1;
    return bytes.substr(begin, end - begin);
}

/// Event as a string: no parsing at all.
class LinesDecoder final : public LineDecoder {
public:
    explicit LinesDecoder(const DecodeOptions& options) : LineDecoder(options) {}

private:
    Outcome decodeLine(std::string_view line, Value& data, std::string&) override {
        data = Value::string(line);
        return Outcome::Row;
    }
};

} // namespace

std::string_view toString(Format format) {
    return kFormatNames[static_cast<std::size_t>(format)];
}

std::optional<Format> formatFromName(std::string_view name) {
    for (std::size_t i = 0; i < kFormatNames.size(); ++i)
        if (kFormatNames[i] == name)
            return static_cast<Format>(i);
    return std::nullopt;
}

bool isBlankLine(std::string_view line) {
    for (const char c : line)
        if (!isBlankByte(c) && c != '\n')
            return false;
    return true;
}

LineCount countLines(std::string_view bytes) {
    LineCount count;
    std::size_t at = 0;
    while (at < bytes.size()) {
        // The first byte decides almost always, so blank lines cost nothing to recognise.
        const bool surelyRow = static_cast<unsigned char>(bytes[at]) > ' ';
        std::size_t next = 0;
        const std::string_view line = lineAt(bytes, at, next);
        ++count.lines;
        count.rows += surelyRow || !isBlankLine(line) ? 1U : 0U;
        at = next;
    }
    return count;
}

Value pruneValue(const Value& value, const FieldTree& fields, Arena& arena) {
    if (fields.whole || !value.isRecord())
        return value;
    std::vector<Field> kept;
    for (const Field& field : value.fields())
        if (const FieldTree* below = fields.child(field.key); below != nullptr)
            kept.push_back({field.key, pruneValue(field.value, *below, arena)});
    return makeRecord(arena, kept);
}

ChunkDecoder::ChunkDecoder(const DecodeOptions& options)
    : m_fields(options.fields), m_converted(options.fields), m_schema(options.schema) {
    if (m_schema != nullptr && m_schema->fields().empty())
        m_schema = nullptr;
    if (m_schema != nullptr)
        m_converted.merge(m_schema->reads());
}

void ChunkDecoder::decode(const SourceChunk& chunk, Arena& arena, std::vector<DecodedRow>& rows,
                          std::vector<RejectedRow>& rejected) {
    m_arena = &arena;
    m_rows = &rows;
    m_rejected = &rejected;
    m_firstRow = chunk.firstRow;
    m_line = chunk.firstLine;
    m_row = 0;
    decodeLines(chunk.bytes);
    for (const SourceChunk::Skipped& skipped : chunk.skipped)
        rejected.push_back({skipped.row,
                            skipped.line,
                            fmt::format("the line has {} bytes, which is more than the limit of "
                                        "one event",
                                        skipped.bytes),
                            {}});
}

void ChunkDecoder::checkedRow(const Value& data, std::string_view line) {
    if (const Status status = m_schema->check(data); !status) {
        reject(status.error().message, line);
        return;
    }
    m_rows->push_back({pruneValue(data, m_fields, *m_arena), m_row, line, false});
}

void ChunkDecoder::reject(std::string reason, std::string_view line) {
    m_rejected->push_back({m_firstRow + m_row, m_line, std::move(reason), excerpt(line)});
}

void LineDecoder::decodeLines(std::string_view bytes) {
    beginChunk();
    const bool allValid = isValidUtf8(bytes);
    std::string reason;
    for (std::size_t at = 0; at < bytes.size();) {
        std::string_view line = lineAt(bytes, at, at);
        if (isBlankLine(line)) {
            countLine(false);
            continue;
        }
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        Value data;
        if (!allValid && !isValidUtf8(line)) {
            reject(fmt::format("invalid UTF-8 at column {}", columnOf(line, validUtf8Prefix(line))),
                   line);
        } else {
            switch (decodeLine(line, data, reason)) {
            case Outcome::Row: row(data, line); break;
            case Outcome::UntimedRow: untimedRow(data, line); break;
            case Outcome::Rejected: reject(std::move(reason), line); break;
            case Outcome::Nothing: break;
            }
        }
        countLine(true);
    }
}

std::unique_ptr<RowDecoder> makeLinesDecoder(const DecodeOptions& options) {
    return std::make_unique<LinesDecoder>(options);
}

Result<std::unique_ptr<RowDecoder>> makeRowDecoder(const DecodeOptions& options) {
    switch (options.format) {
    case Format::Ndjson: return makeNdjsonDecoder(options);
    case Format::Csv:
        if (options.csvHeader && options.csvNames.empty())
            return fail(ErrorCode::InvalidArgument, "a CSV source with a header needs its names",
                        "read the header line first, or say that there is none");
        return makeCsvDecoder(options);
    case Format::Influx: return makeInfluxDecoder(options);
    case Format::Lines: return makeLinesDecoder(options);
    }
    return fail(ErrorCode::InvalidArgument, "unknown format");
}

} // namespace fuseboard
