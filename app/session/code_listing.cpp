// SPDX-License-Identifier: Apache-2.0
#include "app/session/code_listing.h"

#include "app/session/group_compiler.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::array<std::string_view, 3> kForms{"program", "ir", "asm"};
constexpr std::size_t kSampleBytes = 256U << 10U;

/// The first piece of an input, or nothing of none.
class HeadReader final : public ChunkReader {
public:
    explicit HeadReader(std::unique_ptr<ChunkReader> whole) : m_whole(std::move(whole)) {}

    Result<bool> next(SourceChunk& chunk, std::size_t targetBytes) override {
        if (m_whole == nullptr || std::exchange(m_taken, true)) {
            chunk = {};
            return false;
        }
        return m_whole->next(chunk, targetBytes);
    }
    std::uint64_t bytesRead() const override { return m_whole ? m_whole->bytesRead() : 0; }
    std::optional<std::uint64_t> totalBytes() const override { return std::nullopt; }
    std::string inputHash() const override { return {}; }
    std::string name() const override { return m_whole ? m_whole->name() : "nothing"; }

private:
    std::unique_ptr<ChunkReader> m_whole;
    bool m_taken = false;
};

Result<std::shared_ptr<const SpooledInput>> headOf(std::optional<OpenedSource> opened) {
    DecodeOptions decode;
    if (opened)
        decode = opened->decode;
    HeadReader head(opened ? std::move(opened->reader) : nullptr);
    FB_TRY_ASSIGN(auto chunks, PreloadedInput::load(head, kSampleBytes));
    return std::make_shared<const SpooledInput>(SpooledInput{std::move(chunks), std::move(decode)});
}

/// The binding that is saved with the pipeline, if its head can be read without harm.
std::optional<OpenedSource> savedSource(const Graph& graph, std::uint32_t input) {
    const PortBinding& binding = *graph.inputBinding(input);
    if (binding.connector.empty())
        return std::nullopt;
    const Result<InputRequest> saved = inputOfBinding(graph.inputs()[input], binding);
    if (!saved || readsOnce(saved->source))
        return std::nullopt;
    auto opened = openSource(saved->source);
    return opened ? std::optional(*std::move(opened)) : std::nullopt;
}

Status bindSamples(const Graph& graph, const CodeQuery& query, RunRequest& run) {
    for (std::uint32_t i = 0; i < graph.inputs().size(); ++i) {
        const std::string& port = graph.inputs()[i];
        const auto given = std::ranges::find(query.samples, port, &InputRequest::port);
        InputRequest input;
        input.port = port;
        std::optional<OpenedSource> opened;
        if (given != query.samples.end()) {
            input.source = given->source;
            SourceSpec spec = given->source;
            spec.cancelled = query.cancelled;
            FB_TRY_ASSIGN(opened, openSource(spec));
        } else {
            opened = savedSource(graph, i);
        }
        FB_TRY_ASSIGN(input.spooled, headOf(std::move(opened)));
        run.inputs.push_back(std::move(input));
    }
    return {};
}

/// A run that is about its code alone.
Result<RunRequest> requestOf(const Graph& graph, const CodeQuery& query) {
    RunRequest run;
    run.exec = Exec::Compile;
    run.compiler = sharedCompiler();
    run.tier = query.tier;
    run.threads = 1;
    run.measure = false;
    run.preload = query.preload;
    run.keepsCode = true;
    FB_TRY(bindSamples(graph, query, run));
    for (const std::string& port : graph.outputs()) {
        OutputRequest output;
        output.ports = {port};
        run.outputs.push_back(std::move(output));
    }
    return run;
}

bool isMeant(const ListedStage& stage, std::size_t position, const std::string& name) {
    return name.empty() || name == fmt::to_string(position) || name == stage.id ||
           name == stage.label || std::ranges::find(stage.nodes, name) != stage.nodes.end();
}

Status addCode(const CompiledLoop& loop, CodeForm form, ListedStage& stage) {
    ListedCode& code = stage.code.emplace_back();
    const LoopProgram& program = loop.program();
    code.rows = !program.fromColumns    ? "rows"
                : program.forms.empty() ? "columns"
                                        : "packed columns";
    code.compileSeconds = loop.seconds();
    FB_TRY_ASSIGN(const std::vector<CodeLine> lines, loop.listing(form));
    for (const CodeLine& line : lines) {
        ListedLine& listed = code.lines.emplace_back();
        listed.text = line.text;
        if (line.member >= program.members.size())
            continue;
        const auto node = std::ranges::find(stage.nodes, program.members[line.member].id);
        if (node != stage.nodes.end())
            listed.node = static_cast<std::size_t>(node - stage.nodes.begin());
    }
    return {};
}

} // namespace

std::string_view toString(CodeForm form) {
    return kForms[static_cast<std::size_t>(form)];
}

std::optional<CodeForm> codeFormFromText(std::string_view text) {
    const auto found = std::ranges::find(kForms, text);
    if (found == kForms.end())
        return std::nullopt;
    return static_cast<CodeForm>(found - kForms.begin());
}

Result<CodeListing> listCode(const OptimizedGraph& plan, const CodeQuery& query) {
    const Graph& graph = plan.graph;
    if (sharedCompiler() == nullptr)
        return fail(ErrorCode::Unsupported, "there is no compiler for this machine");
    FB_TRY_ASSIGN(const RunRequest request, requestOf(graph, query));
    RunHooks hooks;
    hooks.cancelled = query.cancelled;
    FB_TRY_ASSIGN(const RunResult run, runGraph(graph, plan.inputFields, request, hooks));
    if (run.record.run.status == RunStatus::Cancelled)
        return fail(ErrorCode::Cancelled, "the listing was called off");
    CodeListing listing;
    listing.notices = run.notices;
    if (run.failure)
        listing.notices.push_back(run.failure->message);
    std::vector<std::string> known;
    for (const KeptCode& kept : run.code) {
        const StageRow& row = run.record.stages[kept.stage];
        ListedStage stage;
        stage.id = row.stageId;
        stage.label = row.label;
        stage.nodes = row.nodes;
        stage.sampled = row.rowsIn > 0;
        known.push_back(row.label);
        if (!isMeant(stage, known.size(), query.stage))
            continue;
        for (const std::string& node : row.nodes)
            stage.labels.push_back(graph.node(*graph.findNode(node)).label);
        if (kept.loops.empty())
            stage.refusal = row.execReason;
        for (const auto& loop : kept.loops)
            FB_TRY(addCode(*loop, query.form, stage));
        listing.stages.push_back(std::move(stage));
    }
    if (listing.stages.empty() && !query.stage.empty())
        return fail(ErrorCode::NotFound, fmt::format("there is no stage \"{}\"", query.stage),
                    fmt::format("the stages are: {}", fmt::join(known, ", ")));
    return listing;
}

} // namespace fuseboard
