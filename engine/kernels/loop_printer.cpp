// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/json_text.h"
#include "engine/kernels/loop_program.h"
#include "engine/script/function.h"
#include "engine/script/value_ops.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string_view typeName(IrType type) {
    switch (type) {
    case IrType::Bool: return "bool";
    case IrType::Int: return "int";
    case IrType::Float: return "float";
    case IrType::Number: return "number";
    case IrType::Text: return "text";
    case IrType::Any: return "any";
    }
    return "?";
}

std::string kindNames(std::uint32_t kinds) {
    std::string text;
    for (unsigned kind = 0; kind <= static_cast<unsigned>(Kind::Record); ++kind)
        if ((kinds >> kind & 1U) != 0)
            text +=
                fmt::format("{}{}", text.empty() ? "" : " or ", kindName(static_cast<Kind>(kind)));
    return text;
}

std::string pathText(const ColumnPath& path) {
    std::string text = "event";
    for (const std::string& key : path)
        text += "." + key;
    return text;
}

class LoopPrinter {
public:
    explicit LoopPrinter(const LoopProgram& program) : m_program(program) {}

    std::vector<ProgramLine> print() {
        m_lines.push_back(
            {ProgramLine::kNoMember, fmt::format("loop {} over {}", m_program.name,
                                                 m_program.fromColumns ? "columns" : "rows")});
        for (std::size_t i = 0; i < m_program.nodes.size(); ++i) {
            const IrNode& node = m_program.nodes[i];
            if (node.op != IrOp::Constant)
                m_lines.push_back(
                    {node.member, fmt::format("  %{}: {} = {}{}", i, typeName(node.type),
                                              describe(node), table(static_cast<IrNodeIndex>(i)))});
        }
        steps(m_program.steps, 1);
        return std::move(m_lines);
    }

private:
    std::string table(IrNodeIndex node) const {
        for (const DictionaryTable& table : m_program.tables)
            if (table.node == node)
                return fmt::format(" (for each of {} entries of {})",
                                   m_program.dictionarySizes[table.column],
                                   pathText(m_program.columns[table.column]));
        return {};
    }

    std::string use(IrNodeIndex node) const {
        if (node == kNoIrNode)
            return "row";
        if (m_program.nodes[node].op == IrOp::Constant)
            return printJson(*m_program.nodes[node].constant);
        return fmt::format("%{}", node);
    }

    std::string uses(const IrNode& node) const {
        std::string text;
        for (std::size_t i = 0; i < node.arguments.size(); ++i)
            text += fmt::format("{}{}{}", i == 0 ? "" : ", ",
                                i < node.keys.size() ? node.keys[i] + ": " : std::string(),
                                use(node.arguments[i]));
        return text;
    }

    std::string list(const std::vector<IrNodeIndex>& nodes) const {
        std::string text;
        for (const IrNodeIndex node : nodes)
            text += (text.empty() ? "" : ", ") + use(node);
        return text;
    }

    std::string slots(const LoopEffect& effect) const {
        std::string text;
        for (const LoopEffect::Slot& slot : effect.slots)
            text += fmt::format("{}({})", text.empty() ? "" : " ", list(slot.arguments));
        return text.empty() ? "the row" : text;
    }

    std::string known(const LoopEffect& effect) const {
        if (effect.directGroups == 0)
            return {};
        return effect.keyColumns.empty()
                   ? ", found once"
                   : fmt::format(", known by {} combinations of codes", effect.directGroups);
    }

    std::string describe(const IrNode& node) const {
        switch (node.op) {
        case IrOp::Constant: return printJson(*node.constant);
        case IrOp::Column: return "column " + pathText(m_program.columns[node.index]);
        case IrOp::Expect: return fmt::format("expect {}", use(node.a));
        case IrOp::Present: return "present " + pathText(m_program.columns[node.index]);
        case IrOp::Part: return "part " + pathText(node.keys);
        case IrOp::Seen: return fmt::format("seen {}", use(node.a));
        case IrOp::Field: return fmt::format("field {} of {}", node.text, use(node.a));
        case IrOp::At: return fmt::format("{} at {}", use(node.a), use(node.b));
        case IrOp::IsKind: return fmt::format("{} is {}", use(node.a), kindNames(node.index));
        case IrOp::Element: return fmt::format("element of each {}", node.index);
        case IrOp::Key: return fmt::format("key of each {}", node.index);
        case IrOp::With: return fmt::format("{} with {}: {}", use(node.a), node.text, use(node.b));
        case IrOp::Record: return fmt::format("record {{{}}}", uses(node));
        case IrOp::Negate: return fmt::format("- {}", use(node.a));
        case IrOp::Not: return fmt::format("not {}", use(node.a));
        case IrOp::Binary:
            return fmt::format("{} {} {}", use(node.a), operatorText(node.binary), use(node.b));
        case IrOp::And: return fmt::format("{} and {}", use(node.a), use(node.b));
        case IrOp::Or: return fmt::format("{} or {}", use(node.a), use(node.b));
        case IrOp::Choose:
            return fmt::format("{} if {} else {}", use(node.b), use(node.a), use(node.c));
        case IrOp::Call:
            return fmt::format("{}({})", static_cast<const CallExpr*>(node.origin)->function->name,
                               uses(node));
        case IrOp::Evaluate:
            return node.arguments.empty()
                       ? fmt::format("interpret over {}", use(node.a))
                       : fmt::format("interpret over {}, group ({})", use(node.a), uses(node));
        case IrOp::Event: return "event";
        case IrOp::Meta: return "$";
        case IrOp::Fail: return "fail";
        }
        return "?";
    }

    std::string member(std::uint32_t index) const {
        return index < m_program.members.size() ? m_program.members[index].id : "?";
    }

    void steps(const std::vector<LoopStep>& all, std::size_t depth) {
        const std::string indent(depth * 2, ' ');
        for (const LoopStep& step : all) {
            if (step.kind == LoopStep::Kind::Test) {
                m_lines.push_back(
                    {step.member, fmt::format("{}if {} [{}]", indent, use(step.condition),
                                              member(step.member))});
                steps(step.inside, depth + 1);
                if (!step.otherwise.empty())
                    m_lines.push_back({step.member, indent + "else"});
                steps(step.otherwise, depth + 1);
                continue;
            }
            if (step.kind == LoopStep::Kind::Evaluate) {
                m_lines.push_back({step.member, fmt::format("{}need {} [{}]", indent,
                                                            use(step.data), member(step.member))});
                continue;
            }
            if (step.kind == LoopStep::Kind::Each) {
                m_lines.push_back(
                    {step.member, fmt::format("{}each {}: {} of {} [{}]", indent, step.each.number,
                                              step.each.fields ? "fields" : "elements",
                                              use(step.data), member(step.member))});
                steps(step.inside, depth + 1);
                continue;
            }
            if (step.kind == LoopStep::Kind::Number) {
                m_lines.push_back({step.member, fmt::format("{}number rows of each {}", indent,
                                                            step.each.number)});
                continue;
            }
            const LoopEffect& effect = step.effect;
            const std::string text =
                effect.kind == LoopEffect::Kind::Leave
                    ? fmt::format("{}{} {} on output {} [{}]", indent,
                                  m_program.outputs[effect.target].encoded ? "print" : "leave",
                                  use(effect.data), effect.target, member(effect.member))
                : effect.kind == LoopEffect::Kind::Accumulate
                    ? fmt::format("{}add {} to group ({}){} of [{}]", indent, slots(effect),
                                  list(effect.keys), known(effect), member(effect.target))
                    : fmt::format("{}give {} to [{}]", indent, use(effect.data),
                                  member(effect.target));
            m_lines.push_back({effect.member, text});
        }
    }

    const LoopProgram& m_program;
    std::vector<ProgramLine> m_lines;
};

} // namespace

std::vector<ProgramLine> loopLines(const LoopProgram& program) {
    return LoopPrinter(program).print();
}

std::string printLoop(const LoopProgram& program) {
    std::string text;
    for (const ProgramLine& line : loopLines(program))
        text += line.text + "\n";
    return text;
}

} // namespace fuseboard
