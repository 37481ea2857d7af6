// SPDX-License-Identifier: Apache-2.0
// Pipeline files of every kind to graphs. A new kind is one file with one function and one line in
// builtin_importers.cpp.
#pragma once

#include "engine/graph/graph.h"
#include "engine/graph/layout_service.h"
#include "engine/script/parser.h"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// No pipeline file is longer.
inline constexpr std::size_t kMaxImportBytes = 256U << 20U;

struct ImportOptions {
    std::vector<std::string> modulePath; ///< folders searched by `use`
    LayoutService* layout = nullptr;     ///< needed for DOT; not owned
};

struct ImportedPipeline {
    Graph graph;
    std::string format;          ///< name of the importer: "trickle", "troy", "dot", "fuse-json"
    std::vector<Notice> notices; ///< worth telling, harmless
    /// What keeps the graph from running, if anything: nodes without an operator, a cycle,
    /// unfinished nodes of a drawn pipeline. The window opens such a graph and lists these.
    std::vector<Error> problems;
};
using ImportResult = std::expected<ImportedPipeline, std::vector<Error>>;

struct ImportSource {
    std::string name; ///< path as the user gave it; for messages
    std::string text;
};

struct Importer {
    std::string_view name;
    std::string_view title;                ///< for file dialogs: "Tremor query"
    std::vector<std::string_view> endings; ///< ".trickle"; longest match wins
    /// Whether the content looks like this kind; asked in order when the ending says nothing.
    bool (*looksLike)(std::string_view text);
    ImportResult (*import)(const ImportSource& source, const ImportOptions& options);
};

/// All kinds, in the order in which contents are looked at.
[[nodiscard]] std::span<const Importer> importers();
/// By ending, then by content; nullptr if nobody claims it.
[[nodiscard]] const Importer* importerFor(std::string_view name, std::string_view text);

/// Reads and imports a file. Errors: NotFound, NotReadable, LimitExceeded, UnknownName (no known
/// kind), InvalidSyntax …, each with its place. The errors are never empty.
[[nodiscard]] ImportResult importFile(const std::string& path, const ImportOptions& options);
[[nodiscard]] ImportResult importText(const ImportSource& source, const ImportOptions& options);

Importer trickleImporter();
Importer troyImporter();
Importer dotImporter();
Importer fuseJsonImporter();

} // namespace fuseboard
