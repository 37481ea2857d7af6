// SPDX-License-Identifier: Apache-2.0
#include "app/session/planned_record.h"

#include "engine/operators/operator_body.h"
#include "engine/runtime/plan.h"
#include "engine/runtime/stage_figures.h"

namespace fuseboard {

void addPlannedStages(const Graph& graph, const RunRequest& request, RunRecord& record) {
    std::vector<bool> bound(graph.inputs().size(), false);
    for (const InputRequest& input : request.inputs)
        if (const auto port = graph.findInput(input.port))
            bound[*port] = true;
    SinkLayout layout;
    for (const OutputRequest& output : request.outputs) {
        std::vector<std::uint32_t> ports;
        for (const std::string& port : output.ports) {
            if (port == "err")
                layout.rejectedSink = static_cast<std::uint32_t>(layout.sinks.size());
            if (const auto index = graph.findOutput(port))
                ports.push_back(*index);
        }
        layout.sinks.push_back(std::move(ports));
    }
    const Result<Plan> plan = makePlan(graph, builtinCatalogue(), bound, layout);
    if (!plan)
        return;
    const std::vector<std::uint32_t> ordinals = reportOrdinals(*plan);
    std::vector<StageFigures> figures(plan->stages.size());
    describeStages(*plan, ordinals, figures, request.threads, record);
    for (std::uint32_t e = 0; e < plan->edges.size(); ++e)
        record.edges.push_back(edgeRow(*plan, e, ordinals, 0, 0));
}

} // namespace fuseboard
