// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/stage_code.h"

#include "engine/base/clock.h"
#include "engine/base/cycle_counter.h"

#include <algorithm>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::size_t kSampleRows = 1024;
/// Part of a stage's time that the second tier spares (seen: none to a third of it), and how often
/// that has to bring in what making it takes (seen: up to four times what the first tier took).
constexpr double kSpared = 0.05, kOver = 2, kInlinedCost = 4;
/// So many times longer than its making must a loop run before it is made again with a probe: that
/// costs a few parts in a hundred at most.
constexpr std::uint64_t kProbeWorth = 25;

constexpr std::uint16_t bit(CellKind kind) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}

// What a dictionary holds is known for all rows.
LoopKinds kindsOf(const ColumnBlock& block) {
    LoopKinds kinds;
    const std::uint32_t rows = std::min<std::uint32_t>(block.rows, kSampleRows);
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
        std::uint16_t seen = 0;
        if (!block.packed.empty() && block.packed[i].dictionary != nullptr)
            for (const Cell& entry : block.packed[i].dictionary->entries)
                seen |= bit(entry.kind);
        else
            for (std::uint32_t r = 0; r < rows; ++r)
                seen |= bit(block.cell(i, r).kind);
        kinds.push_back(seen);
    }
    return kinds;
}

LoopForms formsOf(const ColumnBlock& block) {
    LoopForms forms;
    for (const PackedColumn& column : block.packed) {
        forms.forms.push_back(column.form);
        const std::size_t entries =
            column.dictionary == nullptr ? 0 : column.dictionary->entries.size();
        forms.dictionarySizes.push_back(static_cast<std::uint32_t>(entries));
    }
    return forms;
}

std::uint16_t kindAt(const ColumnPath& path, const Value& data) {
    const Value* at = &data;
    for (const std::string& key : path) {
        at = at->isRecord() ? at->find(key) : nullptr;
        if (at == nullptr)
            return bit(CellKind::Absent);
    }
    return bit(static_cast<CellKind>(at->kind()));
}

LoopKinds kindsOf(const RowBlock& block, const std::vector<ColumnPath>& paths) {
    LoopKinds kinds(paths.size(), 0);
    const std::size_t rows = std::min(block.rows.size(), kSampleRows);
    for (std::size_t i = 0; i < paths.size(); ++i)
        for (std::size_t r = 0; r < rows; ++r)
            kinds[i] |= kindAt(paths[i], block.rows[r].data);
    return kinds;
}

} // namespace

StageCode::StageCode(LoopGroup group, GroupCompiler& compiler, Settings settings)
    : m_group(std::move(group)), m_compiler(compiler), m_settings(std::move(settings)),
      m_reads(loopReads(m_group)) {
    if (!m_settings.clock.empty())
        m_reads.fields.add(m_settings.clock);
    m_reads.paths = columnPaths(m_reads.fields);
    const LoopKinds unknown(m_reads.paths.size(), 0);
    m_refusal = lowerLoop(m_group, m_reads, unknown, true, m_settings.printed).refused;
    m_wantsColumns =
        m_refusal.empty() && m_settings.takesColumns && m_settings.policy == CodePolicy::AtOnce;
}

StageCode::~StageCode() {
    for (std::thread& thread : m_threads)
        thread.join();
}

std::shared_ptr<const CompiledLoop> StageCode::forColumns(const ColumnBlock& block) {
    if (block.packed.empty())
        return forCells(block);
    LoopForms forms = formsOf(block);
    {
        const std::lock_guard lock(m_mutex);
        if (!m_packed.begun && block.rows > 0) {
            m_packedForms = forms;
            make(m_packed, true, kindsOf(block), m_packedForms);
        }
        if (forms == m_packedForms)
            return m_packed.loop;
    }
    return forCells(block);
}

void StageCode::prepare(const ColumnBlock& block, bool probes) {
    const std::shared_ptr<const CompiledLoop> made = forColumns(block);
    if (made == nullptr || !probes || !hasCycleCounter())
        return;
    const std::lock_guard lock(m_mutex);
    Form& form = formOf(made);
    if (form.probeBegun)
        return;
    form.probeBegun = true;
    std::string failure;
    finishProbe(form, compile({made, &made->program()}, firstTier(), CodeProbe::Cycles, failure));
}

std::shared_ptr<const CompiledLoop> StageCode::forCells(const ColumnBlock& block) {
    const std::lock_guard lock(m_mutex);
    if (!m_columns.begun && block.rows > 0)
        make(m_columns, true, kindsOf(block));
    return m_columns.loop;
}

std::shared_ptr<const CompiledLoop> StageCode::forRows(const RowBlock& block) {
    const std::lock_guard lock(m_mutex);
    m_rowsSeen += block.rows.size();
    // Rows of a source that could send columns only show what these would hold.
    const bool columns = m_settings.takesColumns;
    Form& form = columns ? m_columns : m_rows;
    const bool waits =
        m_settings.policy == CodePolicy::WhenLong && m_rowsSeen < m_settings.longRows;
    if (!form.begun && !waits && !block.rows.empty() && m_refusal.empty())
        make(form, columns, kindsOf(block, m_reads.paths));
    return columns ? nullptr : form.loop;
}

void StageCode::make(Form& form, bool columns, const LoopKinds& kinds, const LoopForms& forms) {
    form.begun = true;
    LoweredLoop lowered = lowerLoop(m_group, m_reads, kinds, columns, m_settings.printed, forms);
    if (!lowered.refused.empty()) {
        m_refusal = std::move(lowered.refused);
        m_wantsColumns = false;
        return;
    }
    auto program = std::make_shared<const LoopProgram>(std::move(lowered.program));
    std::string failure;
    if (m_settings.policy != CodePolicy::Background) {
        Made made = compile(program, firstTier(), CodeProbe::None, failure);
        finish(form, columns, std::move(made), std::move(failure));
        return;
    }
    m_threads.emplace_back([this, &form, program, columns] {
        std::string failed;
        Made made = compile(program, firstTier(), CodeProbe::None, failed);
        const std::lock_guard lock(m_mutex);
        finish(form, columns, std::move(made), std::move(failed));
    });
}

StageCode::Made StageCode::compile(std::shared_ptr<const LoopProgram> program, CodeTier tier,
                                   CodeProbe probe, std::string& failure) {
    const std::uint64_t begin = monotonicNs();
    auto compiled = m_compiler.compile(std::move(program), tier, probe);
    Made made;
    made.probe = probe;
    made.waited = static_cast<double>(monotonicNs() - begin) / 1e9;
    if (compiled)
        made.loop = *std::move(compiled);
    else
        failure = compiled.error().message;
    return made;
}

void StageCode::finish(Form& form, bool columns, Made made, std::string failure) {
    if (made.loop == nullptr) {
        m_refusal = std::move(failure);
        m_wantsColumns = false; // without code rows are made of them one by one
        return;
    }
    form.loop = made.loop;
    form.madeNs = monotonicNs();
    form.reused = made.waited < made.loop->seconds() / 2;
    m_wantsColumns = columns;
    m_made.push_back(std::move(made));
}

void StageCode::finishProbe(Form& form, Made made) {
    if (made.loop == nullptr)
        return; // the members' costs stay unknown, nothing else
    form.probe = made.loop;
    m_made.push_back(std::move(made));
}

bool StageCode::isProbeDue(const Form& form, bool periodic) const {
    if (!hasCycleCounter() || (probesAlone() && !periodic))
        return false;
    const auto making = static_cast<std::uint64_t>(form.loop->seconds() * 1e9);
    // What runs again is measured: its probe is made once for all repetitions.
    return m_settings.probesAtOnce || form.reused ||
           monotonicNs() - form.madeNs >= kProbeWorth * making;
}

std::shared_ptr<const CompiledLoop>
StageCode::probeOf(const std::shared_ptr<const CompiledLoop>& loop, bool periodic) {
    const std::lock_guard lock(m_mutex);
    Form& form = formOf(loop);
    if (form.probeBegun || !isProbeDue(form, periodic))
        return form.probe;
    form.probeBegun = true;
    // The program lives as long as the code that was made from it.
    const std::shared_ptr<const LoopProgram> program(loop, &loop->program());
    std::string failure;
    if (probesAlone()) {
        finishProbe(form, compile(program, firstTier(), CodeProbe::Cycles, failure));
        return form.probe;
    }
    m_threads.emplace_back([this, &form, program] {
        std::string failed;
        Made made = compile(program, firstTier(), CodeProbe::Cycles, failed);
        const std::lock_guard finished(m_mutex);
        finishProbe(form, std::move(made));
    });
    return nullptr;
}

StageCode::Form& StageCode::formOf(const std::shared_ptr<const CompiledLoop>& loop) {
    for (Form* form : {&m_columns, &m_packed})
        if (loop == form->loop || loop == form->first)
            return *form;
    return m_rows;
}

void StageCode::finishImproved(Form& form, Made made) {
    if (made.loop == nullptr)
        return; // the first tier's code goes on
    form.first = std::exchange(form.loop, made.loop);
    m_made.push_back(std::move(made));
}

void StageCode::improve(std::uint64_t spentNs, std::optional<double> left) {
    const std::lock_guard lock(m_mutex);
    Form& form = m_packed.loop != nullptr    ? m_packed
                 : m_columns.loop != nullptr ? m_columns
                                             : m_rows;
    if (m_settings.tier || form.loop == nullptr || form.improved || (m_settings.alone && !left))
        return;
    double worked = static_cast<double>(spentNs) / 1e9;
    for (const Made& made : m_made)
        worked -= made.waited;
    // Of a run that has lasted some time it is likely that it goes on for as long.
    const double spared = worked * left.value_or(1) * kSpared;
    if (spared <= kOver * kInlinedCost * form.loop->seconds())
        return;
    form.improved = true;
    const std::shared_ptr<const LoopProgram> program(form.loop, &form.loop->program());
    if (m_settings.alone) {
        std::string failure;
        finishImproved(form, compile(program, CodeTier::Inlined, CodeProbe::None, failure));
        return;
    }
    m_threads.emplace_back([this, &form, program] {
        std::string failed;
        Made made = compile(program, CodeTier::Inlined, CodeProbe::None, failed);
        const std::lock_guard finished(m_mutex);
        finishImproved(form, std::move(made));
    });
}

void StageCode::makeUnseen() {
    const std::lock_guard lock(m_mutex);
    Form& form = m_settings.takesColumns ? m_columns : m_rows;
    if (!m_columns.begun && !m_packed.begun && !m_rows.begun && m_refusal.empty())
        make(form, m_settings.takesColumns, LoopKinds(m_reads.paths.size(), 0));
}

std::string StageCode::refusal() const {
    const std::lock_guard lock(m_mutex);
    return m_refusal;
}

std::vector<StageCode::Made> StageCode::made() const {
    const std::lock_guard lock(m_mutex);
    return m_made;
}

} // namespace fuseboard
