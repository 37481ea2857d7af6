// SPDX-License-Identifier: Apache-2.0
// Tremor query files (.trickle) to graphs.
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/importers/query_graph.h"
#include "engine/operators/operator_body.h"

namespace fuseboard {

namespace {

bool looksLike(std::string_view text) {
    for (const std::string_view word : {"select ", "select\n", "create stream", "create operator"})
        if (text.find(word) != std::string_view::npos && text.find("deploy flow") == text.npos)
            return true;
    return false;
}

// Order: ports as the query lists them, then those that statements named (`in/x`).
template <class Add>
void connectPorts(const std::vector<std::string>& listed,
                  const std::map<std::string, NodeIndex>& nodes, const Add& add) {
    for (const std::string& port : listed)
        add(port, nodes.at(port));
    for (const auto& [port, node] : nodes)
        if (std::find(listed.begin(), listed.end(), port) == listed.end())
            add(port, node);
}

ImportResult import(const ImportSource& source, const ImportOptions& options) {
    ImportedPipeline result;
    ParseOptions parse;
    parse.modulePath = options.modulePath;
    const auto text = std::make_shared<const Source>(Source{source.name, source.text});
    auto query = parseQuery(text, parse, result.notices);
    if (!query)
        return std::unexpected(std::move(query).error());
    std::vector<Error> errors;
    result.graph = tremorGraph(nameOfFile(source.name));
    const PipelineEnds ends =
        QueryGraph(result.graph, result.notices, errors).add(*query, "", true);
    if (!errors.empty())
        return std::unexpected(std::move(errors));
    connectPorts(query->inputs, ends.inputs, [&](const std::string& port, NodeIndex node) {
        result.graph.addInput(port);
        result.graph.addEdge({kNone, port}, {node, "in"});
    });
    connectPorts(query->outputs, ends.outputs, [&](const std::string& port, NodeIndex node) {
        result.graph.addOutput(port);
        result.graph.addEdge({node, "out"}, {kNone, port});
    });
    errors = verify(result.graph, builtinCatalogue());
    if (!errors.empty())
        return std::unexpected(std::move(errors));
    return result;
}

} // namespace

Importer trickleImporter() {
    return {"trickle", "Tremor query", {".trickle"}, looksLike, import};
}

} // namespace fuseboard
