// SPDX-License-Identifier: Apache-2.0
// The meaning of expressions and scripts: numbers, order, paths, records, patterns, loops, groups.
#include "tests/unit/script_runs.h"

#include <gtest/gtest.h>

namespace fuseboard {
namespace {

// Operands come from the event, so that nothing is folded while parsing.
std::string op(std::string_view expression, std::string_view a, std::string_view b = "null") {
    return evaluated(expression, fmt::format(R"({{"a": {}, "b": {}}})", a, b));
}

TEST(Numbers, UnsignedThenSignedThenFloat) {
    EXPECT_EQ(op("event.a + event.b", "1", "2"), "3");
    EXPECT_EQ(op("event.a - event.b", "1", "2"), "-1");
    EXPECT_EQ(op("event.a + event.b", "-1", "2"), "1");
    EXPECT_EQ(op("event.a * event.b", "-3", "2"), "-6");
    EXPECT_EQ(op("event.a + event.b", "1", "2.0"), "3.0");
    EXPECT_EQ(op("event.a + event.b", "18446744073709551615", "-1"), "1.8446744073709552e19");
    EXPECT_EQ(op("event.a - event.b", "0", "9223372036854775807"), "-9223372036854775807");
}

TEST(Numbers, OverflowIsAnError) {
    for (const char* text : {"event.a + event.b", "event.a * event.b"})
        EXPECT_EQ(codeOf(op(text, "18446744073709551615", "2")), "arithmetic_overflow");
    EXPECT_EQ(codeOf(op("event.a - event.b", "0", "9223372036854775808")), "arithmetic_overflow");
    EXPECT_EQ(codeOf(op("event.a - event.b", "-9223372036854775808", "1")), "arithmetic_overflow");
    EXPECT_EQ(op("-event.a", "9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(codeOf(op("-event.a", "9223372036854775809")), "arithmetic_overflow");
    EXPECT_EQ(codeOf(op("-event.a", "-9223372036854775808")), "arithmetic_overflow");
}

TEST(Numbers, DivisionIsFloatAndModuloInteger) {
    EXPECT_EQ(op("event.a / event.b", "3", "2"), "1.5");
    EXPECT_EQ(op("event.a / event.b", "4", "2"), "2.0");
    EXPECT_EQ(codeOf(op("event.a / event.b", "4", "0")), "arithmetic_overflow");
    EXPECT_EQ(op("event.a / event.b", "4", "0.0"), "null"); // an infinity prints as null
    EXPECT_EQ(op("event.a % event.b", "-7", "3"), "-1");
    EXPECT_EQ(codeOf(op("event.a % event.b", "7", "0")), "arithmetic_overflow");
    EXPECT_EQ(op("event.a % event.b", "-9223372036854775808", "-1"), "0");
    EXPECT_EQ(codeOf(op("event.a % event.b", "7.0", "2.0")), "wrong_type");
}

TEST(Numbers, ShiftsAndBits) {
    EXPECT_EQ(op("event.a << event.b", "1", "63"), "9223372036854775808");
    EXPECT_EQ(op("event.a >> event.b", "-8", "1"), "-4");
    EXPECT_EQ(op("event.a >>> event.b", "-1", "1"), "9223372036854775807");
    EXPECT_EQ(codeOf(op("event.a << event.b", "1", "64")), "invalid_argument");
    EXPECT_EQ(codeOf(op("event.a >> event.b", "1", "-1")), "invalid_argument");
    EXPECT_EQ(op("event.a & event.b", "6", "3"), "2");
    EXPECT_EQ(op("event.a ^ event.b", "6", "3"), "5");
    EXPECT_EQ(op("event.a ^ event.b", "true", "true"), "false");
    EXPECT_EQ(op("!event.a", "0"), "18446744073709551615");
    EXPECT_EQ(op("!event.a", "true"), "false");
}

TEST(Equality, ToleratesKindsOfNumbersAndOrderOfKeys) {
    EXPECT_EQ(op("event.a == event.b", "1", "1.0"), "true");
    EXPECT_EQ(op("event.a == event.b", "0.30000000000000004", "0.3"), "true");
    EXPECT_EQ(op("event.a == event.b", R"({"x":1,"y":2})", R"({"y":2.0,"x":1})"), "true");
    EXPECT_EQ(op("event.a == event.b", "null", "false"), "false");
    EXPECT_EQ(op("event.a != event.b", "[1]", "[1,2]"), "true");
}

TEST(Order, OnlyNumbersAndStringsCompare) {
    EXPECT_EQ(op("event.a < event.b", R"("a")", R"("b")"), "true");
    EXPECT_EQ(op("event.a >= event.b", "2", "1.5"), "true");
    EXPECT_EQ(op("event.a > event.b", "18446744073709551615", "-1"), "true");
    for (const char* other : {"null", "true", "[]", "{}", R"("x")"})
        EXPECT_EQ(codeOf(op("event.a < event.b", "1", other)), "wrong_type") << other;
    EXPECT_EQ(codeOf(op("event.a < event.b", "true", "false")), "wrong_type");
}

TEST(Logic, ShortCircuitsAndWantsBools) {
    EXPECT_EQ(op("event.a and event.missing", "false"), "false");
    EXPECT_EQ(op("event.a or event.missing", "true"), "true");
    EXPECT_EQ(codeOf(op("event.a and event.missing", "true")), "missing_field");
    EXPECT_EQ(codeOf(op("event.a and true", "1")), "wrong_type");
    EXPECT_EQ(codeOf(op("event.a or event.b", "false", "null")), "wrong_type");
    EXPECT_EQ(op("event.a xor event.b", "true", "false"), "true");
    EXPECT_EQ(codeOf(op("not event.a", "0")), "wrong_type");
}

TEST(Plus, JoinsTextsListsAndRecords) {
    EXPECT_EQ(op("event.a + event.b", R"("x")", R"("y")"), R"("xy")");
    EXPECT_EQ(op("event.a + event.b", "[1]", "[2]"), "[1,2]");
    EXPECT_EQ(op("event.a + event.b", R"({"x":1,"y":1})", R"({"y":2,"z":3})"),
              R"({"x":1,"y":2,"z":3})");
    EXPECT_EQ(codeOf(op("event.a + event.b", R"("x")", "1")), "wrong_type");
}

TEST(Paths, FieldsIndicesAndSlices) {
    constexpr auto kEvent = R"({"list":[1,2,3],"deep":{"key":"list"}})";
    EXPECT_EQ(evaluated("event.list[1]", kEvent), "2");
    EXPECT_EQ(evaluated("event[event.deep.key][2]", kEvent), "3");
    EXPECT_EQ(evaluated("event.list[1:3]", kEvent), "[2,3]");
    EXPECT_EQ(evaluated("event.list[1:1]", kEvent), "[]");
    EXPECT_EQ(codeOf(evaluated("event.list[3]", kEvent)), "missing_field");
    EXPECT_EQ(codeOf(evaluated("event.list[0:4]", kEvent)), "missing_field");
    EXPECT_EQ(codeOf(evaluated("event.list[\"a\"]", kEvent)), "wrong_type");
    EXPECT_EQ(codeOf(evaluated("event.list.x", kEvent)), "wrong_type");
    EXPECT_EQ(evaluated("event.x", R"({"a":1,"b":2})"),
              R"(error missing_field: the key "x" is not there)");
}

TEST(Paths, OneTreeServesRecordsOfAnyOrder) {
    auto parsed = parseExpression("test", "event.b", ExpressionUse::Plain);
    ASSERT_TRUE(parsed.has_value());
    ScriptRun run;
    EXPECT_EQ(run.evaluateTree(*parsed, R"({"a":1,"b":2})"), "2");
    EXPECT_EQ(run.evaluateTree(*parsed, R"({"b":3})"), "3");
    EXPECT_EQ(run.evaluateTree(*parsed, R"({"c":1,"d":1,"b":4})"), "4");
}

TEST(Presence, OfKeysThatHoldNullAndOfWrongParents) {
    EXPECT_EQ(evaluated("present event.a", R"({"a":null})"), "true");
    EXPECT_EQ(evaluated("absent event.b", R"({"a":null})"), "true");
    EXPECT_EQ(evaluated("present event.a.b.c", R"({"a":1})"), "false");
    EXPECT_EQ(evaluated("present event.a[2]", R"({"a":[1]})"), "false");
    EXPECT_EQ(codeOf(evaluated("present event.a[\"x\"]", R"({"a":[1]})")), "wrong_type");
    EXPECT_EQ(codeOf(evaluated("present event.a[event.m:event.n]", R"({"a":[1],"m":2,"n":1})")),
              "invalid_argument");
}

TEST(Literals, RecordsKeepTheFirstPlaceAndTheLastValue) {
    EXPECT_EQ(evaluated(R"({"a": 1, "b": event, "a": 3})", "2"), R"({"a":3,"b":2})");
    EXPECT_EQ(evaluated(R"({"#{event}x": 1})", R"("k")"), R"({"kx":1})");
    std::string large = "{";
    for (int i = 0; i < 200; ++i)
        large += fmt::format("{}\"k{}\": event", i == 0 ? "" : ", ", i % 150);
    EXPECT_EQ(evaluated("(" + large + "}).k149", "7"), "7");
}

TEST(Literals, InterpolationPrintsStringsRawAndTheRestAsJson) {
    EXPECT_EQ(
        evaluated(R"("<#{event.s}|#{event.n}|#{event.l}>")", R"({"s":"a\"b","n":2.0,"l":["x"]})"),
        R"("<a\"b|2.0|[\"x\"]>")");
    EXPECT_EQ(evaluated(R"("a#{"b#{event}c"}d")", "1"), R"("ab1cd")");
}

TEST(Literals, Bytes) {
    EXPECT_EQ(evaluated("<< event:16 >>", "258"), R"("AQI=")");
    EXPECT_EQ(evaluated("<< event:16/little >>", "258"), R"("AgE=")");
    EXPECT_EQ(evaluated("<< event.a:4, event.b:4 >>", R"({"a":1,"b":2})"), R"("Eg==")");
    EXPECT_EQ(codeOf(evaluated("<< event:8 >>", "-1")), "wrong_type");
}

TEST(Merge, GoesIntoRecordsAndKeepsNulls) {
    EXPECT_EQ(op("merge event.a of event.b end", R"({"x":{"y":1,"z":2},"w":1})",
                 R"({"x":{"z":null},"v":2})"),
              R"({"x":{"y":1,"z":null},"w":1,"v":2})");
    EXPECT_EQ(codeOf(op("merge event.a of event.b end", "{}", "1")), "wrong_type");
}

TEST(Patch, Operations) {
    constexpr auto kEvent = R"({"a":1,"r":{"x":1}})";
    EXPECT_EQ(evaluated(R"(patch event of insert "b" => 2 end)", kEvent),
              R"({"a":1,"r":{"x":1},"b":2})");
    EXPECT_EQ(codeOf(evaluated(R"(patch event of insert "a" => 2 end)", kEvent)),
              "invalid_argument");
    EXPECT_EQ(evaluated(R"(patch event of update "a" => 2 end)", kEvent), R"({"a":2,"r":{"x":1}})");
    EXPECT_EQ(codeOf(evaluated(R"(patch event of update "b" => 2 end)", kEvent)), "missing_field");
    EXPECT_EQ(evaluated(R"(patch event of upsert "a" => 2; erase "r"; erase "none" end)", kEvent),
              R"({"a":2})");
    EXPECT_EQ(evaluated(R"(patch event of copy "a" => "b"; move "r" => "s" end)", kEvent),
              R"({"a":1,"b":1,"s":{"x":1}})");
    EXPECT_EQ(codeOf(evaluated(R"(patch event of copy "a" => "r" end)", kEvent)),
              "invalid_argument");
    EXPECT_EQ(evaluated(R"(patch event of merge "r" => {"y": 2}; merge => {"z": 3} end)", kEvent),
              R"({"a":1,"r":{"x":1,"y":2},"z":3})");
    EXPECT_EQ(
        evaluated(R"(patch event of default "a" => event.none; default "b" => 5 end)", kEvent),
        R"({"a":1,"r":{"x":1},"b":5})");
    EXPECT_EQ(evaluated(R"(patch event of default => {"a": 9, "r": {"x": 9, "y": 9}} end)", kEvent),
              R"({"a":1,"r":{"x":1,"y":9}})");
}

TEST(Patch, SeesTheTargetAsItWas) {
    EXPECT_EQ(
        evaluated(R"(patch event of insert "b" => event; insert "c" => event end)", R"({"a":1})"),
        R"({"a":1,"b":{"a":1},"c":{"a":1}})");
}

TEST(Match, PatternsInOrder) {
    constexpr auto kText = R"(match event of
        case null => "nothing"
        case 1 => "one"
        case %{ present a, b == 2 } => "record"
        case %[ 7 ] => "holds seven"
        case %( 1, _, ... ) => "starts with one"
        case ~ re|^a(?P<rest>.*)$| => "text"
        case _ when event == 5 => "five"
        case _ => "other"
      end)";
    for (const auto& [event, expected] :
         {std::pair("null", R"("nothing")"), std::pair("1.0", R"("one")"),
          std::pair(R"({"a":null,"b":2})", R"("record")"), std::pair("[1,7]", R"("holds seven")"),
          std::pair("[1,2,3]", R"("starts with one")"), std::pair(R"("abc")", R"("text")"),
          std::pair("5", R"("five")"), std::pair("[1]", R"("other")")})
        EXPECT_EQ(evaluated(kText, event), expected) << event;
    EXPECT_EQ(codeOf(evaluated("match event of case 1 => 2 end", "3")), "no_match");
    EXPECT_EQ(codeOf(evaluated("match event of case _ when event => 1 case _ => 2 end", "3")),
              "wrong_type");
}

TEST(Match, WhatPatternsBind) {
    EXPECT_EQ(evaluated("match event of case r = %{ present a, b == 2, c ~= re|(?P<x>.)$| } => r "
                        "case _ => 0 end",
                        R"({"a":1,"b":2,"c":"yz","d":4})"),
              R"({"a":1,"c":{"x":"z"}})");
    EXPECT_EQ(evaluated("match event of case r = %[ %{ a == 1 }, 5 ] => r case _ => 0 end",
                        R"([5,{"a":1},5])"),
              R"([[1,{}],[0,5],[2,5]])");
    EXPECT_EQ(evaluated("match event of case r = %( _, 2 ) => r case _ => 0 end", "[1,2.0]"),
              "[1,2]");
    EXPECT_EQ(evaluated("match event of case r = ~ json|| => r case _ => 0 end", R"("[1]")"),
              "[1]");
    EXPECT_EQ(evaluated("match event of case r = %{ a ~= %{ b ~= %[] } } => r case _ => 0 end",
                        R"({"a":{"b":[1],"c":2}})"),
              R"({"a":{"b":[]}})");
    EXPECT_EQ(
        codeOf(evaluated("match event of case %{ a > 1 } => 1 case _ => 0 end", R"({"a":"x"})")),
        "wrong_type");
}

TEST(For, BuildsListsRecordsAndFolds) {
    EXPECT_EQ(evaluated("for event of case (i, x) => i + x end", "[1,2]"), "[1,3]");
    EXPECT_EQ(evaluated("for event of case (k, v) when v > 1 => k end", R"({"a":1,"b":2})"),
              R"(["b"])");
    EXPECT_EQ(
        evaluated(R"(for event of case (k, v) => {"#{k}": v + 1} into {"z": 0} end)", R"({"a":1})"),
        R"({"z":0,"a":2})");
    EXPECT_EQ(evaluated("for event of case (i, x) => x into 0 end", "[1,2,3]"), "6");
    EXPECT_EQ(evaluated("for event of case (i, x) => x into 1 use * end", "[2,3]"), "6");
    EXPECT_EQ(evaluated("for event of case (i, x) => x > 0 into true use and end", "[1,0]"),
              "false");
    EXPECT_EQ(evaluated("for event of case (i, x) => x into 5 end", "null"), "5");
}

TEST(Scripts, LetCopiesWhatItChanges) {
    ScriptRun run;
    EXPECT_EQ(
        run.runText("let keep = event; let event.a.b = 1; let event.c = keep; event", R"({"x":0})"),
        R"(out: {"x":0,"a":{"b":1},"c":{"x":0}})");
    EXPECT_EQ(ran("let x = 1; let x = x + 1; x"), "out: 2");
    EXPECT_EQ(ran("let x = {}; let x[\"a b\"] = 2; x"), R"(out: {"a b":2})");
    EXPECT_EQ(ran("let event = 7"), "out: 7");
    EXPECT_EQ(codeOf(ran("let state.x = 1; state")), "wrong_type");
    EXPECT_EQ(ran("let $class = \"a\"; $class"), R"(out: "a")");
}

TEST(Scripts, DropAndEmitEndThemFromAnyDepth) {
    EXPECT_EQ(ran("match event of case 1 => drop case _ => null end; 5", "1"), "dropped");
    EXPECT_EQ(ran("match event of case 1 => emit 2 => \"side\" case _ => null end; 5", "1"),
              "side: 2");
    EXPECT_EQ(ran("emit => \"p\"", "3"), "p: 3");
    EXPECT_EQ(ran("for event of case (i, x) => emit x end; 9", "[4,5]"), "out: 4");
}

TEST(Scripts, UnusedExpressionsAreNotEvaluated) {
    EXPECT_EQ(ran("event.missing; 1", "{}"), "out: 1");
    EXPECT_EQ(codeOf(ran("event.missing", "{}")), "missing_field");
}

TEST(Scripts, StateLivesOn) {
    ScriptRun run;
    EXPECT_EQ(run.runText("let state = match state of case null => 1 case _ => state + 1 end"),
              "out: 1");
    EXPECT_EQ(run.runText("let state = match state of case null => 1 case _ => state + 1 end"),
              "out: 2");
}

TEST(Scripts, ReadingAnUnsetLocalIsAnError) {
    EXPECT_EQ(codeOf(ran("match event of case 1 => let x = 1 case _ => null end; x", "2")),
              "missing_field");
}

TEST(Scripts, GrowthIsLimited) {
    constexpr auto kDoubling = R"(let s = "0123456789abcdef";
        for event of case (i, x) => let s = s + s end; s)";
    std::string many = "[0";
    for (int i = 0; i < 60; ++i)
        many += ",0";
    EXPECT_EQ(codeOf(ran(kDoubling, many + "]")), "limit_exceeded");
    EXPECT_EQ(
        codeOf(ran("let s = [1]; for event of case (i, x) => let s = [s, s] end; s", many + "]")),
        "limit_exceeded");
}

TEST(Groups, SetAppendsAndEachMultiplies) {
    ScriptRun run;
    constexpr auto kEvent = R"({"a":1,"l":[2,3],"e":[]})";
    EXPECT_EQ(run.groupsOf("event.a", kEvent), "[[1]]");
    EXPECT_EQ(run.groupsOf("set(event.a, each(event.l))", kEvent), "[[1,2],[1,3]]");
    EXPECT_EQ(run.groupsOf("set(each(event.l), event.a, each(event.l))", kEvent),
              "[[2,1,2],[2,1,3],[3,1,2],[3,1,3]]");
    EXPECT_EQ(run.groupsOf("set(each(event.e), event.a)", kEvent), "[[1]]");
    EXPECT_EQ(run.groupsOf("set(event.a, each(event.e))", kEvent), "[]");
    EXPECT_EQ(codeOf(run.groupsOf("each(event.a)", kEvent)), "wrong_type");
}

TEST(Groups, TextIsSortedJson) {
    Arena arena;
    const auto keys = parseJson(R"([1,{"b":1.0,"a":"x"}])", arena);
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(groupText(keys->items(), arena).asString(), R"([1,{"a":"x","b":1.0}])");
    EXPECT_EQ(printJson(groupValue(keys->items(), arena)),
              R"([1,{"b":1.0,"a":"x"},"[1,{\"a\":\"x\",\"b\":1.0}]"])");
}

TEST(Errors, PointAtTheSubExpression) {
    ScriptRun run;
    EXPECT_EQ(codeOf(run.evaluateText("1 + event.a +\n event.none", R"({"a":1})")),
              "missing_field");
    const Error error = toError(run.context.error);
    EXPECT_EQ(error.place.line, 2U);
    EXPECT_EQ(error.place.column, 2U);
    EXPECT_EQ(error.place.sourceLine, " event.none");
}

} // namespace
} // namespace fuseboard
