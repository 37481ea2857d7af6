// SPDX-License-Identifier: Apache-2.0
// From rows to bytes: what sinks and the command line write.
#pragma once

#include "engine/base/result.h"
#include "engine/formats/row_decoder.h"
#include "engine/value/value.h"

#include <cstdint>
#include <memory>
#include <string>

namespace fuseboard {

/// What printing lost, to be added up and shown.
struct EncodeCounters {
    std::uint64_t nonFinite = 0;     ///< NaN and infinities printed as null (CSV: empty)
    std::uint64_t unnamedFields = 0; ///< CSV: fields that the header does not name, left out
    /// CSV: names of those of the first row that has any, separated by ", ".
    std::string unnamedNames;
};

/// Prints rows of one output. encode() is const: after fixHeader(), where that is needed, batches
/// may be encoded by several threads at once and their bytes joined in row order.
class RowEncoder {
public:
    virtual ~RowEncoder() = default;
    /// Whether fixHeader() must see the output's first row (in key order) before any encode().
    [[nodiscard]] virtual bool needsFirstRow() const { return false; }
    /// Decides the columns by the first row and appends the header line to `out`. Not thread-safe;
    /// later calls do nothing.
    virtual void fixHeader(const Value& firstRow, std::string& out);
    /// Appends the row and its newline.
    virtual void encode(const Value& data, std::string& out, EncodeCounters& counters) const = 0;
};

/// Ndjson: one compact JSON value a line. Csv (RFC 4180, lines end in \n): header from the first
/// row's keys, later rows by those keys; nested values as JSON text; null and missing fields are
/// empty; strings that would read back as a number or null are quoted; rows that are no records
/// have the one column `value`. Lines: strings as they are, all else as JSON. Influx: Unsupported.
[[nodiscard]] Result<std::unique_ptr<RowEncoder>> makeRowEncoder(Format format);

} // namespace fuseboard
