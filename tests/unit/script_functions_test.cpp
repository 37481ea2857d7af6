// SPDX-License-Identifier: Apache-2.0
// Every native function runs its own example; extractors and the corners of single functions.
#include "tests/unit/script_runs.h"

#include "engine/script/extractor.h"
#include "engine/script/regex.h"
#include "engine/script/time_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace fuseboard {
namespace {

TEST(Functions, EveryExampleIsTrue) {
    EXPECT_GE(allFunctions().size(), 120U);
    for (const FunctionSpec* function : allFunctions())
        EXPECT_EQ(evaluated(function->example), "true")
            << function->name << ": " << function->example;
}

TEST(Functions, SpecificationsAreComplete) {
    std::set<std::string_view> names;
    for (const FunctionSpec* function : allFunctions()) {
        EXPECT_TRUE(names.insert(function->name).second) << function->name;
        EXPECT_EQ(findFunction(function->name), function);
        EXPECT_FALSE(function->signature.empty()) << function->name;
        EXPECT_TRUE(function->summary.ends_with('.')) << function->name;
        EXPECT_NE(function->body, nullptr) << function->name;
        EXPECT_LE(function->minArguments, function->maxArguments) << function->name;
        const auto own = function->name.substr(function->name.rfind("::") + 2);
        EXPECT_NE(function->example.find(own), std::string_view::npos) << function->name;
        EXPECT_GT(function->costNs, 0) << function->name;
    }
    EXPECT_EQ(findFunction("std::string::nothing"), nullptr);
}

/// Values of every kind, small and odd.
std::vector<Value> samples(Arena& arena) {
    std::vector<Value> all;
    for (const char* text :
         {"null", "true", "0", "3", "-7", "18446744073709551615", "1.5", "-0.0", R"("")",
          R"("a b")", R"("äß")", "[]", R"([1,[2],"x"])", "{}", R"({"a":1,"timestamp":5})"})
        all.push_back(*parseJson(text, arena));
    all.push_back(Value::bytes(std::string_view("\xff\0", 2)));
    return all;
}

bool accepts(const FunctionSpec& f, std::span<const Value> arguments) {
    if (f.safeKinds[0] == 0 && f.minArguments > 0)
        return false;
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (i >= 4 || (f.safeKinds[i] >> static_cast<unsigned>(arguments[i].kind()) & 1U) == 0)
            return false;
    return true;
}

// No call crashes; calls on safe kinds succeed; results have the promised kinds.
TEST(Functions, KeepTheirPromisesOnAllKindsOfArguments) {
    Arena arena;
    const std::vector<Value> values = samples(arena);
    for (const FunctionSpec* f : allFunctions()) {
        const std::size_t count = std::min<std::size_t>(f->minArguments, 3);
        std::size_t combinations = 1;
        for (std::size_t i = 0; i < count; ++i)
            combinations *= values.size();
        for (std::size_t n = 0; n < combinations; ++n) {
            std::vector<Value> arguments(f->minArguments, Value::u64(1));
            std::size_t rest = n;
            for (std::size_t i = 0; i < count; ++i, rest /= values.size())
                arguments[i] = values[rest % values.size()];
            FunctionContext context{arena, 1, 1};
            Value result;
            const bool done = f->body(arguments, context, result);
            if (accepts(*f, arguments) && !f->mayRaise) {
                EXPECT_TRUE(done) << f->name << ": " << context.errorMessage << " for "
                                  << printJson(Value::array(arguments));
            }
            if (!done) {
                EXPECT_FALSE(context.errorMessage.empty()) << f->name;
            } else if (f->resultKinds != 0) {
                EXPECT_NE(f->resultKinds >> static_cast<unsigned>(result.kind()) & 1U, 0U)
                    << f->name << " made " << kindName(result.kind());
            }
        }
    }
}

TEST(Functions, Strings) {
    EXPECT_EQ(evaluated(R"(string::substr(event, 1, 3))", R"("größe")"), R"("rö")");
    EXPECT_EQ(evaluated(R"(string::substr(event, 9, 3))", R"("abc")"), R"("abc")");
    EXPECT_EQ(evaluated(R"(string::uppercase(event))", R"("straße ŉ")"), R"("STRASSE ʼN")");
    EXPECT_EQ(evaluated(R"(string::lowercase(event))", R"("ΟΔΟΣ İ")"), R"("οδος i̇")");
    EXPECT_EQ(evaluated(R"(string::format("{{}} {}", event))", "[1]"), R"("{} [1]")");
    EXPECT_EQ(codeOf(evaluated(R"(string::format("{}", event, 1))", "1")), "invalid_argument");
    EXPECT_EQ(codeOf(evaluated(R"(string::format("{} {}", event))", "1")), "invalid_argument");
    EXPECT_EQ(evaluated(R"(string::split(event, ""))", R"("ab")"), R"(["","a","b",""])");
    EXPECT_EQ(evaluated(R"(string::replace(event, "", "-"))", R"("ab")"), R"("-a-b-")");
    EXPECT_EQ(evaluated("string::trim(event)", R"("\u00a0\tx ")"), R"("x")");
}

TEST(Functions, PartsOfStrings) {
    const char* url = R"("https://x.org/a/b?c=1")";
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 0))", url), R"("https:")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 1))", url), R"("")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 4))", url), R"("b?c=1")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 5))", url), "null");
    // One separator a byte, before and behind the border of what is looked at together.
    const std::string slashes = R"("0123456789abcd///h/0123456789abcdef/")";
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 0))", slashes), R"("0123456789abcd")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 1))", slashes), R"("")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 3))", slashes), R"("h")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 4))", slashes), R"("0123456789abcdef")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 5))", slashes), R"("")");
    EXPECT_EQ(evaluated(R"(fuse::string::part(event, "/", 6))", slashes), "null");
    // As std::string::split has them, also without a separator.
    for (const char* text : {R"("")", R"("ä/b")", R"("//")"})
        for (const char* separator : {R"("/")", R"("")"}) {
            const std::string parts =
                evaluated(fmt::format("string::split(event, {})", separator), text);
            const std::string made = evaluated(
                fmt::format("for std::range::range(0, array::len(string::split(event, {0}))) of "
                            "case (i, n) => fuse::string::part(event, {0}, n) end",
                            separator),
                text);
            EXPECT_EQ(made, parts) << text << " by " << separator;
            EXPECT_EQ(evaluated(fmt::format("fuse::string::part(event, {0}, "
                                            "array::len(string::split(event, {0})))",
                                            separator),
                                text),
                      "null");
        }
    EXPECT_EQ(evaluated(R"(fuse::string::count("aaaa", "aa"))"), "2");
    EXPECT_EQ(evaluated(R"(fuse::string::count("äöü", ""))"), "4");
    EXPECT_EQ(evaluated(R"(fuse::string::count("", "x"))"), "0");
}

TEST(Functions, Numbers) {
    EXPECT_EQ(evaluated("math::max(event, 1.0)", "2"), "2.0");
    EXPECT_EQ(evaluated("math::min(event, 3)", "-2"), "-2");
    EXPECT_EQ(evaluated("math::floor(event)", "-1.5"), "-2");
    EXPECT_EQ(evaluated("math::round(event)", "1e300"), "18446744073709551615");
    EXPECT_EQ(codeOf(evaluated("integer::parse(event)", R"("12x")")), "invalid_argument");
    EXPECT_EQ(evaluated("integer::parse(event)", R"("+12")"), "12");
    EXPECT_EQ(evaluated("float::parse(event)", R"("-1e400")"), "null");
    EXPECT_EQ(codeOf(evaluated("float::parse(event)", R"("0x10")")), "invalid_argument");
    EXPECT_EQ(codeOf(evaluated("range::range(0, event)", "100000000")), "limit_exceeded");
    EXPECT_EQ(evaluated("type::is_integer(event)", "18446744073709551615"), "false");
    EXPECT_EQ(evaluated("array::contains(event, 1)", "[1.0]"), "false");
    EXPECT_EQ(evaluated("array::sort(event)", R"([null,"a",2,1.5,true,[],{}])"),
              R"([{},[],"a",1.5,2,true,null])");
}

TEST(Functions, Regex) {
    EXPECT_EQ(evaluated(R"(re::replace_all("(?<a>.)-", event, "${a}+$$"))", R"("x-y-z")"),
              R"("x+$y+$z")");
    EXPECT_EQ(evaluated(R"(re::split("", event))", R"("ab")"), R"(["","a","b",""])");
    EXPECT_EQ(evaluated(R"(re::is_match("^\\w+$", event))", R"("größe")"), "true");
    EXPECT_EQ(codeOf(evaluated(R"(re::is_match("(", event))", R"("a")")), "invalid_argument");
}

TEST(Functions, RegexGroups) {
    const auto group = [](const char* text, int number) {
        return evaluated(
            fmt::format(R"(fuse::re::extract("(&|^)id=([^&]*)(x)?", event, {}))", number), text);
    };
    EXPECT_EQ(group(R"("a?q=1&id=7&n=2")", 0), R"("&id=7")");
    EXPECT_EQ(group(R"("a?q=1&id=7&n=2")", 2), R"("7")");
    EXPECT_EQ(group(R"("id=&id=8")", 1), R"("")") << "a group that matched nothing is a text";
    EXPECT_EQ(group(R"("id=&id=8")", 2), R"("")") << "the first match decides";
    EXPECT_EQ(group(R"("id=7")", 3), "null") << "a group that took no part";
    EXPECT_EQ(group(R"("a?q=1")", 2), "null");
    EXPECT_EQ(group(R"("")", 2), "null");
    Arena arena;
    for (const auto& [pattern, number] : {std::pair("(a", 0U), {"(a)", 2U}}) {
        FunctionContext context{arena, 0, 0};
        const std::vector<Value> arguments{Value::string(pattern), Value::string("a"),
                                           Value::u64(number)};
        Value result;
        EXPECT_FALSE(findFunction("fuse::re::extract")->body(arguments, context, result));
        EXPECT_EQ(context.errorCode, ErrorCode::InvalidArgument) << pattern;
    }
}

TEST(Functions, JumpHashIsStable) {
    EXPECT_EQ(evaluated("tremor::chash::jump(event, 4294967296)", R"("a")").substr(0, 5), "error");
    EXPECT_EQ(codeOf(evaluated("tremor::chash::jump(event, 0)", R"("a")")), "invalid_argument");
}

TEST(Times, FormsAndOffsets) {
    EXPECT_EQ(parseTime("2019-08-07T16:41:12.159975-04:00", "%Y-%m-%dT%T%.6f%:z").value_or(0),
              1'565'210'472'159'975'000U);
    EXPECT_EQ(parseTime("2019-08-07T20:41:12.159975", "%Y-%m-%dT%T%.6f").value_or(0),
              1'565'210'472'159'975'000U);
    EXPECT_EQ(parseTime("2019-06-20 00:00:00", "%Y-%m-%d %H:%M:%S").value_or(0),
              1'560'988'800'000'000'000U);
    EXPECT_FALSE(parseTime("2019-02-30 00:00:00", "%Y-%m-%d %H:%M:%S").has_value());
    EXPECT_FALSE(parseTime("2019-02-03 00:00:00 x", "%Y-%m-%d %H:%M:%S").has_value());
    EXPECT_FALSE(parseTime("2019", "%Y").has_value());
    std::string text;
    ASSERT_TRUE(
        formatTime(civilTime(1'559'655'782'000'000'000U, 0), "%a %d %b %j %V %.f|%.3f", text)
            .has_value());
    EXPECT_EQ(text, "Tue 04 Jun 155 23 |.000");
    EXPECT_EQ(evaluated(R"(datetime::rfc3339(datetime::with_timezone(event, "-05:30")))", "1"),
              R"("1969-12-31T18:30:00.000000001-05:30")");
    // The day is kept from call to call, as it is spelled and where it is.
    const auto day = [&](const char* time, const char* form) {
        return evaluated(fmt::format(R"(datetime::format({}, "{}"))", time, form), "1");
    };
    EXPECT_EQ(day("86399999999999", "%Y-%m-%d"), "\"1970-01-01\"");
    EXPECT_EQ(day("0", "%Y-%m-%d"), "\"1970-01-01\"");
    EXPECT_EQ(day("86400000000000", "%Y-%m-%d"), "\"1970-01-02\"");
    EXPECT_EQ(day("86400000000000", "%d.%m.%y"), "\"02.01.70\"");
    EXPECT_EQ(day("86400000000000", "%d %H"), "\"02 00\"");
    EXPECT_EQ(day("90000000000000", "%d %H"), "\"02 01\"");
    EXPECT_EQ(day("datetime::with_timezone(0, \"-05:30\")", "%Y-%m-%d"), "\"1969-12-31\"");
    EXPECT_EQ(day("datetime::with_timezone(0, \"+00:00\")", "%Y-%m-%d"), "\"1970-01-01\"");
}

// --- extractors ----------------------------------------------------------------------------------

std::string extracted(std::string_view kind, std::string_view pattern, std::string_view text,
                      std::uint64_t ingestNs = 0) {
    auto made = Extractor::make(kind, std::string(pattern));
    if (!made)
        return "refused: " + made.error().message;
    Arena arena;
    FunctionContext context{arena, ingestNs, 0};
    Value result;
    if (!(*made)->extract(Value::string(text), context, result))
        return "no match";
    EXPECT_TRUE((*made)->matches(Value::string(text)));
    EXPECT_FALSE((*made)->matches(Value::u64(1)));
    return printJson(result);
}

TEST(Extractors, KnowTheirKind) {
    const auto made = Extractor::make("GLOB", "a*");
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ((*made)->name(), "glob");
    EXPECT_EQ((*made)->pattern(), "a*");
    EXPECT_EQ(Extractor::make("nothing", "").error().code, ErrorCode::UnknownName);
}

TEST(Extractors, Glob) {
    EXPECT_EQ(extracted("glob", "*INFO*", "INFO"), "true");
    EXPECT_EQ(extracted("glob", "snot*", "snotty"), "true");
    EXPECT_EQ(extracted("glob", "*badger", "a badger"), "true");
    EXPECT_EQ(extracted("glob", "a?c[!x-z]", "aäcy"), "no match");
    EXPECT_EQ(extracted("glob", "a?c[!x-z]", "aäcw"), "true");
    EXPECT_EQ(extracted("glob", "a[", "a").substr(0, 7), "refused");
    EXPECT_EQ(extracted("glob", "*a*a*a*a*a*a*b", std::string(5000, 'a')), "no match");
}

TEST(Extractors, Regex) {
    EXPECT_EQ(extracted("re", "(?P<a>\\d+)-(?<b>x)?", "12-"), R"({"a":"12"})");
    EXPECT_EQ(extracted("re", "^b", "ab"), "no match");
    EXPECT_EQ(extracted("rerg", "(?P<k>[a-z])(?P<v>\\d)?", "a1b"), R"({"k":["a","b"],"v":["1"]})");
    EXPECT_EQ(extracted("re", "[a&&b]", "a").substr(0, 7), "refused");
}

TEST(Extractors, Base64AndJson) {
    EXPECT_EQ(extracted("base64", "", "8J+agHNuZWFreSByb2NrZXQh"), "\"🚀sneaky rocket!\"");
    EXPECT_EQ(extracted("base64", "", "8J+a"), "no match"); // decodes to half a character
    EXPECT_EQ(extracted("json", "", R"({"a":"b", "c":"d"})"), R"({"a":"b","c":"d"})");
    EXPECT_EQ(extracted("json", "", "{"), "no match");
}

TEST(Extractors, Kv) {
    EXPECT_EQ(extracted("kv", "", "a:b c:d"), R"({"a":"b","c":"d"})");
    EXPECT_EQ(extracted("kv", "%{key}=%{val}&", "x=1&y=2"), R"({"x":"1","y":"2"})");
    EXPECT_EQ(extracted("kv", "", "nothing"), "no match");
    EXPECT_EQ(extracted("kv", "%{key}", "a").substr(0, 7), "refused");
}

TEST(Extractors, Dissect) {
    EXPECT_EQ(extracted("dissect", "%{name}", "John"), R"({"name":"John"})");
    EXPECT_EQ(extracted("dissect", "%{protocol}://%{host}.%{.tld}", "http://example.com/"),
              R"({"protocol":"http","host":"example",".tld":"com/"})");
    EXPECT_EQ(extracted("dissect", "%{date}%{_(-)} %{?priority} %{&priority} %{+snot} %{+snot}",
                        "2019-04-20------------------- high 3 foo bar"),
              R"({"date":"2019-04-20","high":"3","snot":"foo bar"})");
    EXPECT_EQ(extracted("dissect", "%{?p} %{&p} %{+s} %{+s}", "high 3 foo bar"),
              R"({"high":"3","s":"foo bar"})");
    EXPECT_EQ(extracted("dissect", "%{a:int}|%{b:float}", "22|1.5"), R"({"a":22,"b":1.5})");
    EXPECT_EQ(extracted("dissect", "%{a} %{b}", " x"), R"({"a":"","b":"x"})");
    EXPECT_EQ(extracted("dissect", "%{a}%{b}", "x").substr(0, 7), "refused");
}

TEST(Extractors, Cidr) {
    EXPECT_EQ(extracted("cidr", "", "192.168.1.0"),
              R"({"prefix":[192,168,1,0],"mask":[255,255,255,255]})");
    EXPECT_EQ(extracted("cidr", "", "192.168.1.7/24"),
              R"({"prefix":[192,168,1,0],"mask":[255,255,255,0]})");
    EXPECT_EQ(extracted("cidr", "", "2001:4860:4860:0000:0000:0000:0000:8888"),
              R"({"prefix":[8193,18528,18528,0,0,0,0,34952],)"
              R"("mask":[65535,65535,65535,65535,65535,65535,65535,65535]})");
    EXPECT_EQ(extracted("cidr", "10.22.0.0/24, 10.22.1.0/24", "10.22.0.254"),
              R"({"prefix":[10,22,0,254],"mask":[255,255,255,255]})");
    EXPECT_EQ(extracted("cidr", "10.22.0.0/24, 10.22.1.0/24", "99.98.97.96"), "no match");
    EXPECT_EQ(extracted("cidr", "::1/64", "::1").substr(0, 7), "refused");
}

TEST(Extractors, InfluxAndDatetime) {
    EXPECT_EQ(extracted("influx", "",
                        "wea\\ ther,location=us-midwest temperature=82 1465839830100400200"),
              R"({"measurement":"wea ther","tags":{"location":"us-midwest"},)"
              R"("fields":{"temperature":82.0},"timestamp":1465839830100400200})");
    EXPECT_EQ(extracted("influx", "", "a b=1", 77),
              R"({"measurement":"a","tags":{},"fields":{"b":1.0},"timestamp":77})");
    EXPECT_EQ(extracted("influx", "", "nonsense"), "no match");
    EXPECT_EQ(extracted("datetime", "%Y-%m-%d %H:%M:%S", "2019-06-20 00:00:00"),
              "1560988800000000000");
}

TEST(Extractors, Grok) {
    EXPECT_EQ(
        extracted("grok",
                  "^<%%{POSINT:syslog_pri}>(?:(?<syslog_version>\\d{1,3}) )?"
                  "(?:%{SYSLOGTIMESTAMP:syslog_timestamp0}|"
                  "%{TIMESTAMP_ISO8601:syslog_timestamp1}) %{SYSLOGHOST:syslog_hostname}  ?"
                  "(?:%{TIMESTAMP_ISO8601:syslog_ingest_timestamp} )?"
                  "(%{WORD:wf_pod} %{WORD:wf_datacenter} )?%{GREEDYDATA:syslog_message}",
                  "<%1>123 Jul   7 10:51:24 hostname 2019-04-01T09:59:19+0010 pod dc foo bar"),
        R"({"syslog_pri":"1","syslog_version":"123","syslog_timestamp0":"Jul   7 10:51:24",)"
        R"("syslog_hostname":"hostname","syslog_ingest_timestamp":"2019-04-01T09:59:19+0010",)"
        R"("wf_pod":"pod","wf_datacenter":"dc","syslog_message":"foo bar"})");
    EXPECT_EQ(extracted("grok", "%{NOTHING}", "x").substr(0, 7), "refused");
    EXPECT_EQ(extracted("grok", "^(a+)+$", std::string(40, 'a') + "b"), "no match");
    EXPECT_EQ(extracted("grok", "%{COMMONAPACHELOG}",
                        R"(1.2.3.4 - bob [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 23)"),
              R"({"clientip":"1.2.3.4","ident":"-","auth":"bob",)"
              R"("timestamp":"10/Oct/2000:13:55:36 -0700","verb":"GET","request":"/a",)"
              R"("httpversion":"1.0","response":"200","bytes":"23"})");
}

} // namespace
} // namespace fuseboard
