// SPDX-License-Identifier: Apache-2.0
// What the files of the plan executor share. Private to plan_executor*.cpp.
#pragma once

#include "engine/runtime/edge_queue.h"
#include "engine/runtime/group_runner.h"
#include "engine/runtime/plan_executor.h"
#include "engine/runtime/run_ending.h"
#include "engine/runtime/source_reader.h"
#include "engine/runtime/stage_code.h"
#include "engine/runtime/stage_figures.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace fuseboard {

/// What one stage is doing.
struct StageState {
    std::uint64_t next = 0; ///< ordinal of the next morsel to start
    std::uint32_t running = 0;
    std::uint32_t concurrency = 1;
    std::vector<std::unique_ptr<GroupRunner>> idleRunners;
    std::unique_ptr<StageCode> code; ///< null: interpreted
    std::vector<std::pair<NodeIndex, std::uint64_t>> exhausted;
    std::uint64_t stateCheckedNs = 0;
    std::uint64_t blockedSince = 0; ///< 0: not blocked
    StageFigures figures;
};

/// What one input is doing: its chunks on their way to the sequencer.
struct SourceState {
    std::uint32_t stage = 0;
    std::unique_ptr<SourceReader> reader;
    std::map<std::uint64_t, DecodedChunk> decoded;
    std::uint64_t nextChunk = 0; ///< to hand to the sequencer
    std::uint32_t decoding = 0;
    std::vector<DecodedChunk> preloaded; ///< then there is no reader
    std::size_t nextPreloaded = 0;
    InputRead preloadedRead;
    std::vector<std::unique_ptr<RowDecoder>> idleDecoders;
    std::vector<std::unique_ptr<ColumnDecoder>> columnDecoders; ///< idle; empty: rows only
    StageCode* readerCode = nullptr; ///< of the stage that columns are for
    double decodedPerByte = 4;
};

/// One run of a plan. One mutex guards all that its threads share; whoever needs it longer than one
/// call takes the lock by reference and gives it up while rows are worked on.
class PlanExecutor {
public:
    PlanExecutor(RunSetup& setup, Plan plan, const RunHooks& hooks)
        : m_setup(setup), m_request(*setup.request), m_plan(std::move(plan)), m_hooks(hooks),
          m_ledger(ledgerSettings(setup)) {}

    Status prepare();
    RunResult run();

private:
    // plan_executor.cpp: the threads
    void work();
    void watch();
    void stop();
    void failWith(Error error);
    [[nodiscard]] bool finished() const;
    [[nodiscard]] bool mayRun(std::uint32_t stage);
    void refresh(std::uint32_t stage);
    void refreshAround(std::uint32_t stage);

    // plan_executor_sources.cpp: from chunks to morsels
    [[nodiscard]] std::uint32_t sourceStage(std::uint32_t input) const;
    Status prepareSource(std::uint32_t input);
    [[nodiscard]] std::uint32_t columnReader(const SourceState& source) const;
    Status prepareColumns(std::uint32_t input);
    DecodedChunk decodeToColumns(SourceState& source, ArrivedChunk arrived);
    Status preload(SourceState& source, ChunkReader& reader);
    DecodedChunk decode(SourceState& source, ArrivedChunk arrived);
    void readerArrived();
    [[nodiscard]] bool mayDecode(const SourceState& source) const;
    void decodeTask(std::unique_lock<std::mutex>& lock, std::uint32_t input);
    void sequence(std::unique_lock<std::mutex>& lock);
    void publish(const MorselPtr& morsel);
    void deliver(const Morsel& morsel, std::uint32_t input, std::uint64_t now);

    // plan_executor_stages.cpp: one stage on one morsel
    Status prepareStages();
    Status prepareCode();
    Status prepareCode(std::uint32_t stage);
    [[nodiscard]] bool hasLongInput() const;
    [[nodiscard]] std::vector<bool> printedEdges(std::uint32_t stage) const;
    void stageTask(std::unique_lock<std::mutex>& lock, std::uint32_t stage);
    void runGroup(std::unique_lock<std::mutex>& lock, std::uint32_t stage, const MorselPtr& morsel,
                  std::vector<EdgeBatch>& inputs);
    [[nodiscard]] std::optional<double> inputLeft() const;
    void runSink(std::unique_lock<std::mutex>& lock, std::uint32_t stage, const MorselPtr& morsel,
                 std::vector<EdgeBatch>& inputs);
    void finishedStage(std::uint32_t stage, const MorselPtr& morsel);
    void settle(std::uint64_t ordinal);
    void checkState(std::uint32_t stage, const GroupRunner& runner);
    void checkLimits();

    // plan_executor_figures.cpp: what is seen of the run
    [[nodiscard]] LiveFigures liveFigures();
    [[nodiscard]] std::vector<SamplePoint> samplePoints(std::uint64_t sinceStart);
    [[nodiscard]] RunRecord figuresSoFar();
    void describe(std::vector<StageFigures> figures, RunRecord& record);
    void describeCode(RunRecord& record) const;
    void keepCode(RunResult& result) const;
    [[nodiscard]] std::string whyInterpreted(const StagePlan& stage) const;
    void collect(RunResult& result);

    RunSetup& m_setup;
    const RunRequest& m_request;
    Plan m_plan;
    const RunHooks& m_hooks;
    std::uint32_t m_threads = 1;
    std::size_t m_maxInFlight = 8;
    std::uint64_t m_memoryLimit = 0;

    std::mutex m_mutex; // guards everything below
    std::condition_variable m_work, m_watch;
    /// Of the worker that holds m_sequencing, which works without the lock.
    std::optional<Sequencer> m_sequencer;
    bool m_sequencing = false, m_stopped = false, m_inputEnded = false, m_watching = true;
    std::vector<SourceState> m_sources;
    std::vector<StageState> m_stages;
    std::vector<EdgeQueue> m_queues;
    std::set<std::uint32_t> m_ready;
    struct MorselState {
        MorselPtr morsel;
        std::uint32_t stagesLeft = 0, beforeSinksLeft = 0;
    };
    std::map<std::uint64_t, MorselState> m_morsels;
    std::uint64_t m_published = 0, m_settled = 0;
    RunLedger m_ledger;
    RunEnding m_ending;
    std::uint64_t m_startNs = 0, m_startCpuNs = 0;
    std::vector<SamplePoint> m_samples;
    std::uint64_t m_sourceRows = 0;
    std::vector<std::uint32_t> m_reportOrdinal; ///< by stage: its row in the record; kNoStage: none
    Arena m_suffixes{256};
};

} // namespace fuseboard
