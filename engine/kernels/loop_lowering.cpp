// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loop_lowering.h"

#include "engine/kernels/dictionary_tables.h"
#include "engine/kernels/expression_lowering.h"
#include "engine/operators/loop_builder.h"
#include "engine/script/aggregate.h"
#include "engine/script/interpreter.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

namespace fuseboard {

namespace {

/// Beyond this a group's branches are not unrolled.
constexpr std::size_t kMaxEffects = 64, kMaxTests = 256;
/// Elements of each of two lists that multiply.
constexpr std::uint32_t kMostOfTwo = 1000;
static_assert(std::size_t{kMostOfTwo} * kMostOfTwo <= kMaxGroupsPerEvent);

/// Describes the members of a group one after the other, each in the place of the row that reaches
/// it.
class GroupLowering final : public LoopBuilder {
public:
    GroupLowering(const LoopGroup& group, LoopProgram& program, ExpressionLowering& expressions)
        : m_group(group), m_program(program), m_expressions(expressions), m_steps(&program.steps) {}

    void lower() {
        for (const GroupMember& member : m_group.members)
            m_program.members.push_back({member.node->id, member.node->label, {}});
        enter(m_group.entry);
    }
    [[nodiscard]] bool tooLarge() const { return m_effects > kMaxEffects || m_tests > kMaxTests; }

    void when(const Expression& condition, const std::function<void()>& rest,
              const std::function<void()>& otherwise) override {
        const IrNodeIndex holds = m_expressions.condition(condition, m_data);
        if (holds == kNoIrNode) {
            m_unlowerable = true;
            return;
        }
        checked(holds, [&] { test(holds, rest, otherwise); });
    }
    void emit(std::uint32_t port) override { send(port, m_data); }
    void emit(std::uint32_t port, const Expression& data, const Expression* having) override {
        const IrNodeIndex made = m_expressions.reference(data, m_data);
        if (made == kNoIrNode) {
            m_unlowerable = true;
            return;
        }
        checked(made, [&] {
            if (!m_expressions.isPart(made))
                need(made);
            if (having == nullptr) {
                send(port, made);
                return;
            }
            const IrNodeIndex holds = m_expressions.condition(*having, made);
            if (holds == kNoIrNode)
                m_unlowerable = true;
            else
                checked(holds, [&] { test(holds, [&] { send(port, made); }, {}); });
        });
    }
    void accumulate(const GroupBy* by, const std::vector<const AggregateExpr*>& slots) override {
        if (by == nullptr)
            addToGroup({m_expressions.nothing()}, slots);
        else
            overGroups(*by, true, [&](const std::vector<IrNodeIndex>& keys) {
                const auto outer = m_expressions.enterGroup(keys);
                addToGroup(keys, slots);
                m_expressions.enterGroup(outer);
            });
    }
    void forEachGroup(const GroupBy& by, const std::function<void()>& rest) override {
        overGroups(by, false, [&](const std::vector<IrNodeIndex>& keys) {
            const auto outer = m_expressions.enterGroup(keys);
            rest();
            m_expressions.enterGroup(outer);
        });
    }
    void forEachElement(const Expression& list, const std::string& as,
                        const std::function<void()>& rest) override {
        const ExpressionLowering::Each each =
            m_expressions.each(list.tree, list.localCount, m_data);
        m_unlowerable = m_unlowerable || each.data == kNoIrNode;
        if (m_unlowerable)
            return;
        LoopEach how;
        how.most = std::numeric_limits<std::uint32_t>::max();
        checked(kNoIrNode, [&] {
            overList(each, how, [&](IrNodeIndex element) {
                const IrNodeIndex made =
                    as.empty() ? element : m_expressions.with(m_data, as, element, *list.tree);
                m_unlowerable = m_unlowerable || made == kNoIrNode;
                const IrNodeIndex before = std::exchange(m_data, made);
                if (!m_unlowerable)
                    rest();
                m_data = before;
            });
        });
    }
    void generic() override { m_unlowerable = true; }

private:
    using Keys = std::vector<IrNodeIndex>;

    void addToGroup(const Keys& keys, const std::vector<const AggregateExpr*>& slots) {
        LoopEffect effect;
        effect.kind = LoopEffect::Kind::Accumulate;
        effect.target = m_member;
        effect.keys = keys;
        std::uint32_t offset = 0;
        for (const AggregateExpr* aggregate : slots) {
            LoopEffect::Slot& slot = effect.slots.emplace_back();
            slot.layout = aggregate->aggregate->layout;
            slot.offset = offset;
            offset += (aggregate->aggregate->stateBytes + 7U) & ~7U;
            for (const ExprPtr& argument : aggregate->arguments) {
                const IrNodeIndex value = m_expressions.value(argument, 0, m_data);
                m_unlowerable = m_unlowerable || value == kNoIrNode;
                slot.arguments.push_back(value);
            }
        }
        if (!m_unlowerable)
            checked(kNoIrNode, [&] { add(std::move(effect)); });
    }
    static void leavesOf(const GroupBy& by, std::vector<const GroupBy*>& leaves) {
        if (by.kind != GroupBy::Kind::Set)
            leaves.push_back(&by);
        for (const GroupByPtr& item : by.items)
            if (by.kind == GroupBy::Kind::Set)
                leavesOf(*item, leaves);
    }

    /// The parts of a key list, and what to do with each list.
    struct Grouping {
        std::vector<const GroupBy*> leaves;
        std::vector<ExpressionLowering::Each> lists; ///< by leaf; of those with each(…)
        Keys keys;
        std::uint32_t most = 0; ///< elements of a list
        bool ofOneRow = false;
        std::function<void(const Keys&)> then;
    };

    // All that is evaluated comes first, then a loop for each each(…).
    void overGroups(const GroupBy& by, bool ofOneRow, std::function<void(const Keys&)> then) {
        Grouping grouping;
        leavesOf(by, grouping.leaves);
        std::size_t lists = 0;
        for (const GroupBy* leaf : grouping.leaves) {
            const bool isList = leaf->kind == GroupBy::Kind::Each;
            lists += isList ? 1 : 0;
            const ExpressionLowering::Each each =
                isList ? m_expressions.each(leaf->expression, by.localCount, m_data)
                       : ExpressionLowering::Each{};
            grouping.lists.push_back(each);
            grouping.keys.push_back(
                isList ? each.data : m_expressions.value(leaf->expression, by.localCount, m_data));
            m_unlowerable = m_unlowerable || grouping.keys.back() == kNoIrNode;
        }
        // Rows of groups of rows have an order of their own; more than two lists hardly ever occur.
        m_unlowerable = m_unlowerable || lists > 2 || (ofOneRow && lists > 0 && m_depth > 0);
        if (m_unlowerable)
            return;
        grouping.most = lists > 1 ? kMostOfTwo : kMaxGroupsPerEvent;
        grouping.ofOneRow = ofOneRow;
        grouping.then = std::move(then);
        checked(kNoIrNode, [&] {
            for (std::size_t i = 0; i < grouping.leaves.size(); ++i)
                if (grouping.lists[i].data == kNoIrNode)
                    need(grouping.keys[i]);
            fromLeaf(grouping, 0);
        });
    }

    void fromLeaf(Grouping& grouping, std::size_t leaf) {
        while (leaf < grouping.leaves.size() && grouping.lists[leaf].data == kNoIrNode)
            ++leaf;
        if (leaf == grouping.leaves.size()) {
            grouping.then(grouping.keys);
            return;
        }
        LoopEach each;
        // Without elements what follows would be keys by themselves.
        each.needsSome = leaf + 1 < grouping.leaves.size();
        each.groups = grouping.ofOneRow;
        each.most = grouping.most;
        overList(grouping.lists[leaf], each, [&](IrNodeIndex element) {
            grouping.keys[leaf] = element;
            fromLeaf(grouping, leaf + 1);
        });
    }

    // `then` happens for each element, or key of a record.
    void overList(const ExpressionLowering::Each& list, const LoopEach& how,
                  const std::function<void(IrNodeIndex)>& then) {
        LoopStep step;
        step.kind = LoopStep::Kind::Each;
        step.member = m_member;
        step.data = list.data;
        step.counter = m_program.counterCount++;
        step.each = how;
        LoopEach& each = step.each;
        each.number = m_program.eachCount++;
        each.fields = list.fields;
        each.element = m_expressions.element(each.number);
        if (list.fields)
            each.key = m_expressions.key(each.number, list.data);
        const std::optional<std::uint32_t> outer = m_each;
        m_each = m_each.value_or(each.number);
        ++m_depth;
        within(step.inside, step.counter, [&] { then(list.fields ? each.key : each.element); });
        --m_depth;
        m_each = outer;
        m_steps->push_back(std::move(step));
    }

    void need(IrNodeIndex node) {
        LoopStep step;
        step.kind = LoopStep::Kind::Evaluate;
        step.data = node;
        step.member = m_member;
        m_steps->push_back(std::move(step));
    }

    // `then` happens once what belongs to the evaluation of `node` has been evaluated.
    void checked(IrNodeIndex node, const std::function<void()>& then) {
        std::vector<IrNodeIndex> checks = m_expressions.takeSideChecks();
        if (m_expressions.isPart(node))
            checks.push_back(m_expressions.seen(node));
        const std::function<void(std::size_t)> from = [&](std::size_t i) {
            if (i == checks.size())
                then();
            else
                test(checks[i], [&, i] { from(i + 1); }, {});
        };
        from(0);
    }

    void test(IrNodeIndex holds, const std::function<void()>& rest,
              const std::function<void()>& otherwise) {
        ++m_tests;
        LoopStep step;
        step.kind = LoopStep::Kind::Test;
        step.condition = holds;
        step.member = m_member;
        const std::uint32_t counter = m_program.counterCount;
        step.counter = counter;
        m_program.counterCount += 2;
        within(step.inside, counter, rest);
        if (otherwise)
            within(step.otherwise, counter + 1, otherwise);
        m_steps->push_back(std::move(step));
    }

    void within(std::vector<LoopStep>& steps, std::uint32_t counter,
                const std::function<void()>& describe) {
        std::vector<LoopStep>* const outer = std::exchange(m_steps, &steps);
        const std::uint32_t before = std::exchange(m_counter, counter);
        describe();
        m_steps = outer;
        m_counter = before;
    }

    // The row at hand reaches `target`.
    void enter(const GroupTarget& target) {
        if (tooLarge())
            return;
        if (target.leaves) {
            LoopEffect effect;
            effect.kind = LoopEffect::Kind::Leave;
            effect.target = target.index;
            add(std::move(effect));
            return;
        }
        const GroupMember& member = m_group.members[target.index];
        if (!member.disabled && member.spec->lower == nullptr) {
            addGeneric(target.index, target.input);
            return;
        }
        m_program.members[target.index].counters.rowsIn.push_back(m_counter);
        if (!member.disabled)
            describe(target);
    }

    void describe(const GroupTarget& target) {
        const GroupMember& member = m_group.members[target.index];
        const std::uint32_t outer = std::exchange(m_member, target.index);
        const std::uint32_t input = std::exchange(m_input, target.input);
        const std::uint32_t origin = m_expressions.enterMember(target.index);
        const Keys group = m_expressions.enterGroup({});
        const std::optional<std::uint32_t> each = std::exchange(m_each, std::nullopt);
        const std::size_t steps = m_steps->size();
        const Marks marks = mark();
        const bool before = std::exchange(m_unlowerable, false);
        member.spec->lower(*member.node, *this);
        if (std::exchange(m_unlowerable, before)) {
            // Part of it cannot be described: all of it runs through the body instead.
            m_steps->resize(steps);
            restore(marks);
            m_program.members[target.index].counters.rowsIn.pop_back();
            addGeneric(target.index, target.input);
        }
        m_each = each;
        m_expressions.enterGroup(group);
        m_expressions.enterMember(origin);
        m_member = outer;
        m_input = input;
    }

    void send(std::uint32_t port, IrNodeIndex data) {
        const GroupMember& member = m_group.members[m_member];
        const GroupRoute& route = member.routes[port];
        m_program.members[m_member].counters.rowsOut.push_back(m_counter);
        const IrNodeIndex before = std::exchange(m_data, data);
        const std::size_t depth = m_path.size();
        if (member.numbersEmissions && m_each)
            number(*m_each);
        else if (member.numbersEmissions)
            m_path.push_back(0);
        for (const GroupTarget& target : route.targets) {
            const bool numbered = target.branches && !target.leaves;
            if (numbered)
                m_path.push_back(target.branch);
            enter(target);
            if (numbered)
                m_path.pop_back();
        }
        m_path.resize(depth);
        m_data = before;
    }

    // The row that an Each sends now is one more.
    void number(std::uint32_t each) {
        LoopStep step;
        step.kind = LoopStep::Kind::Number;
        step.member = m_member;
        step.each.number = each;
        m_steps->push_back(std::move(step));
        m_path.push_back(kEachNumber | each);
    }

    void addGeneric(std::uint32_t member, std::uint32_t input) {
        LoopEffect effect;
        effect.kind = LoopEffect::Kind::Generic;
        effect.target = member;
        effect.input = input;
        add(std::move(effect));
    }

    void add(LoopEffect effect) {
        ++m_effects;
        effect.member = m_member;
        effect.data = m_data;
        if (m_expressions.isPart(m_data)) {
            // Printed or sent on it is a value; a body gets it when it is needed.
            const bool leaves = effect.kind == LoopEffect::Kind::Leave;
            effect.data = leaves ? m_expressions.asValue(m_data) : kNoIrNode;
            if (!leaves)
                effect.part = m_program.nodes[m_data].keys;
        }
        effect.path = m_path;
        LoopStep step;
        step.kind = LoopStep::Kind::Effect;
        step.member = m_member;
        step.effect = std::move(effect);
        m_steps->push_back(std::move(step));
    }

    /// How many counters each member had, and effects there were: what an abandoned description
    /// added is taken back.
    struct Marks {
        std::vector<std::pair<std::size_t, std::size_t>> counters;
        std::size_t effects = 0;
    };
    [[nodiscard]] Marks mark() const {
        Marks marks;
        for (const LoopMember& member : m_program.members)
            marks.counters.emplace_back(member.counters.rowsIn.size(),
                                        member.counters.rowsOut.size());
        marks.effects = m_effects;
        return marks;
    }
    void restore(const Marks& marks) {
        for (std::size_t i = 0; i < marks.counters.size(); ++i) {
            m_program.members[i].counters.rowsIn.resize(marks.counters[i].first);
            m_program.members[i].counters.rowsOut.resize(marks.counters[i].second);
        }
        m_effects = marks.effects;
    }

    const LoopGroup& m_group;
    LoopProgram& m_program;
    ExpressionLowering& m_expressions;
    std::vector<LoopStep>* m_steps;
    std::uint32_t m_member = 0, m_input = 0, m_counter = 0;
    IrNodeIndex m_data = kNoIrNode; // of the row at hand; kNoIrNode: as it entered
    std::vector<std::uint64_t> m_path;
    std::optional<std::uint32_t> m_each; // of the member at hand, the outermost; what it is in
    std::size_t m_depth = 0;             // how many Each are around, of any member
    std::size_t m_effects = 0, m_tests = 0;
    bool m_unlowerable = false;
};

/// The outputs that a member's rows can reach.
void reach(const LoopGroup& group, const GroupTarget& target, std::set<std::uint32_t>& outputs,
           std::set<std::uint32_t>& members) {
    if (target.leaves) {
        outputs.insert(target.index);
        return;
    }
    if (!members.insert(target.index).second)
        return;
    for (const GroupRoute& route : group.members[target.index].routes)
        for (const GroupTarget& next : route.targets)
            reach(group, next, outputs, members);
}

/// How the effects reach an output.
struct OutputUse {
    std::uint32_t effects = 0;
    bool byBodies = false; ///< some of its rows are made by a member's body
};

void outputsOf(const LoopGroup& group, const std::vector<LoopStep>& steps,
               std::vector<OutputUse>& uses) {
    for (const LoopStep& step : steps) {
        outputsOf(group, step.inside, uses);
        outputsOf(group, step.otherwise, uses);
        if (step.kind != LoopStep::Kind::Effect)
            continue;
        std::set<std::uint32_t> outputs, members;
        GroupTarget target;
        target.leaves = step.effect.kind == LoopEffect::Kind::Leave;
        target.index = step.effect.target;
        reach(group, target, outputs, members);
        for (const std::uint32_t output : outputs) {
            ++uses[output].effects;
            uses[output].byBodies = uses[output].byBodies || !target.leaves;
        }
    }
}

// Outputs that rows reach last first from within an Each that does several things: these cannot be
// printed as they come.
void unprint(const std::vector<LoopStep>& steps, bool within, LoopProgram& program) {
    for (const LoopStep& step : steps) {
        const bool many = step.kind == LoopStep::Kind::Each && countEffects(step.inside) > 1;
        unprint(step.inside, within || many, program);
        unprint(step.otherwise, within || many, program);
        if (within && step.kind == LoopStep::Kind::Effect &&
            step.effect.kind == LoopEffect::Kind::Leave)
            program.outputs[step.effect.target].encoded = false;
    }
}

bool startsGeneric(const LoopProgram& program) {
    return program.steps.size() == 1 && program.steps[0].kind == LoopStep::Kind::Effect &&
           program.steps[0].effect.kind == LoopEffect::Kind::Generic;
}

} // namespace

LoopReads loopReads(const LoopGroup& group) {
    LoopProgram program;
    ExpressionLowering expressions(program);
    GroupLowering(group, program, expressions).lower();
    expressions.addSeenColumns();
    LoopReads reads;
    for (const ColumnPath& path : program.columns)
        reads.fields.add(path);
    reads.paths = columnPaths(reads.fields);
    return reads;
}

LoweredLoop lowerLoop(const LoopGroup& group, const LoopReads& reads, const LoopKinds& kinds,
                      bool fromColumns, const std::vector<bool>& encoded, const LoopForms& forms) {
    LoweredLoop lowered;
    LoopProgram& program = lowered.program;
    program.name = group.name;
    program.columns = reads.paths;
    program.kinds = kinds;
    program.fromColumns = fromColumns;
    program.forms = forms.forms;
    program.dictionarySizes = forms.dictionarySizes;
    program.reversed = group.reversed;
    for (std::uint32_t i = 0; i < group.outputs; ++i)
        program.outputs.push_back({i < encoded.size() && encoded[i]});
    ExpressionLowering expressions(program);
    expressions.fixColumns();
    GroupLowering lowering(group, program, expressions);
    lowering.lower();
    std::vector<OutputUse> uses(group.outputs);
    outputsOf(group, program.steps, uses);
    bool shared = false;
    for (std::uint32_t i = 0; i < group.outputs; ++i) {
        shared = shared || uses[i].effects > 1;
        // A body may send several rows at once, whose order is the graph's, or whole batches.
        program.outputs[i].encoded = program.outputs[i].encoded && !uses[i].byBodies;
    }
    if (group.reversed)
        unprint(program.steps, false, program);
    if (lowering.tooLarge())
        lowered.refused = "its branches fan out too far";
    else if (startsGeneric(program))
        lowered.refused = "every row goes through the operator's own entry at once";
    else if (group.reversed && shared)
        lowered.refused = "several branches reach one output and are handled last first";
    planTables(program);
    return lowered;
}

} // namespace fuseboard
