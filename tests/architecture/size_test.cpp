// SPDX-License-Identifier: Apache-2.0
// How long files and functions are. A function should fit on a screen; what is longer is reported,
// and what is far longer fails.
#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <regex>

namespace fuseboard::architecture {
namespace {

constexpr int kFunctionGoal = 60;
constexpr int kFunctionLimit = 120;
constexpr int kFileGoal = 600;
constexpr int kFileLimit = 1200;

struct Function {
    std::string file;
    int line = 0;
    int lines = 0;
};

enum class Scope { Outer, Function, Inner };

/// What the brace after `head` (the text since the last `;`, `{` or `}`) opens.
Scope scopeAfter(const std::string& head, Scope parent) {
    static const std::regex type(R"(\b(namespace|class|struct|union|enum|extern)\b)");
    if (parent != Scope::Outer)
        return Scope::Inner;
    // A function may have a struct among its parameters, a struct no parenthesis before its brace.
    const std::size_t parenthesis = head.find('(');
    if (parenthesis == std::string::npos && std::regex_search(head, type))
        return Scope::Outer;
    // `auto check = [](int a) {` is a variable, `operator==(` and `f(int a = 1)` are functions.
    const std::string name = head.substr(0, parenthesis);
    const bool variable =
        name.find('=') != std::string::npos && name.find("operator") == std::string::npos;
    return parenthesis != std::string::npos && !variable ? Scope::Function : Scope::Inner;
}

std::vector<Function> functionsOf(const SourceFile& file) {
    std::vector<Function> functions;
    std::vector<std::pair<Scope, int>> open;
    std::string head;
    int line = 1;
    for (const char c : withoutCommentsAndLiterals(file.text)) {
        if (c == '\n')
            ++line;
        if (c == '{') {
            open.emplace_back(scopeAfter(head, open.empty() ? Scope::Outer : open.back().first),
                              line);
        } else if (c == '}' && !open.empty()) {
            if (open.back().first == Scope::Function)
                functions.push_back({file.path, open.back().second, line - open.back().second + 1});
            open.pop_back();
        }
        if (c == '{' || c == '}' || c == ';')
            head.clear();
        else
            head += c;
    }
    return functions;
}

TEST(Size, FunctionsFitOnAScreen) {
    std::vector<Function> all;
    for (const SourceFile& file : sources())
        for (const Function& function : functionsOf(file))
            all.push_back(function);
    std::sort(all.begin(), all.end(),
              [](const Function& a, const Function& b) { return a.lines > b.lines; });
    const auto longOnes = std::count_if(all.begin(), all.end(), [](const Function& function) {
        return function.lines > kFunctionGoal;
    });
    std::printf("%zu functions, median %d lines, %td over %d lines\n", all.size(),
                all.empty() ? 0 : all[all.size() / 2].lines, longOnes, kFunctionGoal);
    for (const Function& function : all) {
        if (function.lines > kFunctionGoal)
            std::printf("  %s:%d: %d lines\n", function.file.c_str(), function.line,
                        function.lines);
        EXPECT_LE(function.lines, kFunctionLimit) << function.file << ":" << function.line;
    }
}

TEST(Size, FilesAreOfOnePiece) {
    std::vector<std::pair<int, std::string>> all;
    for (const SourceFile& file : sources())
        all.emplace_back(std::count(file.text.begin(), file.text.end(), '\n'), file.path);
    std::sort(all.rbegin(), all.rend());
    ASSERT_FALSE(all.empty());
    std::printf("%zu files, median %d lines\n", all.size(), all[all.size() / 2].first);
    for (const auto& [lines, path] : all) {
        if (lines > kFileGoal)
            std::printf("  %s: %d lines\n", path.c_str(), lines);
        EXPECT_LE(lines, kFileLimit) << path;
    }
}

TEST(Size, FunctionsAreFound) {
    const SourceFile sample{"sample.cpp", "namespace a {\n"
                                          "struct B {\n"
                                          "    int c() { return 1; }\n"
                                          "};\n"
                                          "int d = 1;\n"
                                          "int e(int f) {\n"
                                          "    if (f) {\n"
                                          "        return '}';\n"
                                          "    }\n"
                                          "    return 0;\n"
                                          "}\n"
                                          "}\n"};
    const std::vector<Function> functions = functionsOf(sample);
    ASSERT_EQ(functions.size(), 2u);
    EXPECT_EQ(functions[1].line, 6);
    EXPECT_EQ(functions[1].lines, 6);
}

} // namespace
} // namespace fuseboard::architecture
