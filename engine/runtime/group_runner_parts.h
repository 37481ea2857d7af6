// SPDX-License-Identifier: Apache-2.0
// What the files of the group runner share. Private to group_runner*.cpp.
#pragma once

#include "engine/kernels/loop_context.h"
#include "engine/kernels/loop_group.h"
#include "engine/runtime/group_runner.h"
#include "engine/runtime/merged_rows.h"
#include "engine/runtime/stage_code.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fuseboard {

/// What one member is doing.
struct RunningMember {
    NodeIndex node = kNone;
    const NodeData* data = nullptr;
    std::unique_ptr<OperatorBody> body; ///< null: disabled
    std::vector<GroupRoute> routes;     ///< Contract::outputs first, then other ports with edges
    bool numbersEmissions = false;
    bool errorsToErr = false;
    bool abortsEvent = false; ///< a failure ends what its unit has not reached yet
    std::uint32_t ordinal = 0, rank = 0;
    MemberFigures figures;
    bool timed = false;        ///< in this task
    bool wasTimed = false;     ///< in an earlier one
    bool codeWasTimed = false; ///< its part of the loop, in this task or an earlier one
};

/// A port whose rows leave the stage: one block, delivered by one or more edges.
struct RunningOutput {
    std::vector<std::uint32_t> edges; ///< positions among the stage's out edges
    std::shared_ptr<RowBlock> block;
    LoopBytes* bytes = nullptr;    ///< of this task, if its rows are printed at once
    std::uint64_t batchedRows = 0; ///< printed ones that came in batches, and
    std::uint64_t batches = 0;     ///< how many batches that was
    std::size_t unitBegin = 0;
    std::size_t expectedRows = 0;
};

/// A row on its way to a target.
struct RowFrame {
    GroupTarget target;
    Row row;
    RowPath path;
};

/// Where the stage's nodes stand among its members, and its graph edges among its out edges.
struct StagePositions {
    std::map<NodeIndex, std::uint32_t> members;
    std::map<EdgeIndex, std::uint32_t> outEdges;
};

/// The tables of a loop over packed columns, for the dictionaries of the block that came last.
struct FilledTables {
    std::shared_ptr<const CompiledLoop> loop;
    std::vector<std::shared_ptr<const ColumnDictionary>> dictionaries; ///< by column
    std::vector<void*> tables;
    std::vector<CodeRange> ranges; ///< by table
    Arena arena;
    bool usable = false; ///< else something could not be evaluated as guessed
};

/// The groups of one effect that its loop knows by the codes of their keys.
struct KnownGroups {
    std::vector<KnownGroup> groups;   ///< DirectGroups::groups
    std::vector<std::uint32_t> known; ///< which of them are
    std::uint64_t closings = 0;       ///< of the windows when they were forgotten last
};

struct GroupRunner::Impl final : Emitter, LoopHost {

    Impl(const Plan& p, std::uint32_t stageIndex, const FailureAccounts& of)
        : plan(p), stage(p.stages[stageIndex]), accounts(of) {}

    Status prepare();
    Status addMember(NodeIndex n);
    void addRoutes(RunningMember& member, const StagePositions& positions);
    [[nodiscard]] GroupTarget targetAt(const Endpoint& to, const StagePositions& positions) const;
    void run(const Morsel& morsel, std::span<const EdgeBatch> inputs,
             std::span<EdgeBatch> outputEdges, MemberTiming timing, TaskFigures& into);

    void emit(std::uint32_t port, const Row& row) override {
        send(members[current].routes[port], row);
    }
    void emitTo(std::string_view port, const Row& row) override;
    void fail(ErrorCode code, std::string message, const Expr* where, const Row& row) override;
    void keep(std::shared_ptr<const void> memory) override { kept.push_back(std::move(memory)); }

    void send(const GroupRoute& route, const Row& row);
    void runEntries();
    void drain();
    void enterNext();
    void processMarks(std::uint64_t untilSequence);
    void processMark(const ClockMark& mark);
    void processUnit();
    void processEnd();
    void beginUnit(std::uint64_t sequence, std::uint64_t unit);
    [[nodiscard]] bool isOfUnit(const RowKey& key) const {
        return key.sequence == unitSequence && key.unit == unitNumber;
    }
    void endUnit();
    void leave(const RowFrame& frame); // of a port
    static void print(const Value& data, bool isBatch, RunningOutput& output);
    void actOnTick(RunningMember& member, std::uint32_t index, std::uint64_t time);
    void forwardByReference(std::span<const EdgeBatch> inputs, std::span<EdgeBatch> outputEdges);
    void publish(std::span<EdgeBatch> outputEdges);
    void begin(std::span<const EdgeBatch> inputs, MemberTiming timing);
    void interpret();
    [[nodiscard]] std::optional<LoopGroup> describe() const;

    // group_runner_compiled.cpp: blocks that generated code runs over
    [[nodiscard]] bool useCode(std::span<const EdgeBatch> inputs, MemberTiming timing);
    void chooseProbe(MemberTiming timing);
    void attributeCycles();
    void prepareLoop(std::shared_ptr<const CompiledLoop> made);
    void runRows(const RowBlock& block);
    [[nodiscard]] std::size_t rangeEnd(const RowBlock& block, std::size_t begin) const;
    void runUnit(const RowBlock& block, std::size_t begin);
    void enterLoop(std::uint32_t begin, std::uint32_t end);
    void finishLoop(std::span<EdgeBatch> outputEdges);
    [[nodiscard]] Row rowAt(std::uint32_t row, const Value* data);
    [[nodiscard]] Row rowOf(std::uint32_t row, std::uint32_t effect, const Value* data);
    void push(std::uint32_t index, const GroupTarget& target, const RowPath& path, const Row& row);
    void genericRow(std::uint32_t row) override;
    void leave(std::uint32_t row, std::uint32_t effect, const Value* data) override;
    void generic(std::uint32_t row, std::uint32_t effect, const Value* data) override;
    std::byte* touch(std::uint32_t row, std::uint32_t effect, const Value* keys) override;
    bool know(std::uint32_t row, std::uint32_t effect, const Value* keys,
              std::uint32_t group) override;
    std::byte* touchHashed(std::uint32_t row, std::uint32_t effect, const Value* keys,
                           std::uint64_t hash) override;
    bool add(std::uint32_t effect, std::uint32_t slot, std::byte* states,
             const Value* arguments) override;
    void addFailed(std::uint32_t row, std::uint32_t effect, const Value* data) override;
    bool accumulate(std::uint32_t row, std::uint32_t effect, const Value* keys,
                    const Value* arguments, const Value* data) override;
    void beginRows(std::uint32_t row) override;
    void endRows() override;
    void beginGroups(std::uint32_t row, std::uint32_t effect) override;
    void endGroups() override;
    void growLog(std::uint64_t words) override;
    void beginEffect(std::uint64_t sequence);
    void endEffect();
    [[nodiscard]] std::uint64_t sequenceOf(std::uint32_t row) const;
    [[nodiscard]] std::uint64_t timeOf(std::uint32_t row) const;
    [[nodiscard]] RowPath pathOf(std::uint32_t effect);
    [[nodiscard]] RowPath pathAt(std::uint32_t row, const RowPath& within);
    Value event(std::uint32_t row) override;
    Value meta(std::uint32_t row) override;

    // group_runner_columns.cpp: blocks of columns
    [[nodiscard]] std::shared_ptr<const CompiledLoop> loopOver(const ColumnBlock& block);
    void fillTables(std::shared_ptr<const CompiledLoop> of, const ColumnBlock& block);
    void placeColumns(const ColumnBlock& block);
    void runColumns(const ColumnBlock& block);
    void prepareKnownGroups();
    void countKnownGroups();
    void count(std::size_t effect, KnownGroup& group);
    void forgetKnownGroups();
    void forgetStaleGroups();
    void forgetGroups(std::size_t effect);

    const Plan& plan;
    const StagePlan& stage;
    const FailureAccounts& accounts;
    bool reversed = false, flushes = false, actsOnTime = false;
    std::vector<RunningMember> members;
    std::vector<RunningOutput> outputs;
    std::vector<GroupTarget> entries;             ///< by in edge
    std::vector<std::uint32_t> byOrdinal, byRank; ///< members in the order of the naive graph

    // Of the task at hand.
    const Morsel* morsel = nullptr;
    TaskFigures* figures = nullptr;
    bool aborted = false; ///< the unit at hand
    Arena scratch, paths{4096}, errorPaths{1024};
    std::vector<std::shared_ptr<const void>> kept, inputsHeld;
    MergedRows rows;
    std::size_t nextMark = 0;
    std::uint64_t unitSequence = 0, unitNumber = 0, lastTick = 0;
    std::vector<RowFrame> unitEntries, stack, emitted;
    std::uint32_t current = 0;
    std::uint64_t emissions = 0;
    RowPath currentPath;
    std::vector<std::pair<RowPath, RowPath>> suffixes; ///< forwarded edges: last suffix in, out

    // Generated code, once there is some.
    StageCode* stageCode = nullptr; ///< null: the stage is interpreted
    std::shared_ptr<const CompiledLoop> loop;
    std::shared_ptr<const CompiledLoop> probe; ///< of the task at hand: runs in place of `loop`
    std::vector<std::uint64_t> cycles;         ///< by member, and one for none of them
    bool probeWanted = false; ///< a member of the loop has had rows and was never timed
    std::vector<const LoopEffect*> effects; ///< in the order of steps
    std::vector<RowPath> effectPaths;
    std::vector<bool> effectNumbered; ///< whether the path depends on how often an Each was done
    std::vector<KeyedWindows*> effectWindows; ///< of those that accumulate
    LoopContext loopContext;
    FilledTables filled;
    std::vector<const void*> columnValues; ///< LoopContext::columns
    Arena unpacked;                        ///< cells of packed columns, for a loop over cells
    std::vector<KnownGroups> knownGroups;  ///< by effect; empty: no effect knows any
    std::vector<DirectGroups> directGroups;
    std::uint64_t sumBlock = 0; ///< of sequence numbers, of the rows that the loop is at
    std::vector<std::uint64_t> counters;
    std::vector<LoopBytes> loopBytes; ///< by output
    std::vector<std::uint32_t> hints;
    std::vector<std::uint64_t> log, eachNumbers;
    std::uint32_t severalRows = 0; ///< how many beginRows() wait for their endRows()
    bool severalGroups = false;    ///< between beginGroups() and endGroups()
    std::uint64_t touchedNs = 0;   ///< time of the row that was touched last
    std::size_t failedSlot = 0;    ///< of the last add() that failed
    std::pair<ErrorCode, std::string> slotFailure;
    Arena loopPaths{256}, loopScratch;
    std::unique_ptr<ColumnDecoder> rereader;  ///< makes rows of lines again
    const ColumnBlock* columnBlock = nullptr; ///< of the task at hand; or
    const RowBlock* rowBlock = nullptr;
    RowPath rowSuffix;
    /// A row that fails and the effect that it fails in, where its data was not made.
    std::optional<std::pair<std::uint32_t, std::uint32_t>> rereads;
};

} // namespace fuseboard
