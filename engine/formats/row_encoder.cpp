// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/row_encoder.h"

#include "engine/formats/json_number.h"
#include "engine/formats/json_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fuseboard {

void RowEncoder::fixHeader(const Value&, std::string&) {}

namespace {

class NdjsonEncoder final : public RowEncoder {
public:
    void encode(const Value& data, std::string& out, EncodeCounters& counters) const override {
        printJson(data, out, &counters.nonFinite);
        out += '\n';
    }
};

class LinesEncoder final : public RowEncoder {
public:
    void encode(const Value& data, std::string& out, EncodeCounters& counters) const override {
        if (data.isString())
            out += data.asString();
        else
            printJson(data, out, &counters.nonFinite);
        out += '\n';
    }
};

void printCell(std::string_view text, bool quote, std::string& out) {
    if (!quote && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
}

/// Whether an unquoted cell of this text would read back as something else, or as no row at all.
bool needsQuotes(std::string_view text) {
    Value number;
    return text.empty() || text.front() == ' ' || text.front() == '\t' ||
           json_number::readAll(text, number);
}

class CsvEncoder final : public RowEncoder {
public:
    bool needsFirstRow() const override { return true; }

    void fixHeader(const Value& firstRow, std::string& out) override {
        if (m_fixed)
            return;
        m_fixed = true;
        m_records = firstRow.isRecord();
        if (m_records) {
            for (const Field& field : firstRow.fields())
                m_names.emplace_back(field.key);
        } else {
            m_names.emplace_back("value");
        }
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            if (i > 0)
                out += ',';
            printCell(m_names[i], m_names[i].empty(), out);
        }
        out += '\n';
    }

    void encode(const Value& data, std::string& out, EncodeCounters& counters) const override {
        const std::size_t before = out.size();
        if (m_records && data.isRecord())
            encodeRecord(data, out, counters);
        else
            encodeSingle(data, out, counters);
        // An empty line would be no row at all.
        if (out.size() == before)
            out += "\"\"";
        out += '\n';
    }

private:
    void encodeRecord(const Value& data, std::string& out, EncodeCounters& counters) const {
        std::size_t found = 0;
        std::uint32_t hint = 0;
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            if (i > 0)
                out += ',';
            const Value* const value = data.find(m_names[i], hint);
            if (value == nullptr)
                continue;
            ++found;
            ++hint;
            encodeCell(*value, out, counters);
        }
        if (found == data.size())
            return;
        if (counters.unnamedFields == 0)
            counters.unnamedNames = unnamedOf(data);
        counters.unnamedFields += data.size() - found;
    }

    [[nodiscard]] std::string unnamedOf(const Value& data) const {
        std::string names;
        for (const Field& field : data.fields())
            if (std::ranges::find(m_names, field.key) == m_names.end()) {
                names += names.empty() ? "" : ", ";
                names += field.key;
            }
        return names;
    }

    /// A row of another kind than the first one: its JSON in the first column.
    void encodeSingle(const Value& data, std::string& out, EncodeCounters& counters) const {
        encodeCell(data, out, counters);
        for (std::size_t i = 1; i < m_names.size(); ++i)
            out += ',';
    }

    static void encodeCell(const Value& value, std::string& out, EncodeCounters& counters) {
        switch (value.kind()) {
        case Kind::Null: break;
        case Kind::String: printCell(value.asString(), needsQuotes(value.asString()), out); break;
        case Kind::Bytes: {
            std::string text;
            printBase64(value.asString(), text);
            printCell(text, needsQuotes(text), out);
            break;
        }
        case Kind::F64:
            if (std::isfinite(value.asF64()))
                printFloat(value.asF64(), out);
            else
                ++counters.nonFinite;
            break;
        case Kind::Array:
        case Kind::Record: {
            std::string text;
            printJson(value, text, &counters.nonFinite);
            printCell(text, false, out);
            break;
        }
        default: printJson(value, out); break;
        }
    }

    bool m_fixed = false;
    bool m_records = true;
    std::vector<std::string> m_names;
};

} // namespace

Result<std::unique_ptr<RowEncoder>> makeRowEncoder(Format format) {
    switch (format) {
    case Format::Ndjson: return std::make_unique<NdjsonEncoder>();
    case Format::Csv: return std::make_unique<CsvEncoder>();
    case Format::Lines: return std::make_unique<LinesEncoder>();
    case Format::Influx: break;
    }
    return fail(ErrorCode::Unsupported, "rows cannot be written as influx line protocol",
                "write ndjson or csv instead");
}

} // namespace fuseboard
