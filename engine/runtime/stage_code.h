// SPDX-License-Identifier: Apache-2.0
// The machine code of one stage: made once the first rows show what they hold, and shared by all
// that run the stage. A stage is interpreted until it is ready, and changes over between batches.
#pragma once

#include "engine/kernels/group_compiler.h"
#include "engine/kernels/loop_group.h"
#include "engine/kernels/loop_lowering.h"
#include "engine/runtime/batch.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fuseboard {

/// When code is made.
enum class CodePolicy : std::uint8_t {
    AtOnce,     ///< before the first rows are worked on
    Background, ///< on a thread of its own while the stage is interpreted
    WhenLong,   ///< by the thread that runs the stage, once some input has gone by
};

/// Thread-safe.
class StageCode {
public:
    struct Settings {
        CodePolicy policy = CodePolicy::AtOnce;
        bool takesColumns = false;      ///< its source may decode to columns for it
        std::vector<bool> printed;      ///< by output: a sink takes its rows as NDJSON
        std::vector<std::string> clock; ///< path that the columns hold besides; may be empty
    };
    /// `compiler` outlives it.
    StageCode(LoopGroup group, GroupCompiler& compiler, Settings settings);
    ~StageCode();
    StageCode(const StageCode&) = delete;
    StageCode& operator=(const StageCode&) = delete;

    [[nodiscard]] const LoopReads& reads() const { return m_reads; }
    [[nodiscard]] const LoopGroup& group() const { return m_group; }
    /// Whether the source should decode to columns from now on.
    [[nodiscard]] bool wantsColumns() const { return m_wantsColumns.load(); }

    /// Code for a batch, made now if the policy says so; null: there is none (yet).
    [[nodiscard]] std::shared_ptr<const CompiledLoop> forColumns(const ColumnBlock& block);
    [[nodiscard]] std::shared_ptr<const CompiledLoop> forRows(const RowBlock& block);

    /// Why the stage is not compiled; empty while it may be.
    [[nodiscard]] std::string refusal() const;
    /// What was made so far.
    [[nodiscard]] std::vector<std::shared_ptr<const CompiledLoop>> made() const;

private:
    struct Form {
        std::shared_ptr<const CompiledLoop> loop;
        bool begun = false;
    };
    void make(Form& form, bool columns, const LoopKinds& kinds);
    void finish(Form& form, bool columns, Result<std::shared_ptr<const CompiledLoop>> made);

    LoopGroup m_group;
    GroupCompiler& m_compiler;
    Settings m_settings;
    LoopReads m_reads;
    std::atomic<bool> m_wantsColumns{false};
    mutable std::mutex m_mutex; // guards what follows
    Form m_columns, m_rows;
    std::uint64_t m_rowsSeen = 0;
    std::string m_refusal;
    std::thread m_thread; ///< makes code in the background, one form after the other
};

} // namespace fuseboard
