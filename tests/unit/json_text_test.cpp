// SPDX-License-Identifier: Apache-2.0
// The JSON reader of whole documents and the one printer.
#include "engine/formats/json_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

using namespace fuseboard;

namespace {

std::string again(std::string_view text) {
    Arena arena;
    const auto value = parseJson(text, arena);
    return value ? printJson(*value) : "ERROR " + value.error().message;
}

std::string printed(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

TEST(JsonPrinter, FloatsAreShortestInRyuLayout) {
    const std::pair<double, std::string> kTable[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {2.0, "2.0"},
        {-13.0, "-13.0"},
        {41.2, "41.2"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {100.0, "100.0"},
        {1e15, "1000000000000000.0"},
        {1234567890123456.0, "1234567890123456.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {1e16, "1e16"},
        {1.5e16, "1.5e16"},
        {12345678901234567.0, "1.2345678901234568e16"},
        {1e-5, "0.00001"},
        {1.5e-5, "0.000015"},
        {1e-6, "1e-6"},
        {1.5e-7, "1.5e-7"},
        {1e21, "1e21"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
        {1.0 / 3, "0.3333333333333333"},
        {123.456, "123.456"},
    };
    for (const auto& [value, text] : kTable) {
        EXPECT_EQ(printed(value), text);
        EXPECT_EQ(again(text), text) << "does not read back";
    }
}

TEST(JsonPrinter, FloatsReadBackToTheSameBits) {
    std::uint64_t bits = 88172645463325252ULL;
    for (int i = 0; i < 20'000; ++i) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        const double value = std::bit_cast<double>(bits);
        if (!std::isfinite(value))
            continue;
        Arena arena;
        const auto read = parseJson(printed(value), arena);
        ASSERT_TRUE(read);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(read->asF64()), bits) << printed(value);
    }
}

TEST(JsonPrinter, NonFiniteNumbersAreNullAndCounted) {
    const Value items[] = {Value::f64(std::numeric_limits<double>::quiet_NaN()),
                           Value::f64(-std::numeric_limits<double>::infinity()), Value::f64(1)};
    std::string out;
    std::uint64_t count = 0;
    printJson(Value::array(items), out, &count);
    EXPECT_EQ(out, "[null,null,1.0]");
    EXPECT_EQ(count, 2U);
}

TEST(JsonPrinter, EscapesOnlyWhatMustBe) {
    std::string out;
    printJsonString(std::string_view("a\"\\/\b\f\n\r\t\x01\x1f\x7f\0é🙂", 19), out);
    EXPECT_EQ(out.substr(0, 34), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u00");
    out.clear();
    printJsonString("é🙂</script>", out);
    EXPECT_EQ(out, "\"é🙂</script>\"");
}

TEST(JsonPrinter, BytesAreBase64) {
    const auto text = [](std::string_view bytes) { return printJson(Value::bytes(bytes)); };
    EXPECT_EQ(text(""), "\"\"");
    EXPECT_EQ(text("f"), "\"Zg==\"");
    EXPECT_EQ(text("fo"), "\"Zm8=\"");
    EXPECT_EQ(text("foobar"), "\"Zm9vYmFy\"");
    EXPECT_EQ(text("\xff\xfe"), "\"//4=\"");
}

TEST(JsonPrinter, PrettyAndSorted) {
    Arena arena;
    const auto value = parseJson(R"({"b":[1,{"z":1,"a":[]}],"a":{}})", arena);
    ASSERT_TRUE(value);
    std::string out;
    printJsonPretty(*value, out);
    EXPECT_EQ(out, "{\n  \"b\": [\n    1,\n    {\n      \"z\": 1,\n      \"a\": []\n    }\n  ],\n"
                   "  \"a\": {}\n}");
    out.clear();
    printSortedJson(*value, out);
    EXPECT_EQ(out, R"({"a":{},"b":[1,{"a":[],"z":1}]})");
}

TEST(JsonReader, KindsOfNumbers) {
    EXPECT_EQ(again("[0,-0,18446744073709551615,-9223372036854775808]"),
              "[0,0,18446744073709551615,-9223372036854775808]");
    EXPECT_EQ(again("[18446744073709551616,-9223372036854775809]"),
              "[1.8446744073709552e19,-9.223372036854776e18]");
    EXPECT_EQ(again("[1.0,-0.0,1e2,1E+2,100e-2,123456789012345678901234567890]"),
              "[1.0,-0.0,100.0,100.0,1.0,1.2345678901234568e29]");
    EXPECT_EQ(again("[1e400,-1e400,1e-400,0e999999999999]"), "[null,null,0.0,0.0]");
    EXPECT_EQ(again("0.1e-6"), "1e-7");
}

TEST(JsonReader, RepeatedKeysKeepTheFirstPlaceAndTheLastValue) {
    EXPECT_EQ(again(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
    EXPECT_EQ(again(R"({"a":1,"\u0061":{"x":1}})"), R"({"a":{"x":1}})");
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"k" + std::to_string(i % 40) + "\":" + std::to_string(i) + ",";
    many.back() = '}';
    Arena arena;
    const auto value = parseJson(many, arena);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->size(), 40U);
    EXPECT_EQ(value->fields()[0].key, "k0");
    EXPECT_EQ(value->find("k0")->asU64(), 80U);
}

TEST(JsonReader, StringsAndEscapes) {
    EXPECT_EQ(again(R"("\u0041\u00e9\ud83d\ude42\/\b")"), "\"Aé🙂/\\b\"");
    EXPECT_EQ(again("\xEF\xBB\xBF {\"a\" : [ true , false , null ] } \r\n"),
              R"({"a":[true,false,null]})");
}

TEST(JsonReader, RefusesWhatRfc8259Refuses) {
    for (const std::string_view bad : {"",
                                       " ",
                                       "{",
                                       "[1,]",
                                       "{\"a\":1,}",
                                       "{\"a\" 1}",
                                       "{a:1}",
                                       "[1 2]",
                                       "01",
                                       "1.",
                                       ".5",
                                       "+1",
                                       "1e",
                                       "1e+",
                                       "-",
                                       "tru",
                                       "nulll",
                                       "'a'",
                                       "\"a",
                                       "\"\\x\"",
                                       "\"\\u12\"",
                                       "\"\\ud800\"",
                                       "\"\\ud800\\u0041\"",
                                       "\"\\udc00\"",
                                       "\"\t\"",
                                       "\"\n\"",
                                       "1 2",
                                       "{}{}",
                                       "[1}",
                                       "NaN",
                                       "\"\xff\"",
                                       "\"\xc0\x80\"",
                                       "\"\xed\xa0\x80\"",
                                       "\xff",
                                       "[\"\\\"]"}) {
        Arena arena;
        const auto value = parseJson(bad, arena);
        EXPECT_FALSE(value) << bad;
        if (!value) {
            EXPECT_EQ(value.error().code, ErrorCode::InvalidSyntax);
        }
    }
}

TEST(JsonReader, NestingLimit) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    Arena arena;
    EXPECT_TRUE(parseJson(nested(256), arena));
    const auto tooDeep = parseJson(nested(257), arena);
    ASSERT_FALSE(tooDeep);
    EXPECT_EQ(tooDeep.error().code, ErrorCode::LimitExceeded);
    EXPECT_FALSE(parseJson(std::string(1'000'000, '['), arena));
}

TEST(JsonReader, SaysWhere) {
    Arena arena;
    const auto value = parseJson("{\n  \"é\": 1,\n  \"b\": tru\n}", arena, "x.json");
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().place.file, "x.json");
    EXPECT_EQ(value.error().place.line, 3U);
    EXPECT_EQ(value.error().place.column, 8U);
    EXPECT_EQ(value.error().place.sourceLine, "  \"b\": tru");
    const auto line = parseJsonLine("{\"é\":1,}", arena);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().message, "not valid JSON: expected a key in quotes at column 8");
}

} // namespace
