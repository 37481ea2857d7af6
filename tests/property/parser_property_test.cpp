// SPDX-License-Identifier: Apache-2.0
// Properties of the parser: what is printed reads back as the same tree; no text whatsoever makes
// it crash or hang.
#include "engine/script/parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

namespace fuseboard {
namespace {

/// Makes the text of random expressions, fully in parentheses, from a seed.
class ExpressionMaker {
public:
    explicit ExpressionMaker(std::uint32_t seed) : m_random(seed) {}

    std::string make(int depth) {
        if (depth == 0 || pick(5) == 0)
            return leaf();
        const auto sub = [&] { return make(depth - 1); };
        switch (pick(14)) {
        case 0: return "[" + sub() + ", " + sub() + "]";
        case 1: return "{\"k\": " + sub() + ", \"x#{event.a}\": " + sub() + "}";
        case 2: return "(-" + operand(depth) + ")";
        case 3: return "(not " + operand(depth) + ")";
        case 4: return "(!" + operand(depth) + ")";
        case 5: return "\"a\\n#{" + operand(depth) + "}\\\\b#{1 + 2}\"";
        case 6:
            return "(match " + sub() + " of case " + sub() + " when " + sub() + " => " + sub() +
                   " case v = %{present k, a == 1} => v case _ => " + sub() + " end)";
        case 7: return "(for " + sub() + " of case (k, v) => [k, v, " + sub() + "] end)";
        case 8: return "merge " + sub() + " of " + sub() + " end";
        case 9: return "patch " + sub() + " of insert \"a\" => " + sub() + "; erase \"b\" end";
        case 10: return "std::string::format(" + sub() + ", " + sub() + ")";
        case 11: return "(" + sub() + ").f[" + sub() + "]";
        default: return "(" + operand(depth) + binary() + operand(depth) + ")";
        }
    }

private:
    int pick(int n) { return static_cast<int>(m_random() % static_cast<unsigned>(n)); }
    std::string operand(int depth) { return "(" + make(depth - 1) + ")"; }
    std::string leaf() {
        static constexpr const char* kLeaves[] = {"null",
                                                  "true",
                                                  "0",
                                                  "-7",
                                                  "18446744073709551615",
                                                  "1.5",
                                                  "-0.0",
                                                  "1.0e-300",
                                                  "\"\"",
                                                  "\"a\\\"\\u0001\\#{\"",
                                                  "event",
                                                  "event.a",
                                                  "event.`odd key`[1]",
                                                  "$",
                                                  "$m.x",
                                                  "state",
                                                  "group[0]",
                                                  "window",
                                                  "[]",
                                                  "{}",
                                                  "<<1, 2:4>>",
                                                  "present event.a",
                                                  "absent $x",
                                                  "std::time::nanos::NANOS_PER_SECOND"};
        return kLeaves[pick(static_cast<int>(std::size(kLeaves)))];
    }
    std::string binary() {
        static constexpr const char* kOperators[] = {
            " or ", " xor ", " and ", " ^ ",  " & ", " == ", " != ", " >= ", " > ", " <= ",
            " < ",  " >> ",  " >>> ", " << ", " + ", " - ",  " * ",  " / ",  " % "};
        return kOperators[pick(static_cast<int>(std::size(kOperators)))];
    }
    std::mt19937 m_random;
};

TEST(ParserProperty, PrintedTreesReadBackEqual) {
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        const std::string text = ExpressionMaker(seed).make(1 + static_cast<int>(seed % 5));
        const auto first = parseExpression("seed", text, ExpressionUse::Plain);
        ASSERT_TRUE(first) << seed << ": " << text << "\n" << first.error().message;
        for (const std::string& again :
             {printExpr(*first->tree), printExprPretty(*first->tree, 0, 30)}) {
            const auto second = parseExpression("seed", again, ExpressionUse::Plain);
            ASSERT_TRUE(second) << seed << ": " << again << "\n" << second.error().message;
            ASSERT_TRUE(sameExpr(*first->tree, *second->tree)) << seed << ": " << text << "\n"
                                                               << again;
        }
        ASSERT_EQ(printExpr(*first->tree).size() <= text.size() + 400, true) << text;
    }
}

/// Reads `text` in every way there is; only returning matters.
void readEverything(const std::string& text) {
    std::vector<Notice> notices;
    const auto source = std::make_shared<const Source>(Source{"random", text});
    (void)parseExpression("random", text, ExpressionUse::Windowed);
    (void)parseScriptBody("random", text);
    (void)parseGroupBy("random", text);
    const auto query = parseQuery(source, {}, notices);
    EXPECT_TRUE(query || !query.error().empty());
    (void)parseDeployment(source, {}, notices);
    (void)highlight(text);
}

TEST(ParserProperty, RandomBytesNeverCrash) {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 60, ' ');
        for (char& c : text)
            c = static_cast<char>(round % 2 == 0 ? random() : 32 + random() % 95);
        readEverything(text);
    }
}

TEST(ParserProperty, MutatedProgramsNeverCrash) {
    std::ifstream file(FB_SOURCE_DIR "/resources/samples/influx.trickle");
    const std::string program((std::istreambuf_iterator<char>(file)),
                              std::istreambuf_iterator<char>());
    ASSERT_FALSE(program.empty());
    static constexpr const char* kPieces[] = {
        "end",    ";",       "(",    "{",  "\"", "#{", "`",  "|",     "<<",   "case ",
        "match ", "define ", "args", "::", "[",  "=>", "\\", "event", "\xff", "%{"};
    std::mt19937 random(2);
    for (int round = 0; round < 400; ++round) {
        std::string text = program;
        for (std::uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0: text.erase(at, random() % 20); break;
            case 1: text.insert(at, kPieces[random() % std::size(kPieces)]); break;
            default: text.insert(at, text.substr(random() % text.size(), random() % 40)); break;
            }
        }
        readEverything(text);
    }
}

TEST(ParserProperty, DeepAndLongTextsAreRefused) {
    for (const char* piece : {"(", "[", "{\"a\":", "-", "not ", "!", "match ", "\"#{", "patch ",
                              "a(", "1+", "event.", "for ", "set(", "define pipeline p pipeline ",
                              "%{a ~= ", "let a = ", "a::", "use a::{"}) {
        std::string text;
        while (text.size() < 200'000)
            text += piece;
        readEverything(text);
    }
}

} // namespace
} // namespace fuseboard
