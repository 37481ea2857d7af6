// SPDX-License-Identifier: Apache-2.0
// The project's own source files as the architecture tests read them.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace fuseboard::architecture {

/// One #include line.
struct Include {
    std::string path; ///< without quotes or brackets
    bool quoted = false;
    int line = 0; ///< from 1
};

struct SourceFile {
    std::string path; ///< from the root of the project, with `/`
    std::string text;
};

/// The root of the project.
std::filesystem::path root();

/// All C++ files of the fixed folders, sorted by path.
const std::vector<SourceFile>& sources();

std::string readText(const std::filesystem::path& file);

/// Include lines in their order; those inside comments do not count, those inside #if do.
std::vector<Include> includesOf(const SourceFile& file);

/// The text with comments, string and character literals turned into blanks; line breaks stay.
std::string withoutCommentsAndLiterals(const std::string& text);

/// `engine/base/error.h` -> `engine/base`.
std::string folderOf(const std::string& path);

/// `engine/base/error.h` -> `error`.
std::string stemOf(const std::string& path);

/// True when `path` lies in `folder` or below it.
bool isInside(const std::string& path, const std::string& folder);

} // namespace fuseboard::architecture
