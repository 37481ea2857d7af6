// SPDX-License-Identifier: Apache-2.0
#include "optimizer/optimizer.h"

#include "optimizer/analysis/field_demand.h"
#include "optimizer/pass_manager.h"

#include <algorithm>

namespace fuseboard {

namespace {

Status checkNames(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (std::ranges::any_of(defaultPipeline(),
                                [&](const PassInfo& pass) { return pass.name == name; }))
            continue;
        std::string known;
        for (const PassInfo& pass : defaultPipeline())
            known += (known.empty() ? "" : ", ") + std::string(pass.name);
        return fail(ErrorCode::UnknownName, fmt::format("there is no pass \"{}\"", name),
                    "the passes are: " + known);
    }
    return {};
}

Result<OptimizedGraph> mark(Graph naive) {
    OptimizedGraph optimized;
    optimized.graph = std::move(naive);
    FB_TRY(optimized.graph.markNaive());
    optimized.naivePosition = optimized.graph.logPosition();
    optimized.inputFields.assign(optimized.graph.inputs().size(), FieldTree::all());
    return optimized;
}

} // namespace

Result<OptimizedGraph> optimize(Graph naive, const OptimizeOptions& options) {
    FB_CHECK(options.catalogue != nullptr);
    FB_TRY(checkNames(options.only));
    FB_TRY(checkNames(options.without));
    FB_TRY_ASSIGN(OptimizedGraph optimized, mark(std::move(naive)));
    FB_TRY(PassManager(options).run(defaultPipeline(), optimized));
    return optimized;
}

Result<OptimizedGraph> asDrawn(Graph naive, const OptimizeOptions& options) {
    FB_CHECK(options.catalogue != nullptr);
    FB_TRY_ASSIGN(OptimizedGraph drawn, mark(std::move(naive)));
    FB_TRY_ASSIGN(const std::vector<NodeIndex> order, drawn.graph.topologicalOrder());
    drawn.inputFields = computeFieldDemand(drawn.graph, *options.catalogue, order).inputs;
    return drawn;
}

} // namespace fuseboard
