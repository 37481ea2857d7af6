// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/group_runner.h"

#include "engine/base/clock.h"
#include "engine/graph/abort_scope.h"
#include "engine/kernels/loop_kernels.h"
#include "engine/runtime/group_runner_parts.h"
#include "engine/runtime/run_setup.h"
#include "engine/runtime/written_rows.h"

#include <algorithm>
#include <numeric>

namespace fuseboard {

namespace {

void printRow(const Value& data, LoopBytes& out) {
    const Cell cell = Cell::of(data);
    fbk_put_value(&out, &cell);
    *fbk_reserve(&out, 1) = '\n';
    ++out.at;
    ++out.rows;
}

} // namespace

Status GroupRunner::Impl::prepare() {
    const Graph& graph = *plan.graph;
    reversed = graph.properties().eventOrder == EventOrder::Tremor;
    flushes = graph.properties().atEnd == AtEnd::Flush;
    StagePositions positions;
    for (std::uint32_t i = 0; i < stage.members.size(); ++i)
        positions.members.emplace(stage.members[i], i);
    for (std::uint32_t i = 0; i < stage.outEdges.size(); ++i)
        positions.outEdges.emplace(plan.edges[stage.outEdges[i]].graphEdge, i);
    for (const NodeIndex n : stage.members) {
        FB_TRY(addMember(n));
        addRoutes(members.back(), positions);
    }
    for (const std::uint32_t e : stage.inEdges)
        entries.push_back(targetAt(plan.edges[e].to, positions));
    suffixes.resize(stage.outEdges.size());
    byOrdinal.resize(members.size());
    std::iota(byOrdinal.begin(), byOrdinal.end(), 0U);
    byRank = byOrdinal;
    std::sort(byOrdinal.begin(), byOrdinal.end(), [&](std::uint32_t a, std::uint32_t b) {
        return members[a].ordinal < members[b].ordinal;
    });
    std::sort(byRank.begin(), byRank.end(),
              [&](std::uint32_t a, std::uint32_t b) { return members[a].rank < members[b].rank; });
    return {};
}

Status GroupRunner::Impl::addMember(NodeIndex n) {
    const Graph& graph = *plan.graph;
    RunningMember& member = members.emplace_back();
    member.node = n;
    member.data = &graph.node(n);
    const OperatorSpec& spec = operatorOf(*member.data);
    const Contract contract = spec.contract(member.data->config);
    if (!member.data->disabled) {
        FB_TRY_ASSIGN(member.body, spec.makeBody(*member.data));
    }
    member.numbersEmissions = numbersEmissions(contract);
    member.errorsToErr = contract.errorsToErr || graph.properties().onError == OnError::ToErr;
    member.abortsEvent = abortsEvent(graph, contract);
    member.ordinal = graph.naiveOrdinal(n);
    member.rank = graph.naiveRank(n);
    actsOnTime = actsOnTime || contract.usesTime;
    for (const std::string& port : contract.outputs)
        member.routes.push_back({port, {}});
    return {};
}

// The input port of a member that an edge leads to.
GroupTarget GroupRunner::Impl::targetAt(const Endpoint& to, const StagePositions& positions) const {
    const NodeData& node = plan.graph->node(to.node);
    const Contract contract = operatorOf(node).contract(node.config);
    const auto port = std::find(contract.inputs.begin(), contract.inputs.end(), to.port);
    GroupTarget target;
    target.index = positions.members.at(to.node);
    target.input = static_cast<std::uint32_t>(port - contract.inputs.begin());
    return target;
}

void GroupRunner::Impl::addRoutes(RunningMember& member, const StagePositions& positions) {
    const Graph& graph = *plan.graph;
    const auto& edges = graph.outEdges(member.node);
    // What an aborted event has not reached yet gets nothing: there each edge counts by itself.
    const bool shares = graph.properties().onError != OnError::AbortEvent;
    std::map<std::string, std::uint32_t> outputOfPort;
    for (std::uint32_t branch = 0; branch < edges.size(); ++branch) {
        const Edge& edge = graph.edge(edges[branch]);
        GroupTarget target;
        const auto out = positions.outEdges.find(edges[branch]);
        if (out != positions.outEdges.end()) {
            const auto made = static_cast<std::uint32_t>(outputs.size());
            const auto [entry, fresh] = outputOfPort.emplace(edge.from.port, made);
            if (!fresh && shares) {
                outputs[entry->second].edges.push_back(out->second);
                continue; // the port's block serves this edge too
            }
            outputs.emplace_back().edges.push_back(out->second);
            target.leaves = true;
            target.index = made;
        } else if (!edge.to.isBoundary() && positions.members.contains(edge.to.node)) {
            target = targetAt(edge.to, positions);
        } else {
            continue; // nobody reads the port in this run
        }
        target.branch = branch;
        target.branches = edges.size() > 1;
        auto route = std::find_if(member.routes.begin(), member.routes.end(),
                                  [&](const GroupRoute& r) { return r.port == edge.from.port; });
        if (route == member.routes.end())
            route = member.routes.insert(route, {edge.from.port, {}});
        route->targets.push_back(target);
    }
}

// As a compiler sees the stage; nothing when its rows must be taken one event after the other.
std::optional<LoopGroup> GroupRunner::Impl::describe() const {
    if (entries.size() != 1 || stage.forwards)
        return std::nullopt;
    LoopGroup group;
    group.name = stage.id;
    group.entry = entries[0];
    group.outputs = static_cast<std::uint32_t>(outputs.size());
    group.reversed = reversed;
    for (const RunningMember& member : members) {
        if (member.abortsEvent)
            return std::nullopt;
        GroupMember made;
        made.node = member.data;
        made.spec = &operatorOf(*member.data);
        made.routes = member.routes;
        made.disabled = member.body == nullptr;
        made.numbersEmissions = member.numbersEmissions;
        group.members.push_back(std::move(made));
    }
    return group;
}

void GroupRunner::Impl::emitTo(std::string_view port, const Row& row) {
    for (const GroupRoute& route : members[current].routes) {
        if (route.port == port) {
            send(route, row);
            return;
        }
    }
}

void GroupRunner::Impl::send(const GroupRoute& route, const Row& row) {
    RunningMember& member = members[current];
    ++member.figures.rowsOut;
    RowPath path = currentPath;
    if (member.numbersEmissions)
        path = path.then(emissions++, paths);
    for (const GroupTarget& target : route.targets) {
        const bool numbered = target.branches && !target.leaves;
        emitted.push_back({target, row, numbered ? path.then(target.branch, paths) : path});
    }
}

void GroupRunner::Impl::fail(ErrorCode code, std::string message, const Expr* where,
                             const Row& row) {
    RunningMember& member = members[current];
    RowError error = accounts.failureAt(member.data->id, code, where);
    error.sequence = unitSequence;
    error.unit = unitNumber;
    error.path = currentPath.copiedTo(errorPaths);
    if (member.errorsToErr) {
        Row made = rereads ? rowOf(rereads->first, rereads->second, nullptr) : row;
        made.data = errorRecord(message, made.data, scratch);
        emitTo("err", made);
    }
    aborted = aborted || member.abortsEvent;
    error.message = std::move(message);
    figures->errors.push_back(std::move(error));
}

void GroupRunner::Impl::print(const Value& data, bool isBatch, RunningOutput& output) {
    const std::uint64_t before = output.bytes->rows;
    forWrittenRows(data, isBatch, [&](const Value& row) { printRow(row, *output.bytes); });
    if (!isBatch)
        return;
    output.batchedRows += output.bytes->rows - before;
    ++output.batches;
}

void GroupRunner::Impl::leave(const RowFrame& frame) {
    RunningOutput& output = outputs[frame.target.index];
    // Rows of a unit that are worked on last first are printed at its end, in their order.
    if (output.bytes != nullptr && !reversed) {
        print(frame.row.data, frame.row.isBatch, output);
        return;
    }
    RowBlock& block = *output.block;
    BatchRow& row = block.rows.emplace_back();
    row.key = {unitSequence, unitNumber, frame.path.copiedTo(block.arena)};
    row.data = copyOut(frame.row.data, scratch, loopScratch, block.arena);
    row.meta = copyOut(frame.row.meta, scratch, loopScratch, block.arena);
    row.ingestNs = frame.row.ingestNs;
    row.isBatch = frame.row.isBatch;
}

// Rows that `current` emitted go on top of the stack so that they leave it in the graph's order.
void GroupRunner::Impl::drain() {
    const auto pushEmitted = [&] {
        if (reversed)
            stack.insert(stack.end(), emitted.begin(), emitted.end());
        else
            stack.insert(stack.end(), emitted.rbegin(), emitted.rend());
        emitted.clear();
    };
    pushEmitted();
    BodyContext context{scratch, *this};
    while (!stack.empty()) {
        const RowFrame frame = stack.back();
        stack.pop_back();
        if (frame.target.leaves) {
            leave(frame);
            continue;
        }
        current = frame.target.index;
        currentPath = frame.path;
        emissions = 0;
        RunningMember& member = members[current];
        ++member.figures.rowsIn;
        if (member.body == nullptr)
            continue;
        if (member.timed) {
            const std::uint64_t begin = monotonicNs();
            member.body->onRow(frame.target.input, frame.row, context);
            member.figures.timedNs += monotonicNs() - begin;
            ++member.figures.timedRows;
        } else {
            member.body->onRow(frame.target.input, frame.row, context);
        }
        if (aborted) { // what has left stays, and so does state that was changed
            stack.clear();
            emitted.clear();
            return;
        }
        pushEmitted();
    }
}

void GroupRunner::Impl::beginUnit(std::uint64_t sequence, std::uint64_t unit) {
    unitSequence = sequence;
    unitNumber = unit;
    unitEntries.clear();
    for (RunningOutput& output : outputs)
        output.unitBegin = output.block->rows.size();
}

void GroupRunner::Impl::enterNext() {
    const BatchRow& from = rows.row();
    Row row;
    row.data = from.data;
    row.meta = from.meta;
    row.sequence = unitSequence;
    row.ingestNs = from.ingestNs;
    row.isBatch = from.isBatch;
    unitEntries.push_back({entries[rows.input()], row, rows.key().path});
    rows.next();
}

// Rows of one unit enter in key order, or in reverse where the graph follows Tremor.
void GroupRunner::Impl::runEntries() {
    if (reversed)
        std::reverse(unitEntries.begin(), unitEntries.end());
    aborted = false; // a failure of acting on time ends its own row alone
    for (const RowFrame& entry : unitEntries) {
        stack.push_back(entry);
        drain();
        if (aborted)
            return;
    }
}

// Ports deliver in key order whatever the order of work was.
void GroupRunner::Impl::endUnit() {
    for (RunningOutput& output : outputs) {
        auto& all = output.block->rows;
        if (reversed)
            std::reverse(all.begin() + static_cast<std::ptrdiff_t>(output.unitBegin), all.end());
        if (reversed && output.bytes != nullptr) {
            for (const BatchRow& row : all)
                print(row.data, row.isBatch, output);
            all.clear();
            output.block->arena.reset();
        }
        for (auto& memory : kept)
            output.block->memory.push_back(memory);
    }
    kept.clear();
    scratch.reset();
}

void GroupRunner::Impl::processUnit() {
    beginUnit(rows.key().sequence, rows.key().unit);
    while (!rows.atEnd() && isOfUnit(rows.key()))
        enterNext();
    runEntries();
    endUnit();
}

void GroupRunner::Impl::actOnTick(RunningMember& member, std::uint32_t index, std::uint64_t time) {
    if (member.body == nullptr || member.body->nextDue() > time)
        return;
    current = index;
    currentPath = RowPath().then(member.ordinal, paths);
    emissions = 0;
    BodyContext context{scratch, *this};
    member.body->onTick(time, unitSequence, context);
    unitEntries.insert(unitEntries.end(), emitted.begin(), emitted.end());
    emitted.clear();
}

// Every tick at which a member has something due or a row arrives; all members act before any row.
void GroupRunner::Impl::processMark(const ClockMark& mark) {
    while (true) {
        std::uint64_t time = kNeverDue;
        if (!rows.atEnd() && rows.key().sequence == mark.sequence && rows.key().unit != kEventUnit)
            time = rows.key().unit;
        for (const RunningMember& member : members)
            if (member.body != nullptr)
                if (const std::uint64_t due = member.body->nextDue(); due != kNeverDue)
                    time = std::min(time, nextTickFor(due, morsel->tickOrigin, lastTick));
        if (time > mark.time || time == kNeverDue) {
            lastTick = mark.time;
            return;
        }
        lastTick = time;
        beginUnit(mark.sequence, time);
        while (!rows.atEnd() && isOfUnit(rows.key()))
            enterNext();
        const auto arrived = static_cast<std::ptrdiff_t>(unitEntries.size());
        for (const std::uint32_t i : byOrdinal)
            actOnTick(members[i], i, time);
        // Both parts are in order, and their paths begin with different nodes.
        std::inplace_merge(unitEntries.begin(), unitEntries.begin() + arrived, unitEntries.end(),
                           [](const RowFrame& a, const RowFrame& b) { return a.path < b.path; });
        runEntries();
        endUnit();
    }
}

void GroupRunner::Impl::processMarks(std::uint64_t untilSequence) {
    if (!actsOnTime)
        return;
    while (nextMark < morsel->marks.size() && morsel->marks[nextMark].sequence <= untilSequence)
        processMark(morsel->marks[nextMark++]);
}

// The inputs have ended: members flush by their rank, each after the rows that reach it.
void GroupRunner::Impl::processEnd() {
    for (const std::uint32_t i : byRank) {
        RunningMember& member = members[i];
        while (!rows.atEnd() && rows.key().unit < member.rank)
            processUnit();
        if (!flushes || member.body == nullptr)
            continue;
        beginUnit(kEndSequence, member.rank);
        current = i;
        currentPath = {};
        emissions = 0;
        BodyContext context{scratch, *this};
        member.body->onEnd(morsel->endNs, kEndSequence, context);
        unitEntries.swap(emitted);
        emitted.clear();
        runEntries();
        endUnit();
    }
    while (!rows.atEnd())
        processUnit();
}

void GroupRunner::Impl::forwardByReference(std::span<const EdgeBatch> inputs,
                                           std::span<EdgeBatch> outputEdges) {
    const EdgeBatch& in = inputs[0];
    const std::size_t count = in.block == nullptr ? 0 : in.block->rows.size();
    figures->rowsIn = figures->rowsOut = count;
    for (std::size_t i = 0; i < outputEdges.size(); ++i) {
        const PlanEdge& edge = plan.edges[stage.outEdges[i]];
        if (edge.from.port != "out")
            continue; // a passthrough never sends on its `err`
        outputEdges[i].block = in.block;
        outputEdges[i].bytes = in.bytes;
        if (!edge.branches) {
            outputEdges[i].suffix = in.suffix;
            continue;
        }
        auto& [suffixIn, suffixOut] = suffixes[i];
        if (suffixIn != in.suffix || suffixOut == RowPath())
            suffixes[i] = {in.suffix.copiedTo(errorPaths), in.suffix.then(edge.branch, errorPaths)};
        outputEdges[i].suffix = suffixOut;
    }
}

void GroupRunner::Impl::publish(std::span<EdgeBatch> outputEdges) {
    for (RunningOutput& output : outputs) {
        RowBlock& block = *output.block;
        output.expectedRows = block.rows.size();
        figures->rowsOut += block.rows.size();
        if (block.rows.empty())
            continue;
        figures->bytesMaterialized += block.bytes();
        block.memory.insert(block.memory.end(), inputsHeld.begin(), inputsHeld.end());
        for (const std::uint32_t i : output.edges) {
            const PlanEdge& edge = plan.edges[stage.outEdges[i]];
            outputEdges[i].block = output.block;
            outputEdges[i].bytes = block.bytes();
            if (edge.branches)
                outputEdges[i].suffix = RowPath().then(edge.branch, errorPaths);
        }
    }
}

// What is the same for every task, however it runs.
void GroupRunner::Impl::begin(std::span<const EdgeBatch> inputs, MemberTiming timing) {
    paths.reset();
    inputsHeld.clear();
    for (const EdgeBatch& input : inputs) {
        if (input.columns != nullptr)
            inputsHeld.push_back(input.columns);
        if (input.block != nullptr && !input.block->rows.empty())
            inputsHeld.push_back(input.block);
    }
    loopBytes.assign(outputs.size(), {});
    loopContext.outputs = loopBytes.data();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        RunningOutput& output = outputs[i];
        output.block = std::make_shared<RowBlock>();
        output.block->rows.reserve(output.expectedRows + output.expectedRows / 8);
        const bool printed = loop != nullptr && (columnBlock != nullptr || rowBlock != nullptr) &&
                             loop->program().outputs[i].encoded;
        output.bytes = printed ? &loopBytes[i] : nullptr;
        output.batchedRows = output.batches = 0;
    }
    for (RunningMember& member : members) {
        member.figures = {};
        member.timed =
            timing == MemberTiming::All || (timing == MemberTiming::Untimed && !member.wasTimed);
    }
    nextMark = 0;
}

void GroupRunner::Impl::interpret() {
    while (!rows.atEnd() && rows.key().sequence != kEndSequence) {
        const std::size_t before = rows.taken();
        processMarks(rows.key().sequence);
        // Marks take the rows of their ticks; what comes next may have marks of its own before it.
        if (rows.taken() == before)
            processUnit();
    }
}

void GroupRunner::Impl::run(const Morsel& at, std::span<const EdgeBatch> inputs,
                            std::span<EdgeBatch> outputEdges, MemberTiming timing,
                            TaskFigures& into) {
    morsel = &at;
    figures = &into;
    if (stage.forwards) {
        forwardByReference(inputs, outputEdges);
        return;
    }
    const bool coded = useCode(inputs, timing);
    begin(inputs, timing);
    rows.reset(inputs, paths);
    into.rowsIn = columnBlock != nullptr ? columnBlock->rows : rows.total();
    if (!coded)
        interpret();
    else if (columnBlock != nullptr)
        runColumns(*columnBlock);
    else
        runRows(*rowBlock);
    processMarks(kEndSequence);
    if (at.last)
        processEnd();
    if (coded)
        finishLoop(outputEdges);
    into.compiled = coded && loop != nullptr;
    publish(outputEdges);
    if (timing != MemberTiming::Off) {
        for (RunningMember& member : members) {
            into.members.push_back(member.figures);
            member.wasTimed = member.wasTimed || member.figures.timedRows > 0;
        }
    }
    for (RunningOutput& output : outputs)
        output.block = nullptr;
}

GroupRunner::GroupRunner(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GroupRunner::~GroupRunner() = default;

Result<std::unique_ptr<GroupRunner>> GroupRunner::make(const Plan& plan, std::uint32_t stage,
                                                       const FailureAccounts& accounts) {
    auto impl = std::make_unique<Impl>(plan, stage, accounts);
    FB_TRY(impl->prepare());
    return std::unique_ptr<GroupRunner>(new GroupRunner(std::move(impl)));
}

void GroupRunner::useCode(StageCode& code, std::unique_ptr<ColumnDecoder> rereader) {
    m_impl->stageCode = &code;
    m_impl->rereader = std::move(rereader);
}

std::vector<bool> GroupRunner::printedOutputs(const std::vector<bool>& printed) const {
    std::vector<bool> all;
    for (const auto& output : m_impl->outputs)
        all.push_back(output.edges.size() == 1 && printed[output.edges.front()]);
    return all;
}

std::optional<LoopGroup> GroupRunner::describe() const {
    return m_impl->describe();
}

void GroupRunner::run(const Morsel& morsel, std::span<const EdgeBatch> inputs,
                      std::span<EdgeBatch> outputs, MemberTiming timing, TaskFigures& figures) {
    m_impl->run(morsel, inputs, outputs, timing, figures);
}

std::size_t GroupRunner::stateBytes() const {
    std::size_t total = 0;
    for (const RunningMember& member : m_impl->members)
        total += member.body == nullptr ? 0 : member.body->stateBytes();
    return total;
}

std::size_t GroupRunner::groupCount() const {
    std::size_t total = 0;
    for (const RunningMember& member : m_impl->members)
        total += member.body == nullptr ? 0 : member.body->groupCount();
    return total;
}

std::vector<std::pair<NodeIndex, std::uint64_t>> GroupRunner::exhausted() const {
    std::vector<std::pair<NodeIndex, std::uint64_t>> full;
    for (const RunningMember& member : m_impl->members)
        if (member.body != nullptr && member.body->exhaustedAt() != kNeverDue)
            full.emplace_back(member.node, member.body->exhaustedAt());
    return full;
}

} // namespace fuseboard
