// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_expression.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace fuseboard {

std::string RandomExpression::path() {
    static const char* const kPaths[] = {"event.x",   "event.y",    "event.z",     "event.s",
                                         "event.u",   "event.b",    "event.r",     "event.l",
                                         "event.r.a", "event.no",   "event.x.a",   "event",
                                         "$",         "event.l[0]", "event.r.b.c", "$no"};
    return pick(kPaths);
}

// A match that compares a value, with or without a last resort.
std::string RandomExpression::cases(std::string (RandomExpression::*body)(int), int depth) {
    std::string made = fmt::format("(match {} of", chance(3) ? any(depth) : path());
    for (std::uint32_t left = below(3); left > 0; --left) {
        const std::string against = chance(3)   ? fmt::format("%{{ a == {} }}", number(0))
                                    : chance(2) ? number(0)
                                                : text(0);
        const std::string bound = against.starts_with('%') && chance(2) ? "m = " : "";
        const std::string guard = chance(6) ? fmt::format(" when {}", boolean(0)) : "";
        made += fmt::format(" case {}{}{} => {}", bound, against, guard, (this->*body)(depth));
    }
    if (!made.ends_with("of") && chance(5))
        return made + " end)";
    return made + fmt::format(" case _ => {} end)", (this->*body)(depth));
}

std::string RandomExpression::number(int depth) {
    static const char* const kFields[] = {"event.x", "event.x", "event.y",   "event.y",
                                          "event.z", "event.z", "event.r.a", "event.r.b.c"};
    static const char* const kEdges[] = {"0",
                                         "0.0",
                                         "(-0.0)",
                                         "1.5",
                                         "63",
                                         "64",
                                         "1.0e308",
                                         "0.0000000000000001",
                                         "9007199254740993",
                                         "9223372036854775807",
                                         "(-9223372036854775807)",
                                         "9223372036854775808",
                                         "18446744073709551615"};
    static const char* const kOperators[] = {"+", "+", "-",  "*",  "/",  "%",
                                             "&", "^", "<<", ">>", ">>>"};
    if (depth <= 0)
        return chance(4) ? pick(kEdges) : chance(3) ? fmt::format("{}", below(12)) : pick(kFields);
    switch (below(14)) {
    case 0: return path();
    case 1: return number(0);
    case 2: return fmt::format("(-{})", number(depth - 1));
    case 3: return fmt::format("(+{})", number(depth - 1));
    case 4: return fmt::format("(!{})", number(depth - 1));
    case 5: return fmt::format("math::max({}, {})", number(depth - 1), number(depth - 1));
    case 6: return fmt::format("string::len({})", text(depth - 1));
    case 7: return cases(&RandomExpression::number, depth - 1);
    default:
        return fmt::format("({} {} {})", number(depth - 1), pick(kOperators), number(depth - 1));
    }
}

std::string RandomExpression::text(int depth) {
    static const char* const kTexts[] = {
        "\"\"",           "\"a\"", "\"b\"",    "\"a longer text than fits\"",
        "\"q\\\"q\\\\\"", "\"é\"", "\"日本\"", "\"😀\"",
        "\"tab\\there\""};
    if (depth <= 0)
        return chance(2) ? pick(kTexts) : chance(2) ? "event.s" : "event.u";
    switch (below(9)) {
    case 0: return path();
    case 1: return fmt::format("string::uppercase({})", text(depth - 1));
    case 2: return fmt::format("({} + {})", text(depth - 1), text(depth - 1));
    case 3: return fmt::format("\"<#{{ {} }}>\"", chance(2) ? path() : number(depth - 1));
    case 4: return fmt::format("string::trim({})", text(depth - 1));
    case 5: return fmt::format("json::encode({})", any(depth - 1));
    case 6: return cases(&RandomExpression::text, depth - 1);
    default: return text(0);
    }
}

std::string RandomExpression::boolean(int depth) {
    static const char* const kOperators[] = {"==", "!=", "<", "<=", ">", ">="};
    static const char* const kLogical[] = {"and", "or", "xor"};
    if (depth <= 0)
        return chance(4) ? "event.b" : chance(3) ? "true" : fmt::format("event.x > {}", below(9));
    switch (below(14)) {
    case 0: return fmt::format("present {}", path());
    case 1: return fmt::format("absent {}", path());
    case 2: return fmt::format("type::is_number({})", any(depth - 1));
    case 3: return fmt::format("string::contains({}, {})", text(depth - 1), text(0));
    case 4: return fmt::format("(not {})", boolean(depth - 1));
    case 5: return cases(&RandomExpression::boolean, depth - 1);
    case 6:
    case 7:
        return fmt::format("({} {} {})", boolean(depth - 1), pick(kLogical), boolean(depth - 1));
    case 8: return fmt::format("({} {} {})", text(depth - 1), pick(kOperators), text(depth - 1));
    case 9:
        return fmt::format("({} {} {})", any(depth - 1), chance(2) ? "==" : "!=", any(depth - 1));
    default:
        return fmt::format("({} {} {})", number(depth - 1), pick(kOperators), number(depth - 1));
    }
}

std::string RandomExpression::any(int depth) {
    if (depth <= 0)
        return chance(2) ? path() : chance(2) ? number(0) : chance(2) ? text(0) : "null";
    switch (below(11)) {
    case 0: return record(depth - 1);
    case 1: return fmt::format("[{}, {}]", any(depth - 1), any(depth - 1));
    case 2: return fmt::format("(for event.l of case (i, e) => {} end)", any(depth - 1));
    case 3: return fmt::format("(merge event.r of {} end)", record(depth - 1));
    case 4: return fmt::format("(patch event of insert \"new\" => {} end)", any(depth - 1));
    case 5: return fmt::format("type::as_string({})", any(depth - 1));
    case 6: return path();
    case 7: return text(depth);
    case 8: return boolean(depth);
    case 9: return cases(&RandomExpression::any, depth - 1);
    default: return number(depth);
    }
}

std::string RandomExpression::record(int depth) {
    std::string fields;
    const auto add = [&](const char* key, const std::string& value) {
        fields += fmt::format("{}\"{}\": {}", fields.empty() ? "" : ", ", key, value);
    };
    for (const char* key : {"x", "y", "z"})
        if (!chance(3))
            add(key, chance(4) ? any(depth - 1) : number(depth));
    for (const char* key : {"s", "u"})
        if (!chance(3))
            add(key, text(depth));
    if (!chance(3))
        add("b", boolean(depth));
    if (chance(2))
        add("r", chance(2) ? "event.r" : fmt::format("{{\"a\": {}, \"l\": []}}", any(depth - 1)));
    if (chance(3))
        add("quote\\\"d", any(depth - 1));
    if (chance(2))
        add("l", chance(2) ? "event.l" : "[1, \"a\", event.x]");
    return "{" + fields + "}";
}

namespace {

class RowWriter {
public:
    explicit RowWriter(const Choose& choose) : m_choose(choose) {
        // What this input is like.
        for (bool& floats : m_floats)
            floats = chance(3);
        m_exceptions = chance(4) ? 3 : chance(2) ? 12 : 60;
    }

    std::string row() {
        static const char* const kBad[] = {"{\"x\":",
                                           "nonsense",
                                           "[1,2",
                                           "{\"x\":01}",
                                           "{\"x\":1}}",
                                           "\"\\ud800\"",
                                           "{\"s\":\"\xff\"}",
                                           "{\"s\":\"\xc0\xaf\"}",
                                           "{\"s\":\"a\tb\"}",
                                           "{\"x\":1.}",
                                           "{\"x\":1e999}",
                                           "tru"};
        if (chance(50))
            return pick(kBad);
        if (chance(60))
            return chance(2) ? "" : value();
        std::vector<std::string> fields;
        const auto add = [&](const char* key, const std::string& usual) {
            if (!exception())
                fields.push_back(fmt::format("\"{}\":{}", key, usual));
            else if (!chance(3))
                fields.push_back(fmt::format("\"{}\":{}", key, value()));
        };
        add("x", number(0));
        add("y", number(1));
        add("s", text());
        add("z", number(2));
        add("b", chance(2) ? "true" : "false");
        add("u", text());
        add("r", fmt::format("{{\"a\":{},\"b\":{{\"c\":{}}}}}", exception() ? value() : number(0),
                             exception() ? value() : number(1)));
        add("l", chance(4) ? "[]" : fmt::format("[{},{}]", number(0), text()));
        if (chance(40))
            std::swap(fields.front(), fields.back());
        if (chance(60) && !fields.empty())
            fields.push_back(fmt::format("\"x\":{}", value()));
        std::string line = "{";
        for (const std::string& field : fields)
            line += (line.size() == 1 ? "" : chance(60) ? " , " : ",") + field;
        return line + "}";
    }

private:
    std::uint32_t below(std::uint32_t n) { return m_choose(n); }
    bool chance(std::uint32_t n) { return below(n) == 0; }
    bool exception() { return chance(m_exceptions); }
    template <std::size_t N> const char* pick(const char* const (&all)[N]) {
        return all[below(static_cast<std::uint32_t>(N))];
    }

    std::string number(std::size_t which) {
        static const char* const kInts[] = {"0",
                                            "-1",
                                            "63",
                                            "64",
                                            "9007199254740993",
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "4611686018427387904"};
        static const char* const kOther[] = {"9223372036854775808",
                                             "18446744073709551615",
                                             "18446744073709551616",
                                             "-9223372036854775809",
                                             "-0",
                                             "1E2"};
        static const char* const kFloats[] = {"0.0",
                                              "-0.0",
                                              "1e308",
                                              "-1e308",
                                              "5e-324",
                                              "1.0",
                                              "2.5e3",
                                              "1e16",
                                              "0.1",
                                              "1.5e-7",
                                              "1e-400",
                                              "63.0",
                                              "12345678901234567890.5"};
        if (exception())
            return pick(kOther);
        if (m_floats[which])
            return chance(6) ? pick(kFloats) : fmt::format("{}.{}", below(40), below(100));
        return chance(8) ? pick(kInts) : fmt::format("{}", below(12));
    }
    std::string text() {
        static const char* const kTexts[] = {"a", "b", "c", "", "a longer text than fits", "q"};
        static const char* const kOdd[] = {
            "q\\\"q\\\\",   "\\u0041",          "\\ud83d\\ude00", "\\u0000", "\x7f",     "\\u2028",
            "\xe2\x80\xa8", "\xf0\x9f\x98\x80", "\xc3\xa9",       "\\/",     "\\n\\t\\b"};
        return fmt::format("\"{}\"", chance(6) ? pick(kOdd) : pick(kTexts));
    }
    std::string value() {
        switch (below(8)) {
        case 0: return "null";
        case 1: return "true";
        case 2: return text();
        case 3: return "[]";
        case 4: return fmt::format("{{\"a\":{}}}", number(0));
        case 5: return fmt::format("[{},{{\"c\":{}}}]", text(), number(1));
        default: return number(below(3));
        }
    }

    const Choose& m_choose;
    bool m_floats[3] = {};
    std::uint32_t m_exceptions = 1;
};

} // namespace

std::string randomRows(const Choose& choose, std::uint32_t count) {
    RowWriter writer(choose);
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i)
        text += writer.row() + (choose(50) == 0 ? "\r\n" : "\n");
    return text;
}

} // namespace fuseboard
