// SPDX-License-Identifier: Apache-2.0
// Finds and reads the source files, and takes them apart as far as the tests need.
#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace fuseboard::architecture {

namespace fs = std::filesystem;

fs::path root() {
    return fs::path(FB_SOURCE_DIR);
}

std::string readText(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const std::vector<SourceFile>& sources() {
    static const std::vector<SourceFile> all = [] {
        std::vector<SourceFile> found;
        for (const char* folder : {"engine", "optimizer", "views", "app", "resources", "tests"}) {
            if (!fs::exists(root() / folder))
                continue;
            for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
                const std::string extension = entry.path().extension().string();
                if (entry.is_regular_file() && (extension == ".cpp" || extension == ".h"))
                    found.push_back({fs::relative(entry.path(), root()).generic_string(),
                                     readText(entry.path())});
            }
        }
        std::sort(found.begin(), found.end(),
                  [](const auto& a, const auto& b) { return a.path < b.path; });
        return found;
    }();
    return all;
}

namespace {

/// The length of a raw string literal that starts at `at` with R", or 0.
std::size_t rawStringLength(const std::string& text, std::size_t at) {
    if (text.compare(at, 2, "R\"") != 0)
        return 0;
    const std::size_t open = text.find('(', at);
    if (open == std::string::npos || open - at > 18)
        return 0;
    const std::string close = ")" + text.substr(at + 2, open - at - 2) + "\"";
    const std::size_t end = text.find(close, open);
    return (end == std::string::npos ? text.size() : end + close.size()) - at;
}

/// The length of a comment or literal that starts at `at`, or 0.
std::size_t skippedLength(const std::string& text, std::size_t at, bool keepStrings) {
    if (text.compare(at, 2, "//") == 0)
        return std::min(text.find('\n', at), text.size()) - at;
    if (text.compare(at, 2, "/*") == 0) {
        const std::size_t end = text.find("*/", at + 2);
        return (end == std::string::npos ? text.size() : end + 2) - at;
    }
    if (const std::size_t raw = rawStringLength(text, at))
        return raw;
    const char quote = text[at];
    const bool digitSeparator = quote == '\'' && at > 0 && std::isalnum(text[at - 1]) != 0;
    if ((quote != '"' && quote != '\'') || digitSeparator || keepStrings)
        return 0;
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != quote && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size()) - at;
}

std::string blanked(const std::string& text, bool keepStrings) {
    std::string result = text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = skippedLength(text, at, keepStrings);
        for (std::size_t i = at; i < at + length; ++i)
            if (result[i] != '\n')
                result[i] = ' ';
        at += std::max<std::size_t>(length, 1);
    }
    return result;
}

} // namespace

std::string withoutCommentsAndLiterals(const std::string& text) {
    return blanked(text, false);
}

std::vector<Include> includesOf(const SourceFile& file) {
    static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
    std::vector<Include> found;
    std::istringstream lines(blanked(file.text, true));
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::smatch match;
        if (std::regex_search(line, match, pattern))
            found.push_back({match[2], match[1] == "\"", number});
    }
    return found;
}

std::string folderOf(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string stemOf(const std::string& path) {
    return fs::path(path).stem().string();
}

bool isInside(const std::string& path, const std::string& folder) {
    return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

} // namespace fuseboard::architecture
