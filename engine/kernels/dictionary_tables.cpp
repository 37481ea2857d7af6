// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/dictionary_tables.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace fuseboard {

namespace {

/// What an expression reads of a row.
struct Reads {
    bool codes = true; ///< nothing but columns of codes
    std::optional<std::uint32_t> column;
    bool several = false;

    void add(const Reads& other) {
        codes = codes && other.codes;
        several = several || other.several || (column && other.column && *column != *other.column);
        column = column ? column : other.column;
    }
    [[nodiscard]] bool isTable() const { return codes && column && !several; }
};

class TablePlanner {
public:
    explicit TablePlanner(LoopProgram& program)
        : m_program(program), m_reads(program.nodes.size()) {}

    void plan(std::vector<LoopStep>& steps) {
        for (LoopStep& step : steps) {
            step.condition = regrouped(step.condition);
            cover(step.condition);
            cover(step.data);
            plan(step.inside);
            plan(step.otherwise);
            if (step.kind == LoopStep::Kind::Effect)
                plan(step.effect);
        }
    }

private:
    void plan(LoopEffect& effect) {
        cover(effect.data);
        for (const IrNodeIndex key : effect.keys)
            cover(key);
        for (const LoopEffect::Slot& slot : effect.slots)
            for (const IrNodeIndex argument : slot.arguments)
                cover(argument);
        if (effect.kind == LoopEffect::Kind::Accumulate)
            planGroups(effect);
    }

    // A conjunction of tables can be taken in any order, because none of them fails: those of one
    // column become one.
    IrNodeIndex regrouped(IrNodeIndex condition) {
        std::vector<IrNodeIndex> parts;
        if (condition != kNoIrNode)
            collectConjuncts(condition, parts);
        const bool tables = std::all_of(parts.begin(), parts.end(),
                                        [&](IrNodeIndex part) { return readsOf(part).isTable(); });
        if (parts.size() < 3 || !tables)
            return condition;
        std::stable_sort(parts.begin(), parts.end(), [&](IrNodeIndex a, IrNodeIndex b) {
            return *readsOf(a).column < *readsOf(b).column;
        });
        std::vector<IrNodeIndex> columns; // one conjunction each
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool joins = i > 0 && *readsOf(parts[i]).column == *readsOf(parts[i - 1]).column;
            if (joins)
                columns.back() = conjunction(columns.back(), parts[i]);
            else
                columns.push_back(parts[i]);
        }
        IrNodeIndex all = columns.front();
        for (std::size_t i = 1; i < columns.size(); ++i)
            all = conjunction(all, columns[i]);
        return all;
    }

    void collectConjuncts(IrNodeIndex node, std::vector<IrNodeIndex>& parts) {
        if (m_program.nodes[node].op != IrOp::And) {
            parts.push_back(node);
            return;
        }
        collectConjuncts(m_program.nodes[node].a, parts);
        collectConjuncts(m_program.nodes[node].b, parts);
    }

    IrNodeIndex conjunction(IrNodeIndex a, IrNodeIndex b) {
        IrNode node;
        node.op = IrOp::And;
        node.type = IrType::Bool;
        node.a = a;
        node.b = b;
        node.member = m_program.nodes[a].member;
        m_program.nodes.push_back(std::move(node));
        m_reads.emplace_back();
        return static_cast<IrNodeIndex>(m_program.nodes.size() - 1);
    }

    // Constants tell no groups apart.
    void planGroups(LoopEffect& effect) {
        const bool mayFail =
            std::any_of(effect.slots.begin(), effect.slots.end(), [](const LoopEffect::Slot& slot) {
                return slot.layout == aggregates::StateLayout::Opaque;
            });
        if (mayFail) // then the window has to know which row it was
            return;
        std::uint64_t groups = 1;
        for (const IrNodeIndex key : effect.keys) {
            const Reads& reads = readsOf(key);
            if (reads.isTable()) {
                groups *= m_program.dictionarySizes[*reads.column];
                effect.keyColumns.push_back(*reads.column);
            } else if (m_program.nodes[key].op != IrOp::Constant) {
                groups = 0;
            }
            if (groups == 0 || groups > kMostDirectGroups) {
                effect.keyColumns.clear();
                return;
            }
        }
        effect.directGroups = static_cast<std::uint32_t>(groups);
    }

    // Tables for all of `index` that can come from them.
    void cover(IrNodeIndex index) {
        if (index == kNoIrNode)
            return;
        const Reads& reads = readsOf(index);
        // A record is taken apart where it is printed or kept: its fields are what is needed.
        if (reads.isTable() && m_program.nodes[index].op != IrOp::Record) {
            const bool known =
                std::any_of(m_program.tables.begin(), m_program.tables.end(),
                            [&](const DictionaryTable& table) { return table.node == index; });
            if (!known)
                m_program.tables.push_back({index, *reads.column});
            return;
        }
        forOperands(m_program.nodes[index], [this](IrNodeIndex operand) { cover(operand); });
    }

    template <class Each> static void forOperands(const IrNode& node, const Each& each) {
        for (const IrNodeIndex operand : {node.a, node.b, node.c})
            if (operand != kNoIrNode)
                each(operand);
        for (const IrNodeIndex argument : node.arguments)
            each(argument);
    }

    const Reads& readsOf(IrNodeIndex index) {
        std::optional<Reads>& known = m_reads[index];
        if (!known) {
            Reads reads = ownReads(m_program.nodes[index]);
            forOperands(m_program.nodes[index],
                        [&](IrNodeIndex operand) { reads.add(readsOf(operand)); });
            known = reads;
        }
        return *known;
    }

    Reads ownReads(const IrNode& node) const {
        Reads reads;
        switch (node.op) {
        case IrOp::Column:
        case IrOp::Present: readColumn(node.index, reads); break;
        case IrOp::Seen:
            if (m_program.nodes[node.a].op == IrOp::Part)
                readColumn(node.index, reads);
            break;
        case IrOp::Part: // only what stands below it is read
            break;
        case IrOp::Element:
        case IrOp::Key:
        case IrOp::Evaluate:
        case IrOp::Event:
        case IrOp::Meta:
        case IrOp::Fail: reads.codes = false; break;
        default: break;
        }
        return reads;
    }

    void readColumn(std::uint32_t column, Reads& reads) const {
        const auto& forms = m_program.forms;
        const ColumnForm form = forms.empty() ? ColumnForm::Cells : forms[column];
        reads.codes = form == ColumnForm::Codes8 || form == ColumnForm::Codes16;
        reads.column = column;
    }

    LoopProgram& m_program;
    std::vector<std::optional<Reads>> m_reads; ///< by node
};

} // namespace

void planTables(LoopProgram& program) {
    if (program.fromColumns)
        TablePlanner(program).plan(program.steps);
}

} // namespace fuseboard
