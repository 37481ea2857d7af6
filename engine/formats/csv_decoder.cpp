// SPDX-License-Identifier: Apache-2.0
// CSV rows by RFC 4180, one line a row; kinds by the text of each cell or by the declared schema.
#include "engine/formats/csv_text.h"
#include "engine/formats/json_number.h"
#include "engine/formats/line_decoder.h"
#include "engine/formats/text_encoding.h"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

namespace fuseboard {

namespace {

/// Without a header, columns beyond this are looked up anew in each row.
constexpr std::size_t kRememberedColumns = 4096;

struct Column {
    std::string name;
    bool wanted = true;
    std::optional<SchemaType> type; // declared
    bool nullable = false;
};

class CsvDecoder final : public LineDecoder {
public:
    explicit CsvDecoder(const DecodeOptions& options)
        : LineDecoder(options), m_schema(options.schema), m_named(options.csvHeader) {
        std::unordered_set<std::string_view> distinct;
        for (const std::string& name : options.csvNames) {
            m_columns.push_back(column(name));
            m_repeated = !distinct.insert(name).second || m_repeated;
        }
    }

private:
    Outcome decodeLine(std::string_view line, Value& data, std::string& reason) override {
        csv_text::CellReader cells(line);
        csv_text::Cell cell;
        std::size_t count = 0;
        m_fields.clear();
        while (cells.next(cell)) {
            if (!m_named && count >= m_columns.size())
                takeUnnamed(cell, count);
            else if (count < m_columns.size() && m_columns[count].wanted)
                m_fields.push_back({m_names[count], convert(cell, m_columns[count])});
            ++count;
        }
        if (cells.reason() != nullptr) {
            reason = fmt::format("not valid CSV: {} at column {}", cells.reason(),
                                 columnOf(line, cells.offset()));
            return Outcome::Rejected;
        }
        if (m_named && count != m_columns.size()) {
            reason = fmt::format("{} fields where the header has {}", count, m_columns.size());
            return Outcome::Rejected;
        }
        data = build();
        return Outcome::Row;
    }

    void beginChunk() override {
        m_names.clear();
        for (const Column& known : m_columns)
            m_names.push_back(arena().copy(known.name));
    }

    Column column(const std::string& name) const {
        Column made;
        made.name = name;
        made.wanted = convertedFields().child(name) != nullptr;
        if (m_schema == nullptr)
            return made;
        if (const SchemaField* field = m_schema->find({&name, 1}); field != nullptr) {
            made.type = field->type;
            made.nullable = field->nullable;
        }
        return made;
    }

    /// A column that no row had before.
    void takeUnnamed(const csv_text::Cell& cell, std::size_t position) {
        Column made = column("c" + std::to_string(position));
        const std::string_view name = arena().copy(made.name);
        if (made.wanted)
            m_fields.push_back({name, convert(cell, made)});
        if (position < kRememberedColumns) {
            m_columns.push_back(std::move(made));
            m_names.push_back(name);
        }
    }

    std::string_view text(const csv_text::Cell& cell) {
        if (!cell.doubled)
            return cell.raw;
        char* to = arena().allocateArray<char>(cell.raw.size());
        return {to, csv_text::undouble(cell.raw, to)};
    }

    Value convert(const csv_text::Cell& cell, const Column& column) {
        if (column.type.has_value() && *column.type != SchemaType::Any)
            return convertDeclared(cell, *column.type, column.nullable);
        if (cell.quoted)
            return Value::string(text(cell));
        if (cell.raw.empty())
            return Value::null();
        Value number;
        return json_number::readAll(cell.raw, number) ? number : Value::string(cell.raw);
    }

    /// What a declared type makes of a cell. What does not fit stays as it would be without a
    /// declaration, and the schema's check then says so.
    Value convertDeclared(const csv_text::Cell& cell, SchemaType type, bool nullable) {
        const std::string_view plain = text(cell);
        if (plain.empty() && !cell.quoted && (nullable || type != SchemaType::String))
            return Value::null();
        Value number;
        switch (type) {
        case SchemaType::String: return Value::string(plain);
        case SchemaType::Bool:
            if (plain == "true" || plain == "false")
                return Value::boolean(plain == "true");
            break;
        case SchemaType::Int:
        case SchemaType::Float:
        case SchemaType::Number:
            if (!json_number::readAll(plain, number))
                break;
            return type == SchemaType::Float ? Value::f64(number.toDouble()) : number;
        default: break;
        }
        return Value::string(plain);
    }

    Value build();

    std::shared_ptr<const Schema> m_schema;
    bool m_named;
    bool m_repeated = false;
    std::vector<Column> m_columns;
    std::vector<std::string_view> m_names;
    std::vector<Field> m_fields;
    RecordBuilder m_scratch;
};

Value CsvDecoder::build() {
    if (!m_repeated) [[likely]]
        return makeRecord(arena(), m_fields);
    for (const Field& field : m_fields)
        m_scratch.set(field.key, field.value);
    return m_scratch.build(arena());
}

} // namespace

std::unique_ptr<RowDecoder> makeCsvDecoder(const DecodeOptions& options) {
    return std::make_unique<CsvDecoder>(options);
}

} // namespace fuseboard
