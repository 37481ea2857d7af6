// SPDX-License-Identifier: Apache-2.0
// What the root folder holds, and how files may be called.
#include "tests/architecture/source_tree.h"

#include <array>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

namespace fuseboard::architecture {
namespace {

namespace fs = std::filesystem;

/// Beside the seven fixed folders only what tools and readers look for there.
const std::set<std::string> kRoot = {
    "engine",        "optimizer",   "views",          "app",
    "resources",     "tests",       "packaging",      "docs",
    ".ci",           ".git",        ".gitignore",     ".gitattributes",
    ".clang-format", ".clang-tidy", "CMakeLists.txt", "CMakePresets.json",
    "README.md",     "LICENSE",     "NOTICE"};

/// What .gitignore names by a plain path or ending; that is all this project's list uses.
bool isIgnored(const std::string& name) {
    std::istringstream lines(readText(root() / ".gitignore"));
    std::string line;
    while (std::getline(lines, line)) {
        std::string pattern = line;
        std::erase(pattern, '/');
        if (!pattern.empty() && pattern[0] == '*' ? name.ends_with(pattern.substr(1))
                                                  : name == pattern)
            return true;
    }
    return false;
}

TEST(Tree, TheRootHoldsOnlyWhatToolsLookForThere) {
    for (const auto& entry : fs::directory_iterator(root())) {
        const std::string name = entry.path().filename().string();
        EXPECT_TRUE(kRoot.contains(name) || isIgnored(name)) << name;
    }
}

TEST(Tree, TheFixedFoldersAreThere) {
    for (const char* folder :
         {"engine", "optimizer", "views", "app", "resources", "tests", "packaging", "docs"})
        EXPECT_TRUE(fs::is_directory(root() / folder)) << folder;
}

TEST(Tree, FilesAreSnakeCase) {
    const std::regex snake("[a-z][a-z0-9]*(_[a-z0-9]+)*\\.(h|cpp)");
    for (const SourceFile& file : sources()) {
        const std::string name = fs::path(file.path).filename().string();
        EXPECT_TRUE(std::regex_match(name, snake)) << file.path;
    }
}

TEST(Tree, NoFileIsNamedAfterNothing) {
    const std::regex nothing("(^|.*_)(utils?|helpers?|common|misc|stuff|manager[0-9]+)(_.*|$)");
    const std::regex numbered(".*_[0-9]");
    for (const SourceFile& file : sources()) {
        EXPECT_FALSE(std::regex_match(stemOf(file.path), nothing)) << file.path;
        EXPECT_FALSE(std::regex_match(stemOf(file.path), numbered)) << file.path;
        for (const fs::path& part : fs::path(folderOf(file.path)))
            EXPECT_FALSE(std::regex_match(part.string(), nothing)) << file.path;
    }
}

TEST(Tree, FilesStartWithTheirLicence) {
    for (const SourceFile& file : sources())
        EXPECT_TRUE(file.text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) << file.path;
}

TEST(Tree, HeadersStateTheirPurposeAndAreGuarded) {
    for (const SourceFile& file : sources()) {
        if (!file.path.ends_with(".h"))
            continue;
        const std::size_t secondLine = file.text.find('\n') + 1;
        EXPECT_EQ(file.text.compare(secondLine, 3, "// "), 0) << file.path << " has no purpose";
        EXPECT_NE(file.text.find("\n#pragma once\n"), std::string::npos) << file.path;
    }
}

TEST(Tree, NothingIsLeftForLater) {
    // Put together here, or this file would find itself.
    const std::array<std::string, 3> marks = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                              std::string("XX") + "X"};
    for (const SourceFile& file : sources())
        for (const std::string& mark : marks)
            EXPECT_FALSE(std::regex_search(file.text, std::regex("\\b" + mark + "\\b")))
                << file.path << " says " << mark;
}

} // namespace
} // namespace fuseboard::architecture
