// SPDX-License-Identifier: Apache-2.0
// chain: 1 to 64 map operators one after the other, for the cost of one more operator a row.
#include "app/bench/workload.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string mapNode(const std::string& id, std::string_view value) {
    return fmt::format(
        R"({{"id": "{}", "operator": "select", "label": "{}", "statement": "drawn", )"
        R"("config": {{"target": {{"expression": )"
        R"("{{\"id\": event.id, \"value\": {}}}"}}}}}})",
        id, id, value);
}

/// A select that takes two fields out of a row, then `maps` that each change one of them.
std::string pipelineOf(unsigned maps) {
    std::string nodes = mapNode("select/start", "event.reading.celsius");
    std::string edges = R"({"from_input": "in", "to": "select/start"})";
    std::string last = "select/start";
    for (unsigned i = 1; i <= maps; ++i) {
        const std::string id = fmt::format("select/map-{}", i);
        nodes += ",\n" + mapNode(id, "event.value * 0.999 + 0.125");
        edges += fmt::format(",\n{{\"from\": \"{}\", \"to\": \"{}\"}}", last, id);
        last = id;
    }
    edges += fmt::format(",\n{{\"from\": \"{}\", \"to_output\": \"out\"}}", last);
    return fmt::format(
        R"({{"fuseboard": 1, "name": "chain-{}", "properties": {{"event_order": "natural", )"
        R"("at_end": "flush", "on_error": "to_err", "clock": "index"}}, "inputs": [{{"name": "in"}}], )"
        R"("outputs": [{{"name": "out"}}], "nodes": [{}], "edges": [{}]}})",
        maps, nodes, edges);
}

} // namespace

Workload chainWorkload() {
    Workload workload{"chain", "1 to 64 map operators, the input in memory", 1'000'000, {}, {}};
    std::vector<std::pair<std::string, double>> cases;
    for (const unsigned maps : {1U, 2U, 4U, 8U, 16U, 32U, 64U}) {
        BenchCase one;
        one.name = fmt::format("{} map{}", maps, maps == 1 ? "" : "s");
        one.pipelineText = pipelineOf(maps);
        one.inputs = {{"readings?seed=1", "ndjson"}};
        one.clock = BenchClock::Operators;
        one.sides = {
            {"optimised", FuseboardSide{}},
            {"naive", FuseboardSide{PlanSide::Naive}},
            {"hand-written", ProgramSide{"chain", {std::to_string(maps)}}},
        };
        cases.emplace_back(one.name, maps);
        workload.cases.push_back(std::move(one));
    }
    for (const char* side : {"optimised", "naive", "hand-written"})
        workload.figures.push_back(
            {fmt::format("cost of one more map a row, {}", side), SlopeFigure{side, cases}});
    workload.figures.push_back(
        ratio("64 maps: optimised against naive", {"64 maps", "naive"}, {"64 maps", "optimised"}));
    return workload;
}

} // namespace fuseboard
