// SPDX-License-Identifier: Apache-2.0
// From expressions to typed nodes. Equal nodes are made once, which makes common parts common
// across the members of a group.
#pragma once

#include "engine/kernels/loop_program.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fuseboard {

/// Adds nodes to one program. `data` stands for `event`: a node, or kNoIrNode for the row as it
/// entered the loop.
class ExpressionLowering {
public:
    explicit ExpressionLowering(LoopProgram& program) : m_program(program) {}

    /// From now on no columns are added: paths are read through those that the program has.
    void fixColumns() { m_columnsFixed = true; }
    /// Adds columns for what is only to be seen, where nothing below it is read.
    void addSeenColumns();
    /// The constant null.
    [[nodiscard]] IrNodeIndex nothing() { return constant(Value::null()); }
    /// Nodes made from now on belong to `member`. The one before.
    std::uint32_t enterMember(std::uint32_t member);

    /// A Bool; kNoIrNode when the expression depends on more than the row (state, windows, chance).
    [[nodiscard]] IrNodeIndex condition(const Expression& expression, IrNodeIndex data);
    /// From now on `group` is the list of these keys; none: nothing may read it. The list before.
    std::vector<IrNodeIndex> enterGroup(std::vector<IrNodeIndex> keys) {
        return std::exchange(m_group, std::move(keys));
    }
    /// What `each(tree)` goes over; its data is kNoIrNode when that cannot be told.
    struct Each {
        IrNodeIndex data = kNoIrNode; ///< a list, or
        bool fields = false;          ///< a record whose keys are the elements
    };
    [[nodiscard]] Each each(const ExprPtr& tree, std::uint32_t localCount, IrNodeIndex data);
    /// The row `data` with a value as one of its fields. kNoIrNode: it may be no record.
    [[nodiscard]] IrNodeIndex with(IrNodeIndex data, const std::string& field, IrNodeIndex value,
                                   const Expr& readBefore);
    /// Where the Each with this number is at the moment.
    [[nodiscard]] IrNodeIndex element(std::uint32_t number);
    [[nodiscard]] IrNodeIndex key(std::uint32_t number, IrNodeIndex record);
    /// A value in any form; kNoIrNode likewise.
    [[nodiscard]] IrNodeIndex value(const Expression& expression, IrNodeIndex data);
    /// As value(), where it may also be a Part: what follows reads paths below it.
    [[nodiscard]] IrNodeIndex reference(const Expression& expression, IrNodeIndex data);
    /// A node that is no Part.
    [[nodiscard]] IrNodeIndex asValue(IrNodeIndex node);
    [[nodiscard]] bool isPart(IrNodeIndex node) const {
        return node != kNoIrNode && at(node).op == IrOp::Part;
    }
    /// True once the node has been evaluated.
    [[nodiscard]] IrNodeIndex seen(IrNodeIndex node);
    /// What the expressions lowered since the last call evaluate besides their values: conditions
    /// that are true once that is done.
    [[nodiscard]] std::vector<IrNodeIndex> takeSideChecks() {
        return std::exchange(m_sideChecks, {});
    }
    [[nodiscard]] IrNodeIndex value(const ExprPtr& tree, std::uint32_t localCount,
                                    IrNodeIndex data);

private:
    [[nodiscard]] IrNodeIndex lower(const Expr& expr, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerBlock(const BlockExpr& block, IrNodeIndex data);
    /// What stands at `keys` of the event.
    [[nodiscard]] IrNodeIndex place(std::vector<std::string> keys);
    /// What stands at `keys`, from position `used` on, below a node.
    [[nodiscard]] IrNodeIndex below(IrNodeIndex node, const std::vector<std::string>& keys,
                                    std::size_t used);
    /// What `node` has at an index.
    [[nodiscard]] IrNodeIndex indexed(IrNodeIndex node, const PathSegment& segment,
                                      IrNodeIndex data);
    /// Where a path starts, with the segments that this takes; kNoIrNode in a pair: not at all.
    struct Start {
        bool known = false;
        IrNodeIndex node = kNoIrNode; ///< kNoIrNode: the row as it entered
        std::size_t used = 0;
    };
    [[nodiscard]] Start startOf(const PathExpr& path, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerPath(const PathExpr& path, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerPresence(const PresenceExpr& presence, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerRecord(const RecordExpr& record, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerUnary(const UnaryExpr& unary, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerBinary(const BinaryExpr& binary, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerLogical(const BinaryExpr& binary, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerKindTest(const CallExpr& call, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerCall(const CallExpr& call, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerMatch(const MatchExpr& match, IrNodeIndex data);
    [[nodiscard]] IrNodeIndex lowerCase(const MatchExpr& match, std::size_t at, IrNodeIndex target,
                                        IrNodeIndex data);
    [[nodiscard]] IrNodeIndex evaluated(const Expr& expr, IrNodeIndex data);

    [[nodiscard]] IrNodeIndex constant(const Value& value);
    [[nodiscard]] IrNodeIndex column(const std::vector<std::string>& keys, std::size_t& used);
    /// As the type that the sample suggests.
    [[nodiscard]] IrNodeIndex typed(IrNodeIndex node);
    [[nodiscard]] IrNodeIndex expect(IrNodeIndex node, IrType type);
    [[nodiscard]] IrNodeIndex binaryNode(BinaryOp op, IrNodeIndex left, IrNodeIndex right);
    [[nodiscard]] IrNodeIndex choose(IrNodeIndex condition, IrNodeIndex yes, IrNodeIndex no);
    [[nodiscard]] IrNodeIndex both(IrNodeIndex first, IrNodeIndex second);
    [[nodiscard]] std::size_t columnBelow(const std::vector<std::string>& keys) const;
    [[nodiscard]] IrNodeIndex failing();
    [[nodiscard]] IrNodeIndex add(IrNode node);
    [[nodiscard]] const IrNode& at(IrNodeIndex node) const { return m_program.nodes[node]; }

    LoopProgram& m_program;
    bool m_columnsFixed = false;
    std::uint32_t m_member = 0;
    std::uint32_t m_localCount = 0; ///< of the expression at hand
    std::map<std::string, IrNodeIndex> m_made;
    std::vector<IrNodeIndex> m_sideChecks;          ///< side checks
    std::map<std::uint32_t, IrNodeIndex> m_locals;  ///< by slot, of the expression at hand
    std::vector<IrNodeIndex> m_group;               ///< the keys of `group`
    std::map<std::uint32_t, IrNodeIndex> m_records; ///< that an Each goes over the fields of
    std::vector<std::vector<std::string>> m_seen;   ///< parts, while columns are added
};

} // namespace fuseboard
