// SPDX-License-Identifier: Apache-2.0
// The parser: what it accepts, what the trees say, and where its errors point.
#include "engine/script/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fuseboard {
namespace {

SourcePtr makeSource(std::string text, std::string name = "test") {
    return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

std::string printed(const std::string& text, ExpressionUse use = ExpressionUse::Plain) {
    auto parsed = parseExpression("test", text, use);
    return parsed ? printExpr(*parsed->tree) : "ERROR " + parsed.error().message;
}

std::string script(const std::string& text) {
    auto parsed = parseScriptBody("test", text);
    return parsed ? printExpr(*parsed->tree) : "ERROR " + parsed.error().message;
}

Error errorOf(const std::string& text, ExpressionUse use = ExpressionUse::Plain) {
    auto parsed = parseExpression("node 1, where", text, use);
    EXPECT_FALSE(parsed.has_value()) << text;
    return parsed ? Error() : parsed.error();
}

struct Outcome {
    std::optional<Query> query;
    std::vector<Error> errors;
    std::vector<Notice> notices;
};
Outcome query(const std::string& text, ParseOptions options = {}) {
    Outcome outcome;
    auto parsed = parseQuery(makeSource(text), options, outcome.notices);
    if (parsed)
        outcome.query = std::move(*parsed);
    else
        outcome.errors = parsed.error();
    return outcome;
}

std::string readFile(const std::string& name) {
    std::ifstream file(name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(ScriptParser, PrintsTheSameTreeBack) {
    const char* kTexts[] = {
        "null",
        "true",
        "12",
        "-12",
        "-9223372036854775808",
        "18446744073709551615",
        "1.5",
        "-0.0",
        "1.0e300",
        "\"a\"",
        "\"a #{event.b} c\"",
        "[1, 2.0, [event]]",
        "{\"a\": 1, \"b\": {}}",
        "event.a[0].b[1:2]",
        "$",
        "$name.x",
        "state.x",
        "group[0]",
        "window",
        "(event.a).b",
        "[1, 2][0]",
        "event.`odd name`",
        "event.`from`",
        "present event.a",
        "absent $x",
        "not (event.a == 1)",
        "not event.a == 1",
        "1 + 2 * 3",
        "(1 + 2) * 3",
        "1 - (2 - 3)",
        "1 - 2 - 3",
        "-(5)",
        "--5",
        "!1",
        "a_b(1)",
        "event.a or event.b and event.c",
        "(event.a or event.b) and event.c",
        "1 << 2 >> 3 >>> 4",
        "1 & 2 ^ 3",
        "1 < 2 == true",
        "<<1, 2:16/little_signed, \"a\"/binary>>",
        "merge event of {\"a\": 1} end",
        "patch event of insert \"a\" => 1; update \"b\" => 2; upsert \"c\" => 3; erase \"d\"; "
        "copy \"e\" => \"f\"; move \"g\" => \"h\"; merge \"i\" => {}; merge => {}; default \"j\" "
        "=> 1; "
        "default => {} end",
        "match event of case 1 => \"a\" case x = %{} when x.a > 1 => x case _ => null end",
        "match event of case %{present a, absent b, c == 1, d ~= re|(?P<x>\\\\d+)|, e ~= %[1]} => "
        "1 "
        "case %[_, ~ json||, %{}] => 2 case %(1, _, ...) => 3 case %(...) => 4 case ~ glob|a\\|*| "
        "=> 5 end",
        "for event of case (k, v) when v > 1 => k case (_, v) => v end",
        "for event of case (k, v) => v into 0 use * end",
        "std::string::uppercase(event.a)",
    };
    for (const char* text : kTexts) {
        auto first = parseExpression("test", text, ExpressionUse::Plain);
        if (std::string_view(text) == "a_b(1)") {
            EXPECT_FALSE(first);
            continue;
        }
        ASSERT_TRUE(first) << text << ": " << first.error().message;
        const std::string once = printExpr(*first->tree);
        auto second = parseExpression("test", once, ExpressionUse::Plain);
        ASSERT_TRUE(second) << once << ": " << second.error().message;
        EXPECT_TRUE(sameExpr(*first->tree, *second->tree)) << text << " -> " << once;
        EXPECT_EQ(printExpr(*second->tree), once);
        auto pretty =
            parseExpression("test", printExprPretty(*first->tree, 1, 20), ExpressionUse::Plain);
        ASSERT_TRUE(pretty) << printExprPretty(*first->tree, 1, 20);
        EXPECT_TRUE(sameExpr(*first->tree, *pretty->tree)) << printExprPretty(*first->tree, 1, 20);
    }
}

TEST(ScriptParser, FollowsThePrecedenceTable) {
    EXPECT_EQ(printed("(1 + 2) + 3"), "1 + 2 + 3");
    EXPECT_EQ(printed("(not event.a) == true"), "not event.a == true");
    EXPECT_EQ(printed("(1 == 2) & (3 == 4)"), "1 == 2 & 3 == 4");
    EXPECT_EQ(printed("(event.a xor event.b) or (event.c and event.d)"),
              "event.a xor event.b or event.c and event.d");
    EXPECT_EQ(errorOf("not -event.a").hint, "put the signed expression in parentheses");
}

TEST(ScriptParser, ReadsNumbersAndStrings) {
    EXPECT_EQ(printed("0xFF"), "255");
    EXPECT_EQ(printed("1_000"), "1000");
    EXPECT_EQ(printed("1."), "1.0");
    EXPECT_EQ(printed("1.5e-7"), "1.5e-07");
    EXPECT_EQ(printed("\"\\u0041\\n\\#{\""), "\"A\\n\\#{\"");
    EXPECT_EQ(printed("\"\"\"\n a\n\"\"\""), "\" a\\n\"");
    EXPECT_EQ(printed("\"#{ \"in #{event} \" }\""), "\"#{\"in #{event} \"}\"");
    EXPECT_EQ(errorOf("1e5").hint,
              "an exponent needs a dot before it, as in 1.0e5; names start with a letter");
    EXPECT_EQ(errorOf("18446744073709551616").message, "the number does not fit 64 bits");
    EXPECT_EQ(errorOf("\"a").message, "the string that starts here is never closed");
    EXPECT_EQ(errorOf("\"a\\qb\"").message, "unknown escape in a string");
    EXPECT_EQ(errorOf("\"#{}\"").message, "an interpolation must not be empty");
    EXPECT_EQ(errorOf("\"\\ud800\"").message,
              "a unicode escape needs four hexadecimal digits of a character");
}

TEST(ScriptParser, PointsAtErrors) {
    const Error error = errorOf("event.a ==\n  std::string::upercase(event.b)");
    EXPECT_EQ(error.code, ErrorCode::UnknownName);
    EXPECT_EQ(error.message, "unknown function `std::string::upercase`");
    EXPECT_EQ(error.hint, "did you mean `std::string::uppercase`?");
    EXPECT_EQ(error.place.file, "node 1, where");
    EXPECT_EQ(error.place.line, 2U);
    EXPECT_EQ(error.place.column, 3U);
    EXPECT_EQ(error.place.sourceLine, "  std::string::upercase(event.b)");
    EXPECT_EQ(errorOf("evnt.a").hint, "did you mean `event`?");
    EXPECT_EQ(errorOf("event.a = 1").message, "expected the end of the text, found `=`");
    EXPECT_EQ(errorOf("event.end").hint, "put it in backticks: .`end`");
    EXPECT_EQ(errorOf("string::uppercase()").code, ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf("{a: 1}").hint, "write \"a\"");
    EXPECT_EQ(errorOf("event.a", ExpressionUse::Constant).message,
              "`event` cannot be read in a constant");
    EXPECT_EQ(errorOf("let x = 1").message,
              "`let` is a statement of scripts and cannot stand in an expression");
    EXPECT_EQ(errorOf("").message, "expected an expression, found the end of the text");
    EXPECT_EQ(errorOf("\xC3(").message, "the text is not valid UTF-8");
    EXPECT_EQ(errorOf(std::string(200, '(')).code, ErrorCode::LimitExceeded);
    std::string chain = "1";
    for (int i = 0; i < 5000; ++i)
        chain += "+1";
    EXPECT_EQ(errorOf(chain).code, ErrorCode::LimitExceeded);
}

TEST(ScriptParser, AllowsAggregatesInWindowsOnly) {
    EXPECT_EQ(printed("stats::mean(event.a)", ExpressionUse::Windowed),
              "aggr::stats::mean(event.a)");
    auto two = parseExpression("t", "[aggr::stats::sum(event.a), aggr::stats::count()]",
                               ExpressionUse::Windowed);
    ASSERT_TRUE(two);
    EXPECT_EQ(two->aggregateCount, 2U);
    EXPECT_EQ(errorOf("aggr::stats::count()").message,
              "an aggregate cannot stand in an expression");
    EXPECT_EQ(errorOf("aggr::stats::sum(aggr::stats::count())", ExpressionUse::Windowed).message,
              "an aggregate cannot stand in an aggregate");
}

TEST(ScriptParser, ReadsScripts) {
    EXPECT_EQ(script("let x = 1; let event.a = x; emit event => \"p#{x}\""),
              "let x = 1; let event.a = x; emit event => \"p#{x}\"");
    EXPECT_EQ(script("match event of case 1 => let y = 2; y case _ => drop end"),
              "match event of case 1 => let y = 2; y case _ => drop end");
    EXPECT_EQ(script("emit; drop;"), "emit; drop");
    EXPECT_EQ(script("const c = 1 + 1; c"), "2");
    EXPECT_EQ(script("fn f(a) with recur(a + 1) end; f(1)"), "f(1)");
    EXPECT_EQ(script("fn f(a) with recur(a) + 1 end; f(1)"),
              "ERROR `recur` must be the last thing that the function does");
    EXPECT_EQ(script("fn f(a) with event end; f(1)"), "ERROR `event` cannot be read in a function");
    EXPECT_EQ(script("let event[0] = 1"), "ERROR an element of an array cannot be assigned");
    EXPECT_EQ(script("let $ = 1"), "ERROR `$` as a whole cannot be assigned");
    EXPECT_EQ(script("fn f(a, b) of case (1, %{}) => a case _ => b end; f(1, 2)"), "f(1, 2)");
}

TEST(ScriptParser, ReadsQueries) {
    const Outcome outcome = query(
        "#!config id = \"x\"\n"
        "use std::time::nanos;\n"
        "define window w from tumbling with interval = nanos::from_seconds(1) end;\n"
        "define script s args limit = 1, name script from other event script args.limit end;\n"
        "create script s with name = \"n\" end;\n"
        "define pipeline p from a into b args n pipeline select args.n from a into b end;\n"
        "create pipeline q from p with n = 2 end;\n"
        "select { \"n\": aggr::stats::count(), \"k\": event.k } from in[w] where event.x > 1\n"
        "  group by set(event.k, each(event.l)) into s/other having event.n > 1;\n"
        "select event from q/b into out;\n");
    ASSERT_TRUE(outcome.query) << outcome.errors[0].message;
    const auto& statements = outcome.query->statements;
    ASSERT_EQ(statements.size(), 4U);
    const auto& made = std::get<CreateScript>(statements[0].what);
    EXPECT_EQ(made.definition->bodies.size(), 2U);
    EXPECT_EQ(made.definition->text, "args.limit");
    EXPECT_EQ(printExpr(*made.definition->bodies[0].second), "1");
    const auto& inner = std::get<CreatePipeline>(statements[1].what);
    EXPECT_EQ(inner.pipeline->inputs, std::vector<std::string>{"a"});
    EXPECT_EQ(printExpr(*std::get<SelectStatement>(inner.pipeline->statements[0].what).target.tree),
              "2");
    const auto& select = std::get<SelectStatement>(statements[2].what);
    EXPECT_EQ(printExpr(*select.target.tree), "{\"n\": aggr::stats::count(), \"k\": group[0]}");
    EXPECT_EQ(printGroupBy(*select.groupBy), "set(event.k, each(event.l))");
    EXPECT_EQ(select.into.port, "other");
    EXPECT_EQ(select.windows[0]->name, "w");
    EXPECT_EQ((*outcome.query->config.at("id")).asString(), "x");
}

TEST(ScriptParser, ReportsSeveralErrorsOfAQuery) {
    const Outcome outcome = query("create stream a;\n"
                                  "create stream a;\n"
                                  "select evnt from in into out;\n"
                                  "select event from inn into out;\n"
                                  "select aggr::stats::count() from in into out;\n"
                                  "define script s script let = 1; evnt; end;\n"
                                  "create operator nope;\n"
                                  "select for event of case (k, v) => v end from in into out;\n");
    ASSERT_FALSE(outcome.query);
    std::vector<std::uint32_t> lines;
    for (const Error& error : outcome.errors)
        lines.push_back(error.place.line);
    EXPECT_EQ(lines, (std::vector<std::uint32_t>{2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(outcome.errors[2].hint, "did you mean `in`?");
}

TEST(ScriptParser, RefusesTheEventInWindowedTargets) {
    const Outcome outcome = query("define window w from tumbling with size = 2 end;\n"
                                  "select event.a from in[w] into out;");
    ASSERT_EQ(outcome.errors.size(), 1U);
    EXPECT_EQ(outcome.errors[0].place.line, 2U);
    EXPECT_EQ(outcome.errors[0].place.column, 8U);
}

TEST(ScriptParser, RefusesDefinitionsThatContainThemselves) {
    const Outcome outcome = query("define pipeline p pipeline create pipeline q from p; "
                                  "select event from in into out end; create pipeline p;");
    ASSERT_FALSE(outcome.query);
    EXPECT_EQ(outcome.errors[0].code, ErrorCode::LimitExceeded);
}

TEST(ScriptParser, EvaluatesConstantsAtOnce) {
    EXPECT_FALSE(query("const a = 1 / 0; select a from in into out").query);
    EXPECT_FALSE(query("const a = event; select a from in into out").query);
    EXPECT_FALSE(query("define operator b from generic::batch args n with count = args.n end; "
                       "create operator b;")
                     .query);
    EXPECT_TRUE(query("const a = 2 * 3; select a from in into out").query);
}

TEST(ScriptParser, ReadsModules) {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "fuseboard_parser_modules";
    fs::create_directories(folder / "a");
    std::ofstream(folder / "a" / "b.tremor") << "### text\nuse std::string;\nconst x = 3;\n## doc\n"
                                                "fn up(s) with string::uppercase(s) end;\n";
    std::ofstream(folder / "loop.tremor") << "use loop;";
    ParseOptions options;
    options.modulePath = {folder.string()};
    const Outcome good =
        query("use a::{b as c}; select [c::x, c::up(event)] from in into out;", options);
    ASSERT_TRUE(good.query) << good.errors[0].message;
    EXPECT_EQ(query("use loop; select 1 from in into out;", options).errors.at(0).message,
              "the module `loop` uses itself");
    EXPECT_EQ(query("use `../x`; select 1 from in into out;", options).errors.at(0).code,
              ErrorCode::UnknownName);
    fs::remove_all(folder);
}

TEST(ScriptParser, ReadsTheInfluxSampleInBothSpellings) {
    const Outcome now = query(readFile(FB_SOURCE_DIR "/resources/samples/influx.trickle"));
    ASSERT_TRUE(now.query) << now.errors[0].message;
    EXPECT_TRUE(now.notices.empty());
    EXPECT_EQ(now.query->statements.size(), 8U);
    const Outcome old =
        query("define tumbling window `10secs` with interval = datetime::with_seconds(10), end;\n"
              "define generic::batch operator batch with count = 3000, timeout = 5 end;\n"
              "create operator batch;\n"
              "select { \"count_{event.field}\": stats::hdr(event.value, [\"0.5\"]),\n"
              "  \"t\": win::first(event.t) }\n"
              "from in[`10secs`, ] group by event.field into batch;\n"
              "select event from batch into out having type::is_number(event.value);");
    ASSERT_TRUE(old.query) << old.errors[0].message;
    EXPECT_EQ(printExpr(*std::get<SelectStatement>(old.query->statements[1].what).target.tree),
              "{\"count_#{group[0]}\": aggr::stats::hdr(event.value, [\"0.5\"]), "
              "\"t\": aggr::win::first(event.t)}");
    const Outcome fixed = query(
        "define tumbling window `10secs` with interval = core::datetime::with_seconds(10), end;\n"
        "define generic::batch operator batch with count = 3000, timeout = 5 end;\n"
        "create operator batch;\n"
        "select { \"count_{event.field}\": event.v } from in having record::is_empty(event) into "
        "batch;\n"
        "define script s with p = 1 script match event of default => let a = args.p, a end end;\n"
        "create script s with p = 2 end;\n");
    ASSERT_TRUE(fixed.query) << fixed.errors[0].message;
    EXPECT_GE(fixed.notices.size(), 8U);
    const auto& select = std::get<SelectStatement>(fixed.query->statements[1].what);
    EXPECT_EQ(printExpr(*select.target.tree), "{\"count_#{event.field}\": event.v}");
    EXPECT_TRUE(select.having.has_value());
}

TEST(ScriptParser, ReadsDeployments) {
    std::vector<Notice> notices;
    auto parsed =
        parseDeployment(makeSource("define flow main args path flow\n"
                                   "  use tremor::{connectors, pipelines};\n"
                                   "  define connector file from file with codec = \"json\", "
                                   "config = {\"path\": args.path} end;\n"
                                   "  create connector file;\n"
                                   "  create connector console from connectors::console;\n"
                                   "  create pipeline pass from pipelines::passthrough;\n"
                                   "  connect /connector/file to /pipeline/pass;\n"
                                   "  connect /pipeline/pass/out to /connector/console;\n"
                                   "end;\n"
                                   "deploy flow main with path = \"x\" end;"),
                        {}, notices);
    ASSERT_TRUE(parsed) << parsed.error()[0].message;
    ASSERT_EQ(parsed->flows.size(), 1U);
    EXPECT_EQ(parsed->flows[0].connections.size(), 2U);
    EXPECT_EQ(parsed->flows[0].connectors.size(), 2U);
    const Value* config = parsed->flows[0].connectors[0].second->config->find("config");
    ASSERT_NE(config, nullptr);
    EXPECT_EQ(config->find("path")->asString(), "x");
}

TEST(ScriptParser, HighlightsInOrder) {
    const auto spans = highlight("let x = \"a#{f(1)}\" # note");
    ASSERT_FALSE(spans.empty());
    EXPECT_EQ(spans.front().kind, HighlightSpan::Kind::Keyword);
    EXPECT_EQ(spans.back().kind, HighlightSpan::Kind::Comment);
    EXPECT_TRUE(std::ranges::is_sorted(spans, {}, [](const auto& s) { return s.span.begin; }));
}

} // namespace
} // namespace fuseboard
