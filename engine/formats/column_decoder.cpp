// SPDX-License-Identifier: Apache-2.0
// Which decoder fills columns, and the one for any format: rows first, then a walk along each path.
#include "engine/formats/column_decoder.h"

#include "engine/base/check.h"
#include "engine/formats/block_columns.h"
#include "engine/formats/json_number.h"
#include "engine/formats/json_string.h"

#include <algorithm>
#include <unordered_set>

namespace fuseboard {

namespace {

class RowColumns final : public ColumnDecoder {
public:
    RowColumns(const DecodeOptions& options, std::unique_ptr<RowDecoder> rows)
        : m_assembly(options.fields, std::move(rows)) {}

    void decode(const SourceChunk& chunk, ColumnBlock& into,
                std::vector<RejectedRow>& rejected) override {
        m_assembly.begin(chunk, into, rejected);
        m_assembly.addLines(chunk.bytes, 0); // nothing follows that would need their number
        m_assembly.finish(chunk);
    }
    Value reread(std::string_view line, Arena& arena) override {
        return m_assembly.reread(line, arena);
    }

private:
    ColumnAssembly m_assembly;
};

bool areDistinct(const std::vector<std::string>& names) {
    std::unordered_set<std::string_view> seen;
    return std::ranges::all_of(names, [&](const auto& name) { return seen.insert(name).second; });
}

} // namespace

bool hasColumns(const DecodeOptions& options) {
    const bool checked = options.schema != nullptr && !options.schema->fields().empty();
    return options.format != Format::Influx && !checked;
}

Value cellValue(const Cell& cell, Arena& arena) {
    Value value;
    std::string_view text;
    switch (cell.kind) {
    case CellKind::NumberText: FB_CHECK(json_number::readAll(cell.text(), value)); return value;
    case CellKind::EscapedText:
        FB_CHECK(json_string::unescapeInto(cell.text(), arena, text));
        return Value::string(text);
    default: FB_CHECK(cell.isValue()); return cell.value();
    }
}

Result<std::unique_ptr<ColumnDecoder>> makeColumnDecoder(const DecodeOptions& options) {
    FB_CHECK(hasColumns(options));
    auto rows = makeRowDecoder(options);
    if (!rows)
        return std::unexpected(rows.error());
    if (options.format == Format::Ndjson && !options.fields.whole)
        return makeNdjsonColumns(options, *std::move(rows));
    if (options.format == Format::Csv && !options.fields.whole && areDistinct(options.csvNames))
        return makeCsvColumns(options, *std::move(rows));
    return std::make_unique<RowColumns>(options, *std::move(rows));
}

} // namespace fuseboard
