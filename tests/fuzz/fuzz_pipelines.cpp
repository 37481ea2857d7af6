// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as a pipeline file. Whatever imports is optimised and verified, and what it
// saves as a pipeline file must load again. The first byte picks the kind.
#include "engine/graph/graph_json.h"
#include "engine/graph/verifier.h"
#include "engine/importers/importer.h"
#include "engine/operators/operator_body.h"
#include "optimizer/optimizer.h"

#include <array>
#include <cstddef>
#include <cstdint>

using namespace fuseboard;

namespace {

// DOT is read by the layout worker, a process of its own that may end on bad input.
constexpr std::array kNames{"fuzz.trickle", "fuzz.troy", "fuzz.fuse.json", "fuzz"};

void optimiseAndVerify(const Graph& graph) {
    OptimizeOptions options;
    options.catalogue = &builtinCatalogue();
    options.verifyAll = true; // a pass that leaves a graph broken ends the program
    const Result<OptimizedGraph> optimized = optimize(graph, options);
    FB_CHECK(optimized.has_value());
}

void saveAndLoad(const Graph& graph) {
    const Result<std::string> text = printPipeline(graph);
    if (!text)
        return; // expressions without text; it was said why
    FB_CHECK(parsePipeline(*text, "saved").has_value());
}

} // namespace

// The names and types of this function are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const char* name = kNames[data[0] % kNames.size()];
    const ImportResult imported = importText({name, std::string(text)}, {});
    if (!imported)
        FB_CHECK(!imported.error().empty());
    else if (imported->problems.empty()) {
        saveAndLoad(imported->graph);
        optimiseAndVerify(imported->graph);
    }
    return 0;
}
