// SPDX-License-Identifier: Apache-2.0
// What a cell holds in each case, when columns are possible, and the index that the fast decoders
// stand on.
#include "engine/formats/column_decoder.h"
#include "engine/formats/json_text.h"
#include "engine/formats/text_index.h"
#include "engine/formats/text_index_loop.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <random>

using namespace fuseboard;

namespace {

DecodeOptions options(Format format, const std::vector<ColumnPath>& paths) {
    DecodeOptions made;
    made.format = format;
    made.fields = {};
    for (const ColumnPath& path : paths)
        made.fields.add(path);
    return made;
}

std::string shown(const Cell& cell) {
    switch (cell.kind) {
    case CellKind::Absent: return "absent";
    case CellKind::Irregular: return "irregular";
    case CellKind::NumberText: return fmt::format("number {}", cell.text());
    case CellKind::EscapedText: return fmt::format("escaped {}", cell.text());
    default: return printJson(cell.value()) + (cell.verbatim != 0 ? " verbatim" : "");
    }
}

struct Decoded {
    std::vector<std::string> rows; // "ORDINAL: CELL | CELL"
    std::vector<std::string> rejected;
};

Decoded decode(ColumnDecoder& decoder, std::string text) {
    const std::size_t size = text.size();
    text.append(kChunkPadding, '7');
    SourceChunk chunk;
    chunk.bytes = {text.data(), size};
    ColumnBlock block;
    std::vector<RejectedRow> rejected;
    decoder.decode(chunk, block, rejected);
    Decoded out;
    for (std::uint32_t row = 0; row < block.rows; ++row) {
        std::string line = fmt::format("{}:", block.ordinal[row]);
        for (std::size_t i = 0; i < block.columns.size(); ++i)
            line += (i == 0 ? " " : " | ") + shown(block.columns[i][row]);
        out.rows.push_back(std::move(line));
    }
    for (const RejectedRow& row : rejected)
        out.rejected.push_back(fmt::format("{}@{} {}", row.row, row.line, row.reason));
    return out;
}

Decoded decode(const DecodeOptions& options, const std::string& text) {
    auto decoder = makeColumnDecoder(options);
    EXPECT_TRUE(decoder);
    return decode(**decoder, text);
}

using Rows = std::vector<std::string>;

TEST(ColumnPaths, AreTheLeavesInOrder) {
    FieldTree fields;
    fields.add(std::vector<std::string>{"b", "x"});
    fields.add(std::vector<std::string>{"a"});
    fields.add(std::vector<std::string>{"b", "y"});
    EXPECT_EQ(columnPaths(fields), (std::vector<ColumnPath>{{"b", "x"}, {"b", "y"}, {"a"}}));
    EXPECT_EQ(columnPaths(FieldTree::all()), (std::vector<ColumnPath>{{}}));
    EXPECT_TRUE(columnPaths({}).empty());
}

TEST(HasColumns, NotWithArrivalTimesOrUnderASchema) {
    DecodeOptions plain;
    EXPECT_TRUE(hasColumns(plain));
    plain.format = Format::Influx;
    EXPECT_FALSE(hasColumns(plain));
    DecodeOptions checked;
    checked.schema = std::make_shared<const Schema>();
    EXPECT_TRUE(hasColumns(checked)); // it says nothing
}

TEST(NdjsonColumns, CellsOfRowsThatFollowAShape) {
    const auto wanted = options(Format::Ndjson, {{"a"}, {"b", "c"}, {"d"}});
    const std::string row = R"({"a":1,"b":{"c":"x"},"skipped":[1,{"y":2}],"d":true})";
    const auto got =
        decode(wanted, row + "\n" + row + "\n" +
                           R"({"a":-7,"b":{"c":"\u0041"},"skipped":"z","d":null})"
                           "\n"
                           R"({"a":1.50,"b":{"c":[1]},"skipped":{},"d":1e3})"
                           "\n"
                           R"({"a":18446744073709551615,"b":{"c":""},"skipped":0,"d":-0})"
                           "\n");
    EXPECT_EQ(got.rows,
              (Rows{R"(0: 1 | "x" | true)", R"(1: 1 | "x" verbatim | true)",
                    R"(2: -7 | escaped \u0041 | null)", R"(3: number 1.50 | [1] | number 1e3)",
                    R"(4: 18446744073709551615 | "" verbatim | 0)"}));
    EXPECT_TRUE(got.rejected.empty());
}

// Bytes that no valid row has, here and there and in a row of lines: those lines alone are
// rejected.
TEST(NdjsonColumns, BadBytesAreOfTheirOwnLine) {
    const auto wanted = options(Format::Ndjson, {{"a"}, {"s"}});
    const std::string bad[] = {"\xFF", "\x01", "\xC3", "\xED\xA0\x80", "\t"};
    std::string text;
    Rows expected;
    std::size_t rejected = 0;
    for (std::size_t i = 0; i < 500; ++i) {
        const bool isBad = i % 37 == 5 || (i > 200 && i < 260);
        const std::string inside = isBad ? bad[i % std::size(bad)] : i % 3 == 0 ? "\xC3\xA9" : "";
        text += fmt::format("{{\"a\":{},\"s\":\"x{}\"}}\n", i, inside);
        if (isBad)
            ++rejected;
        else
            expected.push_back(fmt::format("{}: {} | \"x{}\"", i, i, inside));
    }
    auto got = decode(wanted, text);
    for (std::string& row : got.rows)
        if (row.ends_with(" verbatim"))
            row.resize(row.size() - std::string_view(" verbatim").size());
    EXPECT_EQ(got.rows, expected);
    EXPECT_EQ(got.rejected.size(), rejected);
    EXPECT_TRUE(got.rejected.front().starts_with("5@6 ")) << got.rejected.front();
}

TEST(NdjsonColumns, WhatIsNotThere) {
    const auto wanted = options(Format::Ndjson, {{"a"}, {"b", "c"}});
    std::string text;
    Rows expected;
    for (int i = 0; i < 3; ++i) {
        text += "{\"b\":{}}\n{\"a\":1,\"b\":2}\n{\"a\":1}\n[1]\n";
        expected.insert(expected.end(), {fmt::format("{}: absent | absent", 4 * i),
                                         fmt::format("{}: 1 | irregular", 4 * i + 1),
                                         fmt::format("{}: 1 | irregular", 4 * i + 2),
                                         fmt::format("{}: irregular | irregular", 4 * i + 3)});
    }
    EXPECT_EQ(decode(wanted, text).rows, expected);
}

TEST(NdjsonColumns, RepeatedKeysTakeTheLastValueAlsoAfterAShapeWasLearned) {
    const auto wanted = options(Format::Ndjson, {{"a"}});
    EXPECT_EQ(decode(wanted, "{\"a\":1,\"b\":2}\n{\"a\":3,\"a\":4}\n{\"a\":5,\"b\":6}\n").rows,
              (Rows{"0: 1", "1: 4", "2: 5"}));
}

TEST(NdjsonColumns, MalformedRowsOfAKnownShapeAreRejectedWithTheirReason) {
    const auto wanted = options(Format::Ndjson, {{"a"}});
    std::string text = "{\"a\":1,\"b\":\"x\"}\n";
    for (const char* row :
         {R"({"a":01,"b":"x"})", R"({"a":1,"b":tru})", R"({"a":1.,"b":"x"})", R"({"a":1,"b":"x})",
          R"({"a":1,"b":"x"}})", R"({"a":1,"b":"\ud800"})", R"({"a":1,"b":"x"y"})"})
        text += std::string(row) + "\n{\"a\":2,\"b\":\"y\"}\n";
    const auto got = decode(wanted, text);
    EXPECT_EQ(got.rows, (Rows{"0: 1", "2: 2", "4: 2", "6: 2", "8: 2", "10: 2", "12: 2", "14: 2"}));
    ASSERT_EQ(got.rejected.size(), 7U);
    EXPECT_EQ(got.rejected[0], "1@2 not valid JSON: malformed number at column 6");
    EXPECT_EQ(got.rejected[3], "7@8 not valid JSON: string without its closing quote at column 12");
}

TEST(NdjsonColumns, BlankLinesAndLineEndsInEveryChunk) {
    const auto wanted = options(Format::Ndjson, {{"a"}});
    auto decoder = *makeColumnDecoder(wanted);
    for (int chunk = 0; chunk < 3; ++chunk)
        EXPECT_EQ(decode(*decoder, "\n{\"a\":1}\r\n  \n{\"a\":2}").rows, (Rows{"0: 1", "1: 2"}));
}

TEST(NdjsonColumns, AChunkOfBlankLinesAndOneLongRow) {
    const auto wanted = options(Format::Ndjson, {{"b"}});
    const std::string row = "{\"a\":\"" + std::string(70'000, 'x') + "\",\"b\":1}\n";
    EXPECT_EQ(decode(wanted, std::string(40'000, '\n') + row + row + "{\"b\":2}\n").rows,
              (Rows{"0: 1", "1: 1", "2: 2"}));
}

TEST(NdjsonColumns, NewShapesAreLearnedAfterManyOthers) {
    const auto wanted = options(Format::Ndjson, {{"b"}});
    std::string text;
    Rows expected;
    for (int i = 0; i < 1000; ++i) {
        text += fmt::format("{{\"k{}\":{{\"k{}\":0}},\"b\":{}}}\n", i % 300, i % 7, i);
        expected.push_back(fmt::format("{}: {}", i, i));
    }
    EXPECT_EQ(decode(wanted, text).rows, expected);
}

TEST(NdjsonColumns, RereadGivesTheRowThatTheRowDecoderMakes) {
    const auto wanted = options(Format::Ndjson, {{"b"}, {"a", "x"}});
    auto decoder = *makeColumnDecoder(wanted);
    Arena arena;
    const std::string line = R"({"a":{"y":1,"x":2.50},"c":0,"b":"\n"})";
    EXPECT_EQ(printJson(decoder->reread(line, arena)), R"({"a":{"x":2.5},"b":"\n"})");
}

TEST(CsvColumns, CellsByTheirText) {
    auto wanted = options(Format::Csv, {{"n"}, {"s"}, {"nowhere"}, {"skipped", "below"}});
    wanted.csvNames = {"s", "skipped", "n"};
    const auto got = decode(wanted, "abc,1,12\r\n,,\n\"a,b\",\"\",1.50\n12x,2,-3\nsay \\,0,01\n"
                                    "\"q\"\"q\",0,\"7\"\n");
    EXPECT_EQ(got.rows, (Rows{R"(0: 12 | "abc" verbatim | absent | irregular)",
                              R"(1: null | null | absent | irregular)",
                              R"(2: number 1.50 | "a,b" verbatim | absent | irregular)",
                              R"(3: -3 | "12x" verbatim | absent | irregular)",
                              R"(4: "01" verbatim | "say \\" | absent | irregular)",
                              R"(5: "7" verbatim | "q\"q" | absent | irregular)"}));
}

TEST(CsvColumns, ShortLongAndMalformedRows) {
    auto wanted = options(Format::Csv, {{"b"}});
    wanted.csvNames = {"a", "b"};
    const auto got = decode(wanted, "1,2\n1\n1,2,3\n\"x,2\n3,4\n \n5,6");
    EXPECT_EQ(got.rows, (Rows{"0: 2", "4: 4", "5: 6"}));
    EXPECT_EQ(got.rejected,
              (Rows{"1@2 1 fields where the header has 2", "2@3 3 fields where the header has 2",
                    "3@4 not valid CSV: quote without its closing quote on the same line at "
                    "column 1"}));
}

TEST(CsvColumns, WithoutAHeaderRowsHaveAnyWidth) {
    auto wanted = options(Format::Csv, {{"c2"}, {"c0"}, {"c02"}});
    wanted.csvHeader = false;
    EXPECT_EQ(decode(wanted, "1,2,3,4\nx\n1,2,\n").rows,
              (Rows{"0: 3 | 1 | absent", R"(1: absent | "x" verbatim | absent)",
                    "2: null | 1 | absent"}));
}

/// Newlines and marks of a text that ends with a newline, by looking at each byte.
std::string expectedScan(std::string_view text, char mark, char follower) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n')
            out += fmt::format("n{} ", i);
        if (text[i] == mark && (follower == 0 || text.data()[i + 1] == follower))
            out += fmt::format("m{} ", i);
    }
    return out;
}

std::string scanned(std::string_view text, char mark, char follower, TextScanFunction run) {
    std::vector<std::uint32_t> newlines(text.size() + 64);
    std::vector<std::uint32_t> marks(text.size() + 64);
    TextScan scan{.text = text.data(),
                  .size = text.size(),
                  .mark = mark,
                  .follower = follower,
                  .rare = '\\',
                  .newlines = newlines.data(),
                  .marks = marks.data()};
    run(scan);
    std::string out;
    const std::uint32_t* n = newlines.data();
    const std::uint32_t* m = marks.data();
    while (n != scan.newlines || m != scan.marks) {
        if (m == scan.marks || (n != scan.newlines && *n < *m))
            out += fmt::format("n{} ", *n++);
        else
            out += fmt::format("m{} ", *m++);
    }
    const auto any = [&](auto is) { return std::ranges::any_of(text, is); };
    EXPECT_EQ(scan.hasRare, any([](char c) { return c == '\\'; }));
    EXPECT_EQ(scan.hasHigh, any([](unsigned char c) { return c >= 128; }));
    EXPECT_EQ(scan.hasControl, any([](unsigned char c) { return c < 32 && c != '\n'; }));
    return out;
}

TEST(TextIndex, EveryWayToScanFindsTheSame) {
    for (const TextScanFunction run : textScanFunctions()) {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            std::mt19937_64 random(seed);
            const std::string_view bytes = seed % 3 == 0 ? "\":\n," : "\":\n,abcdefghijklmno";
            std::string text(1 + random() % 400, ' ');
            for (char& c : text)
                c = bytes[random() % bytes.size()];
            if (seed % 5 == 0)
                text[random() % text.size()] = "\\\r\xC3\x7F"[random() % 4];
            text.back() = '\n';
            const std::size_t size = text.size();
            text.append(80, ':');
            const std::string_view block = std::string_view(text).substr(0, size);
            EXPECT_EQ(scanned(block, '"', ':', run), expectedScan(block, '"', ':')) << seed;
            EXPECT_EQ(scanned(block, ',', 0, run), expectedScan(block, ',', 0)) << seed;
        }
    }
}

TEST(TextIndex, OnlyLineEndsMayHaveCarriageReturns) {
    const auto inner = [](std::string text) {
        const std::size_t size = text.size();
        text.append(80, '\n');
        return hasInnerControl(std::string_view(text).substr(0, size));
    };
    EXPECT_FALSE(inner("a\r\nb\n"));
    EXPECT_FALSE(inner("0123456789abcde\r\n0123456789abcdef\r\n"));
    EXPECT_TRUE(inner("a\rb\n"));
    EXPECT_TRUE(inner("a\tb\n"));
    EXPECT_TRUE(inner("a\r\r\n"));
}

} // namespace
