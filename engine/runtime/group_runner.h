// SPDX-License-Identifier: Apache-2.0
// Runs the members of one stage over one morsel after the other: rows are pushed from member to
// member, depth first, in the order that the graph's event order demands; only rows that leave the
// stage are copied.
#pragma once

#include "engine/formats/column_decoder.h"
#include "engine/kernels/loop_group.h"
#include "engine/runtime/batch.h"
#include "engine/runtime/failure_accounts.h"
#include "engine/runtime/plan.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

class StageCode; // stage_code.h

/// Counters of one member over one task. Rows are all counted, time is taken of some.
struct MemberFigures {
    std::uint64_t rowsIn = 0, rowsOut = 0;
    std::uint64_t timedRows = 0, timedNs = 0;
};

/// Which members of a stage are timed during a task, row by row.
enum class MemberTiming : std::uint8_t {
    Off,     ///< none; their rows are not reported either
    Untimed, ///< those of which nothing is known yet: rows may reach one late and rarely
    All,
};

/// What one task of a stage did.
struct TaskFigures {
    std::uint64_t rowsIn = 0, rowsOut = 0, bytesMaterialized = 0;
    bool compiled = false; ///< generated code ran over its rows
    std::vector<RowError> errors;
    std::vector<MemberFigures> members; ///< by member; empty without timing
};

/// One running copy of a stage. A stage without state may have one per worker. Not thread-safe.
class GroupRunner {
public:
    /// `plan` and `accounts` outlive the runner.
    [[nodiscard]] static Result<std::unique_ptr<GroupRunner>>
    make(const Plan& plan, std::uint32_t stage, const FailureAccounts& accounts);
    ~GroupRunner();
    /// From now on rows are handed to the stage's code where there is some. `code` outlives the
    /// runner; `rereader` makes rows of the lines of column blocks (null: there come none).
    void useCode(StageCode& code, std::unique_ptr<ColumnDecoder> rereader);
    /// The stage as a compiler sees it; nothing if it cannot be compiled.
    [[nodiscard]] std::optional<LoopGroup> describe() const;
    /// By output of that description: whether all its edges (one) are among `printed`, which goes
    /// by out edge of the stage.
    [[nodiscard]] std::vector<bool> printedOutputs(const std::vector<bool>& printed) const;

    /// `inputs` by in edge of the stage; `outputs` by out edge.
    void run(const Morsel& morsel, std::span<const EdgeBatch> inputs, std::span<EdgeBatch> outputs,
             MemberTiming timing, TaskFigures& figures);

    [[nodiscard]] std::size_t stateBytes() const;
    [[nodiscard]] std::size_t groupCount() const;
    /// For each limit of the stage that is full: its node and the sequence that filled it.
    [[nodiscard]] std::vector<std::pair<NodeIndex, std::uint64_t>> exhausted() const;

private:
    struct Impl;
    explicit GroupRunner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace fuseboard
