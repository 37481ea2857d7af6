// SPDX-License-Identifier: Apache-2.0
// Golden cases of every format: what is a row, what it becomes, what is refused and why.
#include "engine/formats/format_detect.h"
#include "engine/formats/json_text.h"
#include "engine/formats/row_decoder.h"

#include <gtest/gtest.h>

using namespace fuseboard;

namespace {

struct Decoded {
    std::vector<std::string> rows; // "ROW JSON"
    std::vector<RejectedRow> rejected;
};

Decoded decode(std::string text, const DecodeOptions& options) {
    const std::size_t size = text.size();
    text.append(kChunkPadding, '7');
    SourceChunk chunk;
    chunk.bytes = {text.data(), size};
    auto decoder = makeRowDecoder(options);
    EXPECT_TRUE(decoder);
    Arena arena;
    std::vector<DecodedRow> rows;
    Decoded out;
    (*decoder)->decode(chunk, arena, rows, out.rejected);
    for (const DecodedRow& row : rows)
        out.rows.push_back(std::to_string(row.row) + " " + printJson(row.data));
    return out;
}

DecodeOptions format(Format which) {
    DecodeOptions options;
    options.format = which;
    return options;
}

DecodeOptions fields(std::initializer_list<std::vector<std::string>> paths,
                     Format which = Format::Ndjson) {
    DecodeOptions options = format(which);
    options.fields = {};
    for (const auto& path : paths)
        options.fields.add(path);
    return options;
}

using Rows = std::vector<std::string>;

TEST(Ndjson, LinesBlankLinesScalarsAndLineEnds) {
    const auto got = decode("{\"a\":1}\r\n\n  \t\r\n[1,2]\n\"x\"\n 13 \ntrue\nnull\n-0.5", {});
    EXPECT_EQ(got.rows,
              (Rows{"0 {\"a\":1}", "1 [1,2]", "2 \"x\"", "3 13", "4 true", "5 null", "6 -0.5"}));
    EXPECT_TRUE(got.rejected.empty());
}

TEST(Ndjson, MalformedRowsCountAndSayWhere) {
    const auto got =
        decode("{\"a\":1}\n\n{\"a\":tru}\n{\"a\":2}\n{\"a\":3\n,\"b\":4}\n{\"a\":5} 6\n1", {});
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":1}", "2 {\"a\":2}", "6 1"}));
    ASSERT_EQ(got.rejected.size(), 4U);
    EXPECT_EQ(got.rejected[0].line, 3U);
    EXPECT_EQ(got.rejected[0].row, 1U);
    EXPECT_EQ(got.rejected[0].reason, "not valid JSON: expected a value at column 6");
    EXPECT_EQ(got.rejected[0].text, "{\"a\":tru}");
    EXPECT_EQ(got.rejected[1].line, 5U);
    EXPECT_EQ(got.rejected[1].reason, "not valid JSON: expected ',' or '}' at column 7");
    EXPECT_EQ(got.rejected[2].line, 6U);
    EXPECT_EQ(got.rejected[3].reason,
              "not valid JSON: unexpected text after the value at column 9");
}

TEST(Ndjson, ALoneQuoteLeavesItsNeighboursIntact) {
    const auto got = decode("{\"a\":\"1\"}\n{\"a\":\"2}\n{\"a\":\"3\"}\n\"\n{\"a\":\"4\"}\n", {});
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":\"1\"}", "2 {\"a\":\"3\"}", "4 {\"a\":\"4\"}"}));
    ASSERT_EQ(got.rejected.size(), 2U);
    EXPECT_EQ(got.rejected[0].reason,
              "not valid JSON: string without its closing quote at column 6");
}

TEST(Ndjson, InvalidUtf8AndControlCharacters) {
    const auto got = decode("{\"a\":\"\xff\"}\n{\"a\":\"x\ty\"}\n{\"a\":1}\n\x01\n", {});
    EXPECT_EQ(got.rows, (Rows{"2 {\"a\":1}"}));
    ASSERT_EQ(got.rejected.size(), 3U);
    EXPECT_EQ(got.rejected[0].reason, "not valid JSON: invalid UTF-8 at column 7");
    EXPECT_EQ(got.rejected[0].text, "{\"a\":\"\xEF\xBF\xBD\"}");
}

TEST(Ndjson, OnlyWantedFieldsAreConvertedAndAllAreValidated) {
    const auto options = fields({{"a", "b"}, {"c"}});
    const auto got =
        decode("{\"x\":[1,{\"y\":2}],\"a\":{\"b\":1,\"z\":2},\"c\":{\"d\":3},\"e\":null}\n"
               "{\"a\":5,\"c\":[1]}\n"
               "{\"a\":[{\"b\":1}],\"q\":01}\n"
               "{\"q\":\"\\ud800\"}\n"
               "{\"q\":tru}\n"
               "{\"q\":1.e}\n"
               "{\"q\":{\"a\" 1}}\n"
               "{}\n7\n",
               options);
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":{\"b\":1},\"c\":{\"d\":3}}", "1 {\"a\":5,\"c\":[1]}",
                              "7 {}", "8 7"}));
    EXPECT_EQ(got.rejected.size(), 5U);
}

TEST(Ndjson, TrustSkipsTheValidationOfOtherFields) {
    auto options = fields({{"a"}});
    options.trustInput = true;
    const auto got = decode("{\"q\":tru,\"a\":1}\n{\"q\":[01,{}],\"a\":2}\n{\"a\":tru}\n", options);
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":1}", "1 {\"a\":2}"}));
    EXPECT_EQ(got.rejected.size(), 1U);
}

TEST(Ndjson, RepeatedKeys) {
    const auto got =
        decode("{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2,\"a\":3}\n{\"b\":1,\"a\":2,\"b\":3}\n"
               "{\"a\":1,\"\\u0061\":2}\n",
               {});
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":1,\"b\":2}", "1 {\"a\":3,\"b\":2}", "2 {\"b\":3,\"a\":2}",
                              "3 {\"a\":2}"}));
    const auto pruned = decode("{\"b\":1,\"x\":0,\"b\":2,\"x\":1}\n", fields({{"b"}}));
    EXPECT_EQ(pruned.rows, (Rows{"0 {\"b\":2}"}));
}

TEST(Ndjson, KeyOrderFollowsTheDocument) {
    const auto got =
        decode("{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":1,\"a\":2}\n{\"b\":1,\"d\":2,\"a\":3}\n"
               "{\"\":1}\n",
               {});
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\":1,\"b\":2,\"c\":3}", "1 {\"c\":1,\"a\":2}",
                              "2 {\"b\":1,\"d\":2,\"a\":3}", "3 {\"\":1}"}));
}

TEST(Ndjson, EscapesInKeysAndValues) {
    const auto got = decode(R"({"a\"b":"x\ny","\u00e9":"\ud83d\ude42"})"
                            "\n",
                            {});
    EXPECT_EQ(got.rows, (Rows{"0 {\"a\\\"b\":\"x\\ny\",\"é\":\"🙂\"}"}));
    const auto wanted = decode("{\"\\u0061\":1,\"z\":\"\\n\"}\n", fields({{"a"}}));
    EXPECT_EQ(wanted.rows, (Rows{"0 {\"a\":1}"}));
}

TEST(Ndjson, NumbersOfEveryLengthReadAsInAnyText) {
    const std::string digits = "9071036528471930568274";
    std::string text;
    std::vector<std::string> expected;
    Arena arena;
    const auto add = [&](const std::string& number) {
        const auto value = parseJsonLine(number, arena);
        ASSERT_TRUE(value.has_value()) << number;
        expected.push_back(std::to_string(expected.size()) + " {\"n\":" + printJson(*value) + "}");
        text += "{\"n\":" + number + "}\n";
    };
    for (std::size_t whole = 1; whole <= digits.size(); ++whole) {
        const std::string integer = digits.substr(0, whole);
        add(integer);
        add("-" + integer);
        for (std::size_t fraction = 1; fraction <= digits.size(); ++fraction)
            add(integer + "." + digits.substr(digits.size() - fraction));
        for (const char* exponent : {"e0", "E+7", "e-12", "e300", "e-00000000012"})
            add(integer + exponent);
    }
    EXPECT_EQ(decode(text, {}).rows, expected);
    const auto bad = decode("0123\n12345678x\n1.\n1.2345678.\n1e\n-\n1234567812345678-\n", {});
    EXPECT_EQ(bad.rejected.size(), 7U);
    // The same without conversion: other fields are validated all the same.
    const DecodeOptions other = fields({{"a"}});
    EXPECT_TRUE(decode(text, other).rejected.empty());
    EXPECT_EQ(
        decode("{\"n\":0123}\n{\"n\":12345678x}\n{\"n\":1.}\n{\"n\":1e}\n", other).rejected.size(),
        4U);
}

TEST(Ndjson, KeysThatResembleTheLastRows) {
    const std::string rows = "{\"ab\":1,\"c\":2}\n{\"a\":3,\"c\":4}\n{\"abc\":5,\"c\":6}\n"
                             "{\"ab\" : 7 , \"c\":8}\n{\"a\\\"b\":9}\n{\"a\\\"b\":10}\n"
                             "{\"a\\\\b\":11}\n{\"a\\\\b\":12}\n{\"a\\b\":13}\n"
                             "{\"\":14}\n{\"\":15}\n";
    EXPECT_EQ(
        decode(rows, {}).rows,
        (Rows{"0 {\"ab\":1,\"c\":2}", "1 {\"a\":3,\"c\":4}", "2 {\"abc\":5,\"c\":6}",
              "3 {\"ab\":7,\"c\":8}", "4 {\"a\\\"b\":9}", "5 {\"a\\\"b\":10}", "6 {\"a\\\\b\":11}",
              "7 {\"a\\\\b\":12}", "8 {\"a\\b\":13}", "9 {\"\":14}", "10 {\"\":15}"}));
    // A key that ends where the last row's went on, with the next one's text behind it.
    const auto bad = decode("{\"abcd\":1}\n{\"abcd\n{\"ab\"cd\":1}\n{\"abcd\":2}\n", {});
    EXPECT_EQ(bad.rows, (Rows{"0 {\"abcd\":1}", "3 {\"abcd\":2}"}));
    EXPECT_EQ(bad.rejected.size(), 2U);
}

TEST(Ndjson, NestingLimit) {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    const auto got = decode(nested(256) + "\n" + nested(257) + "\n1\n", {});
    ASSERT_EQ(got.rows.size(), 2U);
    ASSERT_EQ(got.rejected.size(), 1U);
    EXPECT_NE(got.rejected[0].reason.find("256"), std::string::npos);
    const auto skipped =
        decode("{\"q\":" + nested(255) + "}\n{\"q\":" + nested(256) + "}\n", fields({{"a"}}));
    EXPECT_EQ(skipped.rows, (Rows{"0 {}"}));
    EXPECT_EQ(skipped.rejected.size(), 1U);
}

TEST(Ndjson, ManyDifferentKeysStayCorrect) {
    std::string text;
    for (int row = 0; row < 3000; ++row)
        text += "{\"k" + std::to_string(row * 7) + "\":{\"j" + std::to_string(row) +
                "\":1},\"same\":2}\n";
    const auto got = decode(text, {});
    ASSERT_EQ(got.rows.size(), 3000U);
    EXPECT_EQ(got.rows[2999], "2999 {\"k20993\":{\"j2999\":1},\"same\":2}");
}

TEST(Ndjson, SchemaIsCheckedWhicheverFieldsAreRead) {
    auto options = fields({{"b"}});
    options.schema =
        std::make_shared<const Schema>(*Schema::make({{{"a"}, SchemaType::Int, false, true}}));
    const auto got =
        decode("{\"a\":1,\"b\":2}\n{\"a\":\"x\",\"b\":3}\n{\"b\":4}\n{\"a\":null}\n", options);
    EXPECT_EQ(got.rows, (Rows{"0 {\"b\":2}"}));
    ASSERT_EQ(got.rejected.size(), 3U);
    EXPECT_EQ(got.rejected[0].reason, "field a is not int but string");
    EXPECT_EQ(got.rejected[1].reason, "field a is missing");
    EXPECT_EQ(got.rejected[2].reason, "field a is not int but null");
}

DecodeOptions csv(std::vector<std::string> names) {
    DecodeOptions options = format(Format::Csv);
    options.csvNames = std::move(names);
    return options;
}

TEST(Csv, KindsOfCells) {
    const auto got = decode("1,-2.5,,x\r\n007,1.,\"\",\"12\"\ntrue, 5,1e3,\"a\"\"b,c\"\n",
                            csv({"a", "b", "c", "d"}));
    EXPECT_EQ(got.rows, (Rows{R"(0 {"a":1,"b":-2.5,"c":null,"d":"x"})",
                              R"(1 {"a":"007","b":"1.","c":"","d":"12"})",
                              R"(2 {"a":"true","b":" 5","c":1000.0,"d":"a\"b,c"})"}));
}

TEST(Csv, MalformedRows) {
    const auto got =
        decode("1,2\n1\n1,2,3\n\"1,2\n3,4\n5\"6,7\n\"8\"9,1\n\xff,1\n\n9,9", csv({"a", "b"}));
    EXPECT_EQ(got.rows,
              (Rows{"0 {\"a\":1,\"b\":2}", "4 {\"a\":3,\"b\":4}", "8 {\"a\":9,\"b\":9}"}));
    ASSERT_EQ(got.rejected.size(), 6U);
    EXPECT_EQ(got.rejected[0].reason, "1 fields where the header has 2");
    EXPECT_EQ(got.rejected[1].reason, "3 fields where the header has 2");
    EXPECT_EQ(got.rejected[2].reason,
              "not valid CSV: quote without its closing quote on the same line at column 1");
    EXPECT_EQ(got.rejected[3].reason,
              "not valid CSV: quote inside a field that is not quoted at column 2");
    EXPECT_EQ(got.rejected[4].reason, "not valid CSV: text after a closing quote at column 4");
    EXPECT_EQ(got.rejected[5].reason, "invalid UTF-8 at column 1");
}

TEST(Csv, NoHeaderPruningAndRepeatedNames) {
    DecodeOptions options = format(Format::Csv);
    options.csvHeader = false;
    EXPECT_EQ(decode("1,x\n2,y,z\n", options).rows,
              (Rows{R"(0 {"c0":1,"c1":"x"})", R"(1 {"c0":2,"c1":"y","c2":"z"})"}));
    auto pruned = csv({"a", "b", "c"});
    pruned.fields = {};
    pruned.fields.add(std::vector<std::string>{"b"});
    EXPECT_EQ(decode("1,2,3\n1,2\n", pruned).rows, (Rows{"0 {\"b\":2}"}));
    EXPECT_EQ(decode("1,2,3\n", csv({"a", "b", "a"})).rows, (Rows{R"(0 {"a":3,"b":2})"}));
}

TEST(Csv, SchemaDecidesKinds) {
    auto options = csv({"a", "b", "c", "d"});
    options.schema =
        std::make_shared<const Schema>(*Schema::make({{{"a"}, SchemaType::String, false, true},
                                                      {{"b"}, SchemaType::Float, true, true},
                                                      {{"c"}, SchemaType::Bool, false, true}}));
    const auto got = decode("12,13,true,1\n,,false,2\nx,y,true,3\nx,1,1,4\n", options);
    EXPECT_EQ(got.rows, (Rows{R"(0 {"a":"12","b":13.0,"c":true,"d":1})",
                              R"(1 {"a":"","b":null,"c":false,"d":2})"}));
    ASSERT_EQ(got.rejected.size(), 2U);
    EXPECT_EQ(got.rejected[0].reason, "field b is not float but string");
}

TEST(Csv, Header) {
    EXPECT_EQ(*parseCsvHeader("a,\"b,c\",\"d\"\"e\","),
              (std::vector<std::string>{"a", "b,c", "d\"e", ""}));
    EXPECT_FALSE(parseCsvHeader("a,\"b"));
    EXPECT_FALSE(makeRowDecoder(format(Format::Csv)));
}

TEST(Influx, ShapeKindsAndEscapes) {
    const auto got = decode(
        "weather,location=us-midwest temperature=82 1465839830100400200\n"
        "weather temperature=82i,big=18446744073709551615i,neg=-3i,on=T,off=false 1\n"
        "wea\\,th\\ er,loc\\ a=us\\,mid\\=w te\\=mp=1.5,s=\"too \\\"hot\\\" a,b c\\\\d \\x\" 2\n"
        "# a comment\n"
        "  cpu a=1,a=2 3  \n"
        "m,t=1,u=x\\y f=.5,g=5.,h=-1e3,i=+2,j=007 4\n",
        format(Format::Influx));
    EXPECT_EQ(
        got.rows,
        (Rows{
            R"(0 {"measurement":"weather","tags":{"location":"us-midwest"},"fields":{"temperature":82.0},"timestamp":1465839830100400200})",
            R"(1 {"measurement":"weather","tags":{},"fields":{"temperature":82,"big":18446744073709551615,"neg":-3,"on":true,"off":false},"timestamp":1})",
            R"(2 {"measurement":"wea,th er","tags":{"loc a":"us,mid=w"},"fields":{"te=mp":1.5,"s":"too \"hot\" a,b c\\d \\x"},"timestamp":2})",
            R"(4 {"measurement":"cpu","tags":{},"fields":{"a":2.0},"timestamp":3})",
            R"(5 {"measurement":"m","tags":{"t":"1","u":"x\\y"},"fields":{"f":0.5,"g":5.0,"h":-1000.0,"i":2.0,"j":7.0},"timestamp":4})"}));
    EXPECT_TRUE(got.rejected.empty());
}

TEST(Influx, BackslashesAsInTremor) {
    const auto text = [](const std::string& escaped) {
        const auto got = decode("w,l=u t=\"" + escaped + "\" 1", format(Format::Influx));
        return got.rows.empty() ? got.rejected[0].reason : got.rows[0];
    };
    const auto expected = [](const std::string& json) {
        return R"(0 {"measurement":"w","tags":{"l":"u"},"fields":{"t":")" + json +
               R"("},"timestamp":1})";
    };
    EXPECT_EQ(text(R"(too hot\cold)"), expected(R"(too hot\\cold)"));
    EXPECT_EQ(text(R"(too hot\\cold)"), expected(R"(too hot\\cold)"));
    EXPECT_EQ(text(R"(too hot\\\cold)"), expected(R"(too hot\\\\cold)"));
    EXPECT_EQ(text(R"(too hot\\\\cold)"), expected(R"(too hot\\\\cold)"));
    EXPECT_EQ(text(R"(too hot\\\\\cold)"), expected(R"(too hot\\\\\\cold)"));
    EXPECT_EQ(text(R"(too\ hot\cold)"), expected(R"(too\\ hot\\cold)"));
}

TEST(Influx, WhatInfluxDbWritesBeyondTremor) {
    const auto got =
        decode("m,a=v\\=1 f=1u,g\\ h\\,i=2i -1000\nm f=1\nm f=\"x\"\n", format(Format::Influx));
    EXPECT_EQ(got.rows,
              (Rows{R"(0 {"measurement":"m","tags":{"a":"v=1"},"fields":{"f":1,"g h,i":2},)"
                    R"("timestamp":-1000})",
                    R"(1 {"measurement":"m","tags":{},"fields":{"f":1.0},"timestamp":0})",
                    R"(2 {"measurement":"m","tags":{},"fields":{"f":"x"},"timestamp":0})"}));
    EXPECT_TRUE(got.rejected.empty());
}

TEST(Influx, MalformedRows) {
    const auto got = decode("w f=1 x\nweather,a=1 1\nweather\nw,a f=1 1\nw f= 1\n"
                            "w f=x 1\nw f=1 1 2\nw f=\"a 1\nw f=\"a\"b 1\nw f=1.5i 1\n"
                            "w f=18446744073709551616i 1\nw f=1\\2 3\nw f=-1u 1\n"
                            "w f=1 -9223372036854775809\nok f=1 1\n",
                            format(Format::Influx));
    EXPECT_EQ(got.rows.size(), 1U);
    ASSERT_EQ(got.rejected.size(), 14U);
    EXPECT_EQ(got.rejected[0].reason,
              "not valid line protocol: timestamp that is no 64-bit number at column 7");
    EXPECT_EQ(got.rejected[6].reason,
              "not valid line protocol: timestamp that is no 64-bit number at column 7");
}

TEST(Influx, Pruning) {
    const auto got =
        decode("m,a=1,b=2 c=3,d=4 5\nm c=3,d=x 5\n",
               fields({{"tags", "b"}, {"fields", "c"}, {"timestamp"}}, Format::Influx));
    EXPECT_EQ(got.rows, (Rows{R"(0 {"tags":{"b":"2"},"fields":{"c":3.0},"timestamp":5})"}));
    EXPECT_EQ(got.rejected.size(), 1U);
}

TEST(Lines, AreStrings) {
    const auto got = decode("  a b \r\n\n\xff\n\"x\"", format(Format::Lines));
    EXPECT_EQ(got.rows, (Rows{"0 \"  a b \"", "2 \"\\\"x\\\"\""}));
    ASSERT_EQ(got.rejected.size(), 1U);
    EXPECT_EQ(got.rejected[0].line, 3U);
}

TEST(Decoder, SkippedLinesAreRejectedRows) {
    auto decoder = makeRowDecoder({});
    std::string text = "1\n2\n" + std::string(kChunkPadding, '\0');
    SourceChunk chunk;
    chunk.bytes = {text.data(), 4};
    chunk.firstLine = 11;
    chunk.firstRow = 5;
    chunk.skipped = {{13, 7, 100'000'000}};
    Arena arena;
    std::vector<DecodedRow> rows;
    std::vector<RejectedRow> rejected;
    (*decoder)->decode(chunk, arena, rows, rejected);
    EXPECT_EQ(rows.size(), 2U);
    ASSERT_EQ(rejected.size(), 1U);
    EXPECT_EQ(rejected[0].line, 13U);
    EXPECT_EQ(rejected[0].row, 7U);
    EXPECT_NE(rejected[0].reason.find("100000000"), std::string::npos);
}

TEST(Excerpt, IsShortAndValid) {
    EXPECT_EQ(excerpt("abc\xff", 256), "abc\xEF\xBF\xBD");
    EXPECT_EQ(excerpt("ééé", 5), "éé");
}

TEST(FormatDetect, ByNameThenByContent) {
    EXPECT_EQ(formatFromPath("a/B.CSV.GZ"), Format::Csv);
    EXPECT_EQ(formatFromPath("x.jsonl.zst"), Format::Ndjson);
    EXPECT_EQ(formatFromPath("x.json"), Format::Ndjson);
    EXPECT_EQ(formatFromPath("x.lp.xz"), Format::Influx);
    EXPECT_EQ(formatFromPath("access.log"), Format::Lines);
    EXPECT_EQ(formatFromPath("data.gz"), std::nullopt);
    EXPECT_EQ(formatFromContent("{\"a\":1}\n{\"a\":2}\n"), Format::Ndjson);
    EXPECT_EQ(formatFromContent("{\"a\":\n"), Format::Ndjson);
    EXPECT_EQ(formatFromContent("a,b\n1,2\n3,4\n"), Format::Csv);
    EXPECT_EQ(formatFromContent("cpu,h=a u=1 17\ncpu,h=b u=2 18\n"), Format::Influx);
    EXPECT_EQ(formatFromContent("hello world\nthis is text\n"), Format::Lines);
}

} // namespace
