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
    WhenLong,   ///< by the thread that runs the stage, once Settings::longRows have gone by
};

/// Thread-safe.
class StageCode {
public:
    struct Settings {
        CodePolicy policy = CodePolicy::AtOnce;
        std::uint64_t longRows = 0;     ///< WhenLong: so many rows have gone by
        bool alone = false;             ///< one thread runs the stage and makes all its code
        bool probesAtOnce = false;      ///< else once a probe is worth its making
        bool takesColumns = false;      ///< its source may decode to columns for it
        std::optional<CodeTier> tier;   ///< of all code; without: the second one if it pays
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
    /// Packed columns have code of their own, made for how the first such block was packed.
    [[nodiscard]] std::shared_ptr<const CompiledLoop> forColumns(const ColumnBlock& block);
    /// Makes that code if the policy says so, and its probe, at once.
    void prepare(const ColumnBlock& block, bool probes);
    /// The same for columns of cells.
    [[nodiscard]] std::shared_ptr<const CompiledLoop> forCells(const ColumnBlock& block);
    [[nodiscard]] std::shared_ptr<const CompiledLoop> forRows(const RowBlock& block);

    /// Why the stage is not compiled; empty while it may be.
    [[nodiscard]] std::string refusal() const;
    /// The variant of `loop`, one of its own, that tells what members cost; null: there is none
    /// yet. It is made beside the run, or by its only thread once `periodic` asks for it; not
    /// before the loop has run for many times what its making took.
    [[nodiscard]] std::shared_ptr<const CompiledLoop>
    probeOf(const std::shared_ptr<const CompiledLoop>& loop, bool periodic);

    /// The stage has spent so much time on rows, compiling while it waited for that included, and
    /// there is so many times as much input left, if that is known. Makes the second tier if that
    /// will pay: on a thread of its own, or at once if there is only one, that then must know what
    /// is left.
    void improve(std::uint64_t spentNs, std::optional<double> left);

    /// Code that was made, and how long the run at hand waited for it, in seconds.
    struct Made {
        std::shared_ptr<const CompiledLoop> loop;
        CodeProbe probe = CodeProbe::None;
        double waited = 0;
    };
    [[nodiscard]] std::vector<Made> made() const;
    /// Makes code without having seen rows, for listings. Nothing if there is some, or none may be.
    void makeUnseen();

private:
    struct Form {
        std::shared_ptr<const CompiledLoop> loop, probe;
        std::shared_ptr<const CompiledLoop> first; ///< `loop` before it was improved
        bool begun = false, probeBegun = false, improved = false;
        bool reused = false; ///< an earlier run of the process had made it
        std::uint64_t madeNs = 0;
    };
    void make(Form& form, bool columns, const LoopKinds& kinds, const LoopForms& forms = {});
    /// The one that `loop` is, or was, the code of.
    [[nodiscard]] Form& formOf(const std::shared_ptr<const CompiledLoop>& loop);
    [[nodiscard]] Made compile(std::shared_ptr<const LoopProgram> program, CodeTier tier,
                               CodeProbe probe, std::string& failure);
    [[nodiscard]] CodeTier firstTier() const { return m_settings.tier.value_or(CodeTier::Calls); }
    void finish(Form& form, bool columns, Made made, std::string failure);
    void finishProbe(Form& form, Made made);
    void finishImproved(Form& form, Made made);
    /// The stage's only thread makes the probe when it is worth it.
    [[nodiscard]] bool probesAlone() const { return m_settings.alone && !m_settings.probesAtOnce; }
    [[nodiscard]] bool isProbeDue(const Form& form, bool periodic) const;

    LoopGroup m_group;
    GroupCompiler& m_compiler;
    Settings m_settings;
    LoopReads m_reads;
    std::atomic<bool> m_wantsColumns{false};
    mutable std::mutex m_mutex; // guards what follows
    Form m_columns, m_packed, m_rows;
    LoopForms m_packedForms;
    std::uint64_t m_rowsSeen = 0;
    std::string m_refusal;
    std::vector<Made> m_made;
    std::vector<std::thread> m_threads; ///< they make code in the background
};

} // namespace fuseboard
