// SPDX-License-Identifier: Apache-2.0
// Who may include whom: the table of docs/architecture.md, section 2, as data.
#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace fuseboard::architecture {
namespace {

using Folders = std::vector<std::string>;

/// A library and what it may include besides itself. A folder below a library belongs to it unless
/// it has a line of its own.
struct Layer {
    std::string folder;
    Folders mayUse;
};

const Folders kEngine = {"engine/base",      "engine/value",      "engine/formats",
                         "engine/script",    "engine/graph",      "engine/measure",
                         "engine/operators", "engine/importers",  "engine/exporters",
                         "engine/kernels",   "engine/connectors", "engine/jit",
                         "engine/runtime",   "engine/store"};

/// What a view may know: documents, graphs, rewrite records and run rows; never threads or storage.
const Folders kForViews = {"engine/base",      "engine/value",   "engine/script", "engine/graph",
                           "engine/operators", "engine/measure", "optimizer",     "views/document",
                           "views/widgets",    "views/theme"};

Folders operator+(Folders left, const Folders& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const std::vector<Layer>& layers() {
    static const Folders formats = {"engine/base", "engine/value"};
    static const Folders script = formats + Folders{"engine/formats"};
    static const Folders graph = script + Folders{"engine/script"};
    static const Folders operators = graph + Folders{"engine/graph", "engine/measure"};
    static const Folders aboveOperators = operators + Folders{"engine/operators"};
    static const Folders aboveExporters =
        aboveOperators + Folders{"engine/importers", "engine/exporters", "engine/kernels"};
    static const Folders layout = {"engine/base", "engine/value", "engine/formats", "engine/graph"};
    static const std::vector<Layer> table = {
        {"engine/base", {}},
        {"engine/value", {"engine/base"}},
        {"engine/formats", formats},
        {"engine/script", script},
        {"engine/graph", graph},
        {"engine/measure", {"engine/base"}},
        {"engine/operators", operators},
        {"engine/importers", aboveOperators},
        {"engine/exporters", aboveOperators},
        {"engine/kernels", aboveOperators},
        {"engine/connectors", aboveExporters},
        {"engine/jit", aboveExporters},
        // Only the interface that kernels declares, so that a build without LLVM still runs.
        {"engine/runtime", aboveExporters + Folders{"engine/connectors"}},
        {"engine/store", {"engine/base", "engine/value", "engine/measure"}},
        {"optimizer", aboveOperators},
        {"views/theme", {}},
        {"views/widgets", {"views/theme"}},
        {"views/document",
         {"engine/base", "engine/value", "engine/script", "engine/graph", "engine/operators",
          "engine/measure", "optimizer"}},
        {"views/script_editor", kForViews},
        {"views/inspector", kForViews + Folders{"views/script_editor"}},
        {"views", kForViews},
        {"app/layout_client", layout},
        {"app/layout", layout + Folders{"app/layout_client"}},
        {"app/session", kEngine + Folders{"optimizer", "app/layout_client"}},
        // Starts programs and reads what they left: neither the optimiser nor the runtime.
        {"app/bench",
         {"engine/base", "engine/value", "engine/formats", "engine/measure", "engine/store"}},
        {"app/cli",
         kEngine + Folders{"optimizer", "app/layout_client", "app/session", "app/bench"}},
        {"app/desktop",
         kEngine + Folders{"optimizer", "views", "app/layout_client", "app/session"}},
        {"app", kEngine + Folders{"optimizer"}},
        {"tests", kEngine + Folders{"optimizer", "views", "app"}},
    };
    return table;
}

/// Headers from outside that only one place may see. Tests may look behind the curtain, save for
/// Qt.
struct Outsider {
    std::string prefix;
    Folders allowedIn;
};

const std::vector<Outsider>& outsiders() {
    static const std::vector<Outsider> table = {
        {"llvm/", {"engine/jit", "engine/kernels", "tests"}},
        {"llvm-c/", {"engine/jit", "tests"}},
        {"sqlite3.h", {"engine/store", "tests"}},
        {"SQLiteCpp/", {"engine/store", "tests"}},
        {"simdjson", {"engine/formats", "tests"}},
        {"re2/", {"engine/script", "tests"}},
        {"oniguruma.h", {"engine/script", "tests"}},
        {"onig", {"engine/script", "tests"}},
        {"graphviz/", {"app/layout"}},
        {"gvc.h", {"app/layout"}},
        {"cgraph.h", {"app/layout"}},
        {"CLI/", {"app"}},
    };
    return table;
}

const Layer* layerOf(const std::string& path) {
    const Layer* best = nullptr;
    for (const Layer& layer : layers())
        if (isInside(path, layer.folder) &&
            (best == nullptr || layer.folder.size() > best->folder.size()))
            best = &layer;
    return best;
}

/// One library a view folder: views/canvas may not include views/palette.
std::string libraryOf(const std::string& path) {
    const Layer* layer = layerOf(path);
    if (layer == nullptr)
        return {};
    return layer->folder == "views" ? folderOf(path) : layer->folder;
}

bool isInsideOneOf(const std::string& path, const Folders& folders) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](const std::string& folder) { return isInside(path, folder); });
}

bool mayInclude(const SourceFile& from, const std::string& header) {
    const Layer* layer = layerOf(from.path);
    return layer != nullptr &&
           (libraryOf(from.path) == libraryOf(header) || isInsideOneOf(header, layer->mayUse));
}

std::string place(const SourceFile& file, const Include& include) {
    return file.path + ":" + std::to_string(include.line) + ": \"" + include.path + "\"";
}

bool startsWithFixedFolder(const std::string& path) {
    return path.starts_with("engine/") || path.starts_with("optimizer/") ||
           path.starts_with("views/") || path.starts_with("app/") || path.starts_with("tests/");
}

/// Calls `check` with every file and every include line in it.
template <typename Check> void forEachInclude(Check check) {
    for (const SourceFile& file : sources())
        for (const Include& include : includesOf(file))
            check(file, include);
}

TEST(Layering, LibrariesIncludeOnlyWhatTheyMayUse) {
    forEachInclude([](const SourceFile& file, const Include& include) {
        if (!include.quoted || !startsWithFixedFolder(include.path))
            return;
        EXPECT_TRUE(mayInclude(file, include.path))
            << place(file, include) << " is not allowed in "
            << (layerOf(file.path) != nullptr ? libraryOf(file.path) : folderOf(file.path));
    });
}

TEST(Layering, QuotedIncludesArePathsFromTheRoot) {
    forEachInclude([](const SourceFile& file, const Include& include) {
        EXPECT_EQ(include.path.find("../"), std::string::npos) << place(file, include);
        const bool generated = include.path == "fuseboard/version.h" ||
                               include.path == stemOf(file.path) + ".moc" ||
                               include.path == "moc_" + stemOf(file.path) + ".cpp";
        EXPECT_EQ(include.quoted, startsWithFixedFolder(include.path) || generated)
            << place(file, include) << ": own headers go in quotes, by their path from the root";
    });
}

TEST(Layering, ThirdPartyHeadersStayInTheirFolder) {
    forEachInclude([](const SourceFile& file, const Include& include) {
        for (const Outsider& outsider : outsiders()) {
            if (!include.path.starts_with(outsider.prefix))
                continue;
            EXPECT_TRUE(isInsideOneOf(file.path, outsider.allowedIn)) << place(file, include);
        }
    });
}

bool isQtHeader(const std::string& path) {
    return path.size() > 1 && path[0] == 'Q' && (std::isupper(path[1]) != 0 || path[1] == 't');
}

TEST(Layering, OnlyTheWindowSeesQt) {
    const Folders window = {"views", "app/desktop", "tests/gui"};
    forEachInclude([&](const SourceFile& file, const Include& include) {
        EXPECT_FALSE(isQtHeader(include.path) && !isInsideOneOf(file.path, window))
            << place(file, include);
    });
}

TEST(Layering, ViewsStartNoThreads) {
    const std::set<std::string> threads = {"thread",       "mutex",   "condition_variable",
                                           "future",       "QThread", "QThreadPool",
                                           "QtConcurrent", "QMutex"};
    forEachInclude([&](const SourceFile& file, const Include& include) {
        EXPECT_FALSE(isInside(file.path, "views") && threads.contains(include.path))
            << place(file, include);
    });
}

TEST(Layering, OnlyProgramsKnowTheVersion) {
    forEachInclude([](const SourceFile& file, const Include& include) {
        EXPECT_FALSE(include.path == "fuseboard/version.h" &&
                     !isInsideOneOf(file.path, {"app", "tests"}))
            << place(file, include);
    });
}

TEST(Layering, EveryHeaderIsCompiledFirstSomewhere) {
    std::map<std::string, const SourceFile*> byPath;
    for (const SourceFile& file : sources())
        byPath[file.path] = &file;
    for (const auto& [path, file] : byPath) {
        if (!path.ends_with(".h"))
            continue;
        const auto source = byPath.find(path.substr(0, path.size() - 1) + "cpp");
        if (source == byPath.end())
            continue; // fb_headers_alone compiles it
        const std::vector<Include> includes = includesOf(*source->second);
        EXPECT_TRUE(!includes.empty() && includes.front().path == path)
            << source->first << " does not include its own header first";
    }
}

TEST(Layering, TheTableHasNoCycle) {
    // A line may only use what lines before it already stand for, which is the order of the table.
    std::set<std::string> known;
    for (const Layer& layer : layers()) {
        for (const std::string& below : layer.mayUse)
            EXPECT_TRUE(known.contains(below))
                << layer.folder << " uses " << below << ", which stands above it";
        known.insert(layer.folder);
    }
}

} // namespace
} // namespace fuseboard::architecture
