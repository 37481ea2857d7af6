// SPDX-License-Identifier: Apache-2.0
// From lines of bytes to rows: what every source decoder takes and gives.
#pragma once

#include "engine/base/result.h"
#include "engine/value/arena.h"
#include "engine/value/field_tree.h"
#include "engine/value/schema.h"
#include "engine/value/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

enum class Format : std::uint8_t { Ndjson, Csv, Influx, Lines };

/// "ndjson", "csv", "influx", "lines".
[[nodiscard]] std::string_view toString(Format format);
[[nodiscard]] std::optional<Format> formatFromName(std::string_view name);

/// Decoders may load (and ignore) this many bytes past the end of a chunk.
inline constexpr std::size_t kChunkPadding = 64;

/// Some complete lines of a source, then lines that were too long to keep. Lines count from 1, rows
/// from 0; a row is a line that holds anything but spaces, tabs and carriage returns.
struct SourceChunk {
    std::shared_ptr<const char> memory; ///< owns `bytes`
    /// Whole lines with their newlines (the very last may lack its own); readable for
    /// kChunkPadding bytes past the end. May be empty.
    std::string_view bytes;
    std::uint64_t firstLine = 1; ///< line number of the first byte
    std::uint64_t firstRow = 0;  ///< row number of the first row
    bool last = false;           ///< the reader knows already that nothing follows
    /// A line over the limit, whose bytes were never buffered. It counts as one row.
    struct Skipped {
        std::uint64_t line = 0;
        std::uint64_t row = 0;
        std::uint64_t bytes = 0;
    };
    std::vector<Skipped> skipped; ///< they stand after `bytes`
};

struct DecodedRow {
    Value data;            ///< views into the chunk's bytes or the arena
    std::uint32_t row = 0; ///< ordinal within the chunk: the row's number is firstRow + row
    std::string_view line; ///< without newline and carriage return; lives as long as the chunk
    /// Its field `timestamp` holds 0 and takes the time of the row's arrival (line protocol).
    bool needsTime = false;
};

struct RejectedRow {
    std::uint64_t row = 0;  ///< number in the source
    std::uint64_t line = 0; ///< number in the source
    std::string reason;     ///< lower case, no final period
    std::string text;       ///< the line's beginning, at most 256 bytes of valid UTF-8
};

struct DecodeOptions {
    Format format = Format::Ndjson;
    /// What is converted. Other fields are validated and left out of the record; a value that is no
    /// record is converted whole wherever it stands on a path.
    FieldTree fields = FieldTree::all();
    bool trustInput = false; ///< do not validate fields that are not converted
    bool csvHeader = true;   ///< false: c0, c1 … (the header line itself is taken by the reader)
    std::vector<std::string> csvNames;    ///< names from the header; empty without one
    std::shared_ptr<const Schema> schema; ///< rows that violate it are rejected
};

/// Turns chunks into rows. One object a worker thread; it learns the shape of the rows as it goes,
/// which changes the speed and nothing else: the same lines give the same rows however they are cut
/// into chunks and whichever decoder sees them.
class RowDecoder {
public:
    virtual ~RowDecoder() = default;
    /// Appends the rows of `chunk` to `rows` and its malformed, violating and skipped ones to
    /// `rejected`, both in the order of lines. Values live as long as the chunk's memory and
    /// `arena`.
    virtual void decode(const SourceChunk& chunk, Arena& arena, std::vector<DecodedRow>& rows,
                        std::vector<RejectedRow>& rejected) = 0;
};

/// InvalidArgument when the options do not fit together (CSV with a header but without names).
[[nodiscard]] Result<std::unique_ptr<RowDecoder>> makeRowDecoder(const DecodeOptions& options);

/// What `fields` leaves of `value`: the meaning of DecodeOptions::fields.
[[nodiscard]] Value pruneValue(const Value& value, const FieldTree& fields, Arena& arena);

/// The most columns that a CSV header may name.
inline constexpr std::size_t kMaxCsvColumns = 65'536;
/// The names in a CSV header line (without newline), or why it is malformed.
[[nodiscard]] Result<std::vector<std::string>> parseCsvHeader(std::string_view line);

/// How many lines and rows `bytes` (whole lines) hold.
struct LineCount {
    std::uint64_t lines = 0;
    std::uint64_t rows = 0;
};
[[nodiscard]] LineCount countLines(std::string_view bytes);
/// Whether a line (with or without its newline) is no row.
[[nodiscard]] bool isBlankLine(std::string_view line);
/// At most `limit` bytes of `text` as valid UTF-8: invalid bytes become U+FFFD.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit = 256);

} // namespace fuseboard
