// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/run_setup.h"
#include "engine/runtime/spool.h"

#include <algorithm>

namespace fuseboard {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

// A pruned decoder still has to read the time.
FieldTree withClock(FieldTree fields, const EventClock& clock) {
    if (clock.kind() == EventClock::Kind::Field)
        fields.add(clock.path());
    return fields;
}

Result<OpenedInput> openInput(const Graph& graph, const InputRequest& input,
                              const std::vector<FieldTree>& inputFields, const EventClock& clock,
                              const std::atomic<bool>* cancelled) {
    const auto port = graph.findInput(input.port);
    if (!port)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("the pipeline has no input \"{}\"", input.port),
            graph.inputs().empty() ? std::string("it has none: draw one, and an edge from it")
                                   : fmt::format("its inputs are: {}", joined(graph.inputs())));
    SourceSpec spec = input.source;
    spec.cancelled = cancelled;
    if (*port < inputFields.size())
        spec.fields = withClock(inputFields[*port], clock);
    OpenedInput opened;
    opened.port = *port;
    if (input.spooled == nullptr) {
        FB_TRY_ASSIGN(opened.source, openSource(spec));
        return opened;
    }
    opened.source.decode = input.spooled->decode;
    opened.source.decode.fields = spec.fields;
    opened.source.reader = PreloadedInput::makeReader(input.spooled->chunks);
    return opened;
}

Status openSinks(const Graph& graph, const RunRequest& request, RunSetup& setup) {
    std::vector<char> taken(graph.outputs().size(), 0);
    for (const OutputRequest& output : request.outputs) {
        std::vector<std::uint32_t> ports;
        std::string name;
        bool takesRejected = false;
        for (const std::string& port : output.ports) {
            name += (name.empty() ? "" : "+") + port;
            takesRejected = takesRejected || port == "err";
            const auto index = graph.findOutput(port);
            if (!index && port != "err")
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("the pipeline has no output \"{}\"", port),
                            fmt::format("its outputs are: {}", joined(graph.outputs())));
            if (index && std::exchange(taken[*index], 1) != 0)
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("the output \"{}\" is bound twice", port),
                            "bind each output once");
            if (index)
                ports.push_back(*index);
        }
        if (takesRejected)
            setup.layout.rejectedSink = static_cast<std::uint32_t>(setup.layout.sinks.size());
        setup.layout.sinks.push_back(std::move(ports));
        FB_TRY_ASSIGN(std::unique_ptr<OutputSink> sink, OutputSink::open(output, std::move(name)));
        sink->measureLatency(request.measure);
        if (output.capture == nullptr)
            for (const std::string& part : leftParts(output.location))
                setup.notices.push_back(
                    fmt::format("{} holds rows of a run that was killed", part));
        setup.sinks.push_back(std::move(sink));
    }
    return {};
}

// Whether some node behind the limits may still send rows when no event comes any more.
bool actsLater(const Graph& graph, const std::vector<NodeIndex>& limits) {
    std::vector<char> seen(graph.nodeEnd(), 0);
    std::vector<NodeIndex> todo = limits;
    while (!todo.empty()) {
        const NodeIndex n = todo.back();
        todo.pop_back();
        const OperatorSpec* spec = findOperator(graph.node(n).operatorName);
        const Contract contract = spec->contract(graph.node(n).config);
        if (contract.breaker || contract.usesTime)
            return true;
        for (const EdgeIndex e : graph.outEdges(n))
            if (const NodeIndex to = graph.edge(e).to.node;
                to != kNone && std::exchange(seen[to], 1) == 0)
                todo.push_back(to);
    }
    return false;
}

// The limits that rows meet first on their ways in; empty if some bound output can be reached
// without meeting one, if rejected rows are wanted (they pass no limit), or if windows or batches
// behind a limit wait for time to pass or for the end of the input.
std::vector<NodeIndex> limitsThatCut(const RunSetup& setup) {
    const Graph& graph = *setup.graph;
    if (setup.layout.rejectedSink != kNoStage)
        return {};
    std::vector<bool> bound(graph.outputs().size(), false);
    for (const auto& ports : setup.layout.sinks)
        for (const std::uint32_t port : ports)
            bound[port] = true;
    std::vector<char> seen(graph.nodeEnd(), 0);
    std::vector<NodeIndex> todo, limits;
    bool open = false;
    const auto follow = [&](const std::vector<EdgeIndex>& edges) {
        for (const EdgeIndex e : edges) {
            const Endpoint& to = graph.edge(e).to;
            if (to.isBoundary())
                open = open || bound[*graph.findOutput(to.port)];
            else if (std::exchange(seen[to.node], 1) == 0)
                todo.push_back(to.node);
        }
    };
    for (std::uint32_t port = 0; port < graph.inputs().size(); ++port)
        follow(graph.inputEdges(port));
    while (!todo.empty()) {
        const NodeIndex n = todo.back();
        todo.pop_back();
        const NodeData& node = graph.node(n);
        if (node.operatorName == "limit" && !node.bypassed && !node.disabled)
            limits.push_back(n);
        else
            follow(graph.outEdges(n));
    }
    if (open || actsLater(graph, limits))
        return {};
    return limits;
}

bool hasTimedNodes(const Graph& graph) {
    for (const NodeIndex n : graph.nodes()) {
        const OperatorSpec* spec = findOperator(graph.node(n).operatorName);
        if (spec != nullptr && spec->contract(graph.node(n).config).usesTime)
            return true;
    }
    return false;
}

} // namespace

Result<RunSetup> prepareRun(const Graph& graph, const std::vector<FieldTree>& inputFields,
                            const RunRequest& request, const std::atomic<bool>* cancelled) {
    RunSetup setup;
    setup.graph = &graph;
    setup.request = &request;
    std::string clock = request.clock.empty() ? graph.properties().clock : request.clock;
    if (clock.empty()) {
        const bool live =
            std::any_of(request.inputs.begin(), request.inputs.end(),
                        [](const InputRequest& in) { return in.source.location == "-"; });
        clock = live ? "wall" : "index";
        if (!live && hasTimedNodes(graph))
            setup.notices.emplace_back("no clock is given, so event i arrives at i nanoseconds and "
                                       "windows and time-outs hardly ever close; name a field, as "
                                       "in --clock event.timestamp:ms");
    }
    FB_TRY_ASSIGN(setup.clock, EventClock::parse(clock));
    setup.boundInputs.assign(graph.inputs().size(), false);
    FB_TRY(checkStandardInput(request));
    for (const InputRequest& input : request.inputs) {
        FB_TRY_ASSIGN(OpenedInput opened,
                      openInput(graph, input, inputFields, setup.clock, cancelled));
        if (setup.boundInputs[opened.port])
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the input \"{}\" is bound twice", input.port),
                        "bind each input once");
        setup.boundInputs[opened.port] = true;
        setup.inputs.push_back(std::move(opened));
    }
    if (setup.inputs.empty())
        return fail(ErrorCode::InvalidArgument, "the run has no input",
                    "name one with --in FILE, or bind a source on the canvas");
    std::sort(setup.inputs.begin(), setup.inputs.end(),
              [](const OpenedInput& a, const OpenedInput& b) { return a.port < b.port; });
    FB_TRY(openSinks(graph, request, setup));
    const Graph& naive = request.naive == nullptr ? graph : *request.naive;
    setup.accounts = std::make_shared<const FailureAccounts>(graph, naive);
    setup.cuttingLimits = limitsThatCut(setup);
    setup.holdsBack =
        graph.properties().onError == OnError::Stop || request.maxErrors != ~std::uint64_t{0};
    return setup;
}

SequencerSettings sequencerSettings(const RunSetup& setup) {
    SequencerSettings settings;
    settings.clock = setup.clock;
    settings.limit = setup.request->limit;
    settings.arrivals = setup.request->arrivals;
    settings.keepRejected = setup.layout.rejectedSink != kNoStage;
    for (const OpenedInput& input : setup.inputs)
        settings.sourceNames.push_back(input.source.reader->name());
    return settings;
}

LedgerSettings ledgerSettings(const RunSetup& setup) {
    return {setup.graph->properties().onError == OnError::Stop, setup.request->maxErrors};
}

const OperatorSpec& operatorOf(const NodeData& node) {
    const OperatorSpec* spec = findOperator(node.bypassed ? "passthrough" : node.operatorName);
    FB_CHECK(spec != nullptr);
    return *spec;
}

bool numbersEmissions(const Contract& contract) {
    return contract.cardinality == Cardinality::ZeroOrMore ||
           contract.cardinality == Cardinality::ManyToFew;
}

std::string combinedHash(const std::vector<SinkResult>& sinks) {
    StableHasher hasher;
    for (const SinkResult& sink : sinks)
        hasher.update(sink.name + "=" + sink.hash + "\n");
    return hasher.text();
}

} // namespace fuseboard
