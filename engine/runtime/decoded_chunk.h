// SPDX-License-Identifier: Apache-2.0
// A piece of one source, as it arrives and as the rows that were decoded from it.
#pragma once

#include "engine/formats/column_decoder.h"
#include "engine/runtime/batch.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace fuseboard {

struct ArrivedChunk {
    SourceChunk chunk;
    std::uint64_t ordinal = 0;
    std::uint64_t arrivalNs = 0; ///< monotonic; under an offered load the scheduled time
    std::uint64_t wallNs = 0;
    bool last = false; ///< holds no rows: the input has ended
};

struct DecodedChunk {
    std::shared_ptr<RowBlock> rows; ///< key.sequence holds the row's number in its source; or
    std::shared_ptr<ColumnBlock> columns;
    std::vector<RejectedRow> rejected;
    SourceChunk source;                     ///< what the rows were decoded from
    std::vector<std::uint32_t> lineOffsets; ///< by row, into source.bytes; only under a field clock
    std::vector<std::uint32_t> untimed;     ///< rows that take the time of their arrival, ascending
    std::uint64_t arrivalNs = 0;            ///< monotonic
    std::uint64_t wallNs = 0;               ///< wall clock at arrival
    bool last = false;

    [[nodiscard]] std::size_t rowCount() const {
        return columns != nullptr ? columns->rows : rows->rows.size();
    }
    /// Bytes that were made of the chunk.
    [[nodiscard]] std::size_t decodedBytes() const {
        return columns != nullptr ? columns->bytes() : rows->bytes();
    }
};

/// Decodes `arrived` on the calling thread. The rows hold its memory. `keepsLines`: fill
/// DecodedChunk::lineOffsets.
[[nodiscard]] DecodedChunk decodeChunk(RowDecoder& decoder, ArrivedChunk arrived, bool keepsLines);

/// As decodeChunk(), to columns.
[[nodiscard]] DecodedChunk decodeColumns(ColumnDecoder& decoder, ArrivedChunk arrived);

} // namespace fuseboard
