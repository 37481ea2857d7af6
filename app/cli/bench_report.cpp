// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_report.h"

#include "app/cli/console.h"
#include "app/cli/table.h"
#include "engine/base/clock.h"
#include "engine/formats/json_text.h"
#include "engine/measure/process_stats.h"
#include "engine/measure/statistics.h"

#include <algorithm>
#include <fmt/format.h>

namespace fuseboard {

namespace {

using Table = std::vector<std::vector<std::string>>;

std::string number(double value) {
    std::string out;
    printFloat(value, out);
    return out;
}

std::string spanText(const std::vector<double>& seconds) {
    const auto [least, most] = std::ranges::minmax(seconds);
    return fmt::format("{:.4f} to {:.4f}", least, most);
}

std::string rateText(double rowsPerSecond) {
    return fmt::format("{:.2f} M/s", rowsPerSecond / 1e6);
}

std::string peakText(std::uint64_t bytes) {
    return bytes == 0 ? "" : bytesText(bytes);
}

Table sidesTable(const WorkloadResult& result) {
    Table table = {{"case", "side", "median s", "least to greatest", "rows", "process s", "query s",
                    "compile s", "memory"}};
    for (const CaseResult& one : result.cases) {
        for (const SideResult& side : one.sides) {
            if (side.seconds.empty()) {
                table.push_back({one.name, side.name, "-", side.missing, "", "", "", "", ""});
                continue;
            }
            const double middle = median(side.seconds);
            table.push_back(
                {one.name, side.name, fmt::format("{:.4f}", middle), spanText(side.seconds),
                 rateText(static_cast<double>(result.rows) / middle),
                 fmt::format("{:.4f}", median(side.processSeconds)),
                 fmt::format("{:.4f}", median(side.innerSeconds)),
                 side.compileSeconds > 0 ? fmt::format("{:.4f}", side.compileSeconds) : "",
                 peakText(side.peakBytes)});
        }
    }
    return table;
}

std::string valueText(const FigureResult& figure, double value) {
    const int decimals = value < 0.1 ? 3 : value < 100 ? 2 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, figure.unit);
}

Table figuresTable(const WorkloadResult& result) {
    Table table = {{"figure", "value", "95 % interval"}};
    for (const FigureResult& figure : result.figures)
        table.push_back(
            {figure.about, figure.value ? valueText(figure, *figure.value) : "not measured",
             figure.low && figure.high ? fmt::format("{} to {}", valueText(figure, *figure.low),
                                                     valueText(figure, *figure.high))
                                       : ""});
    return table;
}

std::string sizeText(const WorkloadResult& result, const BenchRequest& request) {
    return fmt::format("{} rows, {} repetitions, {}, load {:.1f} before", countText(result.rows),
                       request.repetitions, plural(request.threads, "thread"), result.load);
}

std::string markdownTable(const Table& rows, std::size_t firstRight) {
    std::string out;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (const std::string& cell : rows[r])
            out += fmt::format("| {} ", cell);
        out += "|\n";
        if (r > 0)
            continue;
        for (std::size_t c = 0; c < rows[r].size(); ++c)
            out += c < firstRight ? "|---" : "|--:";
        out += "|\n";
    }
    return out;
}

std::string machineText() {
    const MachineRow& machine = thisMachine();
    return fmt::format("{}, {}, {}", machine.cpu, plural(machine.cores, "core"),
                       bytesText(machine.memoryBytes));
}

std::string tablesOf(const WorkloadResult& result, const BenchRequest& request) {
    return fmt::format("### {}\n\n{}; {}; {}; {} UTC.\n\n{}\n{}", result.name, result.about,
                       sizeText(result, request), machineText(), timeText(wallNs()),
                       markdownTable(sidesTable(result), 2),
                       result.figures.empty() ? "" : markdownTable(figuresTable(result), 1));
}

std::string listJson(const std::vector<double>& values) {
    std::string out = "[";
    for (const double value : values)
        out += (out.size() == 1 ? "" : ",") + number(value);
    return out + "]";
}

std::string sideJson(const SideResult& side) {
    return fmt::format("{{\"name\":{},\"missing\":{},\"seconds\":{},\"process_seconds\":{},"
                       "\"inner_seconds\":{},\"compile_seconds\":{},\"peak_bytes\":{}}}",
                       jsonText(side.name), side.missing.empty() ? "null" : jsonText(side.missing),
                       listJson(side.seconds), listJson(side.processSeconds),
                       listJson(side.innerSeconds), number(side.compileSeconds), side.peakBytes);
}

std::string caseJson(const CaseResult& one) {
    std::string sides;
    for (const SideResult& side : one.sides)
        sides += (sides.empty() ? "" : ",") + sideJson(side);
    return fmt::format("{{\"name\":{},\"input_bytes\":{},\"output_rows\":{},\"sides\":[{}]}}",
                       jsonText(one.name), one.inputBytes, one.outputRows, sides);
}

std::string figureJson(const FigureResult& figure) {
    const auto orNull = [](const std::optional<double>& value) {
        return value ? number(*value) : "null";
    };
    const std::string interval =
        figure.low ? fmt::format("[{},{}]", orNull(figure.low), orNull(figure.high)) : "null";
    return fmt::format("{{\"about\":{},\"unit\":{},\"value\":{},\"ci95\":{}}}",
                       jsonText(figure.about), jsonText(figure.unit), orNull(figure.value),
                       interval);
}

} // namespace

std::string workloadText(const WorkloadResult& result, const BenchRequest& request) {
    std::string out =
        fmt::format("{}: {} ({})\n", result.name, result.about, sizeText(result, request));
    out += printTable(sidesTable(result), {2, 4, 5, 6, 7, 8});
    if (!result.figures.empty())
        out += "\n" + printTable(figuresTable(result), {1, 2});
    return out + "\n";
}

std::string workloadJson(const WorkloadResult& result, const BenchRequest& request) {
    std::string cases, figures;
    for (const CaseResult& one : result.cases)
        cases += (cases.empty() ? "" : ",") + caseJson(one);
    for (const FigureResult& figure : result.figures)
        figures += (figures.empty() ? "" : ",") + figureJson(figure);
    return fmt::format("{{\"name\":{},\"rows\":{},\"repetitions\":{},\"threads\":{},\"load\":{},"
                       "\"cases\":[{}],"
                       "\"figures\":[{}]}}\n",
                       jsonText(result.name), result.rows, request.repetitions, request.threads,
                       number(result.load), cases, figures);
}

std::string withTables(std::string page, const WorkloadResult& result,
                       const BenchRequest& request) {
    const std::string begin = fmt::format("<!-- workload {} -->\n", result.name);
    const std::string end = fmt::format("<!-- end of {} -->\n", result.name);
    const std::string tables = begin + tablesOf(result, request) + end;
    const std::size_t from = page.find(begin);
    const std::size_t to = page.find(end);
    if (from == std::string::npos || to == std::string::npos || to < from)
        return page + "\n" + tables;
    return page.replace(from, to + end.size() - from, tables);
}

} // namespace fuseboard
