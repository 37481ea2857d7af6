// SPDX-License-Identifier: Apache-2.0
// Adding an operator, a pass, an importer … is one file and one line in a list: no file may be
// without its line. A source file without a header of its own is such an entry.
#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace fuseboard::architecture {
namespace {

struct Registry {
    std::string folder;
    std::string list;
    std::string mark; ///< what an entry holds; empty where every source without a header is one
};

const std::vector<Registry>& registries() {
    static const std::vector<Registry> table = {
        {"engine/operators", "engine/operators/builtin_operators.cpp", ""},
        {"engine/importers", "engine/importers/builtin_importers.cpp", "Importer() {"},
        {"engine/exporters", "engine/exporters/builtin_exporters.cpp", "Target() {"},
        {"engine/connectors", "engine/connectors/connector.cpp", "Connector() {"},
        {"engine/script/functions", "engine/script/functions/builtin_functions.cpp", ""},
        {"optimizer/passes", "optimizer/default_pipeline.cpp", ""},
        {"app/bench/workloads", "app/bench/workloads/builtin_workloads.cpp", ""},
    };
    return table;
}

/// Source files without a header of their own that are no entry, with the reason.
const std::map<std::string, std::string>& partsOfOthers() {
    static const std::map<std::string, std::string> table = {};
    return table;
}

/// Lower case without separators, so that `constant_folding` and `constantFolding` are the same.
std::string plain(const std::string& name) {
    std::string result;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::set<std::string> plainNamesIn(const std::string& text) {
    std::set<std::string> names;
    std::string name;
    for (const char c : withoutCommentsAndLiterals(text) + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
            name += c;
        } else if (!name.empty()) {
            names.insert(plain(name));
            name.clear();
        }
    }
    return names;
}

/// Entries are listed by their bare name or with the kind as an ending: `batch`, `batchOperator`.
bool isListed(const std::string& stem, const std::set<std::string>& names) {
    static const std::vector<std::string> endings = {
        "",       "operator",  "pass",      "passinfo", "importer", "exporter",
        "target", "connector", "functions", "module",   "workload"};
    return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
        return names.contains(plain(stem) + ending);
    });
}

std::vector<std::string> entriesOf(const Registry& registry) {
    std::set<std::string> paths;
    for (const SourceFile& file : sources())
        paths.insert(file.path);
    std::vector<std::string> entries;
    for (const auto& [path, text] : sources()) {
        if (folderOf(path) != registry.folder || !path.ends_with(".cpp") || path == registry.list ||
            text.find(registry.mark) == std::string::npos)
            continue;
        const std::string header = path.substr(0, path.size() - 3) + "h";
        if (!paths.contains(header) && !partsOfOthers().contains(path))
            entries.push_back(path);
    }
    return entries;
}

TEST(Registry, EveryEntryHasItsLine) {
    for (const Registry& registry : registries()) {
        const std::vector<std::string> entries = entriesOf(registry);
        if (entries.empty())
            continue;
        EXPECT_TRUE(std::filesystem::exists(root() / registry.list)) << registry.list;
        const std::set<std::string> names = plainNamesIn(readText(root() / registry.list));
        for (const std::string& entry : entries)
            EXPECT_TRUE(isListed(stemOf(entry), names))
                << entry << " has no line in " << registry.list;
    }
}

TEST(Registry, ExceptionsStillExist) {
    for (const auto& [path, reason] : partsOfOthers())
        EXPECT_TRUE(std::filesystem::exists(root() / path)) << path << " (" << reason << ")";
}

} // namespace
} // namespace fuseboard::architecture
