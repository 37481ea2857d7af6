// SPDX-License-Identifier: Apache-2.0
// Pipeline files of our own (.fuse.json).
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/importers/query_graph.h"
#include "engine/operators/operator_body.h"

namespace fuseboard {

namespace {

bool looksLike(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && text[first] == '{';
}

ImportResult import(const ImportSource& source, const ImportOptions&) {
    auto file = parsePipeline(source.text, source.name);
    if (!file)
        return std::unexpected(std::move(file).error());
    ImportedPipeline result;
    result.graph = std::move(file->graph);
    result.problems = std::move(file->problems);
    for (std::string& notice : file->notices)
        result.notices.push_back({std::move(notice), {source.name, 0, 0, {}}});
    // A parameter that does not parse is told once, with its place.
    for (Error& error : verify(result.graph, builtinCatalogue()))
        if (std::none_of(result.problems.begin(), result.problems.end(), [&](const Error& known) {
                return !error.node.empty() && known.node == error.node;
            }))
            result.problems.push_back(std::move(error));
    if (result.graph.name().empty()) {
        result.graph.setName(nameOfFile(source.name));
        result.graph.forgetLog();
    }
    return result;
}

} // namespace

Importer fuseJsonImporter() {
    return {"fuse-json", "Fuseboard pipeline", {".fuse.json", ".json"}, looksLike, import};
}

} // namespace fuseboard
