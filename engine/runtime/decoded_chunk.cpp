// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/decoded_chunk.h"

namespace fuseboard {

DecodedChunk decodeChunk(RowDecoder& decoder, ArrivedChunk arrived, bool keepsLines) {
    DecodedChunk decoded;
    decoded.rows = std::make_shared<RowBlock>(arrived.chunk.bytes.size());
    decoded.arrivalNs = arrived.arrivalNs;
    decoded.wallNs = arrived.wallNs;
    decoded.last = arrived.last;
    RowBlock& block = *decoded.rows;
    thread_local std::vector<DecodedRow> rows; // keeps its room from one chunk to the next
    rows.clear();
    decoder.decode(arrived.chunk, block.arena, rows, decoded.rejected);
    block.rows.reserve(rows.size());
    for (const DecodedRow& row : rows) {
        BatchRow& made = block.rows.emplace_back();
        made.key.sequence = arrived.chunk.firstRow + row.row;
        made.data = row.data;
        made.meta = Value::record({});
        if (row.needsTime)
            decoded.untimed.push_back(static_cast<std::uint32_t>(block.rows.size() - 1));
        if (keepsLines)
            decoded.lineOffsets.push_back(
                static_cast<std::uint32_t>(row.line.data() - arrived.chunk.bytes.data()));
    }
    if (arrived.chunk.memory != nullptr)
        block.memory.push_back(arrived.chunk.memory);
    decoded.source = std::move(arrived.chunk);
    return decoded;
}

DecodedChunk decodeColumns(ColumnDecoder& decoder, ArrivedChunk arrived) {
    DecodedChunk decoded;
    decoded.columns = std::make_shared<ColumnBlock>(arrived.chunk.bytes.size());
    decoded.arrivalNs = arrived.arrivalNs;
    decoded.wallNs = arrived.wallNs;
    decoded.last = arrived.last;
    decoder.decode(arrived.chunk, *decoded.columns, decoded.rejected);
    decoded.source = std::move(arrived.chunk);
    return decoded;
}

} // namespace fuseboard
