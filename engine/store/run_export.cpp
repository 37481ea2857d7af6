// SPDX-License-Identifier: Apache-2.0
#include "engine/store/run_export.h"

#include "engine/store/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <iterator>
#include <map>

namespace fuseboard {

namespace {

// --- JSON

/// Writes JSON from left to right and puts the commas.
class JsonWriter {
public:
    JsonWriter& open(char bracket) {
        separate();
        m_text.push_back(bracket);
        m_first = true;
        return *this;
    }
    JsonWriter& close(char bracket) {
        m_text.push_back(bracket);
        m_first = false;
        return *this;
    }
    JsonWriter& key(std::string_view name) {
        separate();
        appendJsonString(m_text, name);
        m_text.push_back(':');
        m_first = true; // what follows belongs to the key
        return *this;
    }
    JsonWriter& value(std::string_view text) {
        separate();
        appendJsonString(m_text, text);
        return *this;
    }
    JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
    JsonWriter& value(double number) {
        return raw(std::isfinite(number) ? fmt::format("{}", number) : "null");
    }
    JsonWriter& value(std::integral auto number) { return raw(fmt::format("{}", number)); }
    JsonWriter& value(const std::vector<std::string>& texts) { return raw(jsonList(texts)); }
    template <class T> JsonWriter& value(const std::optional<T>& something) {
        return something ? value(*something) : raw("null");
    }
    /// A key and its value.
    template <class T> JsonWriter& put(std::string_view name, const T& something) {
        if constexpr (std::convertible_to<T, std::string_view>)
            return key(name).value(std::string_view(something));
        else
            return key(name).value(something);
    }
    /// Text that is JSON already.
    JsonWriter& raw(std::string_view json) {
        separate();
        m_text += json;
        return *this;
    }
    [[nodiscard]] std::string take() && { return std::move(m_text) + "\n"; }

private:
    void separate() {
        if (!m_first)
            m_text.push_back(',');
        m_first = false;
    }
    std::string m_text;
    bool m_first = true;
};

void putHistogram(JsonWriter& json, std::string_view name, const Histogram& histogram) {
    json.key(name).open('{');
    json.put("count", histogram.count()).put("min", histogram.min()).put("max", histogram.max());
    json.put("mean", histogram.mean()).put("p50", histogram.percentile(50));
    json.put("p90", histogram.percentile(90)).put("p99", histogram.percentile(99));
    json.put("p999", histogram.percentile(99.9));
    json.key("buckets").open('[');
    for (const Histogram::Bucket& bucket : histogram.buckets())
        json.raw(fmt::format("[{},{},{}]", bucket.lowNs, bucket.highNs, bucket.count));
    json.close(']').close('}');
}

void putRunIdentity(JsonWriter& json, const RunRow& run) {
    json.put("id", run.id).put("comparison_id", run.comparisonId).put("plan", toString(run.plan));
    json.put("pipeline_name", run.pipelineName).put("pipeline_hash", run.pipelineHash);
    json.put("plan_hash", run.planHash).put("plan_text", run.planText);
    json.put("input_name", run.inputName).put("input_hash", run.inputHash);
    json.put("output_hash", run.outputHash).put("seed", run.seed).put("exec", run.exec);
    json.put("threads", run.threads).put("status", toString(run.status));
    json.put("started_ns", run.startedNs).put("repetition", run.repetition);
    json.put("warmup", run.warmup).put("tag", run.tag).put("note", run.note);
    json.put("settings", run.settingsJson);
}

void putRunFigures(JsonWriter& json, const RunRow& run) {
    json.put("seconds", run.seconds).put("cpu_seconds", run.cpuSeconds);
    json.put("rows_in", run.rowsIn).put("rows_out", run.rowsOut).put("bytes_in", run.bytesIn);
    json.put("bytes_materialized", run.bytesMaterialized);
    json.put("compile_seconds", run.compileSeconds);
    json.put("peak_memory_bytes", run.peakMemoryBytes).put("rejected_rows", run.rejectedRows);
    json.put("failed_rows", run.failedRows).put("non_finite", run.nonFinite);
    json.put("error_text", run.errorText);
    json.put("measuring_overhead", run.measuringOverhead);
    json.key("machine").open('{').put("name", run.machine.name).put("cpu", run.machine.cpu);
    json.put("cores", run.machine.cores).put("memory_bytes", run.machine.memoryBytes);
    json.put("os", run.machine.os).close('}');
    json.key("build").open('{').put("version", run.build.version);
    json.put("compiler", run.build.compiler).close('}');
}

void putStages(JsonWriter& json, const RunRecord& record) {
    json.key("stages").open('[');
    for (const StageRow& row : record.stages) {
        json.open('{').put("ordinal", row.ordinal).put("id", row.stageId).put("nodes", row.nodes);
        json.put("label", row.label).put("rows_in", row.rowsIn).put("rows_out", row.rowsOut);
        json.put("bytes_in", row.bytesIn).put("bytes_out", row.bytesOut);
        json.put("bytes_materialized", row.bytesMaterialized);
        json.put("busy_seconds", row.busySeconds).put("blocked_seconds", row.blockedSeconds);
        json.put("idle_seconds", row.idleSeconds).put("cpu_seconds", row.cpuSeconds);
        json.put("batches", row.batches).put("errors", row.errors);
        json.put("max_queue_bytes", row.maxQueueBytes).put("state_bytes", row.stateBytes);
        json.put("groups", row.groups).put("exec", row.exec);
        json.put("exec_reason", row.execReason);
        putHistogram(json, "service_ns", row.service);
        putHistogram(json, "queue_wait_ns", row.queueWait);
        json.close('}');
    }
    json.close(']').key("members").open('[');
    for (const MemberRow& row : record.members) {
        json.open('{').put("stage", row.stage).put("node", row.node);
        json.put("sampled_batches", row.sampledBatches).put("rows_in", row.rowsIn);
        json.put("rows_out", row.rowsOut).put("sampled_ns", row.sampledNs).close('}');
    }
    json.close(']').key("code").open('[');
    for (const CodeRow& row : record.code) {
        json.open('{').put("stage", row.stage).put("form", row.form).put("tier", row.tier);
        json.put("probe", row.probe).put("seconds", row.seconds);
        json.put("reused", row.reused).close('}');
    }
    json.close(']');
}

void putEdgesAndLatency(JsonWriter& json, const RunRecord& record) {
    json.key("edges").open('[');
    for (const EdgeRow& row : record.edges) {
        json.open('{').put("from_stage", row.fromStage).put("to_stage", row.toStage);
        json.put("from", row.fromNode).put("from_port", row.fromPort).put("to", row.toNode);
        json.put("to_port", row.toPort).put("rows", row.rows).put("bytes", row.bytes).close('}');
    }
    json.close(']').key("latency").open('[');
    for (const LatencyRow& row : record.latency) {
        json.open('{').put("sink", row.sink);
        putHistogram(json, "latency_ns", row.histogram);
        json.close('}');
    }
    json.close(']');
}

void putRewritesAndSamples(JsonWriter& json, const RunRecord& record) {
    json.key("rewrites").open('[');
    for (const RewriteRow& row : record.rewrites) {
        json.open('{').put("pass", row.pass).put("kind", row.kind).put("applied", row.applied);
        json.put("reason", row.reason).put("before", row.before).put("after", row.after);
        json.put("predicted_saving_ns_per_row", row.predictedSavingNsPerRow).close('}');
    }
    json.close(']').key("samples").open('[');
    for (const SamplePoint& row : record.samples) {
        json.open('{').put("stage", row.stage).put("t_ns", row.tNs).put("rows_in", row.rowsIn);
        json.put("rows_out", row.rowsOut).put("busy_ns", row.busyNs);
        json.put("queue_bytes", row.queueBytes).put("state_bytes", row.stateBytes).close('}');
    }
    json.close(']');
}

std::string exportJson(const RunRecord& record) {
    JsonWriter json;
    json.open('{');
    putRunIdentity(json, record.run);
    putRunFigures(json, record.run);
    putStages(json, record);
    putEdgesAndLatency(json, record);
    putRewritesAndSamples(json, record);
    json.close('}');
    return std::move(json).take();
}

// --- CSV

constexpr std::string_view kCsvHeader =
    "run_id,plan,pipeline,input,exec,threads,status,run_seconds,run_rows_in,run_rows_out,"
    "stage,stage_id,label,nodes,rows_in,rows_out,bytes_in,bytes_out,bytes_materialized,"
    "busy_seconds,blocked_seconds,idle_seconds,cpu_seconds,batches,errors,max_queue_bytes,"
    "state_bytes,groups,service_p50_ns,service_p99_ns,queue_wait_p50_ns,queue_wait_p99_ns,"
    "stage_exec,exec_reason,compile_seconds\r\n";

/// A field of RFC 4180: in quotes where it has to be.
std::string csvField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out.push_back('"');
        out.push_back(c);
    }
    return out + '"';
}

std::string csvStage(const RunRecord& record, const StageRow& row) {
    double compileSeconds = 0;
    for (const CodeRow& code : record.code)
        compileSeconds += code.stage == row.ordinal ? code.seconds : 0;
    return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                       row.ordinal, csvField(row.stageId), csvField(row.label),
                       csvField(fmt::format("{}", fmt::join(row.nodes, " "))), row.rowsIn,
                       row.rowsOut, row.bytesIn, row.bytesOut, row.bytesMaterialized,
                       row.busySeconds, row.blockedSeconds, row.idleSeconds, row.cpuSeconds,
                       row.batches, row.errors, row.maxQueueBytes, row.stateBytes, row.groups,
                       row.service.percentile(50), row.service.percentile(99),
                       row.queueWait.percentile(50), row.queueWait.percentile(99), row.exec,
                       csvField(row.execReason), compileSeconds);
}

std::string exportCsv(const RunRecord& record) {
    const RunRow& run = record.run;
    const std::string prefix =
        fmt::format("{},{},{},{},{},{},{},{},{},{}", run.id, toString(run.plan),
                    csvField(run.pipelineName), csvField(run.inputName), csvField(run.exec),
                    run.threads, toString(run.status), run.seconds, run.rowsIn, run.rowsOut);
    std::string out(kCsvHeader);
    for (const StageRow& row : record.stages)
        out += fmt::format("{},{}\r\n", prefix, csvStage(record, row));
    return out;
}

// --- trace events ("Trace Event Format", as Chrome and Perfetto read it; times in microseconds)
// --------

class TraceWriter {
public:
    explicit TraceWriter(const RunRecord& record) : m_record(record) {}

    std::string write() && {
        const RunRow& run = m_record.run;
        m_json.open('{').put("displayTimeUnit", "ns").key("otherData").open('{');
        m_json.put("run", run.id).put("plan", toString(run.plan)).put("plan_hash", run.planHash);
        m_json.put("input", run.inputName).put("status", toString(run.status)).close('}');
        m_json.key("traceEvents").open('[');
        name("process_name", 0,
             fmt::format("{} ({}), run {}", run.pipelineName, toString(run.plan), run.id));
        for (const StageRow& stage : m_record.stages)
            name("thread_name", stage.ordinal + 1, stage.label);
        for (const auto& [ordinal, points] : pointsByStage())
            track(ordinal, points);
        m_json.close(']').close('}');
        return std::move(m_json).take();
    }

private:
    using Points = std::vector<const SamplePoint*>;

    [[nodiscard]] std::map<std::uint32_t, Points> pointsByStage() const {
        std::map<std::uint32_t, Points> result;
        for (const SamplePoint& point : m_record.samples)
            result[point.stage].push_back(&point);
        for (auto& [ordinal, points] : result)
            std::ranges::sort(points, {}, &SamplePoint::tNs);
        return result;
    }

    [[nodiscard]] std::string labelOf(std::uint32_t ordinal) const {
        const auto stage = std::ranges::find(m_record.stages, ordinal, &StageRow::ordinal);
        return stage == m_record.stages.end() ? fmt::format("stage {}", ordinal) : stage->label;
    }

    void event(char phase, std::string_view name, std::uint32_t thread) {
        m_json.open('{').put("ph", std::string_view(&phase, 1)).put("name", name);
        m_json.put("pid", 1).put("tid", thread);
    }

    void name(std::string_view what, std::uint32_t thread, std::string_view text) {
        event('M', what, thread);
        m_json.key("args").open('{').put("name", text).close('}').close('}');
    }

    void counter(std::string_view name, std::uint64_t atNs, double value) {
        event('C', name, 0);
        m_json.put("ts", microseconds(atNs)).key("args").open('{').put("value", value);
        m_json.close('}').close('}');
    }

    /// One slice an interval between two points, as long as the stage was busy in it.
    void track(std::uint32_t ordinal, const Points& points) {
        const std::string label = labelOf(ordinal);
        SamplePoint before;
        for (const SamplePoint* point : points) {
            const std::uint64_t span = point->tNs - before.tNs;
            const std::uint64_t busy = difference(point->busyNs, before.busyNs);
            const std::uint64_t rows = difference(point->rowsIn, before.rowsIn);
            if (busy > 0 && span > 0) {
                event('X', label, ordinal + 1);
                m_json.put("ts", microseconds(before.tNs));
                m_json.put("dur", microseconds(std::min(busy, span))).key("args").open('{');
                m_json.put("busy_ns", busy).put("interval_ns", span).put("rows_in", rows);
                m_json.put("rows_out", difference(point->rowsOut, before.rowsOut));
                m_json.close('}').close('}');
            }
            if (span > 0)
                counter(label + " rows/s", before.tNs,
                        static_cast<double>(rows) * 1e9 / static_cast<double>(span));
            counter(label + " queue bytes", point->tNs, static_cast<double>(point->queueBytes));
            counter(label + " state bytes", point->tNs, static_cast<double>(point->stateBytes));
            before = *point;
        }
    }

    static double microseconds(std::uint64_t ns) { return static_cast<double>(ns) / 1000; }
    static std::uint64_t difference(std::uint64_t after, std::uint64_t before) {
        return after > before ? after - before : 0;
    }

    const RunRecord& m_record;
    JsonWriter m_json;
};

// --- difference

std::optional<double> ratio(double a, double b) {
    return a > 0 ? std::optional(b / a) : std::nullopt;
}

/// The position of the stage of `stages` that `stage` corresponds to, among those not yet `used`.
std::optional<std::size_t> counterpart(const StageRow& stage, const std::vector<StageRow>& stages,
                                       const std::vector<bool>& used) {
    const auto find = [&](auto&& same) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < stages.size(); ++i) {
            if (!used[i] && same(stages[i]))
                return i;
        }
        return std::nullopt;
    };
    const auto byId = find([&](const StageRow& other) { return other.stageId == stage.stageId; });
    return byId ? byId : find([&](const StageRow& other) { return other.nodes == stage.nodes; });
}

std::vector<StageDiff> diffStages(const std::vector<StageRow>& a, const std::vector<StageRow>& b) {
    std::vector<StageDiff> result;
    std::vector<bool> used(b.size(), false);
    for (const StageRow& stage : a) {
        StageDiff& diff = result.emplace_back();
        diff.a = stage;
        if (const auto match = counterpart(stage, b, used)) {
            used[*match] = true;
            diff.b = b[*match];
        }
    }
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (!used[i])
            result.push_back({std::nullopt, b[i]});
    }
    return result;
}

} // namespace

Result<RunFormat> runFormatFromText(std::string_view text) {
    if (text == "csv")
        return RunFormat::Csv;
    if (text == "json")
        return RunFormat::Json;
    if (text == "perfetto")
        return RunFormat::Perfetto;
    return fail(ErrorCode::UnknownName, fmt::format("nobody knows the format '{}'", text),
                "use csv, json or perfetto");
}

std::string exportRun(const RunRecord& record, RunFormat format) {
    switch (format) {
    case RunFormat::Csv: return exportCsv(record);
    case RunFormat::Json: return exportJson(record);
    case RunFormat::Perfetto: return TraceWriter(record).write();
    }
    return {};
}

RunDiff diffRuns(const RunRecord& a, const RunRecord& b) {
    RunDiff diff;
    diff.a = a.run;
    diff.b = b.run;
    diff.samePipeline = a.run.pipelineHash == b.run.pipelineHash;
    diff.samePlan = a.run.planHash == b.run.planHash;
    diff.sameInput = a.run.inputHash == b.run.inputHash;
    diff.sameMachine = a.run.machine == b.run.machine;
    if (a.run.outputHash && b.run.outputHash)
        diff.sameOutput = *a.run.outputHash == *b.run.outputHash;
    diff.secondsRatio = ratio(a.run.seconds, b.run.seconds);
    diff.cpuRatio = ratio(a.run.cpuSeconds, b.run.cpuSeconds);
    if (b.run.peakMemoryBytes > 0) { // else b was killed before it told these figures
        diff.bytesMaterializedRatio = ratio(static_cast<double>(a.run.bytesMaterialized),
                                            static_cast<double>(b.run.bytesMaterialized));
        diff.peakMemoryRatio = ratio(static_cast<double>(a.run.peakMemoryBytes),
                                     static_cast<double>(b.run.peakMemoryBytes));
    }
    diff.stages = diffStages(a.stages, b.stages);
    return diff;
}

} // namespace fuseboard
