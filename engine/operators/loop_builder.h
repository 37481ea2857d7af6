// SPDX-License-Identifier: Apache-2.0
// How an operator describes itself to the compiler of fused groups. Each operator says what happens
// to one row; the builder turns that into a typed program (engine/kernels). What an operator does
// not describe runs through its body, the generic entry, for every row.
#pragma once

#include "engine/graph/config.h"
#include "engine/script/ast.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fuseboard {

/// One member of a group while it is described. Calls stand for what is done to the row, in order.
/// Only effects after the last thing that can fail are allowed, which holds by construction: a
/// row's effects are carried out when all of it has been evaluated.
class LoopBuilder {
public:
    virtual ~LoopBuilder() = default;
    /// What `rest` describes happens to rows for which the condition holds, what `otherwise`
    /// describes (may be empty) to the others. A condition that fails, or gives no bool, fails the
    /// row.
    virtual void when(const Expression& condition, const std::function<void()>& rest,
                      const std::function<void()>& otherwise) = 0;
    /// The row as it is leaves on the port with this position in Contract::outputs.
    virtual void emit(std::uint32_t port) = 0;
    /// A row with this data leaves. With `having`: only if the condition holds of the new data.
    virtual void emit(std::uint32_t port, const Expression& data, const Expression* having) = 0;
    /// What `rest` describes happens for each list of keys that `by` gives, in their order; `group`
    /// in its expressions is that list (and its text, behind the keys).
    virtual void forEachGroup(const GroupBy& by, const std::function<void()>& rest) = 0;
    /// What `rest` describes happens for each element of a list, which becomes the row; with `as`
    /// it goes into that field of the row.
    virtual void forEachElement(const Expression& list, const std::string& as,
                                const std::function<void()>& rest) = 0;
    /// The row is added to the body's keyed windows (OperatorBody::keyedWindows): to the group that
    /// `by` gives (null: the one there is), the aggregates in the order of their slots.
    virtual void accumulate(const GroupBy* by, const std::vector<const AggregateExpr*>& slots) = 0;
    /// The row goes to the body.
    virtual void generic() = 0;
};

} // namespace fuseboard
