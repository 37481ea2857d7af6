// SPDX-License-Identifier: Apache-2.0
#include "app/session/run_settings.h"

#include "app/session/cost_file.h"
#include "engine/formats/json_text.h"
#include "engine/formats/schema_json.h"
#include "engine/graph/graph_json.h"
#include "engine/graph/graph_names.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace fuseboard {

namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
// Longer logs of arrivals are not worth their place: such a run is not repeated under the wall
// clock.
constexpr std::size_t kMostArrivals = 200'000;

std::string jsonQuoted(std::string_view text) {
    std::string out;
    printJsonString(text, out);
    return out;
}

std::string listOf(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts)
        out += (out.size() == 1 ? "" : ",") + jsonQuoted(text);
    return out + "]";
}

std::string limitText(std::uint64_t limit) {
    return limit == kUnlimited ? "null" : fmt::to_string(limit);
}

/// Files by their full path, so that a run can be repeated from any folder.
std::string lastingLocation(const std::string& location) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(location, error))
        return location;
    const std::filesystem::path full = std::filesystem::absolute(location, error);
    return error ? location : full.string();
}

std::string inputsText(const RunRequest& run) {
    std::string out = "[";
    for (const InputRequest& input : run.inputs) {
        const SourceSpec& source = input.source;
        out += fmt::format("{}{{\"port\":{},\"location\":{},\"format\":{},\"csv_header\":{},\"max_"
                           "event_bytes\":{},"
                           "\"trust_input\":{},\"schema\":{}}}",
                           out.size() == 1 ? "" : ",", jsonQuoted(input.port),
                           jsonQuoted(lastingLocation(source.location)),
                           source.format ? jsonQuoted(toString(*source.format)) : "null",
                           source.csvHeader, source.maxEventBytes, source.trustInput,
                           source.schema == nullptr ? "null"
                                                    : jsonQuoted(printSchema(*source.schema)));
    }
    return out + "]";
}

std::string outputsText(const RunRequest& run) {
    std::string out = "[";
    for (const OutputRequest& output : run.outputs)
        out += fmt::format("{}{{\"ports\":{},\"location\":{},\"format\":{}}}",
                           out.size() == 1 ? "" : ",", listOf(output.ports),
                           jsonQuoted(output.location), jsonQuoted(toString(output.format)));
    return out + "]";
}

std::string arrivalsText(const std::vector<ArrivalLog::Arrival>& arrivals) {
    std::string out = "[";
    for (const ArrivalLog::Arrival& arrival : arrivals)
        out += fmt::format("{}[{},{},{}]", out.size() == 1 ? "" : ",", arrival.sequence,
                           arrival.time, arrival.input);
    return out + "]";
}

std::string runText(const RunRequest& run) {
    std::string rate;
    printFloat(run.rate, rate);
    std::string out = fmt::format(
        "\"exec\":\"{}\",\"clock\":{},\"at_end\":{},\"threads\":{},\"queue_bytes\":{},"
        "\"batch_bytes\":{},\"preload\":{},\"rate\":{},\"max_errors\":{},\"limit\":{},"
        "\"memory_bytes\":{},\"allow_effects\":{},\"measure\":{},\"inputs\":{},\"outputs\":{}",
        toString(run.exec), jsonQuoted(run.clock),
        run.atEnd ? jsonQuoted(nameOf(kAtEndNames, *run.atEnd)) : "null", run.threads,
        run.queueBytes, run.batchBytes, run.preload, rate, limitText(run.maxErrors),
        limitText(run.limit), run.memoryBytes, run.allowEffects, run.measure, inputsText(run),
        outputsText(run));
    const ArrivalLog* log = run.arrivals.get();
    if (log != nullptr && log->complete &&
        log->arrivals.size() + log->ticks.size() <= kMostArrivals)
        out += fmt::format(",\"arrivals\":{{\"origin\":{},\"end\":{},\"rows\":{},\"ticks\":{}}}",
                           log->origin, log->end, arrivalsText(log->arrivals),
                           arrivalsText(log->ticks));
    return out;
}

/// Reads members of an object that this build has written itself: what is missing keeps its
/// default.
class Members {
public:
    explicit Members(const Value& object) : m_object(object) {}

    [[nodiscard]] const Value* find(std::string_view key) const {
        const Value* found = m_object.isRecord() ? m_object.find(key) : nullptr;
        return found == nullptr || found->isNull() ? nullptr : found;
    }
    void read(std::string_view key, std::string& to) const {
        if (const Value* value = find(key); value != nullptr && value->isString())
            to = value->asString();
    }
    void read(std::string_view key, bool& to) const {
        if (const Value* value = find(key); value != nullptr && value->isBool())
            to = value->asBool();
    }
    void read(std::string_view key, double& to) const {
        if (const Value* value = find(key); value != nullptr && value->isNumber())
            to = value->toDouble();
    }
    template <std::unsigned_integral Number> void read(std::string_view key, Number& to) const {
        if (const Value* value = find(key); value != nullptr && value->kind() == Kind::U64)
            to = static_cast<Number>(value->asU64());
    }
    void read(std::string_view key, std::vector<std::string>& to) const {
        to.clear();
        for (const Value& item : items(key))
            if (item.isString())
                to.emplace_back(item.asString());
    }
    [[nodiscard]] std::span<const Value> items(std::string_view key) const {
        const Value* value = find(key);
        return value != nullptr && value->isArray() ? value->items() : std::span<const Value>();
    }

private:
    const Value& m_object;
};

Status readInputs(const Members& members, RunRequest& run) {
    for (const Value& item : members.items("inputs")) {
        const Members object(item);
        InputRequest input;
        std::string format, schema;
        object.read("port", input.port);
        object.read("location", input.source.location);
        object.read("format", format);
        input.source.format = formatFromName(format);
        object.read("csv_header", input.source.csvHeader);
        object.read("max_event_bytes", input.source.maxEventBytes);
        object.read("trust_input", input.source.trustInput);
        object.read("schema", schema);
        if (!schema.empty()) {
            FB_TRY_ASSIGN(Schema parsed, parseSchema(schema));
            input.source.schema = std::make_shared<const Schema>(std::move(parsed));
        }
        run.inputs.push_back(std::move(input));
    }
    return {};
}

void readOutputs(const Members& members, RunRequest& run) {
    for (const Value& item : members.items("outputs")) {
        const Members object(item);
        OutputRequest output;
        std::string format;
        object.read("ports", output.ports);
        object.read("location", output.location);
        object.read("format", format);
        output.format = formatFromName(format).value_or(Format::Ndjson);
        run.outputs.push_back(std::move(output));
    }
}

std::vector<ArrivalLog::Arrival> arrivalsFrom(std::span<const Value> items) {
    std::vector<ArrivalLog::Arrival> arrivals;
    for (const Value& item : items)
        if (item.isArray() && item.size() == 3 &&
            std::ranges::all_of(item.items(),
                                [](const Value& part) { return part.kind() == Kind::U64; }))
            arrivals.push_back({item.items()[0].asU64(), item.items()[1].asU64(),
                                static_cast<std::uint32_t>(item.items()[2].asU64())});
    return arrivals;
}

void readArrivals(const Members& members, RunRequest& run) {
    const Value* value = members.find("arrivals");
    if (value == nullptr)
        return;
    const Members object(*value);
    run.arrivals = std::make_shared<ArrivalLog>();
    object.read("origin", run.arrivals->origin);
    object.read("end", run.arrivals->end);
    run.arrivals->arrivals = arrivalsFrom(object.items("rows"));
    run.arrivals->ticks = arrivalsFrom(object.items("ticks"));
    run.arrivals->complete = true;
}

Status readRun(const Members& members, RunRequest& run) {
    std::string exec, atEnd;
    members.read("exec", exec);
    run.exec = execFromText(exec).value_or(Exec::Interpret);
    members.read("clock", run.clock);
    members.read("at_end", atEnd);
    run.atEnd = enumeratorOf<AtEnd>(kAtEndNames, atEnd);
    members.read("threads", run.threads);
    members.read("queue_bytes", run.queueBytes);
    members.read("batch_bytes", run.batchBytes);
    members.read("preload", run.preload);
    members.read("rate", run.rate);
    members.read("max_errors", run.maxErrors);
    members.read("limit", run.limit);
    members.read("memory_bytes", run.memoryBytes);
    members.read("allow_effects", run.allowEffects);
    members.read("measure", run.measure);
    FB_TRY(readInputs(members, run));
    readOutputs(members, run);
    readArrivals(members, run);
    return {};
}

} // namespace

std::string settingsToJson(const Graph& naive, const SessionRequest& request) {
    const ComparisonRequest& comparison = request.comparison;
    // A graph whose expressions have no text cannot be repeated from its record; all else can.
    const Result<std::string> pipeline = printPipeline(naive);
    return fmt::format(
        "{{\"version\":{},\"plans\":\"{}\",\"pipeline_path\":{},\"repetitions\":{},"
        "\"warmups\":{},\"writes\":\"{}\",\"spool_bytes\":{},{},"
        "\"passes\":{{\"only\":{},\"without\":{},\"cost_table\":\"{}\",\"costs\":{}}},"
        "\"pipeline\":{}}}",
        kRunSettingsVersion, toString(request.plans), jsonQuoted(request.pipelinePath),
        comparison.repetitions, comparison.warmups, toString(comparison.writes),
        comparison.spoolBytes, runText(comparison.run), listOf(request.passes.only),
        listOf(request.passes.without), request.passes.costs.hash(),
        printCostTable(request.passes.costs), pipeline ? jsonQuoted(*pipeline) : "null");
}

Result<RunSettings> settingsFromJson(std::string_view json) {
    Arena arena;
    FB_TRY_ASSIGN(const Value document, parseJson(json, arena, "settings of the run"));
    const Members members(document);
    std::uint64_t version = 0;
    members.read("version", version);
    if (version == 0)
        return fail(ErrorCode::Unsupported, "the run was recorded without its settings",
                    "only runs that Fuseboard itself has recorded can be repeated");
    if (version > kRunSettingsVersion)
        return fail(ErrorCode::NewerVersion, "the run was recorded by a newer version of Fuseboard",
                    "repeat it with that version");
    RunSettings settings;
    SessionRequest& request = settings.request;
    std::string plans, writes, costs;
    members.read("plans", plans);
    request.plans = planChoiceFromText(plans).value_or(PlanChoice::Both);
    members.read("pipeline_path", request.pipelinePath);
    members.read("pipeline", settings.pipelineText);
    members.read("repetitions", request.comparison.repetitions);
    members.read("warmups", request.comparison.warmups);
    members.read("writes", writes);
    request.comparison.writes = planSideFromText(writes).value_or(PlanSide::Optimized);
    members.read("spool_bytes", request.comparison.spoolBytes);
    FB_TRY(readRun(members, request.comparison.run));
    if (const Value* passes = members.find("passes")) {
        const Members object(*passes);
        object.read("only", request.passes.only);
        object.read("without", request.passes.without);
        object.read("cost_table", costs);
        if (const Value* table = object.find("costs")) {
            FB_TRY_ASSIGN(request.passes.costs,
                          parseCostTable(printJson(*table), "settings of the run"));
        }
    }
    if (!costs.empty() && costs != request.passes.costs.hash())
        return fail(ErrorCode::Unsupported, "the run used a cost table that is not this build's",
                    "repeat it with the version that recorded it");
    return settings;
}

} // namespace fuseboard
