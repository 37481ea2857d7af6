// SPDX-License-Identifier: Apache-2.0
// What all decoders share: numbering, rejecting, schemas, and the loop over lines.
#pragma once

#include "engine/formats/row_decoder.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Whitespace of a blank line.
[[nodiscard]] constexpr bool isBlankByte(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Base of the decoders. A derived class walks the chunk's lines and calls row() or reject() for
/// each line that is a row, in order.
class ChunkDecoder : public RowDecoder {
public:
    void decode(const SourceChunk& chunk, Arena& arena, std::vector<DecodedRow>& rows,
                std::vector<RejectedRow>& rejected) final;

protected:
    explicit ChunkDecoder(const DecodeOptions& options);

    /// Walks all lines of `bytes`.
    virtual void decodeLines(std::string_view bytes) = 0;

    /// What to convert: the fields asked for and those that the schema checks.
    [[nodiscard]] const FieldTree& convertedFields() const { return m_converted; }
    [[nodiscard]] Arena& arena() { return *m_arena; }
    /// Moves on to the next line; `isRow` when it counts as one.
    void countLine(bool isRow) {
        ++m_line;
        m_row += isRow ? 1U : 0U;
    }
    /// The current line (not yet counted) is the row `data`, or violates the schema.
    void row(const Value& data, std::string_view line) {
        if (m_schema == nullptr) [[likely]]
            m_rows->push_back({data, m_row, line, false});
        else
            checkedRow(data, line);
    }
    /// As row() for one whose field `timestamp` is to be the time of its arrival.
    void untimedRow(const Value& data, std::string_view line) {
        const std::size_t before = m_rows->size();
        row(data, line);
        if (m_rows->size() > before)
            m_rows->back().needsTime = true;
    }
    /// The current line (not yet counted) is a row that cannot be decoded.
    void reject(std::string reason, std::string_view line);

private:
    void checkedRow(const Value& data, std::string_view line);

    FieldTree m_fields;
    FieldTree m_converted;
    std::shared_ptr<const Schema> m_schema;
    // Of the current chunk:
    Arena* m_arena = nullptr;
    std::vector<DecodedRow>* m_rows = nullptr;
    std::vector<RejectedRow>* m_rejected = nullptr;
    std::uint64_t m_firstRow = 0;
    std::uint64_t m_line = 0;
    std::uint32_t m_row = 0;
};

/// Base of the decoders that see one line at a time: valid UTF-8, not blank, no newline.
class LineDecoder : public ChunkDecoder {
protected:
    using ChunkDecoder::ChunkDecoder;
    /// Before the first line of a chunk: what was made in the last one's arena is gone.
    virtual void beginChunk() {}
    enum class Outcome : std::uint8_t { Row, UntimedRow, Nothing, Rejected };
    /// Sets `data`, or `reason` when it is rejected. Nothing: the line counts and says nothing.
    virtual Outcome decodeLine(std::string_view line, Value& data, std::string& reason) = 0;

private:
    void decodeLines(std::string_view bytes) final;
};

[[nodiscard]] std::unique_ptr<RowDecoder> makeNdjsonDecoder(const DecodeOptions& options);
[[nodiscard]] std::unique_ptr<RowDecoder> makeCsvDecoder(const DecodeOptions& options);
[[nodiscard]] std::unique_ptr<RowDecoder> makeInfluxDecoder(const DecodeOptions& options);
[[nodiscard]] std::unique_ptr<RowDecoder> makeLinesDecoder(const DecodeOptions& options);

} // namespace fuseboard
