// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_text.h"
#include "engine/formats/row_encoder.h"

#include <gtest/gtest.h>

#include <limits>

using namespace fuseboard;

namespace {

std::string encode(Format format, std::initializer_list<const char*> rows,
                   EncodeCounters* counters = nullptr) {
    auto encoder = makeRowEncoder(format);
    EXPECT_TRUE(encoder);
    Arena arena;
    std::string out;
    EncodeCounters local;
    for (const char* row : rows) {
        const auto value = parseJson(row, arena);
        EXPECT_TRUE(value);
        if ((*encoder)->needsFirstRow())
            (*encoder)->fixHeader(*value, out);
        (*encoder)->encode(*value, out, counters != nullptr ? *counters : local);
    }
    return out;
}

TEST(RowEncoder, Ndjson) {
    EXPECT_EQ(encode(Format::Ndjson, {R"({"a": 1.0})", "2", "\"x\""}), "{\"a\":1.0}\n2\n\"x\"\n");
}

TEST(RowEncoder, CsvTakesItsColumnsFromTheFirstRow) {
    EncodeCounters counters;
    EXPECT_EQ(
        encode(Format::Csv,
               {R"({"a":1,"b,c":"x,y","d":null,"e":[1,{"f":"g"}]})",
                R"({"d":"say \"hi\"","a":2.0,"z":1})", R"({"a":"12","b,c":"","d":true})", "5"},
               &counters),
        "a,\"b,c\",d,e\n"
        "1,\"x,y\",,\"[1,{\"\"f\"\":\"\"g\"\"}]\"\n"
        "2.0,,\"say \"\"hi\"\"\",\n"
        "\"12\",\"\",true,\n"
        "5,,,\n");
    EXPECT_EQ(counters.unnamedFields, 1U);
}

TEST(RowEncoder, CsvOfScalarsAndOfNothing) {
    EXPECT_EQ(encode(Format::Csv, {"1", "\"x\"", "null"}), "value\n1\nx\n\"\"\n");
    EncodeCounters counters;
    EXPECT_EQ(encode(Format::Csv, {R"({"a":1e999})"}, &counters), "a\n\"\"\n");
    EXPECT_EQ(counters.nonFinite, 1U);
}

TEST(RowEncoder, CsvReadsBack) {
    const std::string text =
        encode(Format::Csv, {R"({"a":"1","b":"","c":null,"d":"x\"y,z","e":-0.0})"});
    const std::size_t newline = text.find('\n');
    DecodeOptions options;
    options.format = Format::Csv;
    options.csvNames = *parseCsvHeader(text.substr(0, newline));
    std::string padded = text.substr(newline + 1);
    SourceChunk chunk;
    const std::size_t size = padded.size();
    padded.append(kChunkPadding, ' ');
    chunk.bytes = {padded.data(), size};
    Arena arena;
    std::vector<DecodedRow> rows;
    std::vector<RejectedRow> rejected;
    (*makeRowDecoder(options))->decode(chunk, arena, rows, rejected);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(printJson(rows[0].data), R"({"a":"1","b":"","c":null,"d":"x\"y,z","e":-0.0})");
}

TEST(RowEncoder, LinesAndWhatIsMissing) {
    EXPECT_EQ(encode(Format::Lines, {"\"a \\\"b\"", "{\"x\":1}"}), "a \"b\n{\"x\":1}\n");
    const auto influx = makeRowEncoder(Format::Influx);
    ASSERT_FALSE(influx);
    EXPECT_EQ(influx.error().code, ErrorCode::Unsupported);
}

} // namespace
